"""What comes up again: on which days, what it costs a year, and when somebody is reminded of it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from planner.resources.rules.requests import Every

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
STAGES = (30, 7, 1)
"""Days before a renewal on which people are reminded, once each."""


def nth_renewal(day: date, every: Every, n: int) -> date:
    """The nth day after `day` on which it comes up again; the last day of a shorter month, without drifting from it."""
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS[every] * n, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(number, day.day))
        except ValueError:
            continue
    raise AssertionError("unreachable")


def days_until(day: date, every: Every, until: date) -> list[date]:
    """The days on which it comes up, from `day` to `until`, both included."""
    found: list[date] = []
    while (one := nth_renewal(day, every, len(found))) <= until:
        found.append(one)
    return found


def a_year(amount: int, every: Every) -> int:
    """What it costs in a year, in minor units."""
    return amount * 12 // MONTHS[every]


def stage_of(left: int, told: Collection[int]) -> int | None:
    """What is to be said with so many days left: the nearest stage that is reached, unless it was said already."""
    reached = [stage for stage in STAGES if left <= stage]
    return min(reached) if reached and min(reached) not in told else None
