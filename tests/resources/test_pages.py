"""Pages of money without JavaScript: asking, deciding, budgets, the policy; every role, strangers, stale forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.base.actor import acting
from planner.resources import queries
from planner.resources.rules import Standing, State
from tests.resources.conftest import DAY, YUAN, Money, today

Client = Callable[[str], Any]


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, "the page does not say what is seen"
    return found[1]


def _version(page: str) -> str:
    found = re.search(r'<input[^>]*name="version"[^>]*>', page)
    assert found
    value = re.search(r'value="(\d+)"', found[0])
    return value[1] if value else ""


def _typed(money: Money, **more: Any) -> dict[str, Any]:
    usual = {
        "kind": "one_off", "title": "补光灯", "purpose": "换灯", "category_id": str(money.categories["equipment"]),
        "needed_by": str(today() + DAY), "line_item": ["灯", ""], "line_quantity": ["2", ""],
        "line_price": ["1,280.50", ""], "line_supplier": ["京东", ""], "line_link": ["", ""], "payee": "京东",
        "pay_way": "transfer", "invoice": "none",
    }  # fmt: skip
    return {**usual, **more}


def test_a_host_asks_and_a_lead_says_yes(client_of: Client, money: Money) -> None:
    host = client_of("host")
    made = host.post_form("/requests/new", {"kind": "one_off", "title": "补光灯"})
    assert made.status_code == 303
    place = made.headers["Location"]
    page = host.get(place).text
    sent = host.post_form(place, {**_typed(money), "version": _version(page), "then": "submit"})
    assert sent.status_code == 303
    request_id = int(place.split("/")[2])
    assert (money.state(request_id), money.row(request_id).total) == (State.PENDING, 2561 * YUAN)
    lead = client_of("lead")
    assert "补光灯" in lead.get("/requests?tab=waiting").text
    shown = lead.get(f"/requests/{request_id}").text
    assert "¥2,561.00" in shown
    answer = lead.post_form(f"/requests/{request_id}/approve", {"seen": _seen(shown)})
    assert answer.status_code == 303
    assert "/requests/take-back/" in lead.get(answer.headers["Location"]).text
    manager = client_of("manager")
    shown = manager.get(f"/requests/{request_id}").text
    manager.post_form(f"/requests/{request_id}/approve", {"seen": _seen(shown)})
    assert money.state(request_id) is State.APPROVED


def test_what_is_missing_stands_beside_its_field_and_nothing_is_lost(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    typed = _typed(money, purpose="", payee="", line_price=["0.005", ""], title="很长的名字")
    page = host.post_form(place, {**typed, "version": _version(host.get(place).text), "then": "submit"})
    assert page.status_code == 422
    assert "An amount has at most two decimals." in page.text
    assert 'value="0.005"' in page.text and "很长的名字" in page.text
    typed["line_price"] = ["12", ""]
    page = host.post_form(place, {**typed, "version": _version(page.text), "then": "submit"})
    assert page.status_code == 422
    for words in ("Say what it is good for.", "Say who is paid."):
        assert words in page.text
    assert 'id="purpose-error"' in page.text


@pytest.mark.parametrize("typed", ["-5", "0", "1e309", "abc", "$100", "9" * 30, "1.005"])
def test_amounts_that_make_no_sense_get_a_word_and_no_fault(client_of: Client, money: Money, typed: str) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    version = _version(host.get(place).text)
    answer = host.post_form(place, {**_typed(money, line_price=[typed, ""]), "version": version, "then": "submit"})
    assert answer.status_code == 422
    assert "field-error" in answer.text


@pytest.mark.parametrize(("typed", "minor"), [("１２８０", 1280_00), ("8万", 80_000_00), ("¥1,280.5", 1280_50)])
def test_amounts_are_read_as_people_type_them(client_of: Client, money: Money, typed: str, minor: int) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    version = _version(host.get(place).text)
    sent = {**_typed(money, line_price=[typed, ""], line_quantity=["1", ""]), "version": version}
    assert host.post_form(place, sent).status_code == 303
    assert money.row(int(place.split("/")[2])).total == minor


def test_what_is_typed_is_kept_as_it_comes_and_the_way_ahead_is_shown(client_of: Client, money: Money) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    request_id = int(place.split("/")[2])
    version = _version(host.get(place).text)
    answer = host.post_form(f"/requests/{request_id}/save", {**_typed(money), "version": version})
    assert answer.status_code == 200
    assert "林小雨" in answer.text and "¥2,561.00" in answer.text and "周经理" in answer.text
    fresh = _version(answer.text)
    assert fresh != version
    again = host.post_form(f"/requests/{request_id}/save", {**_typed(money, kind="recurring"), "version": fresh})
    assert again.headers["HX-Refresh"] == "true"
    assert 'name="renews_on"' in host.get(place).text


def _tags(page: str, name: str) -> list[str]:
    return re.findall(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', page)


@pytest.mark.parametrize(
    ("field", "sent", "told"),
    [
        ("line_price", {"line_price": ["", "80 dollars"]}, "Amounts are in yuan (CNY), not in dollars"),
        ("line_price", {"line_price": ["", "-5"]}, "The price is more than 0."),
        ("line_quantity", {"line_quantity": ["", "two"]}, "Type a number."),
        ("line_item", {"line_item": ["", ""]}, "Say what it is."),
        ("line_link", {"line_link": ["", "javascript:1"]}, "A link begins with https://"),
    ],
)
def test_what_is_wrong_in_a_row_is_framed_and_told_at_its_own_field(
    client_of: Client, money: Money, field: str, sent: dict[str, list[str]], told: str
) -> None:
    host = client_of("host").in_english()
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    rows = {
        "line_item": ["", "灯"],
        "line_quantity": ["", "1"],
        "line_price": ["", "80"],
        "line_supplier": ["", "京东"],
    }
    answer = host.post_form(place, {**_typed(money, **{**rows, **sent}), "version": _version(host.get(place).text)})
    assert answer.status_code == 422
    assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', answer.text) == [field]
    tag = next(tag for tag in _tags(answer.text, field) if "aria-invalid" in tag)
    tied = re.search(r'aria-describedby="([^"]+)"', tag)
    assert tied
    said = re.search(rf'<div id="{tied[1]}".*?</span>', answer.text, re.S)
    assert said and told in said[0]
    assert answer.text.count(told) == 1


def test_an_offer_that_cannot_be_read_is_told_at_its_amount(client_of: Client, money: Money) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    offers = {"quote_supplier": ["京东"], "quote_amount": ["很多"], "quote_note": [""]}
    answer = host.post_form(place, {**_typed(money, **offers), "version": _version(host.get(place).text)})
    assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', answer.text) == ["quote_amount"]


def test_nothing_is_claimed_of_an_amount_that_cannot_be_read(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    made = money.draft()
    place = f"/requests/{made}/edit"
    page = host.get(place).text
    assert page.count("The budget holds.") == 2, "beside the form, and in its bar on a phone"
    wrong = {**_typed(money, line_price=["a lot", ""]), "version": _version(page)}
    for answer in (host.post_form(f"/requests/{made}/save", wrong), host.post_form(place, wrong)):
        assert "The budget holds." not in answer.text and "are missing" not in answer.text
        assert answer.text.count("An amount can’t be read yet.") == 2
        assert "¥1,000.00" not in answer.text, "what was kept before is not what stands there"
    untitled = host.post_form(f"/requests/{made}/save", {**_typed(money, title=""), "version": _version(page)}).text
    assert "The budget holds." not in untitled and untitled.count("Not kept yet: something can’t be read.") == 2
    right = host.post_form(f"/requests/{made}/save", {**_typed(money), "version": _version(page)}).text
    assert right.count("The budget holds.") == 2 and "can’t be read" not in right


def test_rows_come_and_go_without_javascript(client_of: Client, money: Money) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    version = _version(host.get(place).text)
    page = host.post_form(place, {**_typed(money), "version": version, "more_line": "1"})
    assert page.status_code == 200
    assert page.text.count('name="line_item"') == 3
    page = host.post_form(place, {**_typed(money), "version": version, "drop_line": "0"})
    assert 'value="灯"' not in page.text


def test_a_draft_is_nobodys_business(client_of: Client, money: Money) -> None:
    made = money.draft()
    for who in ("lead", "manager", "member", "outsider"):
        assert client_of(who).get(f"/requests/{made}").status_code == 404, who
    assert client_of("viewer").get("/requests").status_code == 403
    assert client_of("host").get(f"/requests/{made}").status_code == 200


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
    seen = _seen(lead.get(f"/requests/{made}").text)
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
    seen = _seen(lead.get(f"/requests/{made}/refuse").text)
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


def test_a_policy_is_written_level_by_level_and_tried_out(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    page = manager.get("/approvals/policy/edit").text
    sent: dict[str, Any] = {
        "version": _version(page), "level": ["0", "1"], "level-0-name": "初审", "level-0-mode": "any",
        "level-0-needed": "1", "level-0-roles": ["lead"], "level-1-name": "终审", "level-1-mode": "all",
        "level-1-needed": "1", "level-1-roles": ["manager"], "level-1-amount": "1万", "quotes": "3",
        "remind_hours": "2", "escalate_hours": "8", "over_percent": "10",
    }  # fmt: skip
    more = manager.post_form("/approvals/policy/edit", {**sent, "more_level": "1"})
    assert more.status_code == 200
    assert 'id="level-2-name"' in more.text
    bad = manager.post_form("/approvals/policy/edit", {**sent, "level-1-roles": []})
    assert bad.status_code == 422
    assert "Say who signs: a role or a person." in bad.text
    assert manager.post_form("/approvals/policy/edit", sent).status_code == 303
    with acting(money.cast.actors["manager"]):
        assert [level.name for level in queries.newest()[1].levels] == ["初审", "终审"]
    stale = manager.post_form("/approvals/policy/edit", sent)
    assert stale.status_code == 409
    tried = manager.get(
        f"/approvals/policy?amount=8万&kind=one_off&category_id={money.categories['equipment']}"
        f"&requester_id={money.cast.manager}"
    ).text
    assert "too few people can sign here" in tried
    assert client_of("lead").get("/approvals/policy/edit").status_code == 403


def test_a_deputy_finds_what_waits_for_somebody_else(client_of: Client, money: Money) -> None:
    lead = client_of("lead")
    sent = {"deputy_id": str(money.cast.member), "first": str(today()), "last": str(today() + DAY), "note": "出差"}
    assert lead.post_form("/approvals/delegations", sent).status_code == 303
    made = money.ask(yuan=100)
    member = client_of("member").in_english()
    assert "补光灯" in member.get("/requests?tab=waiting").text
    page = member.get(f"/requests/{made}").text
    assert "You decide for 林小雨." in page
    member.post_form(f"/requests/{made}/approve", {"seen": _seen(page)})
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


def test_two_windows_of_one_draft_do_not_overwrite_each_other(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    request_id, version = int(place.split("/")[2]), _version(host.get(place).text)
    save = f"/requests/{request_id}/save"
    first = host.post_form(save, {**_typed(money, purpose="甲"), "version": version})
    assert _version(first.text) == str(int(version) + 1)
    second = host.post_form(save, {**_typed(money, purpose="乙"), "version": version})
    assert second.status_code == 200
    assert "it was changed in another window" in second.text
    assert 'name="version"' not in second.text
    assert money.row(request_id).purpose == "甲"
