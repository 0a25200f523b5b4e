"""Input against output, and what a period's money served: sums by hand, and pages for whoever looks after budgets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from planner.base.actor import acting
from planner.outcomes import services
from planner.outcomes.queries.output import output_page
from planner.outcomes.rules.output import output_of
from planner.plan import services as plans
from planner.resources import queries as requests
from planner.resources.queries import By
from tests.resources.conftest import YUAN, Money
from tests.resources.conftest import money as money

D = Decimal
Aired = Callable[..., int]
Client = Callable[[str], Any]


def test_a_return_divides_sums_of_the_same_sessions() -> None:
    held = [
        {"gmv": D(10_000), "refund_amount": D(1_000), "ad_spend": D(2_000)},
        {"gmv": D(5_000), "refund_amount": D(500)},
        {"gmv": D(8_000)},
        {"ad_spend": D(1_000)},
    ]
    found = output_of(5, held, 7200, 150_000)
    assert (found.gmv, found.gmv_known, found.refunds, found.net, found.net_known) == (23_000, 3, 1_500, 13_500, 2)
    assert (found.ad_spend, found.ads_known, found.put_in) == (3_000, 2, 4_500)
    assert found.ad_return == D("4.5"), "9,000 for 2,000"
    assert found.all_return == 3
    assert found.by_hour == 6_750


def test_what_nobody_knows_is_not_nothing() -> None:
    found = output_of(2, [], 0, 0)
    assert (found.gmv, found.net, found.ad_spend) == (None, None, None)
    assert (found.ad_return, found.all_return, found.by_hour) == (None, None, None)


_held = st.dictionaries(st.sampled_from(["gmv", "refund_amount", "ad_spend"]), st.integers(0, 10**9).map(D), max_size=3)


@given(st.lists(_held, max_size=6), st.lists(_held, max_size=6), st.integers(0, 10**9))
def test_two_halves_add_up_to_the_whole(
    one: list[dict[str, Decimal]], other: list[dict[str, Decimal]], minor: int
) -> None:
    first, second, both = (
        output_of(1, one, 60, minor),
        output_of(1, other, 60, minor),
        output_of(2, one + other, 120, 0),
    )
    for name in ("gmv", "refunds", "net", "ad_spend"):
        assert (getattr(both, name) or 0) == (getattr(first, name) or 0) + (getattr(second, name) or 0)
    assert both.net_known == first.net_known + second.net_known


@pytest.mark.engines
def test_a_period_is_told_with_its_money_hours_and_sales(
    money: Money, aired: Aired, noon: time_machine.Traveller, client_of: Client
) -> None:
    show = aired("2026-09-09 20:00")
    with acting(money.cast.actors["lead"]):
        services.type_figures(show, {"gmv": D(10_000), "refund_amount": D(1_000), "ad_spend": D(2_000)})
        goal = plans.add_goal(money.period, "互动", money.cast.lead, "")
    made = money.ask(goal_id=goal, session_id=show)
    money.approve("lead", made)
    money.ask(yuan=300)
    with acting(money.cast.actors["lead"]):
        page = output_page(money.period)
        assert (page.output.sessions, page.output.net, page.output.ad_return) == (1, 9_000, D("4.5"))
        for by, row_id in ((By.GOAL, goal), (By.SESSION, show)):
            told = requests.served(money.period, by)
            assert [(r.id, r.requests, r.asked, r.committed, r.spent) for r in told.rows] == [
                (row_id, 1, 1000 * YUAN, 1000 * YUAN, 0), (None, 1, 300 * YUAN, 0, 0),
            ]  # fmt: skip
            assert (told.total.asked, told.total.committed) == (1300 * YUAN, 1000 * YUAN)
    paths = [f"/budget/periods/{money.period}/{rest}" for rest in ("served", "served?by=session", "output")]
    for who in ("lead", "manager"):
        for path in paths:
            answer = client_of(who).get(path)
            assert answer.status_code == 200 and "<title>" in answer.text, path
    lead = client_of("lead")
    assert "¥1,300.00" in lead.get(paths[0]).text and "serves no goal" in lead.get(paths[0]).text
    text = lead.get(paths[2]).text
    assert "GMV after refunds: ¥9,000.00" in text and "Copy for the group" in text
    for path in paths:
        assert client_of("outsider").get(path).status_code == 404
        for who in ("host", "member", "viewer"):
            assert client_of(who).get(path).status_code == 403, (who, path)
