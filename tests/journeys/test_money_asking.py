"""A host asks for money on a phone; a lead says yes with a key, takes it back, and says yes again; a manager is told."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.resources.rules import Standing, State
from tests.cast import PASSWORD
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.conftest import money as money

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["zh-CN"])
def test_a_host_asks_and_a_lead_decides(app: Flask, address: str, enter: Enter, money: Money, language: str) -> None:
    zh = language == "zh-CN"
    phone = enter(address, "host", PASSWORD, PHONE, language)
    phone.goto(f"{address}/requests/new")
    phone.get_by_label("要什么？" if zh else "What is it?").fill("补光灯两只")
    phone.get_by_role("button", name="继续" if zh else "Go on").click()
    phone.wait_for_url("**/edit")
    request_id = int(phone.url.split("/")[-2])
    for words in ("3号间", "3号间画面偏暗"):
        with phone.expect_response(lambda answer: answer.url.endswith("/save")) as kept:
            phone.locator('[name="purpose"]').fill(words)
            phone.locator('[name="purpose"]').blur()
        assert kept.value.status == 200
        expect(phone.locator("#way-ahead [role=status]")).to_contain_text("已保存" if zh else "Kept")
    phone.locator('[name="category_id"]').select_option(str(money.categories["equipment"]))
    phone.locator('[name="needed_by"]').fill(str(today() + DAY))
    phone.locator('[name="line_item"]').first.fill("环形灯")
    phone.locator('[name="line_quantity"]').first.fill("2")
    phone.locator('[name="line_price"]').first.fill("640.50")
    phone.locator('[name="line_price"]').first.blur()
    ahead = phone.locator("#way-ahead")
    expect(ahead).to_contain_text("¥1,281.00")
    expect(ahead).to_contain_text("林小雨")
    expect(phone.locator("#ahead-line"), "the sum stands by the button").to_contain_text("¥1,281.00")
    phone.reload()
    expect(phone.locator('[name="purpose"]')).to_have_value("3号间画面偏暗")
    expect(phone.locator('[name="line_price"]').first, "kept without a button").to_have_value("640.50")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "the form scrolls sideways on a phone"
    phone.locator('[name="pay_way"]').select_option("transfer")
    phone.locator('[name="payee"]').fill("京东")
    phone.locator('button[name="then"]').click()
    phone.wait_for_url(re.compile(rf"/requests/{request_id}$"))
    assert money.state(request_id) is State.PENDING

    desk = enter(address, "lead", PASSWORD, DESK, language)
    desk.goto(f"{address}/requests")
    desk.get_by_role("link", name="补光灯两只").click()
    expect(desk.locator(".decide-bar")).to_be_visible()
    desk.keyboard.press("a")
    strip = desk.locator("[data-undo-strip]")
    expect(strip).to_be_visible()
    assert money.standing() == Standing(100_000 * YUAN, 0, 1281 * YUAN, 0)
    strip.get_by_role("button").click()
    expect(desk.locator("body")).to_contain_text("没有通知任何人" if zh else "nobody was told")
    assert money.state(request_id) is State.PENDING
    desk.goto(f"{address}/requests/{request_id}")
    desk.locator(".decide-bar .btn-primary").click()
    expect(strip).to_be_visible()
    assert money.state(request_id) is State.APPROVED
