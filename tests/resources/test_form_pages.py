"""The form of a request without JavaScript: what is typed, what is wrong in it, and two windows of one draft."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.resources.rules import State
from tests.resources.conftest import Money
from tests.resources.typed import typed_request, version_in

Client = Callable[[str], Any]


def test_what_is_missing_stands_beside_its_field_and_nothing_is_lost(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    typed = typed_request(money, purpose="", payee="", line_price=["0.005", ""], title="很长的名字")
    page = host.post_form(place, {**typed, "version": version_in(host.get(place).text), "then": "submit"})
    assert page.status_code == 422
    assert "An amount has at most two decimals." in page.text
    assert 'value="0.005"' in page.text and "很长的名字" in page.text
    typed["line_price"] = ["12", ""]
    page = host.post_form(place, {**typed, "version": version_in(page.text), "then": "submit"})
    assert page.status_code == 422
    for words in ("Say what it is good for.", "Say who is paid."):
        assert words in page.text
    assert 'id="purpose-error"' in page.text


@pytest.mark.parametrize("typed", ["-5", "0", "1e309", "abc", "$100", "9" * 30, "1.005"])
def test_amounts_that_make_no_sense_get_a_word_and_no_fault(client_of: Client, money: Money, typed: str) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    version = version_in(host.get(place).text)
    answer = host.post_form(
        place, {**typed_request(money, line_price=[typed, ""]), "version": version, "then": "submit"}
    )
    assert answer.status_code == 422
    assert "field-error" in answer.text


@pytest.mark.parametrize(("typed", "minor"), [("１２８０", 1280_00), ("8万", 80_000_00), ("¥1,280.5", 1280_50)])
def test_amounts_are_read_as_people_type_them(client_of: Client, money: Money, typed: str, minor: int) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    version = version_in(host.get(place).text)
    sent = {**typed_request(money, line_price=[typed, ""], line_quantity=["1", ""]), "version": version}
    assert host.post_form(place, sent).status_code == 303
    assert money.row(int(place.split("/")[2])).total == minor


def test_what_is_typed_is_kept_as_it_comes_and_the_way_ahead_is_shown(client_of: Client, money: Money) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    request_id = int(place.split("/")[2])
    version = version_in(host.get(place).text)
    answer = host.post_form(f"/requests/{request_id}/save", {**typed_request(money), "version": version})
    assert answer.status_code == 200
    assert "林小雨" in answer.text and "¥2,561.00" in answer.text and "周经理" in answer.text
    fresh = version_in(answer.text)
    assert fresh != version
    again = host.post_form(f"/requests/{request_id}/save", {**typed_request(money, kind="recurring"), "version": fresh})
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
    answer = host.post_form(
        place, {**typed_request(money, **{**rows, **sent}), "version": version_in(host.get(place).text)}
    )
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
    answer = host.post_form(place, {**typed_request(money, **offers), "version": version_in(host.get(place).text)})
    assert re.findall(r'name="(\w+)"[^>]*aria-invalid="true"', answer.text) == ["quote_amount"]


def test_nothing_is_claimed_of_an_amount_that_cannot_be_read(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    made = money.draft()
    place = f"/requests/{made}/edit"
    page = host.get(place).text
    assert page.count("The budget holds.") == 2, "beside the form, and in its bar on a phone"
    wrong = {**typed_request(money, line_price=["a lot", ""]), "version": version_in(page)}
    for answer in (host.post_form(f"/requests/{made}/save", wrong), host.post_form(place, wrong)):
        assert "The budget holds." not in answer.text and "are missing" not in answer.text
        assert answer.text.count("An amount can’t be read yet.") == 2
        assert "¥1,000.00" not in answer.text, "what was kept before is not what stands there"
    untitled = host.post_form(
        f"/requests/{made}/save", {**typed_request(money, title=""), "version": version_in(page)}
    ).text
    assert "The budget holds." not in untitled and untitled.count("Not kept yet: something can’t be read.") == 2
    right = host.post_form(f"/requests/{made}/save", {**typed_request(money), "version": version_in(page)}).text
    assert right.count("The budget holds.") == 2 and "can’t be read" not in right


def test_rows_come_and_go_without_javascript(client_of: Client, money: Money) -> None:
    host = client_of("host")
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    version = version_in(host.get(place).text)
    page = host.post_form(place, {**typed_request(money), "version": version, "more_line": "1"})
    assert page.status_code == 200
    assert page.text.count('name="line_item"') == 3
    page = host.post_form(place, {**typed_request(money), "version": version, "drop_line": "0"})
    assert 'value="灯"' not in page.text


def test_two_windows_of_one_draft_do_not_overwrite_each_other(client_of: Client, money: Money) -> None:
    host = client_of("host").in_english()
    place = host.post_form("/requests/new", {"kind": "one_off", "title": "灯"}).headers["Location"]
    request_id, version = int(place.split("/")[2]), version_in(host.get(place).text)
    save = f"/requests/{request_id}/save"
    first = host.post_form(save, {**typed_request(money, purpose="甲"), "version": version})
    assert version_in(first.text) == str(int(version) + 1)
    second = host.post_form(save, {**typed_request(money, purpose="乙"), "version": version})
    assert second.status_code == 200
    assert "it was changed in another window" in second.text
    assert 'name="version"' not in second.text
    assert money.row(request_id).purpose == "甲"


def test_a_draft_that_is_complete_is_handed_in_by_its_first_button(client_of: Client, money: Money) -> None:
    made, lacks = money.draft("host"), money.draft("host", purpose="")
    host = client_of("host").in_english()
    head = re.compile(r'<button class="btn btn-primary">(?:<svg.*?</svg>)?Submit</button>', re.S)
    edit = re.compile(r'<a class="btn btn-(\w+)" href="/requests/\d+/edit" data-edit>')
    page = host.get(f"/requests/{made}").text
    assert head.search(page) and edit.findall(page) == ["secondary"]
    page = host.get(f"/requests/{lacks}").text
    assert not head.search(page) and edit.findall(page) == ["primary"]
    assert host.post_form(f"/requests/{made}/submit", {}).status_code == 303
    assert money.state(made) is State.PENDING
    page = host.get(f"/requests/{made}").text
    assert not head.search(page) and edit.findall(page) == []
