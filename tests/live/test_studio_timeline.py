"""The studios of a business day: each show in its room, at its hour, beside what overlaps it, also past midnight."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.views.timeline import StudioDay, studio_day
from tests.cast import Cast

Client = Callable[[str], Any]
Plan = Callable[..., int]
SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDDAY = datetime(2031, 3, 5, 4, tzinfo=UTC)
DAY = date(2031, 3, 5)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour on the wall of the team."""
    return datetime(2031, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def laid(cast: Cast, ids: list[int], day: date) -> StudioDay:
    """The rooms of that day with these sessions."""
    with acting(cast.actors["lead"]):
        rows = [queries.brief(row_id) for row_id in ids]
        return studio_day(day, [(s.id, s.name) for s in queries.studios()], rows, MIDDAY)


def test_a_show_stands_in_its_room_at_its_hour(cast: Cast, plan: Plan) -> None:
    shown = plan(at(5, 20, 15), 90)
    held = laid(cast, [shown], DAY)
    (room,) = held.rooms
    (block,) = room.blocks
    assert room.id == cast.studio
    assert held.hours[0] == 6, "a business day begins at six"
    assert (block.at, block.length, block.lanes) == ((20 - 6) * 4 + 2, 6, 1)


def test_what_needs_no_studio_stands_last_and_overlapping_shows_have_lanes(cast: Cast, plan: Plan) -> None:
    with acting(cast.actors["lead"]):
        other = services.add_channel(queries.channels()[0].platform, "晨光旗舰店", "chenguang-tb")
    first = plan(at(5, 20), 120, studio_id=None)
    second = plan(at(5, 21), 120, studio_id=None, channel_id=other)
    held = laid(cast, [first, second], DAY)
    assert [room.id for room in held.rooms] == [cast.studio, None]
    assert held.rooms[0].blocks == []
    assert held.rooms[1].lanes == 2
    assert sorted(b.lane for b in held.rooms[1].blocks) == [0, 1]


def test_a_show_past_the_end_of_its_day_is_marked_and_goes_on_in_the_next(cast: Cast, plan: Plan) -> None:
    late = plan(at(6, 3), 300)
    (before,) = laid(cast, [late], DAY).rooms[0].blocks
    assert (before.came, before.goes) == (False, True)
    assert before.at + before.length - 1 == 96, "up to the end of the day"
    (after,) = laid(cast, [late], DAY + timedelta(days=1)).rooms[0].blocks
    assert (after.came, after.goes, after.at, after.length) == (True, False, 1, 8)


def test_the_page_shows_room_times_host_state_and_channel(client_of: Client, cast: Cast, plan: Plan) -> None:
    plan(at(5, 20), 120, crew=[("host", cast.host)])
    client = client_of("viewer")
    shown = client.get("/sessions?view=studios&day=2031-03-05").text
    block = re.search(r"<li class=\"show .*?</li>", shown, re.S)
    assert block
    with acting(cast.actors["lead"]):
        channel, name = queries.channels()[0].name, queries.studios()[0].name
    for said in ("20:00", "22:00", "秋冬修护专场", channel, "Scheduled", "from-57 wide-8"):
        assert said in block[0]
    assert name in shown
    assert "style=" not in shown
    week = client.get("/sessions?view=studios&days=7&day=2031-03-03").text
    assert "秋冬修护专场" in week
    assert "秋冬修护专场" not in client.get("/sessions?view=studios&days=7&day=2031-03-06").text
    assert "Nothing is planned on this day" in client.get("/sessions?view=studios&day=2031-03-07").text


def test_another_team_sees_nothing_of_it(client_of: Client, plan: Plan) -> None:
    plan(at(5, 20), 120)
    assert "秋冬修护专场" not in client_of("outsider").get("/sessions?view=studios&day=2031-03-05").text


@pytest.mark.parametrize("query", ["day=x", "day=9999-12-31", "days=7&day=2100-12-31", "days=99", "days=7&studio=5"])
def test_an_address_that_cannot_be_is_no_fault(client_of: Client, query: str) -> None:
    assert client_of("viewer").get(f"/sessions?view=studios&{query}").status_code == 200
