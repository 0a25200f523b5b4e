"""A show on the timeline of the studios is moved by hand: with the mouse, at its ends, and by the keyboard alone.

Nothing changes on the way: letting go shows what would follow, and the person decides there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.queries import SessionBrief
from planner.live.rules import Weight
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE, Enter

pytestmark = pytest.mark.browser
ZONE, HOUR, QUARTER = ZoneInfo("Asia/Shanghai"), timedelta(hours=1), timedelta(minutes=15)
OUTSIDE = {"zh-CN": "没有改动：场次要放到某个直播间的行上。", "en": "Nothing was moved: a show is let go on a studio."}
UNMOVED = {"zh-CN": "没有改动。", "en": "Nothing was moved."}


@dataclass
class Stage:
    """A show at 20:00 in 3号间 until midnight, an empty 5号间, and where they are looked at."""

    app: Flask
    cast: Cast
    address: str
    made: int
    other: int
    start: datetime

    @property
    def timeline(self) -> str:
        """Its day by studios, narrowed to its channel: what a person comes back to."""
        return (
            f"{self.address}/sessions?view=studios&day={self.start.astimezone(ZONE).date()}&channel={self.cast.channel}"
        )

    @property
    def seven(self) -> str:
        """Seven days from the day before it."""
        day = (self.start - 24 * HOUR).astimezone(ZONE).date()
        return f"{self.address}/sessions?view=studios&days=7&day={day}"

    def now(self) -> SessionBrief:
        """The show as it stands."""
        with self.app.app_context(), acting(self.cast.actors["lead"]):
            return queries.brief(self.made)

    def show(self, page: Page) -> Locator:
        """The show on a timeline."""
        return page.locator(f"#show-{self.made}")


@pytest.fixture
def stage(app: Flask, cast: Cast, address: str) -> Stage:
    """Everything set for tomorrow evening."""
    tomorrow = datetime.now(ZONE) + timedelta(days=1)
    start = tomorrow.replace(hour=20, minute=0, second=0, microsecond=0).astimezone(UTC)
    with app.app_context(), acting(cast.actors["lead"]):
        other = services.add_studio("5号间")
        made = services.schedule_session(
            "秋冬修护专场", Weight.DAILY, start=start, minutes=240, channel_id=cast.channel, studio_id=cast.studio
        )
    return Stage(app, cast, address, made, other, start)


def middle(place: Locator) -> tuple[float, float]:
    """Where one would grip it."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def hour_wide(page: Page) -> float:
    """How much of the day's line an hour takes."""
    box = page.locator(".room-items").first.bounding_box()
    assert box
    return box["width"] / 24


def grip(page: Page, place: Locator) -> tuple[float, float]:
    """Press the mouse on it."""
    x, y = middle(place)
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def pull(page: Page, place: Locator, by: float, to: Locator | None = None) -> None:
    """Press on it and pull it so far to the right, onto the line of `to`; it is not let go yet."""
    x, y = grip(page, place)
    page.mouse.move(x + by / 2, y, steps=3)
    page.mouse.move(x + by, middle(to)[1] if to else y, steps=3)


def room(page: Page, studio_id: int) -> Locator:
    """The line of a studio."""
    return page.locator(f"[data-room='{studio_id}']")


def confirm(page: Page) -> None:
    """Decide on the page that shows what follows."""
    expect(page.locator("table.diff")).to_be_visible()
    page.locator("button[value=confirm]").click()


def undo(page: Page) -> None:
    """Take it back, and stay where one is."""
    page.locator(".undo .undo-act").click()
    expect(page.locator(".undo")).to_contain_text(re.compile("已撤销|Undone"))


def was_here(stage: Stage, page: Page) -> None:
    """Back on the timeline one came from, with what narrowed it."""
    assert page.url.split("#")[0] == stage.timeline


@pytest.mark.parametrize(
    ("language", "said"), [("zh-CN", "21:00–次日 01:00 · 5号间"), ("en", "21:00–next day 01:00 · 5号间")]
)
def test_a_lead_drags_a_show_an_hour_on_to_another_studio(stage: Stage, enter: Enter, language: str, said: str) -> None:
    page = enter(stage.address, "lead", PASSWORD, DESK, language)
    page.goto(stage.timeline)
    pull(page, stage.show(page).locator(".show-time"), hour_wide(page), room(page, stage.other))
    expect(page.locator(".drag-told")).to_have_text(said)
    expect(room(page, stage.other).locator(".drag-ghost")).to_be_visible()
    page.mouse.up()
    page.wait_for_url("**/move?**")
    expect(page.locator("table.diff")).to_contain_text("5号间")
    assert stage.now().planned_start == stage.start, "letting go changes nothing"
    confirm(page)
    page.wait_for_url("**view=studios**")
    was_here(stage, page)
    expect(room(page, stage.other).locator(f"#show-{stage.made}")).to_contain_text("21:00")
    moved = stage.now()
    assert (moved.planned_start, moved.planned_end) == (stage.start + HOUR, stage.start + 5 * HOUR)
    undo(page)
    was_here(stage, page)
    expect(room(page, stage.cast.studio).locator(f"#show-{stage.made}")).to_contain_text("20:00")
    assert stage.now().planned_start == stage.start


@pytest.mark.parametrize(
    ("edge", "by", "start", "end"),
    [("end", 0.8, 0, 3), ("start", -0.55, -2, 0)],
)
def test_an_end_is_stretched_in_quarters(
    stage: Stage, enter: Enter, edge: str, by: float, start: int, end: int
) -> None:
    page = enter(stage.address, "lead", PASSWORD, DESK, "en")
    page.goto(stage.timeline)
    pull(page, stage.show(page).locator(f".show-grip.is-{edge}"), by * hour_wide(page))
    page.mouse.up()
    page.wait_for_url("**/move?**")
    confirm(page)
    page.wait_for_url("**view=studios**")
    now = stage.now()
    assert (now.planned_start, now.studio_id) == (stage.start + start * QUARTER, stage.cast.studio)
    assert now.planned_end == stage.start + 4 * HOUR + end * QUARTER


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["zh-CN"])
def test_the_keyboard_alone_does_it_all(stage: Stage, enter: Enter, language: str) -> None:
    page = enter(stage.address, "lead", PASSWORD, DESK, language)
    page.goto(stage.timeline)
    said, keys = page.locator("[data-say]"), page.keyboard
    keys.press("?")
    expect(page.locator("#keys")).to_contain_text("直播间视图" if language == "zh-CN" else "By studio")
    keys.press("Escape")
    keys.press("j")
    keys.press("m")
    expect(said).to_contain_text("秋冬修护专场")
    expect(page.locator("[data-by-hand]")).to_be_visible()
    for _n in range(4):
        keys.press("ArrowRight")
    keys.press("ArrowDown")
    expect(said).to_contain_text("21:00")
    expect(said).to_contain_text("5号间")
    keys.press("Shift+ArrowRight")
    keys.press("Shift+ArrowLeft")
    keys.press("Shift+ArrowLeft")
    expect(said).to_contain_text("00:45")
    keys.press("n")
    expect(page.locator(".drag-ghost")).to_be_visible()
    assert page.url == stage.timeline, "while it is held, the keys belong to it"
    keys.press("Enter")
    page.wait_for_url("**/move?**")
    assert stage.now().planned_start == stage.start
    expect(page.locator("table.diff")).to_be_focused()
    while not page.evaluate("document.activeElement.matches('button[value=confirm]')"):
        keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**view=studios**")
    was_here(stage, page)
    expect(stage.show(page).locator("a").first).to_be_focused()
    now = stage.now()
    assert (now.planned_start, now.studio_id) == (stage.start + HOUR, stage.other)
    assert now.planned_end == stage.start + 5 * HOUR - QUARTER


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["en"])
def test_escape_and_letting_go_outside_change_nothing(stage: Stage, enter: Enter, language: str) -> None:
    page = enter(stage.address, "lead", PASSWORD, DESK, language)
    page.goto(stage.timeline)
    show, ghost, said = stage.show(page), page.locator(".drag-ghost"), page.locator("[data-say]")
    show.locator("a").first.focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    expect(ghost).to_be_visible()
    page.keyboard.press("Escape")
    expect(ghost).to_have_count(0)
    expect(said).to_have_text(UNMOVED[language])
    expect(page.locator("[data-by-hand]")).to_be_hidden()
    pull(page, show.locator(".show-time"), hour_wide(page))
    expect(ghost).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(ghost).to_have_count(0)
    pull(page, show.locator(".show-time"), hour_wide(page), page.locator(".sessions-head"))
    expect(ghost).to_have_count(0)
    page.mouse.up()
    for told in (page.locator(".undo-text"), said):
        expect(told, "for eyes and ears").to_have_text(OUTSIDE[language])
    pull(page, show.locator(".show-time"), 3)
    page.mouse.move(*middle(show.locator(".show-time")))
    assert page.url == stage.timeline
    page.mouse.up()
    page.wait_for_url(f"**/sessions/{stage.made}")
    assert stage.now().planned_start == stage.start


def test_a_crooked_minute_stays_until_the_time_is_moved(stage: Stage, enter: Enter) -> None:
    with stage.app.app_context(), acting(stage.cast.actors["lead"]):
        services.move_session(stage.made, 1, stage.start + timedelta(minutes=5), 240, stage.cast.studio)
    page = enter(stage.address, "lead", PASSWORD, DESK)
    page.goto(stage.timeline)
    stage.show(page).locator("a").first.focus()
    told = page.locator("[data-by-hand-told]")
    for key, said in [
        ("m", "20:05–次日 00:05 · 3号间"), ("ArrowDown", "20:05–次日 00:05 · 5号间"), ("ArrowRight", "20:15–次日 00:15 · 5号间"),
        ("ArrowLeft", "20:00–次日 00:00 · 5号间"), ("Shift+ArrowLeft", "20:00–23:45 · 5号间"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        expect(told).to_have_text(said)


def test_a_show_of_the_night_before_can_be_moved_on_the_day_it_ends_in(stage: Stage, enter: Enter) -> None:
    small_hours = stage.start + 8 * HOUR
    with stage.app.app_context(), acting(stage.cast.actors["lead"]):
        services.move_session(stage.made, 1, small_hours, 300, stage.cast.studio)
    page = enter(stage.address, "lead", PASSWORD, DESK)
    following = small_hours.astimezone(ZONE).date()
    page.goto(f"{stage.address}/sessions?view=studios&day={following}")
    expect(stage.show(page).locator(".show-grip.is-start")).to_be_hidden()
    expect(stage.show(page).locator(".show-grip.is-end")).to_be_visible()
    stage.show(page).locator("a").first.focus()
    page.keyboard.press("m")
    told = page.locator("[data-by-hand-told]")
    expect(told).to_have_text("04:00–09:00 · 3号间")
    page.keyboard.press("ArrowLeft")
    expect(told, "not further into a day that is not shown").to_have_text("04:00–09:00 · 3号间")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/move?**")
    confirm(page)
    page.wait_for_url("**view=studios**")
    assert stage.now().planned_start == small_hours + QUARTER


def test_a_pen_drags_and_a_finger_scrolls(stage: Stage, enter: Enter) -> None:
    page = enter(stage.address, "lead", PASSWORD, DESK)
    page.goto(stage.timeline)
    hands = page.context.new_cdp_session(page)
    x, y = middle(stage.show(page).locator(".show-time"))

    def pen(kind: str, at: float) -> None:
        held = {"button": "left", "buttons": 1, "clickCount": 1}
        hands.send("Input.dispatchMouseEvent", {"type": kind, "x": at, "y": y, "pointerType": "pen", **held})

    def finger(kind: str, at: float) -> None:
        hands.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if kind == "touchEnd" else [{"x": at, "y": y}]}
        )

    for act, names in ((pen, ("mousePressed", "mouseMoved")), (finger, ("touchStart", "touchMove"))):
        act(names[0], x)
        for step in (10, 30, 60):
            act(names[1], x + step)
        expect(page.locator(".drag-ghost")).to_have_count(1 if act is pen else 0)
        page.keyboard.press("Escape")
        act("mouseReleased" if act is pen else "touchEnd", x + 60)
    assert page.url == stage.timeline


def test_in_seven_days_it_goes_to_another_day_and_studio(stage: Stage, enter: Enter) -> None:
    page = enter(stage.address, "lead", PASSWORD, DESK)
    page.goto(stage.seven)
    target = room(page, stage.other).locator("td").nth(3)
    x, _y = middle(stage.show(page).locator(".cal-theme"))
    pull(page, stage.show(page).locator(".cal-theme"), middle(target)[0] - x, target)
    expect(target.locator(".drag-told")).to_contain_text("20:00–次日 00:00 · 5号间")
    page.mouse.up()
    page.wait_for_url("**/move?**")
    confirm(page)
    page.wait_for_url("**days=7**")
    assert (stage.now().planned_start, stage.now().studio_id) == (stage.start + 48 * HOUR, stage.other)
    stage.show(page).locator("a").first.focus()
    for key in ("m", "ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/move?**")
    confirm(page)
    page.wait_for_url("**days=7**")
    assert (stage.now().planned_start, stage.now().studio_id) == (stage.start + 24 * HOUR, stage.cast.studio)


def test_what_lies_beyond_the_window_comes_into_sight(stage: Stage, enter: Enter) -> None:
    with stage.app.app_context(), acting(stage.cast.actors["lead"]):
        last = [services.add_studio(f"备用{n}") for n in range(10, 20)][-1]
    page = enter(stage.address, "lead", PASSWORD, {"width": 1200, "height": 600})
    page.goto(stage.timeline)
    x, _y = grip(page, stage.show(page).locator(".show-time"))
    assert not room(page, last).evaluate("line => line.getBoundingClientRect().top < innerHeight")
    page.mouse.move(x, 500, steps=3)
    page.mouse.move(x, 590)
    page.wait_for_function(
        "id => document.querySelector(`[data-room='${id}']`).getBoundingClientRect().bottom < innerHeight", arg=last
    )
    page.mouse.move(*middle(room(page, last).locator(".room-none")))
    page.mouse.move(x, middle(room(page, last))[1])
    expect(room(page, last).locator(".drag-ghost")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".drag-ghost")).to_have_count(0)


@pytest.mark.parametrize("view", ["timeline", "seven"])
def test_a_viewer_has_nothing_to_grip(stage: Stage, enter: Enter, view: str) -> None:
    page = enter(stage.address, "viewer", PASSWORD, DESK)
    page.goto(getattr(stage, view))
    link = page.locator(f"main a[href='/sessions/{stage.made}']")
    expect(page.locator(".show-grip, .show-move, [data-move]")).to_have_count(0)
    link.focus()
    page.keyboard.press("m")
    x, y = middle(link)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y, steps=3)
    expect(page.locator(".drag-ghost")).to_have_count(0)
    page.mouse.up()
    assert "/move" not in page.url


@pytest.mark.parametrize("view", ["timeline", "seven"])
@pytest.mark.parametrize(("size", "more"), [(DESK, {"java_script_enabled": False}), (PHONE, {})], ids=["bare", "phone"])
def test_without_a_script_and_on_a_phone_a_link_leads_to_the_move(
    stage: Stage, enter: Enter, size: dict[str, int], more: dict[str, Any], view: str
) -> None:
    page = enter(stage.address, "lead", PASSWORD, size, **more)
    page.goto(getattr(stage, view))
    stage.show(page).locator(".show-move").click()
    page.wait_for_url("**/move?next=**")
    page.fill("[name=start]", (stage.start + HOUR).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"))
    page.locator("main .form-foot .btn-primary").click()
    confirm(page)
    page.wait_for_url("**view=studios**")
    assert page.url == getattr(stage, view)
    expect(stage.show(page)).to_contain_text("21:00")
    assert stage.now().planned_start == stage.start + HOUR
