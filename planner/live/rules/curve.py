"""A curve of figures over a show as a small drawing: everything in per mille of its width and height. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.live.rules.readings import Point

FULL = 1000
"""Per mille."""

_STEPS = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4), timedelta(hours=8))
MOST_TICKS = 5


@dataclass(frozen=True)
class Drawn:
    """The line as an SVG path, its last point, the target's line, and the clock times below."""

    path: str
    end: tuple[int, int]
    target: str
    ticks: tuple[tuple[int, datetime], ...]
    top: int


def across(start: datetime, end: datetime, moment: datetime) -> int:
    """Where a moment stands between the edges."""
    inside = min(max(moment, start), end)
    return int(FULL * ((inside - start) / (end - start))) if end > start else 0


def draw(
    points: Sequence[Point],
    start: datetime,
    end: datetime,
    target: int | None = None,
    planned_end: datetime | None = None,
) -> Drawn:
    """The line of the points from `start` to `end`; the target grows evenly from the start to `planned_end`."""
    top = max([p.value for p in points] + ([target] if target else []) + [1])

    def up(value: int) -> int:
        return FULL - max(value, 0) * FULL // top

    placed = [(across(start, end, p.at), up(p.value)) for p in points]
    path = "M" + "L".join(f"{x} {y}" for x, y in placed)
    goal = ""
    if target and planned_end is not None and planned_end > start:
        # A show that is not to end within the picture shows the part of its target that is.
        until = min(planned_end, end)
        reached = target if until == planned_end else int(target * ((until - start) / (planned_end - start)))
        goal = f"M0 {FULL}L{across(start, end, until)} {up(reached)}H{FULL}"
    return Drawn(path, placed[-1], goal, tuple(_ticks(start, end)), top)


def _ticks(start: datetime, end: datetime) -> list[tuple[int, datetime]]:
    """A few full hours (or halves) of the show."""
    step = next((s for s in _STEPS if (end - start) / s <= MOST_TICKS), _STEPS[-1])
    first = start.replace(minute=0, second=0, microsecond=0)
    moments = [first + n * step for n in range(int((end - first) / step) + 1)]
    return [(across(start, end, m), m) for m in moments if start <= m <= end][: 2 * MOST_TICKS]
