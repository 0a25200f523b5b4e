"""Seen within a second: two phones and a desk on one list, behind the server of production; many tabs of one person."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.served import by_gunicorn

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
STREAMING = """() => Object.keys(localStorage).some(
    key => key.startsWith('planner.stream.') && localStorage[key].endsWith(':1'))"""


@pytest.fixture
def place(app: Flask) -> Iterator[str]:
    """The server of production with two processes."""
    with by_gunicorn(app) as address:
        yield address


def show(app: Flask, cast: Cast, theme: str = "秋冬修护专场") -> int:
    """A show of tomorrow evening with the host and, at control, the member."""
    start = (datetime.now(UTC) + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    with app.app_context(), acting(cast.actors["lead"]):
        ids, end = {p.key: p.id for p in people.positions()}, start + timedelta(hours=4)
        crew = [ShiftIn(ids["host"], cast.host, start, end), ShiftIn(ids["control"], cast.member, start, end)]
        return live.schedule_session(theme, Weight.DAILY, start=start, minutes=240, channel_id=cast.channel,
                                     studio_id=cast.studio, shifts=crew)  # fmt: skip


def first_open(page: Page) -> str:
    """The id of the first row that can be ticked with its box alone."""
    row = page.locator("li.tick:not(.is-done):not(:has(input.tick-words)):has(button.tick-box:not([disabled]))").first
    return row.get_attribute("id") or ""


def test_a_tick_is_seen_within_a_second(app: Flask, place: str, enter: Enter, cast: Cast) -> None:
    made = show(app, cast)
    phone, other, desk = (
        enter(place, "host", PASSWORD, PHONE),
        enter(place, "member", PASSWORD, PHONE),
        enter(place, "lead", PASSWORD, DESK, "en"),
    )
    for page in (phone, other, desk):
        page.goto(f"{place}/sessions/{made}/checklist?show=all")
        page.wait_for_function(STREAMING)
    desk.wait_for_load_state("networkidle")
    ring = desk.locator("[data-tick-head]").inner_text()
    row = first_open(phone)
    phone.locator(f"#{row} .tick-box").click()
    began = time.monotonic()
    expect(desk.locator(f"#{row}.is-done")).to_be_visible(timeout=3000)
    taken = time.monotonic() - began
    expect(other.locator(f"#{row}.is-done")).to_be_visible(timeout=3000)
    expect(desk.locator("[data-tick-head]"), "the count at the head comes along").not_to_have_text(ring)
    assert taken < 2.0, f"seen after {taken:.2f} s on a machine that runs tests"

    typed = desk.locator("input.tick-words").first
    typed.fill("照片在群里")
    phone.locator(f"#{row} .tick-box").click()
    expect(other.locator(f"#{row}:not(.is-done)")).to_be_visible(timeout=3000)
    expect(desk.locator(f"#{row}:not(.is-done)"), "the other rows go on").to_be_visible(timeout=3000)
    expect(typed, "what is being typed stays").to_have_value("照片在群里")
    desk.reload()
    expect(desk.locator("input.tick-words").first, "also where the page is loaded again").to_have_value("照片在群里")


def test_eight_tabs_share_a_stream_and_a_ninth_page_loads(app: Flask, place: str, enter: Enter, cast: Cast) -> None:
    made = show(app, cast)
    first = enter(place, "host", PASSWORD, DESK)
    address = f"{place}/sessions/{made}/checklist?show=all"
    opened: list[str] = []
    first.context.on("request", lambda asked: opened.append(asked.url) if asked.url.endswith("/stream") else None)
    tabs = [first, *(first.context.new_page() for _ in range(7))]
    for tab in tabs:
        tab.goto(address)
    first.wait_for_function(STREAMING)
    assert len(opened) == 1, "one of them has the stream"
    ninth = first.context.new_page()
    ninth.goto(address, timeout=5000)
    phone = enter(place, "member", PASSWORD, PHONE)
    phone.goto(address)
    row = first_open(phone)
    phone.locator(f"#{row} .tick-box").click()
    for tab in (*tabs, ninth):
        expect(tab.locator(f"#{row}.is-done")).to_be_visible(timeout=5000)
    tabs.pop(0).close()
    phone.locator(f"#{row} .tick-box").click()
    for tab in (*tabs, ninth):
        expect(tab.locator(f"#{row}:not(.is-done)"), "another one takes the stream over").to_be_visible(timeout=40_000)
    assert len(opened) <= 4, "one other, at most some for a moment, and not each for itself"
