"""Sixteen hours on air, four hosts, across midnight: everybody sees their own turn, hands over, and has a result."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.live import queries, services
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from planner.people import services as members
from tests.cast import NAMES, PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, SIDES, Hands

pytestmark = pytest.mark.browser
ZONE, HOUR, MINUTE = ZoneInfo("Asia/Shanghai"), timedelta(hours=1), timedelta(minutes=1)
TURNS = ("host", "member", "manager", "viewer")
READ = {4: "40000", 8: "100000", 12: "130000", 16: "200000"}
"""What the platform shows so many hours in: each turn ends with a reading."""


def afternoon() -> datetime:
    """16:00 tomorrow in the team's zone: the show goes on until 08:00 of the day after."""
    return (datetime.now(ZONE) + timedelta(days=1)).replace(hour=16, minute=0, second=0, microsecond=0).astimezone(UTC)


def long_show(app: Flask, cast: Cast, start: datetime) -> int:
    """Four hosts one after the other, four hours each."""
    with app.app_context(), acting(Actor(is_system=True, team_id=cast.team)):
        for login in TURNS[2:]:
            members.set_role(getattr(cast, login), Role.HOST)
    with app.app_context(), clock.standing(start - 3 * HOUR), acting(cast.actors["lead"]):
        host = next(p.id for p in people.positions() if p.key == "host")
        for login in TURNS:
            members.set_positions(getattr(cast, login), [host])
        turns = [
            ShiftIn(host, getattr(cast, login), start + 4 * n * HOUR, start + 4 * (n + 1) * HOUR)
            for n, login in enumerate(TURNS)
        ]
        return services.schedule_session(
            "双11 十六小时", Weight.BIG, start=start, minutes=960, channel_id=cast.channel, studio_id=cast.studio,
            shifts=turns, targets={"gmv": Decimal(200_000)},
        )  # fmt: skip


def left(page: Page, place: str) -> timedelta:
    """What a countdown shows."""
    shown = page.locator(f"{place} [data-until]").first.inner_text()
    parts = [int(p) for p in re.findall(r"\d+", shown)]
    return timedelta(hours=parts[-3] if len(parts) > 2 else 0, minutes=parts[-2], seconds=parts[-1])


def near(shown: timedelta, wanted: timedelta) -> None:
    """The same but for the seconds that the browser took."""
    assert timedelta() <= wanted - shown < MINUTE, (shown, wanted)


def read(page: Page, address: str, session_id: int, gmv: str) -> None:
    """A reading on its own page, said to be right where it is asked about."""
    page.goto(f"{address}/sessions/{session_id}/reading")
    form = page.locator("#reading-form")
    form.locator("input[name=online]").fill("800")
    form.locator("input[name=gmv]").fill(gmv)
    form.locator("button.btn-l").click()
    expect(page.locator(".undo")).to_contain_text(re.compile(r"The figures are kept|读数已记下"))


@pytest.mark.parametrize(("size", "language"), SIDES if WIDE else SIDES[1:])
def test_each_host_sees_their_own_turn_hands_over_and_has_a_result(
    app: Flask,
    address: str,
    hands: Hands,
    enter: Callable[..., Page],
    cast: Cast,
    size: dict[str, int],
    language: str,
) -> None:
    start = afternoon()
    made = long_show(app, cast, start)
    hub, air = f"{address}/sessions/{made}", f"{address}/sessions/{made}?phase=air"
    hands.put(start - HOUR)
    lead = enter(address, "lead", PASSWORD, DESK, language)
    phones = {login: enter(address, login, PASSWORD, size, language) for login in TURNS}
    for n, login in enumerate(TURNS):
        near(left(phones[login], ".slot"), (4 * n + 1) * HOUR)

    hands.put(start)
    first = phones["host"]
    first.goto(hub)
    if first.locator("details.confirm:has(form[action$='/air']) > summary").count():
        first.locator("details.confirm:has(form[action$='/air']) > summary").first.click()
    first.locator("form[action$='/air'] button:visible").first.click()
    expect(first.locator(".onair").first).to_be_visible()

    for n, login in enumerate(TURNS):
        page = phones[login]
        hands.put(start + (4 * n + 3) * HOUR + 50 * MINUTE)
        page.goto(air)
        near(left(page, ".onair-mine"), 10 * MINUTE)
        page.goto(f"{address}/")
        near(left(page, ".slot"), 10 * MINUTE)
        expect(page.locator("main"), "it is still tonight's show").to_contain_text("双11 十六小时")
        if n == 3:
            break
        following = phones[TURNS[n + 1]]
        following.goto(air)
        near(left(following, ".onair-mine"), 10 * MINUTE)
        page.goto(f"{hub}/handover")
        page.fill("textarea[name=stock]", f"精华还剩 {300 - n} 套")
        page.fill("textarea[name=promises]", "前 50 名送小样")
        page.locator(".form-foot .btn-primary").click()
        page.wait_for_url("**phase=air**")
        hands.put(start + 4 * (n + 1) * HOUR)
        read(page, address, made, READ[4 * (n + 1)])
        following.goto(air)
        take = following.locator("form[action*='/handovers/'][action$='/take'] button")
        expect(following.locator(".note", has=take)).to_contain_text(f"精华还剩 {300 - n} 套")
        take.click()
        expect(following.locator(".note", has=take)).to_have_count(0)
        near(left(following, ".onair-mine"), 4 * HOUR)

    hands.put(start + 16 * HOUR - MINUTE)
    read(lead, address, made, READ[16])
    hands.put(start + 16 * HOUR)
    for page in (lead, *phones.values()):
        page.goto(f"{address}/")
        expect(page.locator("main"), "on air until somebody ends it").to_contain_text("双11 十六小时")
    lead.goto(f"{hub}/end")
    lead.locator("form button.btn-danger").click()
    lead.wait_for_url(lambda url: not url.endswith("/end"))

    lead.goto(f"{hub}?phase=review")
    rows = lead.locator("#by-shift tbody tr")
    assert [name.inner_text() for name in rows.locator("th").all()] == [NAMES[login] for login in TURNS]
    per_host = [money(cell.inner_text()) for cell in rows.locator("td:nth-child(3)").all()]
    for came, wanted in zip(per_host, (40_000, 60_000, 30_000, 70_000), strict=True):
        assert abs(came - wanted) < 60, "but for the seconds between the full hour and the reading"
    assert money(lead.locator("#by-shift tfoot td:nth-child(3)").inner_text()) == sum(per_host) == Decimal(READ[16])
    expect(lead.locator("[id^='handover-']")).to_have_count(3)
    with app.app_context(), clock.standing(hands.now()), acting(cast.actors["lead"]):
        assert queries.brief(made).real_end is not None


def money(shown: str) -> Decimal:
    """An amount as a page shows it."""
    return Decimal(re.sub(r"[^\d.]", "", shown))
