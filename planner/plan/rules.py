"""Steps and their states; how evidence becomes the progress of a target. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.kernel.machine import Machine, Move
from planner.kernel.permissions import P


class StepState(StrEnum):
    """Where a step stands; overdue is computed with the clock, never stored."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


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


STEPS: Machine[StepState] = Machine(
    StepState,
    [
        Move("start", frozenset({StepState.OPEN}), StepState.DOING, P.STEP_DO),
        Move("finish", frozenset({StepState.OPEN, StepState.DOING}), StepState.DONE, P.STEP_DO),
        Move("reopen", frozenset({StepState.DONE, StepState.DROPPED}), StepState.OPEN, P.STEP_DO),
        Move("drop", frozenset({StepState.OPEN, StepState.DOING}), StepState.DROPPED, P.PLAN_EDIT),
    ],
)


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


def done_share(value: Decimal | None, baseline: Decimal | None, target: Decimal) -> Decimal | None:
    """How much of the way from the baseline to the target is done; below 0 and above 1 happen."""
    if value is None:
        return None
    start = baseline if baseline is not None else Decimal(0)
    way = target - start
    return (value - start) / way if way else (Decimal(1) if value >= target else Decimal(0))


def pace_of(share: Decimal | None, aggregation: Aggregation, start: date, end: date, today: date) -> Pace:
    """Sums are judged against the time that has passed; other figures against the target itself with 10 % room."""
    if share is None:
        return Pace.UNKNOWN
    if share >= 1:
        return Pace.REACHED
    if aggregation is Aggregation.SUM:
        days = (end - start).days + 1
        gone = min(max((today - start).days + 1, 0), days)
        return Pace.ON_PACE if share >= Decimal(gone) / days * Decimal("0.9") else Pace.BEHIND
    return Pace.ON_PACE if share >= Decimal("0.5") else Pace.BEHIND
