"""A lead sets up the group's bot on a phone, tries it, and sends the day's report to the group; in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base import jobs
from planner.bots.rules import Vendor
from tests.bots.conftest import Town, certificate, town
from tests.bots.vendors import SECRET, TOKEN
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import SIDES

pytestmark = pytest.mark.browser
__all__ = ["certificate", "town"]


def work(app: Flask) -> None:
    """What the worker does."""
    with app.app_context():
        jobs.run_pending()


@pytest.mark.parametrize(("size", "language"), SIDES if WIDE else SIDES[:1])
def test_a_bot_is_set_up_tried_and_tells_the_days_report(
    app: Flask, address: str, enter: Callable[..., Page], cast: Cast, town: Town, size: dict[str, int], language: str
) -> None:
    zh = language.startswith("zh")
    group = town.groups[Vendor.DINGTALK]
    lead = enter(address, "lead", PASSWORD, size, language)
    lead.goto(f"{address}/settings")
    lead.click("a[href='/settings/bots']")
    lead.click("main a[href='/settings/bots/new'] >> nth=0")
    lead.click("label:has-text('钉钉')" if zh else "label:has-text('DingTalk')")
    lead.fill("input[name=name]", "运营群")
    lead.fill("input[name=address]", town.address(Vendor.DINGTALK))
    lead.fill("input[name=secret]", "not the right one")
    lead.check("input[name=topics][value=daily]")
    lead.click("main form .btn-primary")
    expect(lead.locator("h1")).to_have_text("运营群")
    assert TOKEN not in lead.content()

    lead.click("button:has-text('测试消息')" if zh else "button:has-text('test message')")
    work(app)
    expect(lead.locator("#bot-state")).to_contain_text(
        "签名校验不通过" if zh else "signature does not match", timeout=15_000
    )
    lead.click("main a[href$='/edit']")
    lead.fill("input[name=secret]", SECRET)
    lead.click("main form .btn-primary")
    lead.click("button:has-text('测试消息')" if zh else "button:has-text('test message')")
    work(app)
    expect(lead.locator("#bot-state")).to_contain_text("已送达" if zh else "arrived", timeout=15_000)
    assert "这是一条测试消息" in group.text()

    lead.goto(f"{address}/me")
    lead.locator("main a[href='/daily']:visible").first.click()
    told = lead.locator("textarea[name=text]")
    told.fill(told.input_value() + "\n另：明早九点对样品")
    lead.click("button[formaction^='/daily/send']")
    expect(lead.locator("main")).to_contain_text("内容不再变动" if zh else "It stays as it was sent")
    with app.app_context():
        from_the_round(app)
    assert "明早九点对样品" in group.text()
    assert re.search(r"https://plan\.example\.com/daily\?day=", str(group.said[-1]))


def from_the_round(app: Flask) -> None:
    """What comes round to the bots, and the work it asks for."""
    jobs.ROUNDS["tell the group bots"].work()
    jobs.run_pending()
