"""How much somebody has to do in a week, beside others and beside their shifts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from statistics import median

WEEK_MINUTES = 40 * 60
"""What a week of work comes to: shows, and steps where they say how long they take."""
MANY, TOO_MANY = 4, 6
"""Fewer steps are never a lot, whatever the others have."""
MUCH, TOO_MUCH = 1.5, 2.5
"""So many times what is usual."""


class Load(StrEnum):
    """How full a week is."""

    FREE = "free"
    NORMAL = "normal"
    HIGH = "high"
    OVER = "over"


@dataclass(frozen=True)
class Week:
    """What stands in somebody's week: steps that are due, what they take in all, shifts with their time, days away."""

    steps: int = 0
    minutes: int = 0
    shifts: int = 0
    on_air: timedelta = timedelta()
    away: int = 0


def usual(weeks: Iterable[int]) -> float:
    """The middle of how many steps stand in the weeks that have any."""
    some = [steps for steps in weeks if steps]
    return float(median(some)) if some else 0.0


def _by_steps(steps: int, common: float) -> Load:
    if steps >= TOO_MANY and steps >= TOO_MUCH * common:
        return Load.OVER
    return Load.HIGH if steps >= MANY and steps >= MUCH * common else Load.NORMAL


def _by_time(asked: float, room: float) -> Load:
    return Load.OVER if asked >= room else Load.HIGH if asked >= room * 0.8 else Load.NORMAL


def load_of(week: Week, common: float) -> Load:
    """By the clock what is known of it (shifts, and what steps take), and steps beside what is usual in this team.

    A day away leaves a seventh less room; who is away all week has room for nothing.
    """
    if not week.steps and not week.shifts:
        return Load.FREE
    if week.away >= 7:
        return Load.OVER
    clocked = week.on_air.total_seconds() / 60 + week.minutes
    by_time = _by_time(clocked, WEEK_MINUTES * (7 - week.away) / 7)
    by_steps = Load.NORMAL if week.minutes else _by_steps(week.steps, common)
    return max(by_time, by_steps, key=list(Load).index)
