"""How evidence becomes the progress of a target. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Aggregation(StrEnum):
    """How evidence becomes one figure: sum, mean, best, latest or ratio of sums, over a day, a session or the period.

    One word for both, so that nothing can be chosen that means nothing. For a metric of the team's own a check-in
    stands where a session stands.
    """

    SUM = "sum"
    PER_DAY = "per_day"
    PER_SESSION = "per_session"
    BEST_SESSION = "best_session"
    BEST_DAY = "best_day"
    MEAN_RATIO = "mean_ratio"
    LATEST = "latest"
    LATEST_DAY = "latest_day"


OF_RATIOS = (Aggregation.MEAN_RATIO, Aggregation.BEST_SESSION, Aggregation.LATEST)
"""What can be asked of a ratio: it never adds up and is never averaged."""
OF_CHECK_INS = (Aggregation.LATEST, Aggregation.SUM, Aggregation.PER_SESSION, Aggregation.BEST_SESSION)
"""What can be asked of a metric that people report."""


class Way(StrEnum):
    """Which way a target is reached."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Proof:
    """What one session says about a target."""

    session_id: int
    day: date
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal


def progress(proofs: Sequence[Proof], aggregation: Aggregation, way: Way) -> Decimal | None:
    """Sums add; means divide by the days or sessions there were; ratios are divided sums, never averaged."""
    if not proofs:
        return None
    top = sum((p.numerator for p in proofs), Decimal(0))
    if aggregation is Aggregation.SUM:
        return top
    if aggregation is Aggregation.PER_DAY:
        return top / len({p.day for p in proofs})
    if aggregation is Aggregation.PER_SESSION:
        return top / len(proofs)
    if aggregation is Aggregation.MEAN_RATIO:
        bottom = sum((p.denominator for p in proofs), Decimal(0))
        return top / bottom if bottom else None
    values = _of_days(proofs) if aggregation in (Aggregation.BEST_DAY, Aggregation.LATEST_DAY) else _of_shows(proofs)
    if not values:
        return None
    if aggregation in (Aggregation.LATEST, Aggregation.LATEST_DAY):
        return values[-1]
    return max(values) if way is Way.UP else min(values)


def _of_shows(proofs: Sequence[Proof]) -> list[Decimal]:
    return [p.value for p in sorted(proofs, key=lambda p: (p.day, p.session_id)) if p.value is not None]


def _of_days(proofs: Sequence[Proof]) -> list[Decimal]:
    days: dict[date, Decimal] = {}
    for p in sorted(proofs, key=lambda p: p.day):
        days[p.day] = days.get(p.day, Decimal(0)) + p.numerator
    return list(days.values())


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


def in_hundredths(share: Decimal) -> int:
    """A share as it is read, rounded; what is not reached yet is never read as all of it."""
    found = int((share * 100).to_integral_value(ROUND_HALF_UP))
    return 99 if found >= 100 > share * 100 else found


def gone_share(start: date, end: date, today: date) -> Decimal:
    """How much of the days of a period has passed, today included."""
    days = (end - start).days + 1
    return Decimal(min(max((today - start).days + 1, 0), days)) / days


def asked_share(aim: Aim, gone: Decimal) -> Decimal:
    """How much of the way should be done by now: all of it at any time, where neither a sum nor a baseline grows."""
    return gone if aim.aggregation is Aggregation.SUM or aim.start is not None else Decimal(1)
