"""The timeline of the plan: a lead drags a step and a phase, moves by the arrows alone, and is told what others did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Locator, Page, expect

from planner.base import show
from planner.base.actor import acting
from planner.plan import queries, services
from planner.plan.rules import Details, Hang, HangsOn
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE, Enter

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)
STILL = """() => new Promise(done => {
  const frame = document.querySelector('[data-gantt]')
  const look = (left, times) => requestAnimationFrame(() => frame.scrollLeft === left && times > 9 ? done()
    : look(frame.scrollLeft, frame.scrollLeft === left ? times + 1 : 0))
  look(frame.scrollLeft, 0)
})"""
"""Once the timeline has stopped scrolling."""
WORDS = {"zh-CN": ("已改期。", "刚刚有人改过", "跟着移动"), "en": ("Moved.", "a moment ago", "Moves along")}


@dataclass
class Stage:
    """A phase with a step that hangs on it, and a step with days of its own."""

    app: Flask
    cast: Cast
    address: str
    today: date
    phase: int
    hung: int
    own: int

    def days(self, step_id: int) -> tuple[int | None, int | None]:
        """When a step begins and is due, from today on."""
        with self.app.app_context(), acting(self.cast.actors["lead"]):
            row = queries.ticked(step_id)
            found = [(day - self.today).days if day else None for day in (row.start, row.due)]
            return found[0], found[1]

    def begins(self) -> int:
        """When the phase begins."""
        with self.app.app_context(), acting(self.cast.actors["lead"]):
            return (queries.phase(self.phase).start - self.today).days

    def rename(self, step_id: int) -> None:
        """Somebody else is quicker."""
        with self.app.app_context(), acting(self.cast.actors["manager"]):
            row = queries.ticked(step_id)
            services.edit_step(step_id, row.version, "改过的", row.owner_id, row.due, None, None, "")


@pytest.fixture
def stage(app: Flask, cast: Cast, address: str) -> Iterator[Stage]:
    with app.app_context(), acting(cast.actors["lead"]):
        today = show.today()
        period = services.add_period("第四季度", today - 20 * DAY, today + 60 * DAY)
        phase = services.add_phase(period, "第二月", today, today + 20 * DAY)
        hung = services.add_step(
            "预热短视频", cast.host, None, phase, details=Details(hang=Hang(HangsOn.PHASE_START, 2))
        )
        own = services.add_step("选品结论", cast.member, today + 6 * DAY, details=Details(start=today + 2 * DAY))
    yield Stage(app, cast, address, today, phase, hung, own)


def bar(page: Page, name: str) -> Locator:
    return page.locator(f"a#{name}")


def width(page: Page) -> float:
    """How wide a day is on this screen."""
    return page.evaluate(
        "document.querySelector('.gantt-body').getBoundingClientRect().width"
        " / document.querySelector('[data-gantt]').dataset.days.split('|').length"
    )


def drag(page: Page, name: str, days: float, edge: bool = False) -> None:
    """As a hand does it: press, go a little, then over, and let go."""
    taken = bar(page, name).locator(".g-grip" if edge else ".g-fill").bounding_box()
    assert taken
    x, y = taken["x"] + taken["width"] / 2, taken["y"] + taken["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 2, steps=3)
    expect(page.locator(".gantt.is-moving")).to_be_visible()
    page.mouse.move(x + days * width(page), y, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["zh-CN"])
def test_a_step_goes_by_hand_and_by_keys(stage: Stage, enter: Enter, language: str) -> None:
    moved, told, _along = WORDS[language]
    name = f"step-{stage.own}"
    lead = enter(stage.address, "lead", PASSWORD, DESK, language)
    lead.goto(f"{stage.address}/plan/timeline?zoom=day")
    drag(lead, name, 3)
    expect(lead.locator(".undo-text")).to_have_text(moved)
    assert stage.days(stage.own) == (5, 9)
    expect(bar(lead, name), "it can go on at once").to_be_focused()
    drag(lead, name, -2, edge=True)
    expect(bar(lead, name)).to_have_attribute("data-last", str(stage.today + 7 * DAY))
    assert stage.days(stage.own) == (5, 7), "its right end moves its last day alone"
    bar(lead, name).focus()
    lead.keyboard.press("ArrowLeft")
    expect(lead.locator("[data-by-hand]")).to_be_visible()
    lead.keyboard.press("Shift+ArrowRight")
    expect(lead.locator("[data-say]")).to_contain_text("选品结论: ")
    lead.keyboard.press("Escape")
    expect(lead.locator("[data-by-hand]")).to_be_hidden()
    assert stage.days(stage.own) == (5, 7), "nothing was saved"
    for key in ("ArrowRight", "e", "Shift+ArrowRight", "Enter"):
        lead.keyboard.press(key)
    expect(bar(lead, name)).to_have_attribute("data-last", str(stage.today + 15 * DAY))
    assert stage.days(stage.own) == (5, 15)
    lead.locator(".undo-act").click()
    expect(bar(lead, name)).to_have_attribute("data-last", str(stage.today + 7 * DAY))
    stage.rename(stage.own)
    bar(lead, name).focus()
    lead.keyboard.press("ArrowRight")
    lead.evaluate("dispatchEvent(new Event('online'))")
    lead.keyboard.press("Enter")
    expect(lead.locator("main")).to_contain_text(told)
    assert stage.days(stage.own) == (5, 7), "it stands where the other left it"


def test_what_others_do_appears_and_takes_nothing_out_of_a_hand(stage: Stage, enter: Enter) -> None:
    lead = enter(stage.address, "lead", PASSWORD, DESK, "zh-CN")
    lead.goto(f"{stage.address}/plan/timeline?zoom=day")
    bar(lead, f"step-{stage.hung}").focus()
    stage.rename(stage.own)
    lead.evaluate("dispatchEvent(new Event('online'))")
    expect(bar(lead, f"step-{stage.own}")).to_have_attribute("data-name", "改过的")
    expect(bar(lead, f"step-{stage.hung}"), "who stands on a bar stays there").to_be_focused()
    drag(lead, f"step-{stage.own}", 1)
    expect(bar(lead, f"step-{stage.own}")).to_have_attribute("data-begin", str(stage.today + 3 * DAY))


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["zh-CN"])
def test_a_phase_shows_what_moves_along_before_it_does(stage: Stage, enter: Enter, language: str) -> None:
    moved, _told, along = WORDS[language]
    lead = enter(stage.address, "lead", PASSWORD, DESK, language)
    lead.goto(f"{stage.address}/plan/timeline")
    drag(lead, f"phase-{stage.phase}", 4)
    lead.wait_for_url(re.compile(r"/shift\?"))
    expect(lead.locator("main")).to_contain_text(along)
    expect(lead.locator("main")).to_contain_text("预热短视频")
    assert stage.begins() == 0
    lead.locator("form.form button.btn-primary").click()
    expect(lead.locator(".undo-text")).to_have_text(moved)
    assert (stage.begins(), stage.days(stage.hung)) == (4, (None, 6))
    lead.locator(".undo-act").click()
    expect(bar(lead, f"step-{stage.hung}")).to_have_attribute("data-last", str(stage.today + 2 * DAY))
    assert stage.begins() == 0


def touch(session: CDPSession, kind: str, x: float, y: float) -> None:
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_finger_scrolls_and_moves_once_it_has_stayed(stage: Stage, enter: Enter) -> None:
    lead = enter(stage.address, "lead", PASSWORD, PHONE, "zh-CN")
    lead.goto(f"{stage.address}/plan/timeline?zoom=day")
    expect(lead.locator(".tab", has_text="看板")).to_be_hidden()
    made = bar(lead, f"step-{stage.own}").locator(".g-fill")
    made.scroll_into_view_if_needed()
    taken = made.bounding_box()
    assert taken
    x, y = max(taken["x"], 130) + 20, taken["y"] + 9
    hand = lead.context.new_cdp_session(lead)
    before = lead.evaluate("document.querySelector('[data-gantt]').scrollLeft")
    touch(hand, "touchStart", x, y)
    for by in (10, 30, 60):
        touch(hand, "touchMove", x - by, y)
    touch(hand, "touchEnd", x, y)
    lead.wait_for_function("before => document.querySelector('[data-gantt]').scrollLeft > before", arg=before)
    assert stage.days(stage.own) == (2, 6), "a finger that goes on scrolls"
    lead.evaluate(STILL)
    # How far a finger's swing carries on depends on how quick it was: back to where the bar lies under it.
    lead.evaluate("before => { document.querySelector('[data-gantt]').scrollLeft = before }", before)
    lead.evaluate(STILL)
    taken = made.bounding_box()
    assert taken
    x, y = max(taken["x"], 130) + 20, taken["y"] + 9
    touch(hand, "touchStart", x, y)
    expect(lead.locator(".gantt.is-moving")).to_be_visible()
    for by in (10, 20, 30):
        touch(hand, "touchMove", x + by, y)
    touch(hand, "touchEnd", x, y)
    expect(bar(lead, f"step-{stage.own}")).to_have_attribute("data-begin", str(stage.today + 3 * DAY))
    assert stage.days(stage.own) == (3, 7)
