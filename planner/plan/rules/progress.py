"""How evidence becomes the progress of a target. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Aggregation(StrEnum):
    """How the evidence of sessions becomes one figure."""

    SUM = "sum"
    PER_DAY = "per_day"
    BEST_SESSION = "best_session"
    MEAN_RATIO = "mean_ratio"
    LATEST = "latest"


class Way(StrEnum):
    """Which way a target is reached."""

    UP = "up"
    DOWN = "down"


class Pace(StrEnum):
    """How a goal stands against its time."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    UNKNOWN = "unknown"


ROOM_BELOW, ROOM_ABOVE = Decimal("0.9"), Decimal("1.1")


@dataclass(frozen=True)
class Proof:
    """What one session says about a target."""

    session_id: int
    day: date
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal


def progress(proofs: Sequence[Proof], aggregation: Aggregation, way: Way) -> Decimal | None:
    """Sums add; per day divides by days that had a show; ratios are divided sums, never averaged."""
    if not proofs:
        return None
    top = sum((p.numerator for p in proofs), Decimal(0))
    if aggregation is Aggregation.SUM:
        return top
    if aggregation is Aggregation.PER_DAY:
        return top / len({p.day for p in proofs})
    if aggregation is Aggregation.MEAN_RATIO:
        bottom = sum((p.denominator for p in proofs), Decimal(0))
        return top / bottom if bottom else None
    values = [p.value for p in sorted(proofs, key=lambda p: (p.day, p.session_id)) if p.value is not None]
    if not values:
        return None
    if aggregation is Aggregation.LATEST:
        return values[-1]
    return max(values) if way is Way.UP else min(values)


def course(proofs: Sequence[Proof], aggregation: Aggregation, way: Way, most: int = 30) -> list[Decimal | None]:
    """The way a target has come, one point a day that had a show: a sum as it grew, else what that day came to."""
    by_day: dict[date, list[Proof]] = {}
    for proof in sorted(proofs, key=lambda p: (p.day, p.session_id)):
        by_day.setdefault(proof.day, []).append(proof)
    if aggregation is not Aggregation.SUM:
        return [progress(of_day, aggregation, way) for of_day in by_day.values()][-most:]
    points: list[Decimal | None] = []
    total = Decimal(0)
    for of_day in by_day.values():
        total += sum((p.numerator for p in of_day), Decimal(0))
        points.append(total)
    return points[-most:]


@dataclass(frozen=True)
class Aim:
    """What a target asks for."""

    value: Decimal
    baseline: Decimal | None
    way: Way
    aggregation: Aggregation

    @property
    def start(self) -> Decimal | None:
        """Where the way begins; a baseline on the far side of the target is none."""
        if self.baseline is None:
            return None
        short = self.baseline < self.value if self.way is Way.UP else self.baseline > self.value
        return self.baseline if short else None


def done_share(value: Decimal | None, aim: Aim) -> Decimal | None:
    """How much of the way from the baseline to the target is done; below 0 and above 1 happen, 1 is reached."""
    if value is None:
        return None
    if aim.start is not None:
        return (value - aim.start) / (aim.value - aim.start)
    if aim.way is Way.UP:
        return value / aim.value
    return aim.value / value if value > aim.value else 1 + (aim.value - value) / aim.value


def gone_share(start: date, end: date, today: date) -> Decimal:
    """How much of the days of a period has passed, today included."""
    days = (end - start).days + 1
    return Decimal(min(max((today - start).days + 1, 0), days)) / days


def asked_share(aim: Aim, gone: Decimal) -> Decimal:
    """How much of the way should be done by now: all of it at any time, where neither a sum nor a baseline grows."""
    return gone if aim.aggregation is Aggregation.SUM or aim.start is not None else Decimal(1)


def pace_of(value: Decimal | None, aim: Aim, start: date, end: date, today: date) -> Pace:
    """Against the time that has passed where a sum grows or a baseline says where the way began, else with 10 % room.

    A sum that has to stay below its target is kept until the period is over.
    """
    share = done_share(value, aim)
    if value is None or share is None:
        return Pace.UNKNOWN
    gone = gone_share(start, end, today)
    adds = aim.aggregation is Aggregation.SUM
    if adds and aim.way is Way.DOWN:
        if value > aim.value:
            return Pace.BEHIND
        if today > end:
            return Pace.REACHED
        return Pace.ON_PACE if value <= aim.value * gone * ROOM_ABOVE else Pace.BEHIND
    if share >= 1:
        return Pace.REACHED
    return Pace.ON_PACE if share >= asked_share(aim, gone) * ROOM_BELOW else Pace.BEHIND
