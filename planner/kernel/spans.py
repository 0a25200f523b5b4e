"""Stretches of time and the business day (营业日), which ends in the small hours so that a night show stays one day."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_START_MINUTES = 6 * 60


@dataclass(frozen=True, order=True)
class Span:
    """From `start` up to, not including, `end`; both aware."""

    start: datetime
    end: datetime

    def overlaps(self, other: Span) -> bool:
        """Whether they share more than a border."""
        return self.start < other.end and other.start < self.end

    @property
    def minutes(self) -> float:
        """Length in minutes."""
        return (self.end - self.start).total_seconds() / 60


def business_day(instant: datetime, zone: str, day_start: int = DAY_START_MINUTES) -> date:
    """The business day an instant belongs to; `day_start` in minutes after local midnight.

    Where a clock is put forward or back at that very hour, the day begins once, as `day_span` says.
    """
    day = (instant.astimezone(ZoneInfo(zone)) - timedelta(minutes=day_start)).date()
    if instant < local(day, day_start, zone):
        return day - timedelta(days=1)
    return day + timedelta(days=1) if instant >= local(day + timedelta(days=1), day_start, zone) else day


@functools.lru_cache(4096)
def day_span(day: date, zone: str, day_start: int = DAY_START_MINUTES) -> Span:
    """The instants of one business day."""
    return Span(local(day, day_start, zone), local(day + timedelta(days=1), day_start, zone))


def local(day: date, minutes: int, zone: str) -> datetime:
    """The instant that many minutes after local midnight of a day (24:00 and later is the next day)."""
    ahead, rest = divmod(minutes, 24 * 60)
    wall = datetime.combine(day + timedelta(days=ahead), time(rest // 60, rest % 60), ZoneInfo(zone))
    return wall.astimezone(UTC)
