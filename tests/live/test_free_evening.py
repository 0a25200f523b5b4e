"""A new session begins on the first evening its channel is free."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from planner.base.actor import acting
from planner.live import queries
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
WALL = "%Y-%m-%dT%H:%M"


def sent(cast: Cast, start: datetime, minutes: int = 240) -> dict[str, Any]:
    """The least a session needs."""
    return {
        "theme": "日播", "weight": "daily", "channel_id": str(cast.channel), "studio_id": "",
        "start": start.strftime(WALL), "minutes": str(minutes),
    }  # fmt: skip


def test_it_begins_where_nothing_is_in_the_way(client_of: Callable[[str], Any], cast: Cast) -> None:
    lead = client_of("lead")
    tomorrow = (datetime.now(SHANGHAI) + timedelta(days=1)).replace(hour=20, minute=0, second=0, microsecond=0)
    days = [tomorrow + timedelta(days=n) for n in range(3)]
    assert f'value="{days[0].strftime(WALL)}"' in lead.get("/sessions/new").text
    for start in (days[0], days[1] + timedelta(hours=3)):  # the second takes the last hour of its evening
        assert lead.post_form("/sessions/new", sent(cast, start)).status_code == 303
    page = lead.get("/sessions/new").text
    assert f'value="{days[2].strftime(WALL)}"' in page
    assert "field-error" not in page
    asked = lead.get(f"/sessions/new?day={days[0].date()}").text
    assert f'value="{days[0].strftime(WALL)}"' in asked


def test_a_full_month_leaves_it_as_it_is(client_of: Callable[[str], Any], cast: Cast, db: Any) -> None:
    lead = client_of("lead")
    first = datetime(2026, 12, 1, 20, tzinfo=SHANGHAI)
    for number in range(28):
        answer = lead.post_form("/sessions/new", sent(cast, first + timedelta(days=number)))
        assert answer.status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.free_evening(cast.channel, first, timedelta(hours=4)) == first
        second = first + timedelta(days=1)
        assert queries.free_evening(cast.channel, second, timedelta(hours=4)) == first + timedelta(days=28)
