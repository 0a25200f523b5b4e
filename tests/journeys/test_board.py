"""Steps on the board: a lead drags a card, moves another by keys alone, and is told what somebody else has done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from planner.base import show
from planner.base.actor import acting
from planner.plan import queries, services
from planner.plan.rules import StepState
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE, Enter

pytestmark = pytest.mark.browser
WORDS = {"zh-CN": ("已移动。", "刚刚有人改过"), "en": ("The card is moved.", "a moment ago")}


@dataclass
class Stage:
    """Two steps and the board they are on."""

    app: Flask
    cast: Cast
    address: str
    first: int
    second: int

    def state(self, step_id: int) -> StepState:
        """Where a step stands."""
        with self.app.app_context(), acting(self.cast.actors["lead"]):
            return queries.ticked(step_id).state

    def finish(self, step_id: int) -> None:
        """Somebody else is quicker."""
        with self.app.app_context(), acting(self.cast.actors["manager"]):
            services.move_step(step_id, "finish")


@pytest.fixture
def stage(app: Flask, cast: Cast, address: str) -> Iterator[Stage]:
    with app.app_context(), acting(cast.actors["lead"]):
        first = services.add_step("互动形式三", cast.member, show.today())
        second = services.add_step("选品结论", cast.lead)
    yield Stage(app, cast, address, first, second)


def card(page: Page, step_id: int) -> Locator:
    return page.locator(f"#card-{step_id}")


def column(page: Page, key: str) -> Locator:
    return page.locator(f"[data-column='{key}']")


def drag(page: Page, step_id: int, key: str, low: bool = False) -> None:
    """As a hand does it: press, go a little, then over to the column, and let go at its head or `low` in the empty."""
    taken = card(page, step_id).locator(".card-meta").bounding_box()
    assert taken
    page.mouse.move(taken["x"] + 4, taken["y"] + 4)
    page.mouse.down()
    page.mouse.move(taken["x"] + 14, taken["y"] + 14, steps=3)
    expect(page.locator(".board.is-dragging")).to_be_visible()
    place = column(page, key).locator(".cards").last.bounding_box()
    assert place
    page.mouse.move(place["x"] + 60, place["y"] + (DESK["height"] * 0.6 - place["y"] if low else 30), steps=6)
    page.mouse.up()


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["en"])
def test_a_card_goes_by_hand_and_by_keys(stage: Stage, enter: Enter, language: str) -> None:
    moved, told = WORDS[language]
    lead = enter(stage.address, "lead", PASSWORD, DESK, language)
    lead.goto(f"{stage.address}/plan/board")
    drag(lead, stage.first, "doing")
    expect(column(lead, "doing").locator(f"#card-{stage.first}")).to_be_visible()
    expect(lead.locator(".undo-text")).to_have_text(moved)
    assert stage.state(stage.first) is StepState.DOING
    expect(card(lead, stage.first).locator(".card-title"), "it can go on at once").to_be_focused()
    lead.keyboard.press("Shift+ArrowLeft")
    expect(column(lead, "open").locator(f"#card-{stage.first}")).to_be_visible()
    lead.locator(".undo-act").click()
    expect(column(lead, "doing").locator(f"#card-{stage.first}")).to_be_visible()
    stage.finish(stage.second)
    card(lead, stage.second).locator(".card-title").focus()
    lead.keyboard.press("Shift+ArrowRight")
    expect(lead.locator("main")).to_contain_text(told)
    assert stage.state(stage.second) is StepState.DONE, "what somebody else did stands"


@pytest.mark.parametrize("key", ["doing", "blocked", "done"])
def test_the_empty_end_of_a_column_takes_a_card(stage: Stage, enter: Enter, key: str) -> None:
    with stage.app.app_context(), acting(stage.cast.actors["lead"]):
        services.move_step(stage.second, "start")
        for n in range(9):
            services.add_step(f"备播 {n}", stage.cast.lead)
    lead = enter(stage.address, "lead", PASSWORD, DESK, "zh-CN")
    lead.goto(f"{stage.address}/plan/board")
    drag(lead, stage.first, key, low=True)
    if key == "blocked":
        lead.wait_for_url(re.compile(rf"/plan/steps/{stage.first}/block\?"))
        return
    expect(lead.locator(".undo-text")).to_have_text(WORDS["zh-CN"][0])
    assert stage.state(stage.first) is StepState(key)


def let_go(page: Page, taken: Locator, place: Locator) -> None:
    """Press on it, carry it there, let it go."""
    (x, y), (to_x, to_y) = (middle(each) for each in (taken, place))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10, steps=3)
    page.mouse.move(to_x, to_y, steps=6)
    page.mouse.up()


def middle(place: Locator) -> tuple[float, float]:
    """Where one would grip it."""
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_what_cant_be_dropped_there_goes_back_and_says_why(stage: Stage, enter: Enter) -> None:
    lead = enter(stage.address, "lead", PASSWORD, DESK, "zh-CN")
    lead.goto(f"{stage.address}/plan/board")
    cards = column(lead, "open").locator(".card-step")
    for place, why in ((lead.locator("h1"), "没有移动：卡片要放到某一列上。"), (cards.last, "同一列的卡片按日期排列")):
        let_go(lead, cards.first.locator(".card-meta"), place)
        for told in (lead.locator(".undo-text"), lead.locator("[data-say]")):
            expect(told).to_contain_text(why)
        expect(cards.first).to_have_id(f"card-{stage.first}")
    member = enter(stage.address, "member", PASSWORD, DESK, "en")
    member.goto(f"{stage.address}/plan/board")
    for grip in (".card-title", ".card-meta"):
        let_go(member, card(member, stage.second).locator(grip), column(member, "done").locator("h2"))
        expect(member.locator(".undo-text"), grip).to_contain_text("only who does the step, or a team lead")
        member.reload()
    assert (stage.state(stage.first), stage.state(stage.second)) == (StepState.OPEN, StepState.OPEN)


def test_blocking_asks_by_what(stage: Stage, enter: Enter) -> None:
    lead = enter(stage.address, "lead", PASSWORD, DESK, "zh-CN")
    lead.goto(f"{stage.address}/plan/board")
    drag(lead, stage.first, "blocked")
    lead.wait_for_url(re.compile(r"/block\?"))
    lead.fill("input[name=waits_for]", "品牌方回复")
    lead.locator("form.form button.btn-primary").click()
    expect(column(lead, "blocked").locator(f"#card-{stage.first}")).to_contain_text("品牌方回复")


def test_on_a_phone_a_button_does_the_same(stage: Stage, enter: Enter) -> None:
    member = enter(stage.address, "member", PASSWORD, PHONE, "zh-CN")
    member.goto(f"{stage.address}/plan/board")
    expect(card(member, stage.second).locator(".card-move"), "somebody else's stays").to_have_count(0)
    card(member, stage.first).locator(".card-move").click()
    member.locator("button[value='doing']").click()
    expect(column(member, "doing").locator(f"#card-{stage.first}")).to_be_visible()
    assert stage.state(stage.first) is StepState.DOING
    member.goto(f"{stage.address}/work")
    chip = member.locator(f"#step-{stage.first} .chip").last.bounding_box()
    assert chip
    assert chip["x"] + chip["width"] <= PHONE["width"] - 16, "it keeps the margin of the page"
    member.goto(f"{stage.address}/plan/timeline")
    tabs = member.locator("nav.tabs").first
    tabs.evaluate("strip => { strip.scrollLeft = strip.scrollWidth }")
    last = tabs.locator("a:visible").last.bounding_box()
    assert last
    assert last["x"] + last["width"] <= PHONE["width"], "the last tab can be reached"
    member.goto(f"{stage.address}/me")
    member.locator("main nav a[href='/plan']").click()
    member.wait_for_url(re.compile(r"/plan$"))
