"""Shows that come round: the rhythm of a series, and the same clock on another day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg

MOST_OF_SERIES = 200
LONGEST_SERIES = timedelta(days=366)
MOST_WEEKS_APART = 8


class Origin(StrEnum):
    """Where sessions that belong together come from: a rhythm of weekdays, or a roster that was brought."""

    RHYTHM = "rhythm"
    ROSTER = "roster"


class Take(StrEnum):
    """What becomes of a row of a preview: all of it, all but the people who are needed elsewhere, or nothing."""

    WHOLE = "whole"
    FREE = "free"
    NONE = "none"


class Scope(StrEnum):
    """How far a change of one session of a series reaches."""

    LATER = "later"
    ALL = "all"


@dataclass(frozen=True)
class Rhythm:
    """Weekdays (0 is Monday) of every so many weeks, from a day to a day, both included."""

    weekdays: frozenset[int]
    every: int
    first: date
    last: date


def check_rhythm(rhythm: Rhythm) -> None:
    """Refuse what never comes round, comes too seldom, or goes on for too long."""
    faults: dict[str, Message] = {}
    if not rhythm.weekdays or not rhythm.weekdays <= frozenset(range(7)):
        faults["weekdays"] = msg("Choose at least one weekday.")
    if not 1 <= rhythm.every <= MOST_WEEKS_APART:
        faults["every"] = msg("Every 1 to 8 weeks.")
    if rhythm.last < rhythm.first:
        faults["last"] = msg("The last day lies before the first one.")
    elif rhythm.last - rhythm.first > LONGEST_SERIES:
        faults["last"] = msg("A series runs for a year at most; it can be prolonged later.")
    if faults:
        raise Invalid(faults)


def at_clock_of(instant: datetime, day: date, zone: ZoneInfo) -> datetime:
    """The clock an instant shows on the wall, on another day. Where the clock is put forward just then, an hour on."""
    wall = instant.astimezone(zone)
    return datetime.combine(day, wall.time().replace(tzinfo=None), zone).astimezone(UTC)


def days_later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same clock on the wall so many days later."""
    return at_clock_of(instant, instant.astimezone(zone).date() + timedelta(days=days), zone)
