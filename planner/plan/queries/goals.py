"""Goals with where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, bindparam, case, select

from planner.base import db, show
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.figures import rules as figures
from planner.figures.rules import Bound
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.people.models import User
from planner.plan import rules
from planner.plan.models import Evidence, Goal, Period, Target
from planner.plan.queries.steps import StepRow, steps_of_goal
from planner.plan.rules import Aggregation, Pace, Way


@dataclass(frozen=True)
class TargetView:
    """A target with where it stands: `asked` is how much of the way should be done by now, `course` how it came."""

    id: int
    goal_id: int
    metric: str
    baseline: Decimal | None
    target: Decimal
    way: Way
    aggregation: Aggregation
    value: Decimal | None
    share: Decimal | None
    pace: Pace
    sessions: int
    asked: Decimal
    course: list[Decimal | None]

    @property
    def bound(self) -> Bound:
        """What it is when people of several shows are added up, some of them more than once."""
        adds = self.aggregation in (Aggregation.SUM, Aggregation.PER_DAY)
        return figures.bound_of(self.metric, self.sessions) if adds else Bound.NONE

    @property
    def percent(self) -> int:
        """The share as the bar shows it, from 0 to 100."""
        return int(min(max((self.share or Decimal(0)) * 100, Decimal(0)), Decimal(100)))


@dataclass(frozen=True)
class GoalView:
    """A goal with its targets and its word."""

    id: int
    period_id: int
    title: str
    owner_name: str
    version: int
    targets: list[TargetView]
    why: str = ""
    owner_id: int | None = None

    @property
    def pace(self) -> Pace:
        """The worst of its targets."""
        order = [Pace.BEHIND, Pace.UNKNOWN, Pace.ON_PACE, Pace.REACHED]
        return min((t.pace for t in self.targets), key=order.index, default=Pace.UNKNOWN)


@dataclass(frozen=True)
class EvidenceRow:
    """A session that moved a target."""

    session: SessionBrief | None
    day: date
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    basis: str


@ready
def _proofs() -> Any:
    return select(
        Evidence.target_id, Evidence.session_id, Evidence.day, Evidence.value, Evidence.numerator, Evidence.denominator
    ).where(Evidence.target_id.in_(bindparam("ids", expanding=True)))


_GOAL = (Goal.id, Goal.title, User.name, Goal.version, Goal.why, Goal.owner_id)
_TARGET = columns_of(Target)
_TARGET_NAMES = [column.key for column in _TARGET]


def _goals() -> Any:
    return (
        select(*_GOAL, *_TARGET)
        .select_from(Goal)
        .outerjoin(User, User.id == Goal.owner_id)
        .outerjoin(Target, Target.goal_id == Goal.id)
        .order_by(Goal.sort, Goal.id, Target.id)
    )


@ready
def _goals_of_period() -> Any:
    return _goals().where(Goal.period_id == bindparam("id"))


@ready
def _goals_now() -> Any:
    """Of the period that holds today, else the next, else the last (as `current_period` says), with its days."""
    today = bindparam("today")
    coming = Period.start > today
    rank = case((and_(Period.start <= today, Period.end >= today), 0), (coming, 1), else_=2)
    soonest, latest = case((coming, Period.start)), case((~coming, Period.start))
    chosen = select(Period.id).where(db.alive(Period)).order_by(rank, soonest, latest.desc(), Period.id.desc()).limit(1)
    asked = _goals().add_columns(Period.id, Period.start, Period.end).join(Period, Period.id == Goal.period_id)
    return asked.where(Goal.period_id == chosen.scalar_subquery())


@ready
def _one_goal() -> Any:
    return _goals().where(Goal.id == bindparam("id"))


def _targets(rows: list[Any], period: Any) -> dict[int, list[TargetView]]:
    proofs: dict[int, list[rules.Proof]] = {}
    for r in _proofs.rows(ids=[t.id for t in rows]) if rows else ():
        proofs.setdefault(r[0], []).append(rules.Proof(r[1], r[2], r[3], r[4], r[5]))
    found: dict[int, list[TargetView]] = {}
    today = show.today()
    gone = rules.gone_share(period.start, period.end, today)
    for t in rows:
        mine = proofs.get(t.id, [])
        value = rules.progress(mine, t.aggregation, t.way)
        aim = rules.Aim(t.value, t.baseline, t.way, t.aggregation)
        share, pace = rules.done_share(value, aim), rules.pace_of(value, aim, period.start, period.end, today)
        found.setdefault(t.goal_id, []).append(
            TargetView(
                t.id, t.goal_id, t.metric, t.baseline, t.value, t.way, t.aggregation, value, share, pace, len(mine),
                rules.asked_share(aim, gone), rules.course(mine, t.aggregation, t.way),
            )
        )  # fmt: skip
    return found


def _views(rows: Any, period: Any) -> list[GoalView]:
    held = [SimpleNamespace(**dict(zip(_TARGET_NAMES, r[len(_GOAL) :], strict=True))) for r in rows]
    targets = _targets([t for t in held if t.id is not None], period)
    goals = {
        r[0]: GoalView(r[0], period.id, r[1], r[2] or "", r[3], targets.get(r[0], []), r[4] or "", r[5]) for r in rows
    }
    return list(goals.values())


def goals_of(period: Any) -> list[GoalView]:
    """The goals of a period in their order."""
    return _views(_goals_of_period.rows(id=period.id), period)


@query(P.PLAN_VIEW)
def goals_now() -> list[GoalView]:
    """The goals of the current period, those behind first."""
    rows = _goals_now.rows(today=show.today())
    if not rows:
        return []
    period = SimpleNamespace(**dict(zip(("id", "start", "end"), rows[0][-3:], strict=True)))
    order = [Pace.BEHIND, Pace.UNKNOWN, Pace.ON_PACE, Pace.REACHED]
    return sorted(_views([row[:-3] for row in rows], period), key=lambda g: order.index(g.pace))


@query(P.PLAN_VIEW)
def goal(goal_id: int) -> tuple[GoalView, Period, dict[int, list[EvidenceRow]], list[StepRow]]:
    """A goal, and the sessions that moved it."""
    period = db.one(Period, db.one(Goal, goal_id).period_id, with_trash=True)
    (view,) = _views(_one_goal.rows(id=goal_id), period)
    rows = list(
        db.session().scalars(
            select(Evidence)
            .where(Evidence.target_id.in_([t.id for t in view.targets]))
            .order_by(Evidence.day.desc(), Evidence.session_id.desc())
            .limit(200)
        )
    )
    known = live.briefs({e.session_id for e in rows})
    found: dict[int, list[EvidenceRow]] = {}
    for e in rows:
        line = EvidenceRow(known.get(e.session_id), e.day, e.value, e.numerator, e.denominator, e.basis)
        found.setdefault(e.target_id, []).append(line)
    return view, period, found, steps_of_goal(goal_id)


@query(P.PLAN_VIEW)
def target(target_id: int) -> tuple[Target, str]:
    """A target of a goal that stands, and the goal's title."""
    row = db.one(Target, target_id)
    return row, db.one(Goal, row.goal_id).title
