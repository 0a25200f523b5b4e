"""What is typed into a draft of a request survives leaving the page: with a network, and without one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.paying import Enter, People, in_both
from tests.resources.conftest import Money
from tests.resources.conftest import money as money

pytestmark = pytest.mark.browser
PURPOSE = '[name="purpose"]'


def leave(page: Page) -> None:
    """Tap another page, at once."""
    page.locator('nav a[href="/"]:visible, .tabbar a[href="/"]:visible').first.click()
    page.wait_for_url(re.compile(r"/$"))


@in_both
def test_what_is_typed_without_a_network_is_here_again(address: str, enter: Enter, money: Money, language: str) -> None:
    made, people = money.draft(), People(enter, address, language)
    place = f"{address}/requests/{made}/edit"
    phone = people.window("host", PHONE, f"/requests/{made}/edit")
    phone.context.set_offline(True)
    phone.locator(PURPOSE).fill("断网时写下的理由")
    phone.locator('[name="line_item"]').first.fill("环形灯")
    phone.locator(".draft-word").wait_for()
    expect(phone.locator(".form-foot .draft-word")).to_contain_text(people.says("尚未保存", "Not saved yet"))
    room = phone.context
    phone.close()
    room.set_offline(False)
    phone = room.new_page()
    phone.goto(f"{address}/requests")
    assert money.row(made).purpose != "断网时写下的理由"
    phone.goto(place)
    expect(phone.locator(PURPOSE)).to_have_value("断网时写下的理由")
    expect(phone.locator('[name="line_item"]').first).to_have_value("环形灯")
    told = phone.locator("form[data-draft] > .note")
    expect(told).to_contain_text(people.says("未保存的内容已恢复", "What was not saved is here again"))
    told.get_by_role("button").click()
    expect(phone.locator(PURPOSE), "dropped").to_have_value("两间直播间换灯，画面亮度不足")
    phone.locator(PURPOSE).fill("换灯")
    with phone.expect_response(lambda answer: answer.url.endswith("/save")):
        phone.locator(PURPOSE).blur()
    phone.goto(place)
    expect(told, "nothing is left over").to_have_count(0)
    expect(phone.locator("form[data-draft] > .note:visible")).to_have_count(0)
    assert money.row(made).purpose == "换灯"


@in_both
def test_what_is_typed_is_sent_as_the_page_is_left(address: str, enter: Enter, money: Money, language: str) -> None:
    made, people = money.draft(), People(enter, address, language)
    phone = people.window("host", PHONE, f"/requests/{made}/edit")
    phone.locator('[data-rows="line"] [data-row-more]').click()
    phone.locator('[name="line_item"]').last.fill("支架")
    phone.locator(PURPOSE).fill("刚写完就点走")
    leave(phone)
    phone.goto(f"{address}/requests/{made}/edit")
    expect(phone.locator(PURPOSE)).to_have_value("刚写完就点走")
    expect(phone.locator('[name="line_item"]'), "no row twice").to_have_count(2)
    expect(phone.locator('[name="line_item"]').last, "also a row that is not finished").to_have_value("支架")
    assert money.row(made).purpose == "刚写完就点走", "the server has it"
    phone.locator('[name="line_price"]').last.fill("12")
    typed = "line_price=12"
    with phone.expect_response(
        lambda got: got.url.endswith("/save") and typed in (got.request.post_data or "")
    ) as kept:
        phone.locator('[name="line_price"]').last.blur()
    assert kept.value.headers["kept-whole"] == "1", "and it goes on from what it had sent itself"


def test_two_windows_come_to_the_page_of_both(address: str, enter: Enter, money: Money) -> None:
    made, people = money.draft(), People(enter, address, "zh-CN")
    first = people.window("host", DESK, f"/requests/{made}/edit")
    second = first.context.new_page()
    second.goto(f"{address}/requests/{made}/edit")
    with second.expect_response(lambda answer: answer.url.endswith("/save")):
        second.locator(PURPOSE).fill("第二个窗口")
        second.locator(PURPOSE).blur()
    first.locator(PURPOSE).fill("第一个窗口")
    first.goto(f"{address}/requests")
    assert money.row(made).purpose == "第二个窗口", "never overwritten silently"
    first.goto(f"{address}/requests/{made}/edit")
    expect(first.locator(PURPOSE)).to_have_value("第一个窗口")
    expect(first.locator("form[data-draft] > .note")).to_contain_text("草稿在别处改过")
    first.locator(".form-foot .btn-secondary").click()
    expect(first.locator(".stale")).to_contain_text("第二个窗口")
    assert money.row(made).purpose == "第二个窗口"
