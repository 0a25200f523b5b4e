"""Goals with where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, bindparam, case, or_, select

from planner.base import db, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.plan import rules
from planner.plan.models import Evidence, Goal, OwnMetric, Period, Target
from planner.plan.queries.checkins import CheckInRow, check_ins_of
from planner.plan.queries.links import Served, serving
from planner.plan.queries.standing import GoalView, goal_views, goals_asked
from planner.plan.queries.steps import StepRow, steps_of_goal
from planner.plan.rules import PeriodState


@dataclass(frozen=True)
class EvidenceRow:
    """A session that moved a target."""

    session: SessionBrief | None
    day: date
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    basis: str


@dataclass(frozen=True)
class GoalPage:
    """A goal with the sessions that moved it, what was reported of it, and what serves it."""

    view: GoalView
    period: Period
    evidence: dict[int, list[EvidenceRow]]
    steps: list[StepRow]
    check_ins: list[CheckInRow]
    served: Served


@ready
def _goals_of_period() -> Any:
    return goals_asked().where(Goal.period_id == bindparam("id"))


_DAYS = (Period.id, Period.start, Period.end, Period.state)


@ready
def _goals_now() -> Any:
    """Of every open period that holds today; where none does, of the next, else the last (see `current_period`)."""
    today = bindparam("today")
    holds = and_(Period.start <= today, Period.end >= today, Period.state == PeriodState.OPEN)
    coming = and_(Period.start > today, Period.state == PeriodState.OPEN)
    rank = case((holds, 0), (coming, 1), else_=2)
    soonest, latest = case((coming, Period.start)), case((~coming, Period.start))
    chosen = select(Period.id).where(db.alive(Period)).order_by(rank, soonest, latest.desc(), Period.id.desc()).limit(1)
    asked = goals_asked().add_columns(*_DAYS).join(Period, Period.id == Goal.period_id)
    return asked.where(or_(holds, Period.id == chosen.scalar_subquery()), db.alive(Period))


@ready
def _one_goal() -> Any:
    return goals_asked().where(Goal.id == bindparam("id"))


def goals_of(period: Any) -> list[GoalView]:
    """The goals of a period in their order."""
    return goal_views([(r, period) for r in _goals_of_period.rows(id=period.id)])


@query(P.PLAN_VIEW)
def goals_now() -> list[GoalView]:
    """The goals of the periods that run, those that stand worst first."""
    wide = len(_DAYS)
    rows = _goals_now.rows(today=show.today())
    held = [(r, SimpleNamespace(**dict(zip(("id", "start", "end", "state"), r[-wide:], strict=True)))) for r in rows]
    return sorted(goal_views(held), key=lambda g: rules.WORST_FIRST.index(g.health))


def one_goal(goal_id: int, more: Mapping[int, rules.Proof] | None = None) -> tuple[GoalView, Period]:
    """A goal that stands, and its period, be that in the trash; with what is about to be reported of its figures."""
    period = db.one(Period, db.one(Goal, goal_id).period_id, with_trash=True)
    (view,) = goal_views([(r, period) for r in _one_goal.rows(id=goal_id)], more)
    return view, period


@query(P.PLAN_VIEW)
def goal(goal_id: int) -> tuple[GoalView, Period]:
    """A goal and its period, for forms."""
    return one_goal(goal_id)


@query(P.PLAN_VIEW)
def goal_page(goal_id: int) -> GoalPage:
    """A goal with everything its page shows."""
    view, period = one_goal(goal_id)
    rows = list(
        db.session().scalars(
            select(Evidence)
            .where(Evidence.target_id.in_([t.id for t in view.targets]))
            .order_by(Evidence.day.desc(), Evidence.session_id.desc())
            .limit(200)
        )
    )
    served = serving(goal_id)
    known = live.briefs({e.session_id for e in rows} | set(served.session_ids))
    found: dict[int, list[EvidenceRow]] = {}
    for e in rows:
        line = EvidenceRow(known.get(e.session_id), e.day, e.value, e.numerator, e.denominator, e.basis)
        found.setdefault(e.target_id, []).append(line)
    reports = check_ins_of(view, period)
    return GoalPage(view, period, found, steps_of_goal(goal_id), reports, served.with_sessions(known))


@query(P.PLAN_VIEW)
def target(target_id: int) -> tuple[Target, str, OwnMetric | None]:
    """A target of a goal that stands, the goal's title, and the figure of the team's own that it counts."""
    row = db.one(Target, target_id)
    own = db.one(OwnMetric, row.own_id, with_trash=True) if row.own_id else None
    return row, db.one(Goal, row.goal_id).title, own


@query(P.PLAN_VIEW)
def own_metrics() -> list[OwnMetric]:
    """The figures of the team's own, by name."""
    return list(db.session().scalars(select(OwnMetric).order_by(OwnMetric.name)))


@query(P.PLAN_VIEW)
def own_metric(own_id: int) -> OwnMetric:
    """A figure of the team's own."""
    return db.one(OwnMetric, own_id)
