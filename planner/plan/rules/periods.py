"""Periods: their kinds, what came before them, whether they can still be changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from planner.kernel.machine import Machine, Move
from planner.kernel.permissions import P

DAY = timedelta(days=1)
NEAR = 4
"""Two periods of no usual length compare while they differ by less than a quarter of their days."""


class PeriodKind(StrEnum):
    """How long a period is; it follows from its days and is stored nowhere."""

    MONTH = "month"
    QUARTER = "quarter"
    CUSTOM = "custom"


class PeriodState(StrEnum):
    """A closed period is read-only until a lead opens it again."""

    OPEN = "open"
    CLOSED = "closed"


PERIODS: Machine[PeriodState] = Machine(
    PeriodState,
    [
        Move("close", frozenset({PeriodState.OPEN}), PeriodState.CLOSED, P.PLAN_EDIT),
        Move("reopen", frozenset({PeriodState.CLOSED}), PeriodState.OPEN, P.PLAN_EDIT),
    ],
)

_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3}


def months_on(first: date, months: int) -> date:
    """The first day of the month so many months later (or, below 0, earlier)."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def last_day(kind: PeriodKind, first: date) -> date | None:
    """Where a month or a quarter that begins on this day ends; None where it can't begin then, or ends as one likes."""
    return months_on(first, _MONTHS[kind]) - DAY if kind in _MONTHS and first.day == 1 else None


def kind_of(start: date, end: date) -> PeriodKind:
    """A whole month, three whole months, or something of its own."""
    return next((kind for kind in _MONTHS if last_day(kind, start) == end), PeriodKind.CUSTOM)


def following(kind: PeriodKind, held: Sequence[tuple[date, date]], today: date) -> tuple[date, date | None]:
    """The days of the next period of a kind: after the last of that kind that is there, never one that is over. Where
    none is there, a month or a quarter of the calendar that today lies in; of its own length, from today on."""
    ends = [last for first, last in held if kind_of(first, last) is kind]
    if kind not in _MONTHS:
        return max(max(ends) + DAY if ends else today, today), None
    months = _MONTHS[kind]
    usual = date(today.year, (today.month - 1) // months * months + 1, 1)
    first = max(ends) + DAY if ends else usual
    while (end := months_on(first, months) - DAY) < today:
        first = end + DAY
    return first, end


def stretch_before(start: date, end: date) -> tuple[date, date]:
    """The days to compare with: the month or the three months before, else as many days."""
    kind = kind_of(start, end)
    first = months_on(start, -_MONTHS[kind]) if kind in _MONTHS else start - (end - start) - DAY
    return first, start - DAY


def comparable(start: date, end: date, others: Sequence[tuple[date, date]]) -> tuple[date, date] | None:
    """The last stretch before this one, of the first and last days of others, that is of its kind or nearly as long."""
    kind, days = kind_of(start, end), (end - start).days + 1

    def like(first: date, last: date) -> bool:
        if kind is not PeriodKind.CUSTOM:
            return kind_of(first, last) is kind
        return abs((last - first).days + 1 - days) * NEAR < days

    earlier = [(first, last) for first, last in others if last < start and like(first, last)]
    return max(earlier, key=lambda other: other[::-1], default=None)
