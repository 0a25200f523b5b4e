"""Half an hour before air in a real browser: the strip on the responsible person's phone, done, and nothing afterwards;
then the shows that went like this speak for an earlier time."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticks
from planner.checklists.rules import Stage
from planner.kernel import clock
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.notifications import jobs
from planner.people import queries as people
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, PHONE, Hands

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENING = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + 2 * DAY
"""20:00 in the studio, the day after tomorrow."""


def show_at(cast: Cast, start: datetime, theme: str) -> int:
    """A show of the host and the member, planned two weeks before."""
    with acting(cast.actors["lead"]), clock.standing(start - 14 * DAY):
        ids = {p.key: p.id for p in people.positions()}
        end = start + 4 * HOUR
        crew = [ShiftIn(ids["host"], cast.host, start, end), ShiftIn(ids["control"], cast.member, start, end)]
        return live.schedule_session(theme, Weight.DAILY, cast.channel, cast.studio, start, 240, shifts=crew)


def tick_before_air(cast: Cast, session_id: int, late: timedelta, but: str = "") -> None:
    """Everything before air, so much after its time; twice, where two people are needed."""
    with acting(cast.actors["lead"]):
        rows = [i for i in checklists.list_page(session_id).items if i.stage in (Stage.PREPARE, Stage.BEFORE)]
    for row in rows:
        if row.due is None or (but and row.title.startswith(but)):
            continue
        for login in ("lead", "manager"):
            with clock.standing(row.due + late), acting(cast.actors[login]):
                ticks.tick(row.id, secrets.token_hex(16), "照片在群里")


def ask_now(page: Page) -> None:
    """What the page's own poll does when its time has come."""
    page.evaluate("document.dispatchEvent(new Event('planner:noted'))")


def call_at(app: Flask, at: datetime) -> None:
    """The worker's round."""
    with app.app_context(), clock.standing(at):
        jobs.call_out()


def test_who_holds_up_a_show_is_told_at_each_step_until_it_is_done(
    app: Flask, address: str, enter: Enter, cast: Cast, hands: Hands
) -> None:
    with app.app_context():
        made = show_at(cast, EVENING, "秋冬修护专场")
        tick_before_air(cast, made, -3 * MINUTE, but="Links")
    hands.put(EVENING - 31 * MINUTE)
    member = enter(address, "member", PASSWORD, PHONE)
    member.goto(f"{address}/me/notifications")
    member.get_by_label("我负责的事挡着开播时，响铃并振动").check()
    member.get_by_role("button", name="保存").click()
    member.wait_for_url(lambda url: url.endswith("/me/notifications"))
    member.goto(f"{address}/sessions/{made}/checklist")
    strip = member.locator(".calls-in")
    expect(strip).to_have_count(0)

    call_at(app, EVENING - 30 * MINUTE)
    hands.put(EVENING - 30 * MINUTE)
    ask_now(member)
    expect(strip).to_contain_text("商品链接逐条双人核对")
    expect(strip).to_contain_text("18:00 起逾时")
    expect(member.locator("body")).to_have_attribute("data-rang", "1")
    ask_now(member)
    expect(member.locator("body"), "it rings once").to_have_attribute("data-rang", "1")
    last = member.locator(".tick").last
    last.scroll_into_view_if_needed()
    bar = strip.bounding_box()
    member.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    row = last.bounding_box()
    assert row is not None
    assert bar is not None
    assert row["y"] + row["height"] <= bar["y"], "what is ticked can be brought out from under it"

    lead = enter(address, "lead", PASSWORD, DESK)
    lead.goto(f"{address}/sessions/{made}?phase=prepare")
    ready = lead.locator(".block", has_text="就绪").first
    expect(ready).to_contain_text("阿强")
    expect(ready).to_contain_text("迟 1 小时 30 分")
    ready.get_by_role("button", name=re.compile("催一下")).click()
    expect(lead.get_by_text("已催：阿强")).to_be_visible()
    expect(ready).to_contain_text("催过")
    expect(ready.get_by_role("button", name=re.compile("催一下"))).to_have_count(0)
    ask_now(member)
    expect(strip).to_contain_text("有人催你")

    box = member.locator(".tick", has_text="商品链接逐条双人核对").locator(".tick-box").first
    box.click()
    expect(member.locator(".tick", has_text="商品链接逐条双人核对").first).to_contain_text("还需第二个人打勾")
    with app.app_context(), clock.standing(EVENING - 28 * MINUTE), acting(cast.actors["lead"]):
        links = next(i for i in checklists.list_page(made).items if i.title.startswith("Links"))
        ticks.tick(links.id, secrets.token_hex(16))
    ask_now(member)
    expect(strip).to_have_count(0)
    call_at(app, EVENING - 15 * MINUTE)
    hands.put(EVENING - 15 * MINUTE)
    ask_now(member)
    member.goto(f"{address}/")
    expect(member.locator(".calls-today")).to_have_count(0)
    expect(strip).to_have_count(0)


def test_what_was_late_in_most_shows_is_offered_earlier_in_one_tap(
    app: Flask, address: str, enter: Enter, cast: Cast
) -> None:
    first = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - 9 * DAY
    with app.app_context():
        for number in range(7):
            start = first + number * DAY
            made = show_at(cast, start, f"第{number + 1}晚")
            tick_before_air(cast, made, 4 * MINUTE)
            with acting(cast.actors["lead"]):
                with clock.standing(start):
                    live.go_live(made)
                with clock.standing(start + 4 * HOUR):
                    live.end_live(made)
    lead = enter(address, "lead", PASSWORD, DESK)
    lead.goto(f"{address}/checklists")
    lead.get_by_role("link", name=re.compile("日播标准流程")).first.click()
    lead.get_by_role("link", name="流程表现").click()
    expect(lead.get_by_role("heading", name="这份流程的表现")).to_be_visible()
    expect(lead.locator("body")).to_contain_text("SOP 通过率")
    offer = lead.locator("#offers .item", has_text="福袋/秒杀/券配置并试领")
    expect(offer).to_contain_text("近 10 场有 7 场逾时")
    expect(offer).to_contain_text("提前 5 分")
    offer.get_by_role("link", name="改早一点").click()
    expect(lead.get_by_label("时间", exact=True)).to_have_value("T-2小时5分")
    host = enter(address, "host", PASSWORD, PHONE)
    host.goto(f"{address}/sop/1/learning")
    expect(host.get_by_role("heading", name="我的清单项")).to_be_visible()
    expect(host.locator("body")).not_to_contain_text("阿强")
    width = host.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
