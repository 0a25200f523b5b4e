"""What the tests of sessions need again and again: positions, a planned show, and what it is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.cast import Cast

Plan = Callable[..., int]


@pytest.fixture
def client_of(client_of: Callable[[str], Any]) -> Callable[[str], Any]:
    """The signed-in browsers of these tests read English."""

    return lambda login: client_of(login).in_english()


@pytest.fixture
def evening() -> datetime:
    """A start that lies ahead: 20:00 in the studio on a Tuesday, so that no test depends on its hour or weekday."""
    first = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)
    return first + timedelta(days=(1 - first.weekday()) % 7)


@pytest.fixture
def position(cast: Cast, db: Any) -> Callable[[str], int]:
    """The id of a built-in position."""
    with acting(cast.actors["lead"]):
        ids = {p.key: p.id for p in people.positions()}
    return ids.__getitem__


@pytest.fixture
def plan(cast: Cast, db: Any) -> Plan:
    """Plan a show as the lead; `crew` are (position key, person, start, end)."""

    def make(start: datetime, minutes: int = 240, theme: str = "秋冬修护专场", **more: Any) -> int:
        with acting(cast.actors["lead"]):
            ids = {p.key: p.id for p in people.positions()}
            end = start + timedelta(minutes=minutes)
            crew = [ShiftIn(ids[c[0]], c[1], *(c[2:] or (start, end))) for c in more.pop("crew", [])]
            given: dict[str, Any] = {"channel_id": cast.channel, "studio_id": cast.studio, "shifts": crew} | more
            return services.schedule_session(theme, Weight.DAILY, start=start, minutes=minutes, **given)

    return make


@pytest.fixture
def now_of(cast: Cast, db: Any) -> Callable[[int], queries.SessionBrief]:
    """A session as it stands."""

    def read(session_id: int) -> queries.SessionBrief:
        with acting(cast.actors["lead"]):
            return queries.brief(session_id)

    return read


@pytest.fixture
def tonight(cast: Cast, plan: Plan) -> int:
    """A show that begins in ten minutes, with the host as its crew."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=10)
    return plan(start, crew=[("host", cast.host)])
