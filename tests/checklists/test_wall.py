"""The wall: the worst show first, what it lacks and who has that; for desks that are locked, for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.checklists import queries
from planner.kernel import clock
from planner.kernel.errors import NotSignedIn
from planner.live import services as live
from planner.live.rules import Go, Platform, State, trouble
from tests.cast import Cast
from tests.checklists.conftest import HOUR, Plan
from tests.conftest import Visitor
from tests.live.pages import statements
from tests.people.stations import give_pins, lock, station, unlock

MINUTE = timedelta(minutes=1)


def test_the_worst_stands_first() -> None:
    before = [trouble(State.SCHEDULED, go, late=False) for go in (Go.BLOCKED, Go.AT_RISK, Go.ON_COURSE, Go.READY)]
    on_air = [trouble(State.LIVE, Go.ON_COURSE, late=late) for late in (True, False)]
    over = [trouble(state, Go.ON_COURSE, late=True) for state in (State.ENDED, State.REVIEWED)]
    assert [before[0], on_air[0], before[1], on_air[1], before[2], before[3], *over] == [0, 1, 2, 3, 4, 5, 6, 6]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """For requests, too, it is this instant."""
    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)


@pytest.fixture
def night(cast: Cast, plan: Plan, evening: datetime) -> dict[str, int]:
    """A show of the evening whose items are late at its start, one on air next door, one of midnight."""
    with acting(cast.actors["lead"]):
        next_door, channel = live.add_studio("5号间"), live.add_channel(Platform.TAOBAO, "晨光淘宝", "chenguang_tb")
    other = {"studio_id": next_door, "channel_id": channel}
    return {
        "late": plan(evening + 2 * HOUR, theme="迟的", crew=[("control", cast.member)]),
        "air": plan(evening - HOUR, theme="在播的", crew=[("host", cast.host), ("operations", cast.lead)], **other),
        "next": plan(evening + 23 * HOUR, theme="明晚的"),
    }


@pytest.mark.engines
def test_what_is_missing_and_who_has_it(cast: Cast, night: dict[str, int], evening: datetime) -> None:
    with clock.standing(evening - HOUR), acting(cast.actors["lead"]):
        live.go_live(night["air"], evening - HOUR)
    with clock.standing(evening + 91 * MINUTE), acting(cast.actors["viewer"]):
        view = queries.wall()
    assert [r.session.id for r in view.rows] == [night["late"], night["air"]], "the blocked one, then what is on air"
    blocked, on_air = view.rows
    assert blocked.go is Go.BLOCKED
    assert blocked.lacks[0].blocks, "what blocks comes first"
    assert all(lack.late > 0 for lack in blocked.lacks)
    assert "阿强" in {lack.who for lack in blocked.lacks}, "by name"
    assert len(blocked.lacks) + blocked.more > 3
    assert on_air.go is None
    assert any("Reading" in lack.text or "读数" in lack.text for lack in on_air.lacks), "late on air"
    assert view.coming is None


@pytest.mark.engines
def test_a_calm_night(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    day = timedelta(days=1)
    with clock.standing(evening - day), acting(cast.actors["viewer"]):
        view = queries.wall()
    assert view.rows == []
    assert view.coming is not None
    assert view.coming.id == made
    with clock.standing(evening - 8 * HOUR), acting(cast.actors["viewer"]):
        (row,) = queries.wall().rows
    assert row.lacks == [] or row.go in (Go.AT_RISK, Go.BLOCKED)
    assert row.next is not None, "and what comes next is named"
    assert row.next.late == 0


def test_its_page_and_its_part(
    client_of: Callable[[str], Visitor],
    cast: Cast,
    night: dict[str, int],
    evening: datetime,
    at: Callable[[datetime], None],
) -> None:
    viewer = client_of("viewer")
    at(evening + 91 * MINUTE)
    page = viewer.get("/wall")
    assert "<title>Wall" in page.text or "<title>大屏" in page.text
    assert 'data-theme="dark"' in page.text
    assert 'data-live="session"' in page.text
    assert "data-lock-after" not in page.text
    assert page.text.index("在播的") < page.text.index("迟的"), "both are late, the earlier one first"
    part = viewer.get("/wall?part=rows")
    assert "<html" not in part.text
    again = viewer.get("/wall?part=rows", headers={"If-None-Match": part.headers["ETag"]})
    assert again.status_code == 304
    assert "迟的" not in client_of("outsider").get("/wall").text, "another team's night"


def test_a_locked_desk_shows_it_and_strangers_do_not(
    client_of: Callable[[str], Visitor],
    cast: Cast,
    db: Flask,
    night: dict[str, int],
    evening: datetime,
    at: Callable[[datetime], None],
) -> None:
    give_pins(cast)
    desk = station(client_of)
    assert "/wall" in desk.get("/station").text
    at(evening + 91 * MINUTE)
    assert "迟的" in desk.get("/wall").text, "nobody is signed in here"
    unlock(desk, cast, "host")
    assert desk.get("/wall").status_code == 200
    lock(desk)
    assert desk.get("/wall").status_code == 200
    answer = client_of("").get("/wall")
    assert (answer.status_code, answer.location) == (303, "/login?next=/wall")
    with pytest.raises(NotSignedIn):
        queries.wall()


def test_ten_shows_cost_as_few_statements_as_two(
    client_of: Callable[[str], Visitor],
    app: Flask,
    cast: Cast,
    plan: Plan,
    evening: datetime,
    at: Callable[[datetime], None],
) -> None:
    viewer = client_of("viewer")

    def cost() -> int:
        at(evening)
        with statements(app) as told:
            text = viewer.get("/wall").text
        shown.append(len(re.findall(r'class="wall-row ', text)))
        return len(told)

    shown: list[int] = []
    places: list[dict[str, Any]] = []
    for number in range(10):
        with acting(cast.actors["lead"]):
            channel = live.add_channel(Platform.DOUYIN, f"账号{number}", f"account_{number}")
            places.append({"channel_id": channel, "studio_id": live.add_studio(f"{number + 10}号间")})
    for number, place in enumerate(places[:2]):
        plan(evening + number * HOUR, minutes=60, crew=[("host", cast.host)], **place)
    cost()  # the first look notes the visit
    few = cost()
    for number, place in enumerate(places[2:], start=2):
        plan(evening + number * HOUR, minutes=60, crew=[("host", cast.host)], **place)
    assert cost() == few
    assert few <= 12
    assert shown == [2, 2, 10]
