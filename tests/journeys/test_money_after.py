"""After the yes: ordered, received in parts, paid with its receipt, closed; and whether it was worth it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner.kernel import clock
from planner.resources.rules import Line, Standing, State
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.paying import DAY, RECEIPT, Enter, People, approve, attach, fits, in_both, minute_now, over, show_at
from tests.resources.conftest import YUAN, Money
from tests.resources.conftest import money as money

pytestmark = pytest.mark.browser
LINES = (Line("领夹麦", Decimal(3), 300 * YUAN, "京东"), Line("麦架", Decimal(1), 100 * YUAN, "京东"))


@in_both
def test_what_was_approved_is_ordered_received_in_parts_paid_with_a_receipt_and_closed(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    made = money.ask(title="收音升级", lines=LINES)
    money.approve("lead", made)
    people = People(enter, address, language)
    says = people.says
    phone = people.window("host", PHONE, "/requests")
    phone.get_by_role("link", name=says("待执行", "To carry out")).click()
    phone.get_by_role("link", name="收音升级").click()
    phone.get_by_role("link", name=says("下单", "Place the order")).first.click()
    phone.locator('[name="number"]').fill("JD-1001")
    fits(phone)
    phone.locator(".form-foot button.btn-primary").click()
    expect(phone.locator("#after")).to_contain_text("JD-1001")

    phone.get_by_role("link", name=says("收货", "Receive")).first.click()
    came = phone.locator("input[name^=came_]")
    expect(came.first, "all of it stands there").to_have_value("3")
    came.first.fill("2")
    fits(phone)
    phone.locator(".form-foot button.btn-primary").click()
    put = phone.get_by_role("button", name=says("放进去", "Put it there"))
    expect(put, "it becomes kit of a studio at once, or later").to_be_visible()
    fits(phone)
    put.click()
    expect(phone.locator("main")).to_contain_text("3号间")
    expect(phone.locator("#after"), "what is missing is said").to_contain_text("2/3")
    phone.get_by_role("link", name=says("收货", "Receive")).first.click()
    expect(came.first, "and only that is asked for").to_have_value("1")
    phone.locator(".form-foot button.btn-primary").click()
    phone.get_by_role("link", name=says("取消", "Cancel")).click()
    expect(phone.locator("#after")).to_contain_text(says("全部到齐", "everything"))
    expect(phone.locator("#after")).to_contain_text(says("由组长或经理登记付款", "records the payment"))

    lead = people.window("lead", DESK, f"/requests/{made}")
    lead.get_by_role("link", name=says("登记付款", "Record a payment")).first.click()
    expect(lead.locator('[name="amount"]'), "what is owed stands there").to_have_value("1,000.00")
    lead.locator('[name="amount"]').fill("980")
    lead.locator('[name="number"]').fill("25312000000091174420")
    lead.get_by_role("button", name=says("登记并添加凭证", "Record it and attach the receipt")).click()
    attach(lead)
    lead.wait_for_url(re.compile(rf"/requests/{made}"))
    expect(lead.locator("main")).to_contain_text(str(RECEIPT["name"]))
    expect(lead.locator("#after")).to_contain_text("¥980.00")
    assert money.state(made) is State.APPROVED, "a receipt asks nobody again"
    lead.locator("#after").get_by_role("link", name=says("关闭申请", "Close the request"), exact=True).click()
    expect(lead.locator("main")).to_contain_text(says("¥20.00 将释放回预算", "¥20.00 go back into the budget"))
    lead.locator(".form-foot button.btn-primary").click()
    expect(lead.locator("#after")).to_contain_text(says("差额", "Difference"))
    assert money.state(made) is State.CLOSED
    assert money.standing() == Standing(100_000 * YUAN, 0, 0, 980 * YUAN)


@in_both
def test_a_manager_says_whether_it_was_worth_it_and_the_next_such_request_shows_it(
    app: Flask, address: str, enter: Enter, money: Money, language: str
) -> None:
    with app.app_context():
        made = worth_it(money)
    people = People(enter, address, language)
    says = people.says
    phone = people.window("manager", PHONE, "/requests?tab=worth")
    phone.get_by_role("link", name="场景话术培训").click()
    panel = phone.locator("#worth")
    expect(panel, "before and since, with the number of shows").to_contain_text("5:05")
    expect(panel).to_contain_text("5:50")
    fits(phone)
    panel.get_by_role("link", name=says("评价", "Say whether it was worth it")).click()
    phone.get_by_text(says("值", "Worth it"), exact=True).click()
    phone.locator("textarea[name=words]").fill("新主播停留上来了")
    fits(phone)
    phone.locator(".form-foot button.btn-primary").click()
    phone.wait_for_url(re.compile(rf"/requests/{made}"))
    expect(phone.locator("#worth")).to_contain_text("新主播停留上来了")

    money.ask("lead", 5000, title="场景话术培训第二期", payee="京东")
    phone.goto(f"{address}/requests")
    queue = phone.locator(".queue .item", has_text="场景话术培训第二期")
    expect(queue, "what the last one brought").to_contain_text("新主播停留上来了")
    expect(queue.locator(".chip").first).to_contain_text(says("值", "Worth it"))
    fits(phone)
    queue.get_by_role("link", name="场景话术培训第二期", exact=True).click()
    expect(phone.locator("main")).to_contain_text("新主播停留上来了")
    approve(phone)


def worth_it(money: Money) -> int:
    """A request of the host for longer watching, approved ten days ago, between four shows and three better ones."""
    now = minute_now()
    with clock.standing(now - 10 * DAY):
        made = money.ask(title="场景话术培训", metric="avg_watch_seconds", effect=Decimal(30))
        money.approve("lead", made)
    for day, seconds in ((14, 300), (13, 320), (12, 310), (11, 290), (9, 350), (8, 360), (7, 340)):
        start = now - day * DAY
        over(money, show_at(money, start), start, avg_watch_seconds=seconds)
    return made
