"""The plan as people read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

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
from planner.plan.models import Evidence, Goal, Period, Phase, Step, Target
from planner.plan.rules import Aggregation, Pace, StepState, Way

OPEN = (StepState.OPEN, StepState.DOING)
MOST_STEPS = 400


@dataclass(frozen=True)
class TargetView:
    """A target with where it stands."""

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

    @property
    def bound(self) -> Bound:
        """What it is when people of several shows are added up, some of them more than once."""
        adds = self.aggregation in (Aggregation.SUM, Aggregation.PER_DAY)
        return figures.bound_of(self.metric, self.sessions) if adds else Bound.NONE


@dataclass(frozen=True)
class GoalView:
    """A goal with its targets and its word."""

    id: int
    period_id: int
    title: str
    owner_name: str
    version: int
    targets: list[TargetView]

    @property
    def pace(self) -> Pace:
        """The worst of its targets."""
        order = [Pace.BEHIND, Pace.UNKNOWN, Pace.ON_PACE, Pace.REACHED]
        return min((t.pace for t in self.targets), key=order.index, default=Pace.UNKNOWN)


@dataclass(frozen=True)
class StepRow:
    """A step in a list."""

    id: int
    title: str
    owner_id: int | None
    owner_name: str
    due: date | None
    state: StepState
    phase_id: int | None
    goal_id: int | None
    from_session_id: int | None
    version: int

    @property
    def late(self) -> bool:
        """Open and past its day."""
        return self.state in OPEN and self.due is not None and self.due < show.today()


@dataclass(frozen=True)
class PlanPage:
    """A period with everything in it."""

    period: Period | None
    periods: list[Period]
    goals: list[GoalView]
    phases: list[Phase]
    steps: dict[int | None, list[StepRow]]
    counts: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class EvidenceRow:
    """A session that moved a target."""

    session: SessionBrief | None
    day: date
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    basis: str


Owner = aliased(User)
STEP_COLUMNS = (
    Step.id, Step.title, Step.owner_id, Owner.name, Step.due, Step.state, Step.phase_id, Step.goal_id,
    Step.from_session_id, Step.version,
)  # fmt: skip
"""What a StepRow is made of, for a statement that joins Owner on the step's owner."""


def step_row(columns: Any) -> StepRow:
    """Those columns as a row."""
    return StepRow(columns[0], columns[1], columns[2], columns[3] or "", *columns[4:])


def _steps() -> Any:
    return select(*STEP_COLUMNS).outerjoin(Owner, Owner.id == Step.owner_id)


def _read(asked: Any) -> list[StepRow]:
    rows: Any = db.session().execute(asked)
    return [step_row(r) for r in rows]


@query(P.PLAN_VIEW)
def current_period() -> Any:
    """The period that holds today, else the next, else the last; a row with the columns of `Period`, or None."""
    today = show.today()
    rows = list(_periods.rows())
    holding = [p for p in rows if p.start <= today <= p.end]
    coming = [p for p in rows if p.start > today]
    return holding[-1] if holding else coming[0] if coming else rows[-1] if rows else None


@ready
def _proofs() -> Any:
    return select(
        Evidence.target_id, Evidence.session_id, Evidence.day, Evidence.value, Evidence.numerator, Evidence.denominator
    ).where(Evidence.target_id.in_(bindparam("ids", expanding=True)))


@ready
def _periods() -> Any:
    return select(*columns_of(Period)).order_by(Period.start)


_GOAL = (Goal.id, Goal.title, User.name, Goal.version)
_TARGET = columns_of(Target)
_TARGET_NAMES = [column.key for column in _TARGET]


@ready
def _goals_of_period() -> Any:
    return (
        select(*_GOAL, *_TARGET)
        .select_from(Goal)
        .outerjoin(User, User.id == Goal.owner_id)
        .outerjoin(Target, Target.goal_id == Goal.id)
        .where(Goal.period_id == bindparam("id"))
        .order_by(Goal.sort, Goal.id, Target.id)
    )


@ready
def _late_or_own() -> Any:
    either = (Step.owner_id == bindparam("user_id")) | (Step.due < bindparam("today"))
    return _steps().where(Step.state.in_(OPEN), either).order_by(Step.due.is_(None), Step.due, Step.id).limit(200)


@ready
def _late() -> Any:
    asked = _steps().where(Step.state.in_(OPEN), Step.due < bindparam("today"))
    return asked.order_by(Step.due, Step.id).limit(bindparam("most"))


@ready
def _own() -> Any:
    asked = _steps().where(Step.owner_id == bindparam("user_id"), Step.state.in_(OPEN))
    return asked.order_by(Step.due.is_(None), Step.due, Step.id).limit(bindparam("most"))


def _targets(rows: list[Any], period: Any) -> dict[int, list[TargetView]]:
    proofs: dict[int, list[rules.Proof]] = {}
    for r in _proofs.rows(ids=[t.id for t in rows]) if rows else ():
        proofs.setdefault(r[0], []).append(rules.Proof(r[1], r[2], r[3], r[4], r[5]))
    found: dict[int, list[TargetView]] = {}
    today = show.today()
    for t in rows:
        mine = proofs.get(t.id, [])
        value = rules.progress(mine, t.aggregation, t.way)
        aim = rules.Aim(t.value, t.baseline, t.way, t.aggregation)
        share, pace = rules.done_share(value, aim), rules.pace_of(value, aim, period.start, period.end, today)
        found.setdefault(t.goal_id, []).append(
            TargetView(
                t.id, t.goal_id, t.metric, t.baseline, t.value, t.way, t.aggregation, value, share, pace, len(mine)
            )
        )
    return found


def _goals(period: Any) -> list[GoalView]:
    rows = _goals_of_period.rows(id=period.id)
    held = [SimpleNamespace(**dict(zip(_TARGET_NAMES, r[len(_GOAL) :], strict=True))) for r in rows]
    targets = _targets([t for t in held if t.id is not None], period)
    goals = {r[0]: GoalView(r[0], period.id, r[1], r[2] or "", r[3], targets.get(r[0], [])) for r in rows}
    return list(goals.values())


@query(P.PLAN_VIEW)
def goals_now() -> list[GoalView]:
    """The goals of the current period, those behind first."""
    period = current_period()
    order = [Pace.BEHIND, Pace.UNKNOWN, Pace.ON_PACE, Pace.REACHED]
    return sorted(_goals(period), key=lambda g: order.index(g.pace)) if period else []


@query(P.PLAN_VIEW)
def plan_page(period_id: int | None = None, tab: str = "all", user_id: int | None = None) -> PlanPage:
    """A period: goals, phases, steps. Tabs: all, mine, late, done."""
    periods = list(db.session().scalars(select(Period).order_by(Period.start.desc())))
    period = db.one(Period, period_id) if period_id else current_period()
    if period is None:
        return PlanPage(None, periods, [], [], {})
    phases = list(
        db.session().scalars(select(Phase).where(Phase.period_id == period.id).order_by(Phase.sort, Phase.start))
    )
    inside = Step.phase_id.in_([p.id for p in phases]) | Step.phase_id.is_(None)
    asked = _steps().where(inside).order_by(Step.state.in_(OPEN).desc(), Step.due.desc(), Step.id.desc())
    every = sorted(_read(asked.limit(MOST_STEPS)), key=lambda s: (s.due is None, s.due or period.start, s.id))
    tabs = {
        "all": [s for s in every if s.state is not StepState.DROPPED],
        "mine": [s for s in every if s.owner_id == user_id and s.state in OPEN],
        "late": [s for s in every if s.late],
        "done": [s for s in every if s.state is StepState.DONE],
    }
    grouped: dict[int | None, list[StepRow]] = {}
    for step in tabs.get(tab, tabs["all"]):
        grouped.setdefault(step.phase_id, []).append(step)
    return PlanPage(period, periods, _goals(period), phases, grouped, {name: len(rows) for name, rows in tabs.items()})


@query(P.PLAN_VIEW)
def goal(goal_id: int) -> tuple[GoalView, Period, dict[int, list[EvidenceRow]], list[StepRow]]:
    """A goal, and the sessions that moved it."""
    row = db.one(Goal, goal_id)
    period = db.one(Period, row.period_id, with_trash=True)
    view = next(g for g in _goals(period) if g.id == goal_id)
    ids = [t.id for t in view.targets]
    rows = list(
        db.session().scalars(
            select(Evidence)
            .where(Evidence.target_id.in_(ids))
            .order_by(Evidence.day.desc(), Evidence.session_id.desc())
            .limit(200)
        )
    )
    known = live.briefs({e.session_id for e in rows})
    found: dict[int, list[EvidenceRow]] = {}
    for e in rows:
        line = EvidenceRow(known.get(e.session_id), e.day, e.value, e.numerator, e.denominator, e.basis)
        found.setdefault(e.target_id, []).append(line)
    steps = _read(_steps().where(Step.goal_id == goal_id).order_by(Step.due.is_(None), Step.due, Step.id).limit(100))
    return view, period, found, steps


@query(P.PLAN_VIEW)
def step(step_id: int) -> tuple[Step, str]:
    """A step and the name of its owner."""
    row = db.one(Step, step_id)
    name = db.session().scalar(select(User.name).where(User.id == row.owner_id)) if row.owner_id else ""
    return row, name or ""


@query(P.PLAN_VIEW)
def my_steps(user_id: int, limit: int = 20) -> list[StepRow]:
    """Somebody's open steps, the most urgent first."""
    return [step_row(r) for r in _own.rows(user_id=user_id, most=limit)]


@query(P.PLAN_VIEW)
def late_steps(limit: int = 10) -> list[StepRow]:
    """Open steps past their day, the oldest first."""
    return [step_row(r) for r in _late.rows(today=show.today(), most=limit)]


@query(P.PLAN_VIEW)
def late_and_mine(user_id: int, late: int = 8, mine: int = 6) -> tuple[list[StepRow], list[StepRow]]:
    """The late steps of the team, the oldest first, and somebody's open steps, the most urgent first."""
    rows = [step_row(r) for r in _late_or_own.rows(user_id=user_id, today=show.today())]
    return [s for s in rows if s.late][:late], [s for s in rows if s.owner_id == user_id][:mine]


@query(P.PLAN_VIEW)
def choices() -> dict[str, list[tuple[int, str]]]:
    """Phases and goals of the current period, for forms."""
    period = current_period()
    if period is None:
        return {"phases": [], "goals": []}
    phases = db.session().execute(
        select(Phase.id, Phase.name).where(Phase.period_id == period.id, db.alive(Phase)).order_by(Phase.sort)
    )
    goals = db.session().execute(
        select(Goal.id, Goal.title).where(Goal.period_id == period.id, db.alive(Goal)).order_by(Goal.sort)
    )
    return {"phases": [(r[0], r[1]) for r in phases], "goals": [(r[0], r[1]) for r in goals]}


@query(P.PLAN_VIEW)
def open_count() -> int:
    """How many steps are open in the team."""
    return db.session().scalar(select(func.count(Step.id)).where(Step.state.in_(OPEN), db.alive(Step))) or 0


@query(P.PLAN_VIEW)
def period(period_id: int) -> Period:
    """A period."""
    return db.one(Period, period_id)


@query(P.PLAN_VIEW)
def find_steps(text: str, limit: int = 8) -> list[StepRow]:
    """Steps whose title holds a text, open ones first."""
    asked = _steps().where(Step.title.icontains(text, autoescape=True))
    return _read(asked.order_by(Step.state.in_(OPEN).desc(), Step.due.is_(None), Step.due, Step.id).limit(limit))
