"""A plan that is begun from another one: its phases and steps, and the days on which they fall. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planner.plan.rules.habits import Gate
from planner.plan.rules.steps import Details


def add_months(day: date, months: int) -> date:
    """The same day of another month; its last where that month is shorter."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


Shift = Callable[[date], date]


def shift_of(start: date, onto: date, by_months: bool) -> Shift:
    """How the days of a plan that began on one day move to another first day: by whole months, or by days.

    The last day of a month stays the last day where it goes by months.
    """
    if not by_months:
        return lambda day: day + (onto - start)
    months = (onto.year - start.year) * 12 + onto.month - start.month

    def moved(day: date) -> date:
        found = add_months(day, months)
        is_last = day.day == monthrange(day.year, day.month)[1]
        return found.replace(day=monthrange(found.year, found.month)[1]) if is_last else found

    return moved


@dataclass(frozen=True)
class PhasePlan:
    """A phase as it would be; `key` ties steps to it."""

    key: int
    name: str
    start: date
    end: date
    criteria: tuple[tuple[Gate, str], ...] = ()


@dataclass(frozen=True)
class StepPlan:
    """A step as it would be; `first` are the keys of those that come before it, `goal` the key of what it serves."""

    key: int
    title: str
    due: date | None
    phase: int | None = None
    goal: int | None = None
    owner_id: int | None = None
    note: str = ""
    details: Details = field(default_factory=Details)
    lines: tuple[str, ...] = ()
    first: tuple[int, ...] = ()


@dataclass(frozen=True)
class TargetPlan:
    """A number of a goal; its baseline is not taken over, as the way begins anew."""

    metric: str
    own_id: int | None
    value: Decimal
    aggregation: str
    way: str
    weight: int


@dataclass(frozen=True)
class GoalPlan:
    """A goal as it would be."""

    key: int
    title: str
    why: str
    owner_id: int | None
    targets: tuple[TargetPlan, ...] = ()


@dataclass(frozen=True)
class PeriodPlan:
    """A period as it would be, before anything is made."""

    start: date
    end: date
    phases: tuple[PhasePlan, ...]
    goals: tuple[GoalPlan, ...]
    steps: tuple[StepPlan, ...]

    def past(self, today: date) -> int:
        """How many steps would be due before today."""
        return sum(s.due is not None and s.due < today for s in self.steps)
