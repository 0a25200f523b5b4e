"""Periods and phases as people read them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from planner.base import db, show
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.plan.models import Goal, Period, Phase, Step
from planner.plan.rules import PeriodState


@ready
def _periods() -> Any:
    return select(*columns_of(Period)).order_by(Period.start)


@query(P.PLAN_VIEW, remember=True)
def every_period() -> list[Any]:
    """All periods, the latest first: rows with the columns of `Period`."""
    return list(reversed(_periods.rows()))


@query(P.PLAN_VIEW, remember=True)
def current_period() -> Any:
    """The open period that holds today (of several that overlap the longest, for it is the frame of the others), else
    the next open one, else the last; a row with the columns of `Period`, or None."""
    today = show.today()
    rows = every_period()[::-1]
    free = [p for p in rows if p.state is PeriodState.OPEN]
    holding = [p for p in free if p.start <= today <= p.end]
    coming = [p for p in free if p.start > today]
    if holding:
        return max(holding, key=lambda p: (p.end - p.start, p.start, p.id))
    return coming[0] if coming else rows[-1] if rows else None


@query(P.PLAN_VIEW)
def period(period_id: int) -> Period:
    """A period."""
    return db.one(Period, period_id)


@query(P.PLAN_VIEW)
def period_choices() -> list[tuple[int, str]]:
    """The periods that can be changed, the latest first, for forms."""
    return [(p.id, p.name) for p in reversed(_periods.rows()) if p.state is PeriodState.OPEN]


@query(P.PLAN_VIEW)
def phase(phase_id: int) -> Phase:
    """A phase."""
    return db.one(Phase, phase_id)


def phases_of(period_id: int) -> list[Phase]:
    """The phases of a period in the order of their days."""
    asked = select(Phase).where(Phase.period_id == period_id).order_by(Phase.start, Phase.sort, Phase.id)
    return list(db.session().scalars(asked))


def steps_inside(period_id: int) -> Any:
    """The condition that a step belongs to a period: in a phase of it, or in none and carried into it, or for a goal
    of it."""
    phases = select(Phase.id).where(Phase.period_id == period_id, db.alive(Phase))
    goals = select(Goal.id).where(Goal.period_id == period_id, db.alive(Goal))
    own = (Step.period_id == period_id) | (Step.period_id.is_(None) & Step.goal_id.in_(goals))
    return Step.phase_id.in_(phases) | (Step.phase_id.is_(None) & own)


@query(P.PLAN_VIEW)
def beside_phase(phase_id: int, start: date, end: date) -> tuple[Period | None, list[Phase]]:
    """Where a phase would be in the way if it had these days: its period where it would leave it, and the other phases
    of it that it would overlap."""
    row = db.one(Phase, phase_id)
    period = db.one(Period, row.period_id)
    others = [p for p in phases_of(period.id) if p.id != phase_id and p.start <= end and start <= p.end]
    return (None if period.start <= start and end <= period.end else period), others


@query(P.PLAN_VIEW)
def inside(period_id: int) -> list[Any]:
    """Everything that belongs to a period and to no other: goals, phases, and its steps."""
    goals = list(db.session().scalars(select(Goal).where(Goal.period_id == period_id)))
    steps = db.session().scalars(select(Step).where(steps_inside(period_id)))
    return [*goals, *phases_of(period_id), *steps]
