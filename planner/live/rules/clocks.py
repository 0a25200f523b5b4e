"""Times of shifts as people type them, read against the session they belong to. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.kernel.spans import Span

ROOM = timedelta(hours=6)


"""How far a shift may reach beyond its session: setting up and clearing away."""


_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


def _walls(cell: str) -> tuple[int, int] | None:
    found = _CLOCK.fullmatch(cell)
    if not found or int(found[2]) > 59 or int(found[1]) > 24 or (int(found[1]) == 24 and int(found[2])):
        return None
    return int(found[1]) % 24, int(found[2])


def shift_start(cell: str, span: Span, zone: ZoneInfo) -> datetime | None:
    """The instant a clock time means for the start of a shift: within the session, else shortly before or after it.

    A full `2026-11-24 08:00` says it without doubt. None where it is not a time.
    """
    if not cell:
        return span.start
    exact = _exact(cell, zone)
    clock = _walls(cell)
    if exact is not None or clock is None:
        return exact
    first = span.start.astimezone(zone).replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
    days = [(first + timedelta(days=n)).astimezone(UTC) for n in (-1, 0, 1, 2)]
    for low, high in ((span.start, span.end), (span.start - ROOM, span.start), (span.end, span.end + ROOM)):
        for instant in days:
            if low <= instant < high:
                return instant
    return days[1]


def shift_end(cell: str, start: datetime, span: Span, zone: ZoneInfo) -> datetime | None:
    """The instant a clock time means for the end of a shift: the first one after its start."""
    if not cell:
        return span.end
    exact = _exact(cell, zone)
    clock = _walls(cell)
    if exact is not None or clock is None:
        return exact
    wall = start.astimezone(zone).replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
    found = wall.astimezone(UTC)
    return found if found > start else (wall + timedelta(days=1)).astimezone(UTC)


def _exact(cell: str, zone: ZoneInfo) -> datetime | None:
    try:
        wall = datetime.strptime(cell.replace("T", " "), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        return None
    return wall.astimezone(UTC) if 2000 <= wall.year <= 2100 else None
