"""Which session a row of a platform's file may belong to: how far apart they may be. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

TOLERANCE_MINUTES = 90
TOLERANCE = timedelta(minutes=TOLERANCE_MINUTES)
SAME_STREAM = timedelta(seconds=59)
"""Two rows of one account that begin within this are the same stream."""


def minutes_apart(one: datetime, other: datetime) -> int:
    """Whole minutes between two starts."""
    return int(abs((one - other).total_seconds()) // 60)


def fits(start: datetime, began: datetime, planned_start: datetime, planned_end: datetime) -> bool:
    """Whether a stream began near the session, or while it was planned to be on air."""
    return abs(start - began) <= TOLERANCE or planned_start <= start <= planned_end


def lies_ahead(start: datetime, now: datetime) -> bool:
    """Whether a session that began, or is planned to begin, then is still to come: no file can tell of it yet."""
    return start - now > TOLERANCE
