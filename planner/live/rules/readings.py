"""Figures read on air: what is expected, what is asked about, when the next one is due, how the pace is. Pure.

Online is of the moment, the others count up from the start. Money in minor units; a missing figure is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

Streams = Sequence[tuple[datetime, datetime | None]]

FIGURES: tuple[str, ...] = ("online", "gmv", "orders", "viewers", "ad_spend")
COUNTED_UP = FIGURES[1:]
MONEY = frozenset({"gmv", "ad_spend"})
LARGEST = 10**15
"""Ten thousand billion yuan in minor units; no count comes near it."""

FAST, JUMP = 5, 3
"""A figure that grew more than 5 x what its pace promised, or 3 x (a third of) the people online, is asked about."""

ON_PACE = Decimal("0.02")
"""Within so much of what is expected, a figure is on pace."""

FORGOTTEN = timedelta(hours=2)
"""A show still on air so long after its planned end: somebody may have forgotten to end it."""

LONGEST_READ = timedelta(hours=30)
"""After so long on air nothing is due any more: nobody ended the show."""

Figures = Mapping[str, int | None]


def is_forgotten(on_air: bool, planned_end: datetime, now: datetime) -> bool:
    """Whether to ask if a show is still on air."""
    return on_air and now >= planned_end + FORGOTTEN


def time_on_air(streams: Streams, until: datetime) -> timedelta:
    """How long it was on air up to an instant: breaks do not count, two streams at a time count once."""
    total, reached = timedelta(), datetime.min.replace(tzinfo=until.tzinfo)
    for start, end in sorted(streams, key=lambda s: s[0]):
        last = min(end or until, until)
        if last > max(start, reached):
            total += last - max(start, reached)
            reached = last
    return total


def part(value: int, of: timedelta, whole: timedelta) -> int:
    """`value x of / whole` in whole units: exact at any size."""
    tick = timedelta(microseconds=1)
    return value * (of // tick) // (whole // tick)


def expected(target: int, on_air: timedelta, planned: timedelta) -> int:
    """What a figure that counts up has come to by now if it grows evenly towards its target over the planned time."""
    if planned <= timedelta():
        return target
    return target if on_air >= planned else part(target, on_air, planned)


class Doubt(StrEnum):
    """Why a figure is asked about."""

    LESS = "less"
    FAST = "fast"
    MANY = "many"
    FEW = "few"


@dataclass(frozen=True)
class Point:
    """A figure at an instant."""

    at: datetime
    value: int


def doubt(key: str, value: int, at: datetime, last: Point | None, start: datetime) -> Doubt | None:
    """Whether somebody should look at a figure again: less than before, or far more than the pace so far promised."""
    if last is None:
        return None
    if key == "online":
        if last.value and value >= JUMP * last.value:
            return Doubt.MANY
        return Doubt.FEW if last.value and JUMP * value <= last.value else None
    if value < last.value:
        return Doubt.LESS
    before, since = last.at - start, at - last.at
    if before <= timedelta() or since <= timedelta() or not last.value:
        return None
    return Doubt.FAST if value - last.value > FAST * part(last.value, since, before) else None


class Ahead(StrEnum):
    """Where a figure stands against what is expected at its moment."""

    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"


@dataclass(frozen=True)
class Pace:
    """A figure so far, what was expected at the moment it was read, its target, and where it ends if it goes on so."""

    key: str
    at: datetime
    value: int
    expected: int
    target: int
    projected: int

    @property
    def gap(self) -> int:
        """How far it is from what was expected, without direction."""
        return abs(self.value - self.expected)

    @property
    def standing(self) -> Ahead:
        """Ahead, behind, or close enough."""
        if self.gap <= self.expected * ON_PACE:
            return Ahead.ON_PACE
        return Ahead.AHEAD if self.value > self.expected else Ahead.BEHIND


def pace(key: str, last: Point, target: int, on_air: timedelta, planned: timedelta) -> Pace:
    """How a figure goes; `on_air` is how long the show had been on air when it was read."""
    projected = last.value
    if timedelta() < on_air < planned:
        projected = part(last.value, planned, on_air)
    return Pace(key, last.at, last.value, expected(target, on_air, planned), target, projected)


@dataclass(frozen=True)
class ReadingsDue:
    """What was and is to be read: the moment that is next (or late), the one then, and those that were missed."""

    due: datetime | None
    then: datetime | None
    missed: tuple[datetime, ...]


def rhythm(
    start: datetime,
    end: datetime | None,
    every: int,
    streams: Streams,
    taken: Iterable[datetime],
    ticked: Iterable[datetime],
    now: datetime,
) -> ReadingsDue:
    """Readings are due every n minutes on air; one that is not taken before the next is due is missed (漏读).

    A figure counts for the moment it comes after, or, where that one has its own, up to half the time before the next.
    A moment somebody ticked in the checklist is served too. In a break, and after the end, nothing is due.
    """
    step = timedelta(minutes=every)
    until = min(end or now, start + LONGEST_READ)
    served = {_place(start, step, moment) for moment in ticked}
    for moment in sorted(taken):
        here = (moment - start) // step
        if here >= 1 and here not in served:
            served.add(here)
        elif moment >= start + (here + 1) * step - step / 2:
            served.add(here + 1)
    last = max((until - start) // step, 0)
    missed: list[datetime] = []
    coming: list[datetime] = []
    for number in range(1, last + 3):
        due = start + number * step
        if number in served or not _falls_on_air(due, streams):
            continue
        if due + step <= (end or now) or (end is not None and due < end):
            missed.append(due)
        elif end is None and due <= start + LONGEST_READ:
            coming.append(due)
    return ReadingsDue(coming[0] if coming else None, coming[1] if len(coming) > 1 else None, tuple(missed))


def _place(start: datetime, step: timedelta, moment: datetime) -> int:
    """The moment of the rhythm that is nearest: an item whose time was held stands a little beside it."""
    return round((moment - start) / step)


def _falls_on_air(due: datetime, streams: Streams) -> bool:
    return any(start <= due and (end is None or due < end) for start, end in streams)
