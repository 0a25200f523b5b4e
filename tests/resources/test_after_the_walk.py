"""What somebody who knew only the README stumbled over: a draft that lost its show, sums that counted themselves twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.live import services as live
from planner.live.rules import Weight
from planner.resources import services
from planner.resources.rules import Kind
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import MANAGERS, agree

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]


@pytest.fixture
def show(money: Money) -> int:
    """In two days."""
    start = datetime.now(UTC) + timedelta(days=2)
    with acting(money.cast.actors["lead"]):
        return live.schedule_session("夜场", Weight.DAILY, money.cast.channel, money.cast.studio, start, 180)


def test_handing_in_from_the_page_keeps_what_the_draft_has(client_of: Client, money: Money, show: int) -> None:
    made = money.draft(session_id=show, purpose="")
    host = client_of("host").in_english()
    page = host.post_form(f"/requests/{made}/submit", {})
    assert page.status_code == 422
    assert "Say what it is good for." in page.text
    equipment = money.categories["equipment"]
    for value in (show, equipment):
        assert f'<option selected value="{value}">' in page.text or f'value="{value}" selected' in page.text, value
    assert (money.row(made).session_id, money.row(made).category_id) == (show, equipment)


def test_what_waits_besides_does_not_count_the_request_itself(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask(yuan=15_000)
    manager = client_of("manager").in_english()
    assert "wait for a decision" not in manager.get(f"/requests/{made}").text
    money.ask("member", yuan=2_000)
    assert "¥2,000.00 wait for a decision" in manager.get(f"/requests/{made}").text


def test_whoever_decides_is_told_beforehand_that_the_budget_does_not_hold_it(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask(yuan=150_000)
    page = client_of("manager").in_english().get(f"/requests/{made}").text
    assert "can’t be approved before money is allocated" in page
    with acting(money.cast.actors["manager"]):
        services.allocate_budget(money.period, money.categories["equipment"], 60_000 * YUAN)
    assert "can’t be approved" not in client_of("manager").in_english().get(f"/requests/{made}").text


def test_nobody_is_chosen_for_somebody_and_oneself_is_not_offered(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask()
    manager = client_of("manager").in_english()
    for way in ("add", "transfer"):
        page = manager.get(f"/requests/{made}/{way}").text
        assert '<option selected value="">Choose</option>' in page, way
        assert f'value="{money.cast.manager}"' not in page, way
        sent = manager.post_form(f"/requests/{made}/{way}", {"seen": money.row(made).seen, "user_id": ""})
        assert sent.status_code == 422, way


def test_what_is_for_a_show_is_needed_on_its_day(client_of: Client, money: Money, show: int) -> None:
    host = client_of("host").in_english()
    page = host.get(f"/requests/new?session={show}").text
    assert "夜场" in page
    begun = host.post_form(f"/requests/new?session={show}", {"kind": "per_session", "title": "嘉宾"})
    made = int(begun.headers["Location"].split("/")[2])
    row = money.row(made)
    assert (row.kind, row.session_id) == (Kind.PER_SESSION, show)
    assert row.needed_by is not None
    assert today() + DAY <= row.needed_by <= today() + 3 * DAY
