"""Pages of money without JavaScript: deciding, budgets, paper; every role, strangers, stale forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from planner.base.actor import acting
from planner.resources import services
from planner.resources.rules import Standing, State
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.typed import seen_in, typed_request, version_in

Client = Callable[[str], Any]


def test_a_host_asks_and_a_lead_says_yes(client_of: Client, money: Money) -> None:
    host = client_of("host")
    made = host.post_form("/requests/new", {"kind": "one_off", "title": "补光灯"})
    assert made.status_code == 303
    place = made.headers["Location"]
    page = host.get(place).text
    sent = host.post_form(place, {**typed_request(money), "version": version_in(page), "then": "submit"})
    assert sent.status_code == 303
    request_id = int(place.split("/")[2])
    assert (money.state(request_id), money.row(request_id).total) == (State.PENDING, 2561 * YUAN)
    lead = client_of("lead")
    assert "补光灯" in lead.get("/requests?tab=waiting").text
    shown = lead.get(f"/requests/{request_id}").text
    assert "¥2,561.00" in shown
    answer = lead.post_form(f"/requests/{request_id}/approve", {"seen": seen_in(shown)})
    assert answer.status_code == 303
    assert "/requests/take-back/" in lead.get(answer.headers["Location"]).text
    manager = client_of("manager")
    shown = manager.get(f"/requests/{request_id}").text
    manager.post_form(f"/requests/{request_id}/approve", {"seen": seen_in(shown)})
    assert money.state(request_id) is State.APPROVED


def test_a_draft_is_nobodys_business(client_of: Client, money: Money) -> None:
    made = money.draft()
    for who in ("lead", "manager", "member", "outsider"):
        assert client_of(who).get(f"/requests/{made}").status_code == 404, who
    assert client_of("viewer").get("/requests").status_code == 403
    assert client_of("host").get(f"/requests/{made}").status_code == 200


def test_an_empty_list_says_what_comes_there(client_of: Client, money: Money) -> None:
    lead = client_of("lead").in_english()
    assert "Nobody has asked for anything yet" in lead.get("/requests?tab=all").text
    assert "What you decide can be found again here." in lead.get("/requests?tab=done").text
    money.ask()
    assert "Show all" in lead.get("/requests?tab=all&state=refused").text


def test_another_team_finds_nothing(client_of: Client, money: Money) -> None:
    made = money.ask()
    outsider = client_of("outsider")
    for path in (f"/requests/{made}", f"/requests/{made}/print", f"/budget/{money.budgets['equipment']}"):
        assert outsider.get(path).status_code == 404, path
    answer = outsider.post_form(f"/requests/{made}/approve", {"seen": money.row(made).seen})
    assert answer.status_code == 404
    assert money.state(made) is State.PENDING


def test_a_stale_approval_is_told_and_changes_nothing(client_of: Client, money: Money) -> None:
    made = money.ask()
    lead = client_of("lead").in_english()
    answer = lead.post_form(f"/requests/{made}/approve", {"seen": "0" * 64})
    assert answer.status_code == 303
    assert "It has changed since you looked" in lead.get(answer.headers["Location"]).text
    assert money.state(made) is State.PENDING


def test_a_double_click_is_one_approval(client_of: Client, money: Money) -> None:
    made = money.ask()
    lead = client_of("lead")
    seen = seen_in(lead.get(f"/requests/{made}").text)
    answers = [lead.post_form(f"/requests/{made}/approve", {"seen": seen}, once="a" * 32) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert money.standing() == Standing(100_000 * YUAN, 0, 1000 * YUAN, 0)


def test_the_requester_sees_no_button_and_is_told_why(client_of: Client, money: Money) -> None:
    made = money.ask("lead", yuan=100)
    page = client_of("lead").in_english().get(f"/requests/{made}").text
    assert f"/requests/{made}/approve" not in page
    assert "Nobody decides on what they asked for themselves" in page


def test_a_refusal_asks_why(client_of: Client, money: Money) -> None:
    made = money.ask()
    lead = client_of("lead").in_english()
    seen = seen_in(lead.get(f"/requests/{made}/refuse").text)
    page = lead.post_form(f"/requests/{made}/refuse", {"seen": seen, "note": ""})
    assert page.status_code == 422
    assert "Say why." in page.text
    assert lead.post_form(f"/requests/{made}/refuse", {"seen": seen, "note": "先用旧的"}).status_code == 303
    assert money.state(made) is State.REFUSED


def test_many_are_approved_at_once_and_taken_back_at_once(client_of: Client, money: Money) -> None:
    made = [money.ask("host", yuan=100), money.ask("member", yuan=200)]
    lead = client_of("lead")
    page = lead.get("/requests?tab=waiting").text
    sent = {"request": [str(n) for n in made]}
    sent |= {f"seen-{n}": re.search(rf'name="seen-{n}" value="(\w+)"', page)[1] for n in made}  # type: ignore[index]
    answer = lead.post_form("/requests/approve", sent)
    assert [money.state(n) for n in made] == [State.APPROVED] * 2
    back = re.search(r'action="(/requests/take-back/[^"]+)"', lead.get(answer.headers["Location"]).text)
    assert back
    assert lead.post_form(back[1], {}).status_code == 303
    assert [money.state(n) for n in made] == [State.PENDING] * 2


def test_budgets_are_a_leads_to_see_and_a_managers_to_change(client_of: Client, money: Money) -> None:
    assert client_of("host").get("/budget").status_code == 403
    lead = client_of("lead")
    page = lead.get("/budget").text
    assert "¥100,000.00" in page
    assert "/allocate" not in page
    assert lead.get(f"/budget/periods/{money.period}/allocate").status_code == 403
    manager = client_of("manager").in_english()
    place = f"/budget/periods/{money.period}/allocate"
    page = manager.post_form(place, {"category_id": str(money.categories["equipment"]), "amount": "many"})
    assert page.status_code == 422
    sent = {"category_id": str(money.categories["equipment"]), "amount": "5万", "note": "加两台"}
    done = manager.post_form(place, sent)
    assert done.status_code == 303
    assert money.standing().allocated == 150_000 * YUAN
    undo = re.search(r'action="(/budget/entries/\d+/reverse)"', manager.get(done.headers["Location"]).text)
    assert undo
    manager.post_form(undo[1], {})
    assert money.standing().allocated == 100_000 * YUAN
    assert "Reversed" in manager.get(f"/budget/{money.budgets['equipment']}").text


def test_a_transfer_is_proposed_and_decided(client_of: Client, money: Money) -> None:
    lead, manager = client_of("lead"), client_of("manager")
    sent = {
        "from_id": str(money.budgets["equipment"]), "to_id": str(money.budgets["training"]), "amount": "5000",
        "reason": "多一场培训",
    }  # fmt: skip
    assert lead.post_form(f"/budget/periods/{money.period}/transfer", sent).status_code == 303
    page = manager.get("/budget").text
    assert "多一场培训" in page
    place = re.search(r'action="(/budget/transfers/\d+/decide)"', page)
    assert place
    manager.post_form(place[1], {"version": "1", "approve": "y"})
    assert money.standing("training").allocated == 25_000 * YUAN


def test_a_deputy_finds_what_waits_for_somebody_else(client_of: Client, money: Money) -> None:
    lead = client_of("lead")
    sent = {"deputy_id": str(money.cast.member), "first": str(today()), "last": str(today() + DAY), "note": "出差"}
    assert lead.post_form("/approvals/delegations", sent).status_code == 303
    made = money.ask(yuan=100)
    member = client_of("member").in_english()
    assert "补光灯" in member.get("/requests?tab=waiting").text
    page = member.get(f"/requests/{made}").text
    assert "You decide for 林小雨." in page
    member.post_form(f"/requests/{made}/approve", {"seen": seen_in(page)})
    assert "阿强 for 林小雨" in lead.in_english().get(f"/requests/{made}").text


def test_on_paper_the_amount_stands_in_capitals_with_the_trail(client_of: Client, money: Money) -> None:
    made = money.ask(yuan=1000)
    money.approve("lead", made, "同意，尽快")
    page = client_of("host").get(f"/requests/{made}/print").text
    for words in ("壹仟元整", "同意，尽快", "林小雨"):
        assert words in page


def test_no_id_gives_a_fault(client_of: Client, money: Money) -> None:
    manager = client_of("manager")
    for path in (
        "/requests/9223372036854775808",
        "/requests/0",
        "/budget/999999",
        "/requests?before=99999999999999999",
    ):
        assert manager.get(path).status_code in (200, 404), path
    assert manager.post_form("/requests/approve", {"request": ["9" * 30, "x", "-1"]}).status_code == 303
    assert manager.post_form("/requests/take-back/zzz", {}).status_code == 404


def test_the_budget_it_is_charged_to_is_named(client_of: Client, money: Money) -> None:
    made = money.draft("host")
    host = client_of("host").in_english()
    for path in (f"/requests/{made}", f"/requests/{made}/edit"):
        assert "Equipment · 第四季度" in host.get(path).text, path
    with acting(money.cast.actors["host"]):
        services.submit(made, money.row(made).version)
    page = client_of("lead").get(f"/requests/{made}").text
    assert f'<a href="/budget/{money.budgets["equipment"]}">设备 · 第四季度</a>' in page
    assert "Equipment · 第四季度" in host.get(f"/requests/{made}").text
    bare = money.draft("host", needed_by=today() + 90 * DAY)
    page = host.get(f"/requests/{bare}").text
    assert "第四季度" not in page and "There is no budget of this category" in page


def test_the_history_leaves_out_what_says_nothing(client_of: Client, money: Money) -> None:
    made = money.ask()
    page = client_of("host").in_english().get(f"/history/request/{made}").text
    deeds = re.findall(r'<div class="deed">(.*?)</div>', page, re.S)
    assert len(deeds) > 2
    assert [deed for deed in deeds if "changed it" in deed and "deed-field" not in deed] == []
