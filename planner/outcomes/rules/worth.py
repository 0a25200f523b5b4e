"""Was it worth it: a figure of the sessions before and since some money took effect. Pure.

Formula. Of each side the last, or first, `MOST` sessions with a final result count, and at least `LEAST` are needed.
A session's figure is a fraction: numerator ÷ denominator of a rate, value × weight ÷ weight of an average (DOMAIN § 5:
rates are divided sums and never averaged), value ÷ 1 of everything else. The mean of a side is the sum of its
numerators ÷ the sum of its denominators, so a sum's mean is the usual one; its spread is the sample standard deviation
of the sessions' own values.

The change is the mean after less the mean before. It says something only where it is larger than the usual swing: one
standard deviation of the sessions before, as verdicts on actions have it (`rules.reviews`), and at least twice the
standard error of a difference of two means, √(s₁²/n₁ + s₂²/n₂) (B. L. Welch, Biometrika 34, 1947), so that three wild
nights prove nothing. It never says why a figure moved: what else changed in those weeks is for people to weigh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from planner.figures import rules as figures
from planner.figures.rules import METRICS, Adding, Direction

MOST = 8
"""So many sessions of each side are looked at."""
LEAST = 3
"""Fewer of a side say nothing."""
ERRORS = 2
"""So many standard errors a difference must exceed."""


class Reading(StrEnum):
    """What the figures say."""

    FEW_BEFORE = "few_before"
    FEW_AFTER = "few_after"
    WITHIN = "within"
    """It moved, if at all, by no more than sessions usually differ: can't tell."""
    REACHED = "reached"
    """It moved the expected way by the expected amount, or more."""
    LESS = "less"
    """It moved the expected way, and by less."""
    AGAINST = "against"
    """It moved the other way."""
    MOVED = "moved"
    """It moved, and nobody has said by how much or which way it should."""


CAN_TELL = frozenset({Reading.REACHED, Reading.LESS, Reading.AGAINST, Reading.MOVED})


@dataclass(frozen=True)
class Side:
    """The sessions before, or since: how many, their mean, and their sample standard deviation."""

    n: int
    mean: Decimal
    deviation: Decimal


@dataclass(frozen=True)
class Compared:
    """Both sides in the unit of the figure; `expected` carries the sign of the way it should move; `change` and `swing`
    are None where a side has too few sessions."""

    metric: str
    before: Side | None
    after: Side | None
    expected: Decimal | None
    change: Decimal | None
    swing: Decimal | None
    reading: Reading

    @property
    def missing(self) -> Decimal | None:
        """The change less what was expected: below 0 where it lacks, along the expected way."""
        if self.change is None or self.expected is None:
            return None
        return (self.change - self.expected) * (-1 if self.expected < 0 else 1)


def wanted(effect: Decimal | None, direction: Direction) -> Decimal | None:
    """The expected change with its sign: "2 % off the refunds" is typed as 2 % by most, and means down."""
    if effect is None or not effect:
        return None
    return -abs(effect) if direction is Direction.DOWN else effect


def _fractions(
    key: str, sessions: Sequence[Mapping[str, Decimal]], interactions: tuple[str, ...]
) -> list[tuple[Decimal, Decimal] | None]:
    metric = METRICS[key]
    if metric.derived:
        return [figures.fraction(metric, held, interactions) for held in sessions]
    weights = {Adding.BY_MINUTES: "minutes", Adding.BY_VIEWERS: "viewers"}.get(metric.adding, "")
    weighed = bool(weights) and all(held.get(weights) for held in sessions if key in held)
    one = Decimal(1)
    return [
        None if key not in held else (held[key] * held[weights], held[weights]) if weighed else (held[key], one)
        for held in sessions
    ]


def side_of(fractions: Sequence[tuple[Decimal, Decimal]]) -> Side | None:
    """The mean and spread of one side; None without any session. One session has no spread."""
    spread = figures.spread_of([top / bottom for top, bottom in fractions])
    if spread is None:
        return None
    tops, bottoms = (sum((one[part] for one in fractions), Decimal(0)) for part in (0, 1))
    return Side(spread.n, tops / bottoms, spread.deviation)


def usual_swing(before: Side, after: Side) -> Decimal:
    """What a difference must exceed to say something: see the formula above."""
    error = (before.deviation**2 / before.n + after.deviation**2 / after.n).sqrt()
    return max(before.deviation, ERRORS * error)


def compare(
    key: str,
    before: Sequence[Mapping[str, Decimal]],
    after: Sequence[Mapping[str, Decimal]],
    effect: Decimal | None,
    interactions: tuple[str, ...] = figures.INTERACTIONS,
) -> Compared:
    """Base figures of sessions before, the latest first, and since, the earliest first, against an expected effect.

    Sessions in which nobody knows the figure are passed over.
    """
    found = _fractions(key, [*before, *after], interactions)
    first = side_of([one for one in found[: len(before)] if one is not None][:MOST])
    second = side_of([one for one in found[len(before) :] if one is not None][:MOST])
    expected = wanted(effect, METRICS[key].direction)
    if first is None or first.n < LEAST:
        return Compared(key, first, second, expected, None, None, Reading.FEW_BEFORE)
    if second is None or second.n < LEAST:
        return Compared(key, first, second, expected, None, None, Reading.FEW_AFTER)
    change, swing = second.mean - first.mean, usual_swing(first, second)
    return Compared(key, first, second, expected, change, swing, _reading(change, swing, expected))


def _reading(change: Decimal, swing: Decimal, expected: Decimal | None) -> Reading:
    if abs(change) <= swing:
        return Reading.WITHIN
    if expected is None:
        return Reading.MOVED
    if (change > 0) != (expected > 0):
        return Reading.AGAINST
    return Reading.REACHED if abs(change) >= abs(expected) else Reading.LESS
