"""What envelopes hold and have spent, told by session: no row is below zero, and all come to what the ledger has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner.base.actor import acting
from planner.plan import services as plan
from planner.resources import queries, services
from planner.resources.queries import By
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.enveloped import approved, draw, envelope_of, finish, own, read, show

pytestmark = pytest.mark.engines


def _told(money: Money) -> dict[int | None, tuple[int, int]]:
    with acting(money.cast.actors["lead"]):
        told = queries.served(money.period, By.SESSION)
    rows = {row.id: (row.committed // YUAN, row.spent // YUAN) for row in told.rows}
    assert min(min(each) for each in rows.values()) >= 0
    assert sum(each[0] for each in rows.values()) == told.total.committed // YUAN
    return rows


def test_what_a_show_has_drawn_stands_under_it_until_its_spend_does(money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    assert _told(money) == {None: (10_000, 0)}
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 500)
    draw(money, envelope, made, 1000)
    assert _told(money) == {None: (8_500, 0), made: (1_500, 0)}
    finish(money, made, "1200")
    held = own(money, request)
    assert _told(money) == {None: (8_800, 0), made: (0, 1_200)}
    assert (held.committed, held.spent) == (8_800, 1_200), "as the ledger has it"


def test_a_closed_envelope_holds_only_what_its_shows_still_have_to_book(money: Money) -> None:
    request = approved(money)
    envelope, made = envelope_of(money, request), show(money)
    read(money, made, 9000, 1000)
    draw(money, envelope, made, 700)
    with acting(money.cast.actors["lead"]):
        services.close_envelope(request, money.row(request).version)
    assert _told(money).get(made) == (700, 0)
    finish(money, made, "900")
    assert _told(money)[made] == (0, 900)


def test_by_goal_and_by_session_another_period_can_be_chosen(client_of: Callable[[str], Any], money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        other = plan.add_period("第三季度", today() - 140 * DAY, today() - 50 * DAY)
    lead = client_of("lead")
    for place in (
        "/budget/periods/{}/served?by=session",
        "/budget/periods/{}/served?by=goal",
        "/budget/periods/{}/output",
    ):
        page = lead.get(place.format(money.period))
        assert page.status_code == 200
        assert f'href="{place.format(other)}">第三季度' in page.text
        assert f'href="{place.format(money.period)}" aria-current="true">第四季度' in page.text
        assert f'href="{place.format(other)}" aria-current="true"' in lead.get(place.format(other)).text
    assert f'href="/budget?period={other}">第三季度' in lead.get("/budget").text
    assert client_of("outsider").get(f"/budget/periods/{other}/served").status_code == 404
    assert client_of("host").get(f"/budget/periods/{other}/served").status_code == 403
