"""A narrow phone: the head of a session is whole beside its button, and nothing stands too close to a code to scan."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner.base.actor import acting
from planner.checklists import queries
from planner.live import services as live
from planner.live.rules import Weight
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import Enter

pytestmark = pytest.mark.browser
NARROW = {"width": 360, "height": 640}
CUT = "element => element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight"


def test_the_head_of_a_session_is_not_cut(app: Flask, address: str, cast: Cast, enter: Enter) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    with app.app_context(), acting(cast.actors["lead"]):
        made = live.schedule_session(
            theme="秋冬修护专场", channel_id=cast.channel, studio_id=cast.studio, weight=Weight.DAILY, start=start,
            minutes=240, shifts=[],
        )  # fmt: skip
        live.start_preparing(made)
    lead = enter(address, "lead", PASSWORD, NARROW, "en")
    lead.goto(f"{address}/sessions/{made}")
    head = lead.locator(".page-head")
    expect(head.locator(".btn-primary")).to_be_in_viewport(ratio=1)
    assert [head.locator(part).evaluate(CUT) for part in ("h1", ".page-sub")] == [False, False]
    assert head.evaluate("element => element.offsetHeight") <= 96, "it leaves the phone to what is to be done"
    assert lead.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_a_code_stands_apart_from_the_button_above_it(app: Flask, address: str, cast: Cast, enter: Enter) -> None:
    with app.app_context(), acting(cast.actors["lead"]):
        daily = next(t.id for t in queries.templates() if t.origin == "daily")
    lead = enter(address, "lead", PASSWORD, NARROW, "zh-CN")
    lead.goto(f"{address}/sop/{daily}/print?studio={cast.studio}")
    above, code = lead.locator("form.after button").bounding_box(), lead.locator(".qr").bounding_box()
    assert above
    assert code
    assert code["y"] - above["y"] - above["height"] >= 12
