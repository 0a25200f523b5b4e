"""What each shift brought: the figures that count up, cut at the ends of the shifts. Pure.

The rule, so that the shares and what nobody attended add up to the session exactly:
- A show is cut at its real start and end and at every end of a shift between them. What a piece brought is the
  difference of the figure at its two ends; an end between two readings lies on the line between them, in whole
  units, so the differences telescope to the whole.
- A piece belongs to whoever has a shift then. Several share it evenly, what can't be divided goes to those who began
  first. A piece without anybody is unattended.
- Nobody leaves an empty room: up to an hour before the first shift, and up to an hour after the last one, still belong
  to it, for a show that begins early or runs over. A shift outside of the show, or of no length, brings nothing; but
  where all shifts lie outside, the show was put forward or back, and belongs to the nearest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from planner.live.rules.readings import Point, part

REACH = timedelta(hours=1)


@dataclass(frozen=True)
class Stint:
    """A shift as sharing needs it."""

    id: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Piece:
    """A stretch of the show and whose it is, in the order they began; nobody's where it is empty."""

    start: datetime
    end: datetime
    owners: tuple[int, ...]


@dataclass(frozen=True)
class Share:
    """What came in one shift; `estimated` where an end lies between two readings or was shared."""

    value: int
    estimated: bool


def pieces(start: datetime, end: datetime, stints: Sequence[Stint]) -> list[Piece]:
    """The show, cut at the ends of the shifts; without a gap and without an overlap."""
    if end <= start:
        return []
    held = _reaching(start, end, stints)
    cuts = {start, end} | {t for s in held for t in (s.start, s.end) if start < t < end}
    edges = sorted(cuts)
    order = sorted(held, key=lambda s: (s.start, s.id))
    return [Piece(a, b, tuple(s.id for s in order if s.start <= a and b <= s.end)) for a, b in pairwise(edges)]


def _reaching(start: datetime, end: datetime, stints: Sequence[Stint]) -> list[Stint]:
    lasting = [s for s in stints if s.start < s.end]
    held = [s for s in lasting if s.start < end and s.end > start]
    if lasting and not held:
        nearest = min(lasting, key=lambda s: (max(s.start - end, start - s.end), s.start, s.id))
        return [Stint(nearest.id, start, end)]
    first, last = min((s.start for s in held), default=start), max((s.end for s in held), default=end)
    begin = min(first, start) if first <= start + REACH else first
    finish = max(last, end) if last >= end - REACH else last
    return [Stint(s.id, begin if s.start == first else s.start, finish if s.end == last else s.end) for s in held]


def figure_at(points: Sequence[Point], instant: datetime) -> tuple[int, bool]:
    """A figure at an instant, and whether it was reckoned; `points` in order. Outside of them it stands still."""
    before = points[0]
    for point in points:
        if point.at == instant:
            return point.value, False
        if point.at > instant:
            if point is points[0]:
                return point.value, True
            return before.value + part(point.value - before.value, instant - before.at, point.at - before.at), True
        before = point
    return before.value, True


def course(start: datetime, end: datetime, readings: Sequence[Point], total: int | None) -> list[Point]:
    """The points a figure runs through: 0 at the real start, its readings, and at the end what the session came to.

    Without an imported result that is the last reading, however long after the end it was taken.
    """
    within = sorted((p for p in readings if start < p.at < end), key=lambda p: p.at)
    known = max(readings, key=lambda p: p.at).value if readings else 0
    return [Point(start, 0), *within, Point(end, known if total is None else total)]


def shares(found: Sequence[Piece], points: Sequence[Point]) -> dict[int | None, Share]:
    """What came in each shift, and under None what nobody attended; they add up to the last point less the first."""
    values: dict[int | None, int] = {}
    guessed: dict[int | None, bool] = {}
    ends = {t: figure_at(points, t) for p in found for t in (p.start, p.end)}
    for p in found:
        (low, low_guess), (high, high_guess) = ends[p.start], ends[p.end]
        owners: tuple[int | None, ...] = p.owners or (None,)
        each, rest = divmod(high - low, len(owners))
        for place, owner in enumerate(owners):
            values[owner] = values.get(owner, 0) + each + (1 if place < rest else 0)
            loose = low_guess or high_guess or len(owners) > 1
            guessed[owner] = guessed.get(owner, False) or loose
    return {owner: Share(value, guessed[owner]) for owner, value in values.items()}


def hours_of(found: Sequence[Piece]) -> dict[int | None, timedelta]:
    """How long each was on; together with another counts for both."""
    held: dict[int | None, timedelta] = {}
    for p in found:
        for owner in p.owners or (None,):
            held[owner] = held.get(owner, timedelta()) + (p.end - p.start)
    return held


def mean_online(readings: Sequence[Point], spans: Sequence[tuple[datetime, datetime]]) -> int | None:
    """The people online over these stretches, weighted by time between the readings; None where nobody read."""
    points = sorted(readings, key=lambda p: p.at)
    area, seconds = 0.0, 0.0
    for a, b in pairwise(points):
        for start, end in spans:
            low, high = max(a.at, start), min(b.at, end)
            if high > low:
                length = (high - low).total_seconds()
                middle = low + (high - low) / 2
                area += length * (a.value + (b.value - a.value) * ((middle - a.at) / (b.at - a.at)))
                seconds += length
    if seconds:
        return round(area / seconds)
    inside = [p.value for p in points if any(start <= p.at <= end for start, end in spans)]
    return round(sum(inside) / len(inside)) if inside else None
