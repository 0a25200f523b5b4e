"""What waits for a decision on the first page: for whose turn it is alone, decided there with one tap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.base.actor import acting
from planner.resources import queries, services
from planner.resources.rules import LevelState, State
from tests.demo_room import Statements
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.decided import LEADS, MANAGERS, agree, levels

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
SEEN = re.compile(r'action="/requests/(\d+)/approve\?next=/"[^>]*>.*?name="seen" value="([0-9a-f]{64})"', re.S)


def waiting(client_of: Client, login: str) -> list[tuple[int, str]]:
    """The requests that the first page of somebody offers to approve, with what they saw."""
    return [(int(number), digest) for number, digest in SEEN.findall(client_of(login).get("/requests/waiting").text)]


def test_only_whose_turn_it_is_has_the_card_and_says_yes_there(client_of: Client, money: Money) -> None:
    agree(money, LEADS, MANAGERS)
    made = money.ask(yuan=1_000)
    for login, has in (("lead", True), ("host", True), ("viewer", False)):
        assert ('hx-get="/requests/waiting"' in client_of(login).get("/").text) is has, login
    assert client_of("viewer").get("/requests/waiting").status_code == 403
    assert [number for number, _digest in waiting(client_of, "lead")] == [made]
    for login in ("manager", "host", "member"):
        assert waiting(client_of, login) == [], login
    lead = client_of("lead")
    page = lead.get("/requests/waiting").text
    assert "¥1,000.00" in page
    assert "¥99,000.00" in page, "what would be left"
    answer = lead.post_form(f"/requests/{made}/approve?next=/", {"seen": dict(waiting(client_of, "lead"))[made]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert levels(money, made)[0][0] is LevelState.PASSED
    assert waiting(client_of, "lead") == []
    assert [number for number, _digest in waiting(client_of, "manager")] == [made]


def test_what_will_come_has_its_place_from_the_beginning(client_of: Client, money: Money) -> None:
    """Rows as many as will come, below the head that links to all of them; nothing where nothing waits."""
    agree(money, MANAGERS)
    assert "soon-line" not in client_of("manager").get("/").text
    for yuan in (1_000, 2_000):
        money.ask(yuan=yuan)
    page = client_of("manager").in_english().get("/").text
    place = page.split('hx-get="/requests/waiting"')[1].split("</section>")[0]
    assert place.count('<li class="item">') == 2 and '<span class="count">2</span>' in place
    assert 'href="/requests?tab=waiting"' in place, "without JavaScript it leads there"
    for yuan in (3_000, 4_000):
        money.ask(yuan=yuan)
    assert client_of("manager").get("/").text.count('class="soon-line"') == 2 * 3
    assert "soon-line" not in client_of("lead").get("/").text


def test_the_most_urgent_come_first_and_the_rest_is_counted(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = [money.ask(yuan=n, needed_by=today() + (9 - n) * DAY) for n in range(1, 6)]
    assert [number for number, _digest in waiting(client_of, "manager")] == made[::-1][:3]
    with acting(money.cast.actors["manager"]):
        panel = queries.cards()
        assert panel is not None
        assert panel["count"] == queries.waiting_count() == 5


def test_what_is_missing_is_said_and_who_stands_in_sees_it(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask(yuan=100_001)
    page = client_of("manager").in_english().get("/requests/waiting").text
    assert "¥1.00 are missing" in page
    with acting(money.cast.actors["manager"]):
        services.delegate(money.cast.manager, money.cast.member, today(), today(), "")
    assert [number for number, _digest in waiting(client_of, "member")] == [made]


def test_a_card_that_changed_meanwhile_is_not_approved(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    made = money.ask(yuan=10)
    manager = client_of("manager")
    answer = manager.post_form(f"/requests/{made}/approve?next=/", {"seen": "0" * 64})
    assert answer.headers["Location"] == f"/requests/{made}"
    assert money.state(made) is State.PENDING
    assert client_of("outsider").post_form(f"/requests/{made}/approve", {"seen": "0" * 64}).status_code == 404


def test_it_costs_as_much_however_many_wait(money: Money, app: Any) -> None:
    agree(money, MANAGERS)
    for n in range(1, 4):
        money.ask(yuan=n * YUAN)
    with acting(money.cast.actors["manager"]), Statements(app) as counted:
        assert queries.cards() is not None
    assert len(counted.told) == 4, "the cards, for whom one signs, what came back, transfers of money"


def test_a_deputy_reads_for_whom_they_would_sign(client_of: Client, money: Money) -> None:
    agree(money, MANAGERS)
    money.ask()
    with acting(money.cast.actors["manager"]):
        services.delegate(None, money.cast.lead, today(), today())
    name = money.cast.actors["manager"].name
    assert f"代 {name}" in client_of("lead").get("/requests/waiting").text
    assert f"代 {name}" not in client_of("manager").get("/requests/waiting").text


def test_what_was_returned_stands_on_the_first_page_and_in_my_work_until_it_is_handed_in_again(
    client_of: Client, money: Money
) -> None:
    agree(money, MANAGERS)
    made, host, manager = money.ask(), client_of("host"), client_of("manager")
    assert 'id="asked"' in manager.get("/work").text
    assert 'href="/requests?tab=waiting"' in manager.get("/work").text
    assert 'id="returned"' not in host.get("/work").text
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "请附报价单")
    assert 'id="asked"' not in manager.get("/work").text
    for page in ("/work", "/requests/waiting"):
        shown = host.get(page).text
        assert f'href="/requests/{made}/edit"' in shown, page
        assert "退回给你：补光灯" in shown
        assert "请附报价单" in shown
        assert "退回给你：补光灯" not in manager.get(page).text
    with acting(money.cast.actors["host"]):
        services.submit(made, money.row(made).version)
    for page in ("/work", "/requests/waiting"):
        assert 'id="returned"' not in host.get(page).text


def test_a_part_of_a_page_takes_no_strip_from_the_page_that_comes(client_of: Client, money: Money) -> None:
    """A window that asks for its parts at the moment of a redirect does not swallow what was done, and its undo."""
    agree(money, LEADS)
    money.ask(yuan=1_000)
    [(number, digest)] = waiting(client_of, "lead")
    lead = client_of("lead").in_english()
    assert lead.post_form(f"/requests/{number}/approve", {"seen": digest}).status_code == 303
    for part in ("/calls", "/requests/waiting", "/draws/mine?part=rows"):
        assert "Approved: " not in lead.get(part).text
    page = lead.get("/requests").text
    assert "Approved: " in page and "/requests/take-back/" in page
    assert "/requests/take-back/" not in lead.get("/requests").text, "once"
