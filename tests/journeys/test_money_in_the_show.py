"""Ad money while on air: one tap within the cap, a call to whoever is on duty above it, a week's envelope of many shows."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.kernel import clock
from planner.live import services as live
from planner.live.services import ReadingIn
from planner.resources import services
from planner.resources.rules import Quote
from planner.resources.rules.envelopes import Reason
from tests.journeys.conftest import DESK, PHONE, Hands
from tests.journeys.paying import (
    DAY,
    HOUR,
    MINUTE,
    Enter,
    People,
    approve,
    ask_now,
    fits,
    in_both,
    minute_now,
    over,
    second_manager,
    show_at,
)  # fmt: skip
from tests.resources.conftest import YUAN, Money, today
from tests.resources.conftest import money as money
from tests.resources.enveloped import approved, envelope_of, fund, read, show, sums

pytestmark = pytest.mark.browser


def tap(page: Page, yuan: str) -> None:
    """One of the amounts of one tap."""
    page.locator("#draw").get_by_role("button", name=f"+¥{yuan}").click()


@in_both
def test_a_draw_within_the_cap_is_one_tap_and_above_it_the_manager_on_duty_answers(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    envelope, made = envelope_of(money, approved(money, session_cap=600 * YUAN)), show(money)
    read(money, made, 9000, 1000)
    people = People(enter, address, language)
    says = people.says
    buyer = people.window("member", PHONE, f"/sessions/{made}?phase=air")
    place = buyer.locator("#draw")
    expect(place).to_contain_text("ROI 9")
    fits(buyer)
    tap(buyer, "500.00")
    expect(place).to_contain_text(says("已批准（额度内）", "Granted"))
    assert sums(money, envelope)[made] == (500, 0, 500)

    tap(buyer, "500.00")
    expect(place).to_contain_text(says("等待周经理答复", "周经理 is asked"))
    expect(place, "and a clock runs").to_contain_text(re.compile(r"0:00:\d\d"))
    expect(place).to_contain_text(says("答复前按原计划执行", "Keep the plan until there is an answer"))
    fits(buyer)
    manager = people.window("manager", PHONE)
    call = manager.locator("section.block", has_text=says("直播间在等", "they wait on air"))
    expect(call).to_contain_text("ROI 9")
    expect(call).to_contain_text("阿强")
    call.get_by_role("button", name=says("同意", "Approve")).click()
    expect(manager.locator("body")).to_contain_text(says("已同意", "Approved"))
    expect(call, "nothing waits any more").to_have_count(0)
    ask_now(buyer)
    expect(place.locator(".list .item").first).to_contain_text(says("已同意", "Approved"))
    expect(place.locator(".list .item").first).to_contain_text("周经理")
    assert sums(money, envelope)[made] == (1000, 0, 500)


@in_both
def test_when_nobody_answers_nothing_is_approved_and_the_ad_buyer_keeps_the_plan(
    app: Flask, address: str, enter: Enter, hands: Hands, money: Money, language: str
) -> None:
    with app.app_context():
        second_manager(money)
    envelope, made = envelope_of(money, approved(money)), show(money)
    people = People(enter, address, language)
    says = people.says
    buyer = people.window("member", PHONE, f"/sessions/{made}?phase=air")
    place = buyer.locator("#draw")
    expect(place, "nothing was read").to_contain_text(says("申领需值班经理审批", "a draw asks the manager on duty"))
    tap(buyer, "500.00")
    asked = re.compile(says("等待(周经理|访客)答复", "(周经理|访客) is asked"))
    expect(place).to_contain_text(asked)
    first = (asked.search(place.inner_text()) or [""])[1]
    logins = {"周经理": "manager", "访客": "viewer"}
    other = next(name for name in logins if name != first)
    late = people.window(logins[first], PHONE)
    call = late.locator("section.block", has_text=says("直播间在等", "they wait on air"))
    expect(call).to_contain_text("¥500.00")

    hands.put(clock.now() + timedelta(seconds=65))
    ask_now(buyer)
    expect(place, "a minute later it is the next one's").to_contain_text(says(f"等待{other}答复", f"{other} is asked"))
    call.get_by_role("button", name=says("同意", "Approve")).click()
    expect(late.locator("main")).to_contain_text(says(f"已转给{other}", f"passed on to {other}"))
    expect(late.locator("main"), "and how it stands").to_contain_text("¥500.00")
    next_one = people.window(logins[other], PHONE)
    expect(next_one.locator("main")).to_contain_text(says("直播间在等", "they wait on air"))

    hands.put(clock.now() + timedelta(seconds=130))
    ask_now(buyer)
    expect(place).to_contain_text(says("未批准，按原计划执行", "Not approved, keep the plan"))
    expect(place).not_to_contain_text(says("等待", "is asked"))
    fits(buyer)
    next_one.reload()
    expect(next_one.locator("main")).not_to_contain_text(says("直播间在等", "they wait on air"))
    assert sums(money, envelope)[made][0] == 0


@in_both
def test_a_request_of_80000_does_not_hold_up_tonights_draw(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    fund(money, 60_000)
    envelope = envelope_of(money, approved(money))
    made = show(money)
    read(money, made, 9000, 1000)
    big = money.draft("member", 80_000, title="大场投流包", category_id=money.categories["ads"], quotes=three_offers())
    people = People(enter, address, language)
    says = people.says
    junior = people.window("member", PHONE, f"/requests/{big}/edit")
    missing = says("还差 ¥30,000.00", "¥30,000.00 are missing")
    expect(junior.locator("#ahead-line"), "more than there is").to_contain_text(missing)
    junior.locator('button[name="then"][value="submit"]').click()
    junior.wait_for_url(re.compile(rf"/requests/{big}$"))
    assert money.standing("ads").reserved == 80_000 * YUAN, "it waits for a decision, and takes nothing from others"
    junior.goto(f"{address}/sessions/{made}?phase=air")
    tap(junior, "2,000.00")
    expect(junior.locator("#draw")).to_contain_text(says("已批准（额度内）", "Granted"))
    assert sums(money, envelope)[made] == (2000, 0, 2000)
    lead = people.window("lead", DESK, "/requests")
    expect(lead.locator(".queue .item"), "while the other one waits").to_contain_text("大场投流包")


@in_both
def test_one_envelope_of_the_week_is_used_by_twelve_shows(
    app: Flask, address: str, enter: Enter, money: Money, language: str
) -> None:
    fund(money)
    people = People(enter, address, language)
    says = people.says
    lead = people.window("lead", DESK, "/requests")
    lead.locator(".page-acts .menu > summary").click()
    lead.get_by_role("link", name=says("新建专项额度", "New ad envelope")).click()
    lead.locator('[name="title"]').fill("本周投放额度")
    lead.locator('[name="purpose"]').fill("晚场按 ROI 分次追投")
    lead.locator('[name="total"]').fill("1.2万")
    lead.locator('[name="session_cap"]').fill("1000")
    lead.locator('[name="first"]').fill(str(today() - 6 * DAY))
    lead.locator('[name="last"]').fill(str(today()))
    lead.locator('[name="roles"][value="member"]').check()
    lead.locator('[name="floor"]').fill("2")
    lead.locator('[name="payee"]').fill("巨量千川")
    lead.locator(".form-foot button.btn-primary").click()
    lead.wait_for_url(re.compile(r"/requests/\d+$"))
    request_id = int(lead.url.rsplit("/", 1)[1])
    lead.get_by_role("button", name=says("提交", "Submit")).click()
    lead.wait_for_load_state()

    manager = people.window("manager", PHONE, f"/requests/{request_id}")
    for told in ("¥12,000.00", "¥1,000.00", says("ROI 底线", "ROI floor")):
        expect(manager.locator("main"), "the terms are what is signed").to_contain_text(told)
    fits(manager)
    approve(manager)
    assert money.standing("ads").committed == 12_000 * YUAN

    envelope = envelope_of(money, request_id)
    with app.app_context():
        eleven(money, envelope)
    last = show(money)
    read(money, last, 9000, 1000)
    buyer = people.window("member", PHONE, f"/sessions/{last}?phase=air")
    expect(buyer.locator("#draw")).to_contain_text(says("剩余 ¥6,500.00，本场可用 ¥1,000.00", "¥6,500.00 left"))
    tap(buyer, "500.00")
    expect(buyer.locator("#draw")).to_contain_text(says("已批准（额度内）", "Granted"))
    lead.goto(f"{address}/requests/{request_id}/envelope")
    shows = lead.locator("section.block", has=lead.get_by_role("heading", name=says("场次", "Sessions"), exact=True))
    expect(shows.locator("tbody tr")).to_have_count(12)
    expect(lead.locator(".figures").first).to_contain_text("¥6,000.00")
    assert sums(money, envelope)[None] == (6000, 0, 0)
    assert money.standing("ads").committed + money.standing("ads").spent == 12_000 * YUAN


def three_offers() -> tuple[Quote, ...]:
    """From ¥50,000 on three of them are compared."""
    return tuple(Quote(name, 80_000 * YUAN) for name in ("甲", "乙", "丙"))


def eleven(money: Money, envelope: int) -> None:
    """Two shows an evening, each with its reading and its draw; the figures of the first one are final."""
    for number in range(11):
        start = minute_now() - (number // 2 + 1) * DAY - (number % 2) * 4 * HOUR
        made = show_at(money, start, f"第 {number + 1} 场")
        figures = {"online": 300, "gmv": 9000 * YUAN, "orders": 10, "viewers": 900, "ad_spend": 1000 * YUAN}
        with clock.standing(start + 30 * MINUTE), acting(money.cast.actors["lead"]):
            live.take_reading(made, ReadingIn(figures, sure=True), secrets.token_hex(16))
        with clock.standing(start + 40 * MINUTE), acting(money.cast.actors["member"]):
            assert services.draw(envelope, made, 500 * YUAN, Reason.RISING)["granted"]
        if number:
            with clock.standing(start + 2 * HOUR), acting(money.cast.actors["lead"]):
                live.end_live(made)
        else:
            over(money, made, start, ad_spend=450, gmv=9000)
