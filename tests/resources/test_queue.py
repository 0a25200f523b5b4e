"""The queue of an approver: what a row says, one tap that decides it, and the count that stands in the navigation."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.resources import queries, services
from planner.resources.rules import State
from tests.resources.conftest import DAY, Money, today
from tests.resources.decided import LEADS, MANAGERS, agree

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
ROW = re.compile(r'formaction="/requests/(\d+)/approve" name="seen" value="([0-9a-f]{64})"')


def queue(client: Any) -> str:
    """The page of what waits for somebody."""
    return client.get("/requests?tab=waiting").text


def badge(client: Any) -> int:
    """The count at the requests in the navigation, on a page that is about something else."""
    found = re.search(r'<a class="rail-link" href="/requests".*?</a>', client.get("/sessions").text, re.S)
    count = re.search(r'<span class="pip">(\d+)', found[0]) if found else None
    return int(count[1]) if count else 0


def test_a_row_says_what_it_buys_what_is_left_and_is_decided_with_one_tap(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask(yuan=30_000, metric="gmv", effect=Decimal(60_000))
    dear = money.ask("member", yuan=90_000, needed_by=today() + 9 * DAY)
    manager = client_of("manager")
    page = queue(manager)
    assert "¥100,000.00" in page
    assert "¥70,000.00" in page, "what is left after the first"
    assert "¥10,000.00" in page, "what is left after the second"
    assert "¥60,000.00" in page, "the expected effect"
    found = dict(ROW.findall(page))
    assert set(found) == {str(made), str(dear)}
    answer = manager.post_form(f"/requests/{made}/approve", {"seen": found[str(made)]})
    assert answer.status_code == 303
    assert money.state(made) is State.APPROVED
    assert str(made) not in dict(ROW.findall(queue(manager)))
    with acting(money.cast.actors["manager"]):
        assert queries.standing_of(money.budgets["equipment"]).available == 70_000_00
    assert "¥20,000.00" in queue(manager), "what misses for the other is told"


def test_a_row_that_changed_meanwhile_is_not_approved(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask()
    manager = client_of("manager")
    old = dict(ROW.findall(queue(manager)))[str(made)]
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
        services.edit(made, money.row(made).version, money.wish(2_000))
        services.submit(made, money.row(made).version)
    answer = manager.post_form(f"/requests/{made}/approve", {"seen": old})
    assert answer.headers["Location"] == f"/requests/{made}"
    assert money.state(made) is State.PENDING


def test_the_navigation_counts_what_waits_for_whoever_looks(client_of: Client, money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    first, _second = money.ask(), money.ask("member")
    assert {who: badge(client_of(who)) for who in ("lead", "manager", "host", "viewer", "outsider")} == {
        "lead": 2, "manager": 0, "host": 0, "viewer": 0, "outsider": 0,
    }  # fmt: skip
    money.approve("lead", first)
    assert (badge(client_of("lead")), badge(client_of("manager"))) == (1, 1)
    with acting(money.cast.actors["manager"]):
        services.delegate(None, money.cast.member, today(), today() + DAY)
    assert badge(client_of("member")) == 1, "who stands in counts it as well, but not what they asked for"
    money.approve("manager", first)
    assert (badge(client_of("manager")), badge(client_of("member"))) == (0, 0)
