"""Asking for money: from a phone, beyond what the budget has, and afterwards for what could not wait."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner.kernel.permissions import Role
from planner.resources.rules import LevelRule, Mode, Standing, State
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.paying import RECEIPT, Enter, People, approve, attach, fits, in_both
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.conftest import money as money
from tests.resources.decided import LEADS, agree
from tests.resources.enveloped import show
from tests.resources.test_by_hand import incident

pytestmark = pytest.mark.browser


@in_both
def test_a_host_asks_from_a_phone_and_a_lead_decides_with_a_key(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    people = People(enter, address, language)
    says = people.says
    phone = people.window("host", PHONE, "/me")
    phone.get_by_role("link", name=says("申请", "Requests"), exact=True).click()
    phone.get_by_role("link", name=says("新建申请", "New request")).first.click()
    phone.get_by_label(says("要什么？", "What is it?")).fill("补光灯两只")
    phone.get_by_role("button", name=says("继续", "Go on")).click()
    phone.wait_for_url("**/edit")
    request_id = int(phone.url.split("/")[-2])
    phone.locator('[name="line_item"]').first.fill("环形灯")
    phone.locator('[name="purpose"]').fill("3号间")
    for words in ("3号间", "3号间画面偏暗"):
        with phone.expect_response(lambda answer: answer.url.endswith("/save")) as kept:
            phone.locator('[name="purpose"]').fill(words)
            phone.locator('[name="purpose"]').blur()
        assert kept.value.status == 200
        expect(phone.locator("#way-ahead [role=status]")).to_contain_text(says("已保存", "Kept"))
    phone.locator('[name="title"]').press("Enter")
    expect(phone.locator('[name="line_item"]').first, "Enter takes no row away").to_have_value("环形灯")
    phone.locator('[name="category_id"]').select_option(str(money.categories["equipment"]))
    phone.locator('[name="needed_by"]').fill(str(today() + DAY))
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
    fits(phone)
    phone.locator('[name="pay_way"]').select_option("transfer")
    phone.locator('[name="payee"]').fill("京东")
    phone.get_by_role("button", name=says("添加附件", "Attach papers")).click()
    attach(phone)
    phone.wait_for_url(re.compile("/edit"))
    expect(phone.locator('[name="payee"]'), "what was typed last is there, too").to_have_value("京东")
    phone.locator('button[name="then"][value="submit"]').click()
    phone.wait_for_url(re.compile(rf"/requests/{request_id}$"))
    expect(phone.locator(".page-head"), "whose answer it waits for").to_contain_text("林小雨")
    fits(phone)
    assert money.state(request_id) is State.PENDING

    desk = people.window("lead", DESK, "/requests")
    desk.get_by_role("link", name="补光灯两只", exact=True).click()
    expect(desk.locator(".decide-bar")).to_be_visible()
    desk.keyboard.press("a")
    strip = desk.locator("[data-undo-strip]")
    expect(strip).to_contain_text("补光灯两只")
    expect(strip).to_contain_text("¥1,281.00")
    assert money.standing() == Standing(100_000 * YUAN, 0, 1281 * YUAN, 0)
    strip.get_by_role("button").click()
    expect(desk.locator("body")).to_contain_text(says("没有通知任何人", "nobody was told"))
    assert money.state(request_id) is State.PENDING
    desk.goto(f"{address}/requests/{request_id}")
    approve(desk)
    assert money.state(request_id) is State.APPROVED


@in_both
def test_more_than_the_budget_has_is_warned_of_asked_higher_up_and_stopped(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    agree(money, LEADS, LevelRule("超预算加签", Mode.ANY, (Role.MANAGER,), over_budget=True))
    people = People(enter, address, language)
    says = people.says
    made = money.draft(
        yuan=25_000, title="外聘讲师", category_id=money.categories["training"], metric="avg_watch_seconds"
    )
    phone = people.window("host", PHONE, f"/requests/{made}/edit")
    expect(phone.locator("#ahead-line")).to_contain_text(says("还差 ¥5,000.00", "¥5,000.00 are missing"))
    expect(phone.locator("#way-ahead"), "one level more").to_contain_text("超预算加签")
    phone.locator('button[name="then"][value="submit"]').click()
    phone.wait_for_url(re.compile(rf"/requests/{made}$"))

    lead = people.window("lead", DESK, "/requests")
    expect(lead.locator(".queue .chip-warn")).to_contain_text(says("超预算", "over budget"))
    lead.get_by_role("link", name="外聘讲师", exact=True).click()
    approve(lead)

    manager = people.window("manager", PHONE, f"/requests/{made}")
    manager.locator(".decide-bar .btn-primary").click()
    missing = says("还差 ¥5,000.00", "¥5,000.00 are missing")
    expect(manager.locator(".strip, .note-warn").first, "a limit, not a warning").to_contain_text(missing)
    assert money.state(made) is State.PENDING
    assert money.standing("training") == Standing(20_000 * YUAN, 25_000 * YUAN, 0, 0)
    manager.locator(".money-left a").click()
    manager.get_by_role("link", name=says("下达预算", "Allocate")).first.click()
    manager.locator('[name="amount"]').fill("5000")
    manager.locator(".form-foot button.btn-primary").click()
    manager.goto(f"{address}/requests/{made}")
    approve(manager)
    assert money.state(made) is State.APPROVED
    assert money.standing("training") == Standing(25_000 * YUAN, 0, 25_000 * YUAN, 0)


@in_both
def test_what_could_not_wait_is_asked_for_after_the_bad_evening(
    app: Flask, address: str, enter: Enter, money: Money, language: str
) -> None:
    made = show(money)
    broken = incident(money, made)
    people = People(enter, address, language)
    says = people.says
    phone = people.window("host", PHONE, f"/sessions/{made}/emergency/{broken}")
    phone.get_by_role("link", name=says("补审批", "Ask for what was paid already")).click()
    phone.get_by_label(says("要什么？", "What is it?")).fill("备用麦克风两只")
    phone.get_by_role("button", name=says("继续", "Go on")).click()
    phone.wait_for_url("**/edit")
    request_id = int(phone.url.split("/")[-2])
    expect(phone.locator('[name="incident_id"]'), "the emergency is chosen already").to_have_value(str(broken))
    phone.locator('[name="category_id"]').select_option(str(money.categories["equipment"]))
    phone.locator('[name="purpose"]').fill("主麦无声，备用麦没电")
    phone.locator('[name="spent_on"]').fill(str(today()))
    phone.locator('[name="line_item"]').first.fill("领夹麦")
    phone.locator('[name="line_quantity"]').first.fill("2")
    phone.locator('[name="line_price"]').first.fill("590")
    phone.locator('[name="pay_way"]').select_option("reimburse")
    phone.locator('[name="payee_id"]').select_option(str(money.cast.host))
    phone.locator('button[name="then"][value="submit"]').click()
    faults = phone.locator("[role=alert]")
    expect(faults.first).to_be_visible()
    expect(phone.locator("main")).to_contain_text(says("请附上凭证", "Attach the receipt"))
    expect(phone.locator("main")).to_contain_text(says("请写明为什么不能等", "Say why it could not wait"))
    expect(phone.locator('[name="line_price"]').first, "nothing is lost").to_have_value("590")
    phone.locator('[name="reason"]').fill("正在直播，就近买了两只")
    phone.get_by_role("button", name=says("添加附件", "Attach papers")).click()
    attach(phone)
    phone.wait_for_url(re.compile("/edit"))
    phone.locator('button[name="then"][value="submit"]').click()
    phone.wait_for_url(re.compile(rf"/requests/{request_id}$"))
    fits(phone)

    lead = people.window("lead", DESK, f"/requests/{request_id}")
    for told in ("正在直播，就近买了两只", RECEIPT["name"], "¥1,180.00"):
        expect(lead.locator("main")).to_contain_text(str(told))
    approve(lead)
    assert money.standing() == Standing(100_000 * YUAN, 0, 0, 1180 * YUAN), "it was spent already"
    lead.goto(f"{address}/requests/{request_id}")
    lead.locator(f"main a[href='/sessions/{made}/emergency/{broken}']").click()
    expect(lead.locator("#money"), "and the emergency says what it cost").to_contain_text("备用麦克风两只")
