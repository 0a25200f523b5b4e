"""The calendar file: whose shifts, in which instants, the same again on a second look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from planner.base.actor import acting
from planner.live import queries, services
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines


def events(client: Any) -> list[Any]:
    answer = client.get("/sessions/mine.ics")
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_my_shifts_and_nobody_elses(cast: Cast, plan: Plan, client_of: Callable[[str], Any], evening: datetime) -> None:
    host = cast.actors["host"].user_id
    half = evening + timedelta(hours=2)
    made = plan(
        evening,
        480,
        theme="跨夜；专场, 一",
        crew=[("host", host, evening, half), ("control", cast.actors["member"].user_id)],
    )
    [one] = events(client_of("host"))
    assert (one["dtstart"].dt, one["dtend"].dt) == (evening, half)
    assert str(one["summary"]) == "Host · 跨夜；专场, 一" and cast.actors["host"].name not in str(one)
    uid, sequence = str(one["uid"]), int(one["sequence"])
    with acting(cast.actors["lead"]):
        b = queries.brief(made)
        services.move_session(made, b.version, evening + timedelta(days=1), 480, cast.studio)
    [moved] = events(client_of("host"))
    assert str(moved["uid"]) == uid and int(moved["sequence"]) > sequence
    assert moved["dtstart"].dt == evening + timedelta(days=1)
    assert events(client_of("lead")) == [] and events(client_of("outsider")) == []
