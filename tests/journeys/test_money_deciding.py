"""Deciding on money: from a notification, for somebody who is away, with one signer more, two at once, many at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner.kernel import clock
from planner.resources.rules import Standing, State
from tests.journeys.conftest import DESK, PHONE, Hands
from tests.journeys.paying import Enter, People, approve, fits, in_both, second_manager
from tests.resources.conftest import YUAN, Money
from tests.resources.conftest import money as money

pytestmark = pytest.mark.browser


@in_both
def test_a_manager_decides_on_a_phone_from_the_notification(
    address: str, enter: Enter, hands: Hands, money: Money, language: str
) -> None:
    made = money.ask("lead", 5000, title="收音升级", metric="gmv", effect_note="少掉线")
    people = People(enter, address, language)
    says = people.says
    phone = people.window("manager", PHONE)
    phone.locator(".bell").click()
    phone.get_by_role("button", name=says("待你审批：收音升级，¥5,000.00", "To approve: 收音升级, ¥5,000.00")).click()
    phone.wait_for_url(f"**/requests/{made}*")
    for told in ("¥5,000.00", "少掉线", says("扣除后剩 ¥95,000.00", "¥95,000.00 after it")):
        expect(phone.locator("main")).to_contain_text(told)
    fits(phone)
    box = phone.locator(".decide-bar .btn-primary").bounding_box()
    assert box and box["height"] >= 48 and box["y"] + box["height"] <= PHONE["height"], "without scrolling"
    approve(phone)
    expect(phone.locator("main")).to_contain_text(says("没有等你处理的事", "Nothing waits for you"))
    assert money.state(made) is State.APPROVED

    lead = people.window("lead", DESK, "/inbox")
    answer = says("已同意：收音升级", "Approved: 收音升级")
    expect(lead.locator("main"), "nobody is told while it can be taken back").not_to_contain_text(answer)
    hands.put(clock.now() + timedelta(seconds=12))
    lead.reload()
    expect(lead.locator("main")).to_contain_text(answer)
    phone.goto(f"{address}/inbox")
    expect(phone.locator("main")).not_to_contain_text("收音升级")


@in_both
def test_a_lead_asks_a_signer_before_and_another_one_after(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    first, second = money.ask(title="补光灯"), money.ask(title="灯架")
    people = People(enter, address, language)
    says = people.says
    lead = people.window("lead", DESK, f"/requests/{first}")
    lead.locator(".decide-bar .menu > summary").click()
    lead.get_by_role("link", name=says("加签", "Add a signer")).click()
    lead.locator('[name="user_id"]').select_option(str(money.cast.member))
    lead.get_by_label(says("理由", "Reason")).fill("看看功率够不够")
    lead.locator(".form-foot button.btn-primary").click()
    expect(lead.locator(".way")).to_contain_text(says("前加签", "Added, signs before"))
    expect(lead.locator(".decide-bar"), "it comes back later").to_have_count(0)

    member = people.window("member", PHONE)
    card = member.locator("section.block", has_text=says("待我审批", "Waiting for me")).first
    card.get_by_role("link", name="补光灯").click()
    expect(member.locator("main"), "and why they are asked").to_contain_text("看看功率够不够")
    fits(member)
    approve(member)
    assert money.state(first) is State.PENDING, "they sign besides, not instead"
    lead.goto(f"{address}/requests/{first}")
    approve(lead)
    assert money.state(first) is State.APPROVED

    lead.goto(f"{address}/requests/{second}/add")
    lead.locator('[name="user_id"]').select_option(str(money.cast.member))
    lead.get_by_text(says("后加签", "after me")).first.click()
    lead.locator(".form-foot button.btn-primary").click()
    expect(lead.locator(".way")).to_contain_text(says("后加签", "Added, signs after"))
    assert money.state(second) is State.PENDING
    member.goto(f"{address}/requests/{second}")
    approve(member)
    assert money.state(second) is State.APPROVED
    assert money.standing() == Standing(100_000 * YUAN, 0, 2000 * YUAN, 0)


@in_both
def test_a_deputy_signs_while_the_manager_is_away(address: str, enter: Enter, money: Money, language: str) -> None:
    people = People(enter, address, language)
    says = people.says
    manager = people.window("manager", PHONE, "/requests")
    manager.locator(".page-acts .menu > summary").click()
    manager.get_by_role("link", name=says("代批", "Who signs for whom")).click()
    manager.locator('[name="deputy_id"]').select_option(str(money.cast.member))
    manager.locator("main form.form button.btn-primary").click()
    expect(manager.locator("main .list")).to_contain_text(says("阿强 代 周经理", "阿强 for 周经理"))
    fits(manager)
    made = money.ask("lead", 5000, title="收音升级")

    member = people.window("member", PHONE, "/inbox")
    member.get_by_role("button", name="收音升级").click()
    member.wait_for_url(f"**/requests/{made}*")
    expect(member.locator(".decide")).to_contain_text(says("你代 周经理 审批", "You decide for 周经理"))
    approve(member)
    assert money.state(made) is State.APPROVED
    host = people.window("lead", DESK, f"/requests/{made}")
    expect(host.locator(".way"), "both names stay").to_contain_text(says("阿强 代 周经理", "阿强 for 周经理"))


@in_both
def test_two_managers_hold_the_same_card_and_the_second_tap_says_what_happened(
    app: Flask, address: str, enter: Enter, money: Money, language: str
) -> None:
    with app.app_context():
        second_manager(money)
    money.ask("lead", 5000, title="收音升级")
    people = People(enter, address, language)
    says = people.says
    one, other = people.window("manager", PHONE), people.window("viewer", PHONE)
    yes = re.compile(says("同意", "Approve") + r"\s*: 收音升级")
    expect(other.get_by_role("button", name=yes)).to_be_visible()
    one.get_by_role("button", name=yes).click()
    expect(one.locator("[data-undo-strip]")).to_contain_text("收音升级")
    other.get_by_role("button", name=yes).click()
    expect(other.locator("main"), "who was faster").to_contain_text(
        says("周经理已经同意", "周经理 has approved it already")
    )
    expect(other.locator(".page-head")).to_contain_text(says("已同意", "Approved"))
    fits(other)
    assert money.standing() == Standing(100_000 * YUAN, 0, 5000 * YUAN, 0), "once"


@in_both
def test_a_batch_is_approved_and_taken_back_before_anybody_is_told(
    address: str, enter: Enter, hands: Hands, money: Money, language: str
) -> None:
    many = [money.ask("lead", 5000, title=title) for title in ("收音升级", "导播台", "备用电池")]
    people = People(enter, address, language)
    says = people.says
    phone = people.window("manager", PHONE, "/requests")
    for title in ("收音升级", "导播台"):
        phone.get_by_role("checkbox", name=title).check()
    fits(phone)
    phone.get_by_role("button", name=says("同意选中的申请", "Approve what is ticked")).click()
    strip = phone.locator("[data-undo-strip]")
    expect(strip).to_contain_text("2")
    assert [money.state(made) for made in many] == [State.APPROVED, State.APPROVED, State.PENDING]
    strip.get_by_role("button").click()
    expect(phone.locator("body")).to_contain_text(says("没有通知任何人", "nobody was told"))
    expect(phone.locator(".queue .item")).to_have_count(3)
    assert {money.state(made) for made in many} == {State.PENDING}
    assert money.standing() == Standing(100_000 * YUAN, 15_000 * YUAN, 0, 0)
    hands.put(clock.now() + timedelta(seconds=30))
    lead = people.window("lead", DESK, "/inbox?show=all")
    expect(lead.locator("main")).not_to_contain_text(says("已同意：", "Approved:"))
