"""A long file in a real browser: its time is suggested, its page moves on by itself when the worker is through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base import jobs
from planner.base.actor import acting
from planner.live import services as live
from planner.live.rules import Weight
from planner.outcomes.rules import sample
from planner.outcomes.services import storing
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import PHONE
from tests.journeys.test_circle import ZONE

pytestmark = pytest.mark.browser


def test_whoever_waits_for_a_long_file_need_not_ask_again(
    app: Flask, address: str, enter: Callable[..., Page], cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "AT_ONCE", 0)
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=5)
    with app.app_context(), acting(cast.actors["lead"]):
        live.schedule_session("秋冬修护专场", Weight.DAILY, cast.channel, None, start, 240)
    wall = start.astimezone(ZONE).replace(tzinfo=None)
    rows = [sample.cells("晨光美妆", "chenguang_beauty", wall, wall + timedelta(hours=4), sample.HELD)]
    file = tmp_path / "直播间列表.csv"
    file.write_bytes(sample.as_csv(rows))

    page = enter(address, "lead", PASSWORD, PHONE, "en")
    page.goto(f"{address}/imports")
    expect(page.locator("[data-modified]"), "nothing to suggest yet").to_be_hidden()
    page.set_input_files("input[type=file]", file)
    expect(page.locator("input[name=taken_at]"), "nothing is filled in unasked").to_have_value("")
    told = page.locator("[data-modified] b").inner_text()
    page.locator("[data-modified] button").click()
    expect(page.locator("input[name=taken_at]")).to_have_value(told.replace(" ", "T"))
    page.locator("form[enctype] button.btn-primary").click()
    page.locator("form[action$='/store'] button").click()
    expect(page.locator("main")).to_contain_text("waiting for the worker")
    with app.app_context():
        assert jobs.run_pending() == 1
    expect(page.locator("main")).to_contain_text("What became of the rows: new 1", timeout=10_000)
    expect(page.locator("progress")).to_have_count(0)
