"""Where days stand on a line, and what a move makes of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

FURTHEST_SHIFT = 730


class Zoom(StrEnum):
    """How wide the days of a timeline are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


WIDTHS = {Zoom.DAY: 30, Zoom.WEEK: 11, Zoom.MONTH: 5}
"""The width of a day on the screen; paper takes what there is."""


class Edge(StrEnum):
    """What is taken by the hand: all of it, or its end alone."""

    WHOLE = "whole"
    END = "end"


def stretch(start: date | None, due: date | None) -> tuple[date, date] | None:
    """The first and the last day of what has any; a single day where only one is known or they are the wrong way."""
    days = [day for day in (start, due) if day is not None]
    return (min(days), max(days)) if days else None


def shifted(
    start: date | None, due: date | None, days: int, edge: Edge = Edge.WHOLE
) -> tuple[date | None, date | None]:
    """Both days moved by as many, or the end alone: what had but one day begins on it then, and ends on another."""
    by = timedelta(days=days)
    held = stretch(start, due)
    if edge is Edge.END and held is not None:
        return held[0], held[1] + by
    return start + by if start else None, due + by if due else None


@dataclass(frozen=True)
class Line:
    """The days of a timeline from the first to the last one, both on it; places are hundredths of its length."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where a day begins; what lies beyond an end stands at that end."""
        return min(max((day - self.first).days, 0), self.days) / self.days * 100

    def after(self, day: date) -> float:
        """Where a day is over."""
        return self.at(day + timedelta(days=1))

    def holds(self, day: date) -> bool:
        """Whether a day is on it."""
        return self.first <= day <= self.last

    def cut(self, first: date, last: date) -> tuple[bool, bool]:
        """Whether a stretch goes on before the line, and after it."""
        return first < self.first, last > self.last

    def weekends(self) -> list[tuple[date, date]]:
        """Saturdays with their Sundays, as far as they are on it."""
        found: list[tuple[date, date]] = []
        day = self.first - timedelta(days=(self.first.weekday() + 2) % 7)  # the Saturday before, or that day itself
        while day <= self.last:
            sunday = min(day + timedelta(days=1), self.last)
            if sunday >= self.first:
                found.append((max(day, self.first), sunday))
            day += timedelta(days=7)
        return found

    def mondays(self) -> list[date]:
        """The first days of the weeks."""
        first = self.first + timedelta(days=-self.first.weekday() % 7)
        return [first + timedelta(days=7 * n) for n in range((self.last - first).days // 7 + 1)]

    def months(self) -> list[date]:
        """The day the line begins with, and the first of every month after it."""
        found = [self.first]
        while True:
            ahead = (found[-1].replace(day=1) + timedelta(days=32)).replace(day=1)
            if ahead > self.last:
                return found
            found.append(ahead)


MONTH_ROOM = 84
"""What the name of a month takes on the screen, with some air behind it."""


def month_marks(line: Line, zoom: Zoom) -> list[tuple[date, bool]]:
    """The days over which the name of their month stands: where it begins and, where days are wide, over every week, so
    that it is always in sight. What has no room before the next one is left out; the last one, where the line ends
    before it does, stands at the end of the line."""
    days = sorted({*line.months(), *(line.mondays() if zoom is Zoom.DAY else ())})
    room = MONTH_ROOM // WIDTHS[zoom] + 1
    kept = [day for day, after in zip(days, [*days[1:], None], strict=True) if not after or (after - day).days >= room]
    found = [(day, False) for day in kept]
    if (line.last - kept[-1]).days + 1 < room <= line.days:
        free = len(kept) == 1 or (line.last - kept[-2]).days + 1 >= 2 * room
        found[-1:] = [(kept[-1], True)] if free else []
    return found


def line_of(first: date, last: date, held: list[tuple[date, date]], room: int) -> Line:
    """The line of a period, made longer for what sticks out of it, by so many days at each end at most."""
    begin = min([first, *(one for one, _end in held)])
    end = max([last, *(other for _begin, other in held)])
    return Line(max(begin, first - timedelta(days=room)), min(end, last + timedelta(days=room)))
