"""Hours of people: what was planned, and what was really worked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from planner.kernel.spans import Span, day_span
from planner.live.rules.staffing import together


@dataclass(frozen=True)
class Worked:
    """A shift and when its show really ran: the streams, or the show as a whole where no stream is known.

    `over` says that the show has been on air; without it nothing was worked yet.
    """

    user_id: int
    position_id: int
    span: Span
    hosts: bool
    over: bool
    streams: Sequence[Span] = ()
    show: Span | None = None


@dataclass(frozen=True)
class Hours:
    """Shifts and their time, as planned and as worked."""

    shifts: int = 0
    planned: timedelta = timedelta()
    actual: timedelta = timedelta()

    def __add__(self, other: Hours) -> Hours:
        return Hours(self.shifts + other.shifts, self.planned + other.planned, self.actual + other.actual)


def clip(span: Span, to: Span) -> Span | None:
    """What of a stretch lies in another one."""
    start, end = max(span.start, to.start), min(span.end, to.end)
    return Span(start, end) if start < end else None


def pieces(shift: Worked) -> list[Span]:
    """A host works while a stream of the show runs, everybody else while the show does.

    Where nobody knows when a show that is over really ran, its shifts count as they were planned.
    """
    if not shift.over:
        return []
    real = shift.streams if shift.hosts and shift.streams else [shift.show] if shift.show else [shift.span]
    return [part for each in real if (part := clip(shift.span, each))]


def hours_of(shift: Worked) -> Hours:
    """The hours of one shift."""
    return total_of([shift])


def total_of(shifts: Sequence[Worked]) -> Hours:
    """One person's shifts as a whole: two positions at the same time are one time."""
    real = together(part for shift in shifts for part in pieces(shift))
    return Hours(len(shifts), together(shift.span for shift in shifts), real)


def added(shifts: Iterable[Worked]) -> dict[int, dict[int, Hours]]:
    """Hours by person and position."""
    found: dict[int, dict[int, Hours]] = {}
    for shift in shifts:
        of_person = found.setdefault(shift.user_id, {})
        of_person[shift.position_id] = of_person.get(shift.position_id, Hours()) + hours_of(shift)
    return found


def month_span(first: date, zone: str, day_start: int) -> Span:
    """The instants of a month of business days: a shift counts where it begins."""
    after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Span(day_span(first.replace(day=1), zone, day_start).start, day_span(after, zone, day_start).start)
