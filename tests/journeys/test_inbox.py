"""The inbox in a real browser: the bell rings while one works, a tap leads there, all is read and brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.discussions import services as discussions
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_circle import plan

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]


def ask_now(page: Page) -> None:
    """What the page's own poll does when its time has come."""
    page.evaluate("document.dispatchEvent(new Event('planner:noted'))")


def test_the_bell_rings_while_one_works_and_a_tap_leads_there(
    app: Flask, address: str, enter: Enter, cast: Cast
) -> None:
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "秋冬修护专场", datetime.now(UTC) + timedelta(hours=3), cast)
    host = enter(address, "host", PASSWORD, PHONE)
    host.goto(f"{address}/inbox")
    if host.get_by_role("button", name="全部已读").count():
        host.get_by_role("button", name="全部已读").click()
    host.goto(f"{address}/sessions/{made}/checklist?show=all")
    bell = host.locator(".bell")
    expect(bell.locator(".pip")).to_be_hidden()
    box = bell.bounding_box() or {"width": 0, "height": 0}
    assert min(box["width"], box["height"]) >= 44, "big enough for a thumb"

    with app.app_context(), acting(cast.actors["lead"]):
        discussions.add_comment("session", made, "@小米 价格放最后")
    ask_now(host)
    expect(bell.locator("[data-unread-count]")).to_have_text("1")
    bell.click()
    host.wait_for_url(f"{address}/inbox")
    expect(host.locator("h2", has_text="秋冬修护专场")).to_be_visible()
    row = host.get_by_role("button", name="@了你：@小米 价格放最后")
    row.click()
    host.wait_for_url(lambda url: f"/sessions/{made}" in url and "#comment-" in url)
    expect(host.locator(".talk-item", has_text="价格放最后")).to_be_visible()
    expect(host.locator(".bell .pip")).to_be_hidden()

    host.goto(f"{address}/inbox?show=all")
    host.get_by_role("button", name="标为未读").first.click()
    expect(host.locator(".bell [data-unread-count]")).to_have_text("1")
    host.get_by_role("button", name="全部已读").click()
    expect(host.get_by_text("都看过了")).to_be_visible()
    host.get_by_role("button", name="撤销").click()
    expect(host.locator("li.notice.is-new")).to_have_count(1)


def test_the_keyboard_goes_through_the_inbox(app: Flask, address: str, enter: Enter, cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "秋冬修护专场", datetime.now(UTC) + timedelta(hours=3), cast)
    member = enter(address, "member", PASSWORD, DESK, "en")
    with app.app_context(), acting(cast.actors["lead"]):
        discussions.add_comment("session", made, "@阿强 灯光")
    member.goto(f"{address}/inbox")
    member.keyboard.press("j")
    member.keyboard.press("Enter")
    member.wait_for_url(lambda url: f"/sessions/{made}" in url)


def test_one_chooses_without_a_script(address: str, enter: Enter) -> None:
    page = enter(address, "host", PASSWORD, PHONE, java_script_enabled=False)
    page.goto(f"{address}/me")
    page.locator("a[href='/me/notifications']").click()
    page.wait_for_url(f"{address}/me/notifications")
    page.locator("label[for='mode_shift-1']").click()
    page.select_option("select[name=daily_at]", "1200")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("已保存")
    expect(page.locator("select[name=daily_at]")).to_have_value("1200")
    page.goto(f"{address}/me")
    expect(page.get_by_text("系统还没有开通邮件")).to_be_visible()
