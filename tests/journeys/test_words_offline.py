"""Words typed on a phone without network: shown at once, kept, sent in order when the network is back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_circle import go_live, plan

pytestmark = pytest.mark.browser
SYNCED = "全部已同步"


def row(page: Page, title: str) -> Locator:
    """The row of an item."""
    return page.locator("li.tick", has_text=title)


def skip(item: Locator, why: str) -> None:
    """Leave it out, by its menu."""
    item.locator("details.menu > summary").click()
    item.locator("input[name=reason]").fill(why)
    item.locator("form[action$='/skip'] button").click()


def test_reasons_notes_and_photos_wait_with_their_words(address: str, enter: Callable[..., Page], cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "断网练习", datetime.now(UTC) + timedelta(hours=3), cast)
    host = enter(address, "host", PASSWORD, PHONE)
    host.goto(f"{address}/sessions/{made}/checklist?show=all")
    benefits, walk, kit, host_ready = (row(host, t) for t in ("福袋/秒杀", "全员对稿", "灯光", "主播妆造"))
    host_ready.locator(".tick-box").click()
    expect(host_ready).to_have_class(re.compile("is-done"))
    expect(host.locator("[data-tick-count]")).to_have_text(SYNCED)

    host.context.set_offline(True)
    skip(benefits, "今晚没有福袋")
    expect(benefits.locator("[data-sync]")).to_have_text(re.compile("待同步: 今晚没有福袋"))
    expect(benefits).to_have_class(re.compile("is-skipped"))
    expect(benefits.locator("details.menu")).not_to_have_attribute("open", "")
    walk.locator(".tick-box").click()
    skip(walk, "人没到齐")
    expect(walk).to_have_class(re.compile("is-skipped"))
    expect(walk).not_to_have_class(re.compile("is-done"))
    kit.locator(".tick-box").click()
    expect(kit.locator("[data-sync]"), "the browser asks for the words first").to_be_empty()
    kit.locator("input.tick-words").fill("https://photos.example/kit")
    kit.locator(".tick-box").click()
    expect(kit.locator("[data-sync]")).to_contain_text("photos.example/kit")
    host_ready.locator("details.menu > summary").click()
    host_ready.locator("input[name=note]").fill("换了衣服")
    host_ready.locator("form.menu-form[action$='/untick'] button").click()
    expect(host_ready).not_to_have_class(re.compile("is-done"))
    expect(host.locator("[data-tick-count]")).to_have_text("6 条待同步")

    host.context.set_offline(False)
    expect(host.locator("[data-tick-count]")).to_have_text(SYNCED, timeout=20_000)
    for _look in range(2):
        expect(benefits).to_contain_text("今晚没有福袋")
        expect(benefits).to_contain_text("小米")
        expect(walk).to_contain_text("人没到齐")
        expect(kit.locator("a[href='https://photos.example/kit']")).to_be_visible()
        expect(host_ready).to_contain_text("换了衣服")
        expect(host_ready).not_to_have_class(re.compile("is-done"))
        expect(host.locator("li.tick.is-failed")).to_have_count(0)
        host.reload()


def test_undo_ticks_a_photo_again_with_its_words(address: str, enter: Callable[..., Page], cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, PHONE)
    made = plan(lead, address, "照片练习", datetime.now(UTC) + timedelta(hours=3), cast)
    lead.goto(f"{address}/sessions/{made}/checklist?show=all")
    kit = row(lead, "灯光")
    kit.locator("input.tick-words").fill("群相册 19:02")
    kit.locator("input.tick-words").press("Enter")
    expect(kit).to_contain_text("群相册 19:02")
    expect(kit).to_have_class(re.compile("is-done"))
    expect(lead.locator("[data-tick-count]")).to_have_text(SYNCED)
    kit.locator(".tick-box").click()
    expect(kit.locator("input.tick-words")).to_be_visible()
    lead.locator(".undo .undo-act").click()
    expect(kit).to_have_class(re.compile("is-done"))
    expect(lead.locator("[data-tick-count]")).to_have_text(SYNCED)
    lead.reload()
    expect(kit).to_contain_text("群相册 19:02")


def test_what_is_said_of_a_note_waits_with_its_words(address: str, enter: Callable[..., Page], cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "记一笔练习", datetime.now(UTC) + timedelta(minutes=50), cast)
    host = enter(address, "host", PASSWORD, PHONE)
    go_live(host, address, made)
    host.locator("form[action$='/log']").first.locator("button").click()
    noted = host.locator(".timeline .tl-item")
    expect(noted).to_have_count(1)
    host.context.set_offline(True)
    noted.locator("details > summary").first.click()
    noted.locator("input[name=text]").fill("主麦无声 9 分钟")
    noted.locator("form[action$='/note'] button").click()
    expect(noted.locator("[data-said]")).to_have_text("主麦无声 9 分钟")
    expect(noted.locator("[data-sync]")).to_contain_text("待同步")
    host.context.set_offline(False)
    expect(host.locator("[data-tick-count]").first).to_have_text(SYNCED, timeout=20_000)
    host.reload()
    expect(noted.locator("[data-said]")).to_have_text("主麦无声 9 分钟")
