"""The bad evening: a host who is ill, a start tapped late, a microphone, a broken stream, a wrong price; and its review."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import Actor, acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.checklists.rules import ItemState
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.live import queries, services
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.outcomes.rules import sample
from planner.people import queries as people
from planner.people import services as members
from tests.cast import NAMES, PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, SIDES, Hands

pytestmark = pytest.mark.browser
ZONE, HOUR, MINUTE = ZoneInfo("Asia/Shanghai"), timedelta(hours=1), timedelta(minutes=1)
WORDS = {
    "zh-CN": {"identity": "出镜人员身份核验并报平台", "nine": "9 分", "kept": "读数已记下", "less": "比"},
    "en": {"identity": "On-air persons verified", "nine": "9 min", "kept": "The figures are kept", "less": "Less than"},
}
"""What the pages say, in the language of those who work in the room."""


def evening() -> datetime:
    """20:00 tomorrow in the team's zone."""
    return (datetime.now(ZONE) + timedelta(days=1)).replace(hour=20, minute=0, second=0, microsecond=0).astimezone(UTC)


def bad_show(app: Flask, cast: Cast, start: datetime) -> int:
    """A show with a host and somebody at control; the viewer is another host; the identities are verified already."""
    with app.app_context(), acting(Actor(is_system=True, team_id=cast.team)):
        members.set_role(cast.viewer, Role.HOST)
    with app.app_context(), clock.standing(start - 3 * HOUR), acting(cast.actors["lead"]):
        ids = {p.key: p.id for p in people.positions()}
        members.set_positions(cast.viewer, [ids["host"]])
        end = start + 4 * HOUR
        crew = [ShiftIn(ids["host"], cast.host, start, end), ShiftIn(ids["control"], cast.member, start, end)]
        made = services.schedule_session(
            "秋冬修护专场", Weight.DAILY, start=start, minutes=240, channel_id=cast.channel, studio_id=cast.studio,
            shifts=crew, targets={"gmv": Decimal(100_000)},
        )  # fmt: skip
        ticking.tick(identity(made), "a" * 32, "已报平台")
        return made


def identity(session_id: int) -> int:
    return next(
        i.id
        for i in checklists.list_page(session_id).items
        if i.title in (WORDS["zh-CN"]["identity"], "On-air persons verified and reported")
    )


def state(app: Flask, cast: Cast, hands: Hands, session_id: int) -> ItemState:
    with app.app_context(), clock.standing(hands.now()), acting(cast.actors["lead"]):
        return checklists.item(identity(session_id)).state


def read(page: Page, address: str, session_id: int, gmv: str) -> None:
    page.goto(f"{address}/sessions/{session_id}/reading")
    page.locator("#reading-form input[name=gmv]").fill(gmv)
    page.locator("#reading-form button.btn-l").click()


@pytest.mark.parametrize(("size", "language"), SIDES if WIDE else SIDES[:1])
def test_the_bad_evening(
    app: Flask,
    address: str,
    hands: Hands,
    enter: Callable[..., Page],
    cast: Cast,
    tmp_path: Path,
    size: dict[str, int],
    language: str,
) -> None:
    words = WORDS[language]
    start = evening()
    made = bad_show(app, cast, start)
    hub, air = f"{address}/sessions/{made}", f"{address}/sessions/{made}?phase=air"

    hands.put(start - 2 * HOUR)
    lead = enter(address, "lead", PASSWORD, size, language)
    lead.goto(hub)
    assert state(app, cast, hands, made) is ItemState.DONE
    lead.locator(f"a[href*='/swap?'][href*='who={cast.host}']:visible").first.click()
    lead.locator("a.item-title", has_text=NAMES["viewer"]).click()
    expect(lead.locator("main"), "what is bound to the person opens again").to_contain_text(words["identity"])
    lead.locator(".form-foot button.btn-primary").click()
    lead.wait_for_url(re.compile(rf"/sessions/{made}(?:\?|#|$)"))
    assert state(app, cast, hands, made) is ItemState.OPEN
    stand_in = enter(address, "viewer", PASSWORD, size, language)
    expect(stand_in.locator("main"), "whoever takes over is told").to_contain_text("秋冬修护专场")

    hands.put(start + 40 * MINUTE)
    crew = enter(address, "member", PASSWORD, size, language)
    crew.goto(hub)
    crew.locator("details.confirm:has(form[action$='/air']) > summary").first.click()
    crew.locator("form[action$='/air'] button:visible").first.click()
    expect(crew.locator(".onair").first).to_be_visible()
    crew.locator("#earlier > summary").click()
    crew.locator("#earlier form:has(input[name=minutes][value='40']) button").click()
    expect(crew.locator(".undo, .strip").first).to_be_visible()

    hands.put(start + 50 * MINUTE)
    crew.goto(air)
    crew.locator("form:has(input[name=kind][value=sound]) button").click()
    expect(crew.locator(".timeline .tl-item")).to_have_count(1)
    hands.put(start + 59 * MINUTE)
    crew.goto(air)
    crew.locator(".is-running form[action$='/restored'] button").click()
    expect(crew.locator(".timeline .tl-item").first).to_contain_text(words["nine"])

    hands.put(start + 70 * MINUTE)
    crew.goto(air)
    crew.locator("details.confirm:has(form[action$='/reopen']) > summary").click()
    crew.locator("form[action$='/reopen'] button:visible").click()
    crew.wait_for_load_state()

    hands.put(start + 80 * MINUTE)
    crew.goto(air)
    crew.locator("form:has(input[name=kind][value=price]) button").click()
    expect(crew.locator(".timeline .tl-item")).to_have_count(2)
    crew.locator("form:has(input[name=kind][value=slip]) button").click()
    expect(crew.locator(".timeline .tl-item")).to_have_count(3)
    crew.goto(air)
    crew.locator("a[href*='/slip']:visible").first.click()
    crew.fill("[name=said]", "买一送二")
    crew.fill("[name=put_right]", "买一送一，第二件半价")
    crew.fill("[name=at]", hands.now().astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S"))
    crew.locator(".form-foot button.btn-primary").click()
    crew.wait_for_url(re.compile(rf"/sessions/{made}(?:\?|#|$)"))
    expect(crew.locator(".timeline")).to_contain_text("买一送一，第二件半价")

    hands.put(start + 90 * MINUTE)
    read(crew, address, made, "5万")
    expect(crew.locator(".undo")).to_contain_text(words["kept"])
    hands.put(start + 120 * MINUTE)
    read(crew, address, made, "4万")
    expect(crew.locator("main"), "a figure that falls is asked about").to_contain_text(words["less"])

    hands.put(start + 4 * HOUR)
    desk = enter(address, "lead", PASSWORD, DESK, language)
    desk.goto(f"{hub}/end")
    desk.locator("form button.btn-danger").click()
    desk.wait_for_url(lambda url: not url.endswith("/end"))

    file = tmp_path / "直播间列表.csv"
    begun = start.astimezone(ZONE).replace(tzinfo=None)
    broken, over = begun + 70 * MINUTE, begun + 4 * HOUR
    rows = [
        sample.cells(
            "晨光美妆", "chenguang_beauty", begun, broken, {"gmv": Decimal("30000"), "viewers": Decimal(5000)}
        ),
        sample.cells(
            "晨光美妆", "chenguang_beauty", broken, over, {"gmv": Decimal("61045.30"), "viewers": Decimal(9000)}
        ),
    ]
    file.write_bytes(sample.as_csv(rows))
    hands.put(start + 5 * HOUR)
    desk.goto(f"{address}/imports")
    desk.set_input_files("input[type=file]", file)
    desk.fill("input[name=taken_at]", (begun + 4 * HOUR + 30 * MINUTE).strftime("%Y-%m-%dT%H:%M"))
    desk.locator("form[enctype] button.btn-primary").click()
    expect(desk.locator("main")).to_contain_text("秋冬修护专场")
    desk.locator("form[action$='/store'] button").click()
    desk.wait_for_load_state()

    desk.goto(f"{hub}/review")
    desk.locator("form[action$='/review/open'] button").click()
    desk.wait_for_load_state()
    desk.goto(f"{hub}?phase=review")
    shown = desk.locator("main")
    expect(shown, "both rows are one result").to_contain_text("¥91,045.30")
    for told in (words["nine"], "买一送一，第二件半价", NAMES["viewer"]):
        expect(shown).to_contain_text(told)
    with app.app_context(), clock.standing(hands.now()), acting(cast.actors["lead"]):
        assert [a.source for a in queries.airings(made)] == ["file", "file"]
        assert queries.brief(made).real_start == start
