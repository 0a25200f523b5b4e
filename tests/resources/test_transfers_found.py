"""A transfer between budgets is found wherever somebody may decide on it: its notice, the queue, the first page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from planner.base import unit as units
from planner.base.actor import acting
from planner.base.i18n import from_json, told
from planner.kernel.permissions import Role
from planner.notifications.models import Notice
from planner.plan import services as plan
from planner.resources import services
from tests.resources.conftest import DAY, YUAN, Money, today

Client = Callable[[str], Any]
ASKS = "Move ¥5,000.00 from Equipment to Training?"


def _propose(money: Money, who: str = "lead") -> int:
    with acting(money.cast.actors[who]):
        return services.propose_transfer(
            money.budgets["equipment"], money.budgets["training"], 5_000 * YUAN, "培训不够"
        )


def _notices(money: Money, login: str) -> list[Notice]:
    actor = money.cast.actors[login]
    with acting(actor), units.reading() as unit:
        return list(unit.session.query(Notice).filter(Notice.user_id == actor.user_id, Notice.taken_back.is_(None)))


def test_the_notice_names_both_sides_and_opens_the_decision(client_of: Client, money: Money) -> None:
    made = _propose(money)
    (notice,) = [row for row in _notices(money, "manager") if row.about_kind == "budget_transfer"]
    words = told(from_json(notice.words))
    assert "设备 第四季度 → 培训 第四季度" in words and "¥5,000.00" in words
    manager = client_of("manager").in_english()
    assert "Move ¥5,000.00: Equipment 第四季度 → Training 第四季度?" in manager.get("/inbox").text
    page = manager.get(f"/budget/transfers/{made}").text
    assert ASKS in page and 'name="approve"' in page and f'action="/budget/transfers/{made}/decide"' in page
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    answer = manager.post_form(f"/budget/transfers/{made}/decide", {"version": version[1], "approve": "y"})
    assert answer.status_code == 303
    assert not [row for row in _notices(money, "manager") if row.about_kind == "budget_transfer"]
    after = client_of("lead").in_english().get(f"/budget/transfers/{made}").text
    assert "Approved" in after and 'name="approve"' not in after


def test_it_stands_where_managers_decide_and_at_its_budgets(client_of: Client, money: Money) -> None:
    made = _propose(money)
    with acting(money.cast.actors["lead"]):
        other = plan.add_period("以后", today() + 60 * DAY, today() + 90 * DAY)
    manager, decide = client_of("manager").in_english(), f'action="/budget/transfers/{made}/decide"'
    budgets = [f"/budget/{money.budgets[key]}" for key in ("equipment", "training")]
    for path in ("/requests?tab=waiting", "/requests", "/requests/waiting", "/budget", *budgets):
        page = manager.get(path).text
        assert ASKS in page and decide in page, path
    assert ASKS in manager.get(f"/budget?period={other}").text, "whichever period is shown"
    for login in ("host", "viewer"):
        assert "/budget/transfers/" not in client_of(login).get("/requests?tab=waiting").text
        assert client_of(login).get(f"/budget/transfers/{made}").status_code == 403


def test_whoever_proposed_it_sees_that_it_waits_and_takes_it_back(client_of: Client, money: Money) -> None:
    made, lead = _propose(money), client_of("lead").in_english()
    back = f'action="/budget/transfers/{made}/take-back"'
    for path in ("/requests?tab=mine", "/budget", f"/budget/{money.budgets['equipment']}", f"/budget/transfers/{made}"):
        page = lead.get(path).text
        assert back in page and "Waits for a decision" in page, path
        assert f"/budget/transfers/{made}/decide" not in page, path
    assert lead.post_form(f"/budget/transfers/{made}/take-back", {}).status_code == 303
    assert ASKS not in client_of("manager").in_english().get("/requests?tab=waiting").text
    assert not [row for row in _notices(money, "manager") if row.about_kind == "budget_transfer"]


def test_a_manager_does_not_decide_on_their_own(client_of: Client, money: Money) -> None:
    made = _propose(money, "manager")
    manager = client_of("manager").in_english()
    assert ASKS not in manager.get("/requests?tab=waiting").text
    assert ASKS in manager.get("/requests?tab=mine").text
    assert 'name="approve"' not in manager.get(f"/budget/transfers/{made}").text
    money.person("second", Role.MANAGER)
    assert "/decide" in client_of("second").in_english().get("/requests?tab=waiting").text
