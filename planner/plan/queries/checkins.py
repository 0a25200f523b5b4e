"""Check-ins as people read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.people import queries as people
from planner.plan.models import CheckIn, OwnMetric, OwnValue
from planner.plan.queries.standing import GoalView
from planner.plan.rules import Health, PeriodState

SHOWN = 60


@dataclass(frozen=True)
class Reported:
    """A figure of the team's own in a check-in."""

    own_id: int
    own_name: str
    unit: str
    value: Decimal
    metric: str = ""


@dataclass(frozen=True)
class CheckInRow:
    """A check-in with its figures, who wrote and who acknowledged it, and what the reader may do with it."""

    id: int
    day: date
    note: str
    health: Health | None
    computed: Health
    who: str
    at: datetime
    seen_at: datetime | None
    seen_by: str
    may_see: bool
    may_remove: bool
    values: list[Reported] = field(default_factory=list[Reported])

    @property
    def of_another_day(self) -> bool:
        """Whether it reports of another day than the one it was written on."""
        who = actor.current()
        return business_day(self.at, who.timezone, who.day_start) != self.day


def may_acknowledge(row: Any, owner_id: int | None) -> bool:
    """A lead or a manager, and the goal's owner; never whoever wrote it."""
    who = actor.current()
    return row.created_by != who.user_id and (who.may(P.PLAN_EDIT) or (who.may(P.STEP_DO) and owner_id == who.user_id))


def may_remove(row: Any) -> bool:
    """Whoever wrote it, or a lead."""
    who = actor.current()
    return who.may(P.STEP_DO) and (row.created_by == who.user_id or who.may(P.PLAN_EDIT))


def check_ins_of(goal: GoalView, period: Any) -> list[CheckInRow]:
    """What was reported of a goal, the latest first; nothing can be done with it once its period is closed."""
    asked = select(CheckIn).where(CheckIn.goal_id == goal.id).order_by(CheckIn.id.desc()).limit(SHOWN)
    rows = list(db.session().scalars(asked))
    if not rows:
        return []
    values: dict[int, list[Reported]] = {}
    named = (
        select(OwnValue.check_in_id, OwnMetric.id, OwnMetric.name, OwnMetric.unit, OwnValue.value)
        .join(OwnMetric, OwnMetric.id == OwnValue.own_id)
        .where(OwnValue.goal_id == goal.id)
        .order_by(OwnValue.id)
    )
    for check_in_id, own_id, name, unit, value in db.session().execute(named):
        values.setdefault(check_in_id, []).append(Reported(own_id, name, unit, value))
    names = people.names([r.created_by for r in rows] + [r.seen_by for r in rows])
    free = period.state is PeriodState.OPEN
    return [
        CheckInRow(
            r.id, r.day, r.note, r.health, r.computed, names.get(r.created_by or 0, ""), r.created_at, r.seen_at,
            names.get(r.seen_by or 0, ""), free and r.seen_at is None and may_acknowledge(r, goal.owner_id),
            free and may_remove(r), values.get(r.id, []),
        )
        for r in rows
    ]  # fmt: skip
