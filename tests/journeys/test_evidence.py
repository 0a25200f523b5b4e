"""Evidence given on a phone, a number, a photo and an answer, without a network in between; an emergency on two phones."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import Anchor, Evidence, NumberAsked, Stage
from tests.cast import PASSWORD, Cast
from tests.checklists.conftest import publish
from tests.checklists.test_proving import photo
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_circle import go_live, plan
from tests.journeys.test_words_offline import SYNCED, row

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]


def asking(app: Flask, cast: Cast) -> None:
    """Lines that ask for a number, two photos and an answer."""
    with app.app_context(), acting(cast.actors["lead"]):
        daily = next(t.id for t in queries.templates() if t.origin == "daily")
        for title, asked in (
            ("上行网速", Evidence(number=NumberAsked(Decimal(5), None, "Mbit/s"))),
            ("有无投放", Evidence(answers=("有投放", "无投放"))),
            ("机位照片", Evidence(photos=(2, 3))),
        ):
            services.add_item(daily, title, None, Stage.BEFORE, Anchor.PLANNED_START, -45, False, asked)
        publish(daily)


def test_a_number_photos_and_an_answer(app: Flask, address: str, enter: Enter, cast: Cast) -> None:
    asking(app, cast)
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "凭证练习", datetime.now(UTC) + timedelta(hours=3), cast)
    host = enter(address, "host", PASSWORD, PHONE)
    host.goto(f"{address}/sessions/{made}/checklist?show=all")
    speed, ads, cameras = (row(host, t) for t in ("上行网速", "有无投放", "机位照片"))
    speed.locator("input[name=number]").fill("3")
    speed.locator(".tick-box").click()
    expect(speed, "the browser knows the range").not_to_have_class(re.compile("is-pending|is-done"))
    expect(speed.locator("input[name=number]")).to_have_value("3")
    expect(speed.locator("[data-fault=number]")).to_contain_text("5Mbit/s")
    speed.get_by_role("button", name="记为不合格").click()
    expect(speed).to_contain_text("不合格 3 Mbit/s")
    expect(speed, "and still to be done").not_to_have_class(re.compile("is-pending|is-done"))
    expect(speed.get_by_role("button", name="记为不合格")).to_be_hidden()
    speed.locator("input[name=number]").fill("8.2")
    speed.locator(".tick-box").click()
    expect(speed).to_contain_text("8.2 Mbit/s")

    host.context.set_offline(True)
    cameras.locator(".tick-box").click()
    expect(cameras.locator("[data-fault=photos]")).to_contain_text("2")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(n)} for n in ("red", "green")]
    cameras.locator("[data-item-photos]").set_input_files(files)
    expect(host.locator("[data-tick-count]")).to_have_text("2 条待同步")
    cameras.locator(".tick-box").click()
    expect(cameras).to_have_class(re.compile("is-pending"))
    ads.locator(".answers button").first.click()
    expect(ads).to_have_class(re.compile("is-pending"))
    host.context.set_offline(False)
    expect(host.locator("[data-tick-count]")).to_have_text(SYNCED, timeout=30_000)
    for _look in range(2):
        expect(cameras.locator(".tick-photos img")).to_have_count(2)
        expect(cameras).to_have_class(re.compile("is-done"))
        expect(ads).to_contain_text("有投放")
        expect(host.locator("li.tick.is-failed")).to_have_count(0)
        host.reload()

    fake = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    kit = row(host, "灯光/机位")
    kit.locator("[data-item-photos]").set_input_files([fake])
    expect(kit.locator("[data-fault=photos]"), "beside the photos, once").to_contain_text("JPEG", timeout=20_000)
    expect(kit.locator("[data-sync]")).not_to_contain_text("JPEG")
    kit.locator("[data-sync] button").click()
    expect(kit.locator("[data-fault=photos]")).to_be_hidden()


def look(page: Page) -> None:
    """As when the network comes back: the page looks for news at once (that it hears without: `test_live`)."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_an_emergency_on_two_phones(address: str, enter: Enter, cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, PHONE)
    made = plan(lead, address, "断网演练", datetime.now(UTC) + timedelta(minutes=50), cast)
    host = enter(address, "host", PASSWORD, PHONE)
    go_live(host, address, made)
    lead.goto(f"{address}/sessions/{made}/checklist?show=all")
    host.goto(f"{address}/sessions/{made}")
    host.locator(f"a[href='/sessions/{made}/emergency']").click()
    host.get_by_role("button", name="断网").click()
    expect(host.locator(".emergency-clock")).to_be_visible()
    look(lead)
    strip = lead.locator(".emergency-strip")
    expect(strip).to_contain_text("断网", timeout=20_000)
    strip.click()
    first = host.locator("li.tick").first
    first.locator(".tick-box").click()
    expect(first).to_have_class(re.compile("is-done"))
    look(lead)
    expect(lead.locator("li.tick").first).to_have_class(re.compile("is-done"), timeout=20_000)
    host.locator("#end > summary").click()
    host.locator("#note").fill("网络恢复")
    host.locator("#end button").click()
    expect(host.locator(".emergency-strip")).to_have_count(0)
    look(lead)
    expect(lead.locator(".emergency-head")).to_have_class(re.compile("is-over"), timeout=20_000)
