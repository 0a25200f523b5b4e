"""What a review must hold before it closes, and what an action has earned. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LEAST_COMPARABLE = 3


class ReviewState(StrEnum):
    """Open until somebody closes it."""

    OPEN = "open"
    CLOSED = "closed"


class Decision(StrEnum):
    """What a finding ends in."""

    NONE = "none"
    ACTION = "action"
    PROPOSAL = "proposal"
    NO_ACTION = "no_action"
    NORMAL_SWING = "normal_swing"


class Verdict(StrEnum):
    """What became of an action, as DOMAIN § 6 words it."""

    REACHED_BEYOND = "reached_beyond"
    REACHED_WITHIN = "reached_within"
    NOT_REACHED = "not_reached"
    TOO_LITTLE = "too_little"


def verdict(
    value: Decimal | None,
    target: Decimal,
    up: bool,
    mean: Decimal | None,
    deviation: Decimal | None,
    n: int,
) -> Verdict:
    """Reached beyond the usual swing, reached within it (can't tell), not reached, or too little data.

    The usual swing is one standard deviation around the mean of the comparable sessions before.
    """
    if value is None:
        return Verdict.TOO_LITTLE
    if (value < target) if up else (value > target):
        return Verdict.NOT_REACHED
    if n < LEAST_COMPARABLE or mean is None or deviation is None:
        return Verdict.TOO_LITTLE
    beyond = value > mean + deviation if up else value < mean - deviation
    return Verdict.REACHED_BEYOND if beyond else Verdict.REACHED_WITHIN


ANSWERS = {
    "traffic": "ads",
    "product": "merchandiser",
    "host": "host",
    "equipment": "tech",
    "execution": "floor",
    "compliance": "compliance",
    "environment": "operations",
}
"""Whose work a cause usually is, by the keys of causes and positions: who is asked first what to do about it."""


@dataclass(frozen=True)
class Missed:
    """A finding as the closing rule sees it."""

    beyond_tolerance: bool
    has_cause: bool
    decision: Decision


def may_close(findings: list[Missed]) -> bool:
    """Not while a target missed beyond tolerance has neither cause nor decision; 正常波动 only within tolerance."""
    return not any(
        f.beyond_tolerance
        and ((not f.has_cause and f.decision is Decision.NONE) or f.decision is Decision.NORMAL_SWING)
        for f in findings
    )
