"""Which session a row of a platform's file may belong to: how far apart they may be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
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


def stream_of(start: datetime, held: Sequence[tuple[datetime, bool, T]]) -> T | None:
    """The stream that a row tells of, out of starts, whether a file told them, and streams, in their order.

    It is the same one, else the nearest that no file has told yet.
    """
    same = next((stream for began, _told, stream in held if abs(began - start) <= SAME_STREAM), None)
    if same is not None:
        return same
    tapped = [(abs(began - start), stream) for began, told, stream in held if not told]
    return min(tapped, key=lambda one: one[0])[1] if tapped else None
