"""A standard grows in a real browser: a line edited in the draft, dragged, published, and a running list upgraded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.checklists import queries
from planner.live import services as live
from planner.live.rules import Weight
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
WORDS = {
    "zh-CN": {
        "added": "新增",
        "changed": "改动",
        "draft": "3 处改动",
        "ticked": "保留 1 个勾",
        "number": "≥ 5 Mbit/s",
        "stays": "各条按时间先后排列",
    },
    "en": {
        "added": "New line",
        "changed": "Changed line",
        "draft": "3 changes",
        "ticked": "1 tick kept",
        "number": "≥ 5 Mbit/s",
        "stays": "Lines stand in the order of their times.",
    },
}


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["en"])
def test_a_line_is_edited_published_and_reaches_tonight(
    app: Flask, address: str, cast: Cast, enter: Callable[..., Page], language: str
) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    with app.app_context(), acting(cast.actors["lead"]):
        daily = next(t.id for t in queries.templates() if t.origin == "daily")
        show = live.schedule_session(
            theme="防晒清仓", channel_id=cast.channel, studio_id=cast.studio, weight=Weight.DAILY, start=start, minutes=240,
            shifts=[],
        )  # fmt: skip
        item = next(i.id for i in queries.list_page(show).items if i.blocks and not i.evidence)
    words = WORDS[language]
    lead, host = enter(address, "lead", PASSWORD, DESK, language), enter(address, "manager", PASSWORD, PHONE, language)
    host.goto(f"{address}/sessions/{show}/checklist?show=all")
    host.locator(f"#tick-{item} button.tick-box").click()
    expect(host.locator(f"#tick-{item}")).to_have_class("tick is-done is-blocking")

    lead.goto(f"{address}/checklists")
    lead.locator("a[href='/checklists/sop']").first.click()
    lead.locator(f"a[href='/sop/{daily}']").click()
    lead.locator("#line-kit a.item-title").click()
    expect(lead.locator("input[name=number_unit]"), "what is not asked for asks for no numbers").to_be_hidden()
    lead.check("input[name=evidence][value=number]")
    lead.fill("input[name=number_min]", "5")
    lead.fill("input[name=number_unit]", "Mbit/s")
    lead.locator("form.line-form button.btn-primary").click()
    lead.wait_for_url(f"**/sop/{daily}#line-kit")
    expect(lead.locator("#line-kit")).to_contain_text(words["number"])
    lead.locator(f"a[href='/sop/{daily}/items']").first.click()
    lead.fill("input[name=text]", "备用麦电量与试音")
    lead.fill("input[name=offset_minutes]", "T-90")
    lead.locator("button[value=publish]").click()
    lead.wait_for_load_state()
    grip, above = lead.locator("#line-benefits [data-grip]"), lead.locator("#line-links")
    grip.scroll_into_view_if_needed()
    place = above.bounding_box()
    grip.hover()
    lead.mouse.down()
    assert place is not None
    lead.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2, steps=12)
    lead.mouse.move(place["x"] + place["width"] / 2, place["y"] + 4, steps=6)
    with lead.expect_navigation():
        lead.mouse.up()
    lines = lead.locator("[data-order] > li").evaluate_all("rows => rows.map(row => row.id)")
    assert lines.index("line-benefits") < lines.index("line-links")
    expect(lead.locator("#draft")).to_contain_text(words["draft"])
    for word in ("added", "changed"):
        expect(lead.locator("#draft")).to_contain_text(words[word])
    lead.locator("#line-benefits [data-grip]").hover()
    lead.mouse.down()
    strange = lead.locator("[data-order] > li", has_text="备用麦电量与试音").bounding_box()
    assert strange is not None
    lead.mouse.move(strange["x"] + 40, strange["y"] + strange["height"] / 2, steps=12)
    lead.mouse.up()
    expect(lead.locator(".undo-text"), "lines of another time").to_contain_text(words["stays"])
    assert lead.locator("[data-order] > li").evaluate_all("rows => rows.map(row => row.id)") == lines
    expect(lead.locator("#draft")).to_contain_text(words["draft"])
    lead.fill("#publish input[name=note]", "备用麦的教训")
    lead.locator("#publish button.btn-primary").click()
    lead.wait_for_load_state()
    expect(lead.locator("aside, .aside").last).to_contain_text("备用麦的教训")

    lead.locator(f"a[href='/sop/{daily}/upgrade']").click()
    expect(lead.locator("main")).to_contain_text("备用麦电量与试音")
    expect(lead.locator("main")).to_contain_text(words["ticked"])
    lead.locator("form[method=post] button.btn-primary").last.click()
    lead.wait_for_url(f"**/sop/{daily}")
    host.goto(f"{address}/sessions/{show}/checklist?show=all")
    expect(host.locator("main")).to_contain_text("备用麦电量与试音")
    expect(host.locator("main")).to_contain_text(words["number"])
    expect(host.locator(f"#tick-{item}"), "the tick is still there").to_have_class("tick is-done is-blocking")
