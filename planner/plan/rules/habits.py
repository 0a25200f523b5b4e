"""What a team turns on in its plan, and what a phase waits for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Gate(StrEnum):
    """Which end of a phase a criterion stands at."""

    ENTRY = "entry"
    EXIT = "exit"


@dataclass(frozen=True)
class PlanRules:
    """Estimates, helpers and criteria are off until a team turns them on.

    `most_*` say from which number of cards on a column (not started, under way, blocked) or a person has too many;
    0 is any number. They warn, they never refuse.
    """

    estimates: bool = False
    helpers: bool = False
    criteria: bool = False
    most_open: int = 0
    most_doing: int = 0
    most_blocked: int = 0
    most_each: int = 0


MOST_CARDS = 200
LONGEST_ESTIMATE = 60 * 1000
"""Minutes: a thousand hours are no step."""


def criteria_warn(gate: Gate, start: date, end: date, today: date) -> bool:
    """Whether the criteria of one end of a phase should all be signed: from its first day, or after its last."""
    return today >= start if gate is Gate.ENTRY else today > end


def too_many(count: int, most: int) -> bool:
    """Whether a column holds more than was agreed on; 0 is any number."""
    return 0 < most < count


def read_hours(hours: Decimal | None) -> int | None:
    """An estimate in minutes, of hours as they are typed; to the nearest minute."""
    return None if hours is None else int((hours * 60).to_integral_value(ROUND_HALF_UP))


def as_hours(minutes: int | None) -> Decimal | None:
    """Minutes as hours, with two places at most and without idle zeros."""
    if minutes is None:
        return None
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    return hours if hours % 1 else hours.quantize(Decimal(1))
