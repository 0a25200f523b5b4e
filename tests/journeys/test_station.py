"""A shared desk in earnest: made by a lead, opened by its link, unlocked by a PIN, locked again by itself and by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from planner.kernel.spans import business_day, local
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, PHONE, Hands
from tests.journeys.test_circle import plan

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]


def set_pin(page: Page, address: str, pin: str) -> None:
    """On one's own device, by the password."""
    page.goto(f"{address}/me/pin")
    page.fill("input[name=old]", PASSWORD)
    page.fill("input[name=pin]", pin)
    page.locator(".form-foot .btn-primary").click()
    page.wait_for_url(f"{address}/me")


def make_station(lead: Page, desk: Page, address: str) -> None:
    """The lead shows a link; the device at the desk opens it."""
    lead.goto(f"{address}/settings/stations")
    lead.fill("input[name=name]", "中控台 1")
    lead.get_by_role("button", name="生成给设备打开的链接").click()
    link = lead.locator("#link").inner_text()
    desk.goto(link)
    desk.get_by_role("button", name="设为中控台").click()
    desk.wait_for_url(f"{address}/station")


def tonight(hands: Hands) -> datetime:
    """Let it be five in the afternoon of the day that runs, and answer the hour of tonight's show."""
    today = business_day(datetime.now(UTC), "Asia/Shanghai")
    hands.put(local(today, 17 * 60, "Asia/Shanghai"))
    return hands.now() + timedelta(hours=3)


def press(desk: Page, name: str, pin: str) -> None:
    """Tap a name and the digits."""
    desk.locator("a.name", has_text=name).click()
    for digit in pin:
        desk.locator(f".pad [data-digit='{digit}']").click()


def test_a_host_ticks_at_the_shared_desk(address: str, enter: Enter, cast: Cast, hands: Hands) -> None:
    evening = tonight(hands)
    lead, host, desk = (
        enter(address, "lead", PASSWORD, DESK), enter(address, "host", PASSWORD, PHONE), enter(address, "", "", DESK)
    )  # fmt: skip
    made = plan(lead, address, "中控台练习", evening, cast)
    set_pin(host, address, "4071")
    make_station(lead, desk, address)
    expect(desk.locator(".desk-tonight")).to_contain_text("中控台练习")
    assert (desk.locator("a.name").first.bounding_box() or {"height": 0})["height"] >= 56

    press(desk, "小米", "4072")
    expect(desk.locator(".field-error")).to_contain_text("还可以试 4 次")
    desk.keyboard.type("4071")
    desk.wait_for_url(f"{address}/")
    expect(desk.locator(".topbar")).to_contain_text("中控台 1 · 小米")
    desk.goto(f"{address}/sessions/{made}/checklist?show=all")
    item = desk.locator("li.tick", has_text="主播妆造")
    item.locator(".tick-box").click()
    expect(desk.locator("[data-tick-count]")).to_have_text("全部已同步")
    desk.goto(f"{address}/sessions/{made}")
    desk.locator("#comment-text").fill("灯光第二排有一盏")
    desk.get_by_role("button", name="锁定").click()
    desk.wait_for_url(f"{address}/station")
    expect(desk.locator(".name", has_text="小米")).to_contain_text("有没提交的内容")
    desk.go_back()
    expect(desk.locator("#comment-text")).to_have_count(0)

    lead.goto(f"{address}/news")
    expect(lead.locator("li.item", has_text="主播妆造")).to_contain_text("小米")
    expect(lead.locator("li.item", has_text="主播妆造")).to_contain_text("中控台 1")
    desk.goto(f"{address}/station")
    press(desk, "小米", "4071")
    desk.wait_for_url(f"{address}/sessions/{made}")
    expect(desk.locator("#comment-text")).to_have_value("灯光第二排有一盏")
    expect(desk.locator(".note-ok")).to_contain_text("锁定前填的内容已恢复")


def test_five_wrong_pins_on_a_phone_sized_desk(address: str, enter: Enter) -> None:
    lead, host, desk = (
        enter(address, "lead", PASSWORD, DESK), enter(address, "host", PASSWORD, PHONE), enter(address, "", "", PHONE)
    )  # fmt: skip
    set_pin(host, address, "4071")
    make_station(lead, desk, address)
    press(desk, "小米", "0001")
    for left in (4, 3, 2, 1):
        expect(desk.locator(".field-error")).to_contain_text(f"还可以试 {left} 次")
        desk.keyboard.type("0001")
    expect(desk.locator(".note-bad")).to_contain_text("输错次数太多")
    expect(desk.locator("input[name=pin]")).to_have_count(0)
    expect(desk.locator(".count-digits")).to_have_text(re.compile("0:1[45]:"))
    lead.goto(f"{address}/settings/stations")
    expect(lead.locator("li.item", has_text="中控台 1")).to_contain_text("小米 PIN 码输错太多被锁")


def test_it_locks_by_itself_and_ticks_of_an_away_desk_stay_with_who_tapped(
    address: str, enter: Enter, cast: Cast, hands: Hands
) -> None:
    evening = tonight(hands)
    lead, host, desk = (
        enter(address, "lead", PASSWORD, DESK), enter(address, "host", PASSWORD, PHONE), enter(address, "", "", DESK)
    )  # fmt: skip
    made = plan(lead, address, "断网练习", evening, cast)
    set_pin(host, address, "4071")
    set_pin(lead, address, "8305")
    make_station(lead, desk, address)
    desk.clock.install()
    press(desk, "小米", "4071")
    desk.wait_for_url(f"{address}/")
    desk.goto(f"{address}/sessions/{made}/checklist?show=all")
    desk.context.set_offline(True)
    desk.locator("li.tick", has_text="主播妆造").locator(".tick-box").click()
    expect(desk.locator("[data-tick-count]")).to_have_text("1 条待同步")
    desk.clock.fast_forward(95_000)
    expect(desk.locator("dialog.locked")).to_be_visible()
    expect(desk.locator("dialog.locked")).to_contain_text("等 小米 再次解锁后发送")
    desk.keyboard.press("Escape")
    expect(desk.locator("dialog.locked")).to_be_visible()

    desk.context.set_offline(False)
    desk.wait_for_url(f"{address}/station")
    waiting = desk.locator("a.name", has_text="小米")
    told = waiting.inner_text()
    press(desk, "林小雨", "8305")
    desk.wait_for_url(f"{address}/")
    desk.get_by_role("button", name="锁定").click()
    desk.wait_for_url(f"{address}/station")
    press(desk, "小米", "4071")
    desk.wait_for_url(f"{address}/")
    desk.goto(f"{address}/sessions/{made}/checklist?show=all")
    expect(desk.locator("[data-tick-count]")).to_have_text("全部已同步")
    lead.goto(f"{address}/news")
    expect(lead.locator("li.item", has_text="主播妆造")).to_contain_text("小米")
    assert "小米" in told
