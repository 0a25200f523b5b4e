"""Who stands where in a week of shows: what nobody holds, and what a position of a show comes to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from planner.kernel.spans import Span


def unheld(show: Span, held: Iterable[Span]) -> list[Span]:
    """The parts of a show, in order, in which none of these shifts runs; the whole show where there is none."""
    found: list[Span] = []
    at: datetime = show.start
    for shift in sorted(held):
        if shift.start > at:
            found.append(Span(at, min(shift.start, show.end)))
        at = max(at, shift.end)
        if at >= show.end:
            return found
    return [*found, Span(at, show.end)]


def expected(shows: Sequence[frozenset[int]]) -> frozenset[int]:
    """The positions that more than half of the shows have somebody for: without one of them a show lacks somebody."""
    count = Counter(one for held in shows for one in held)
    return frozenset(one for one, shown in count.items() if shown * 2 > len(shows))
