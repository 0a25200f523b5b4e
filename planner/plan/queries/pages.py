"""The page of the plan: a period with everything in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Date, bindparam, cast, literal, null, select, union_all

from planner.base import db, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan.models import Goal, Period, Phase
from planner.plan.queries.criteria import Signed, signed_of
from planner.plan.queries.goals import goals_of
from planner.plan.queries.habits import plan_rules
from planner.plan.queries.periods import current_period, phases_of
from planner.plan.queries.standing import GoalView
from planner.plan.queries.steps import StepRow, my_steps, steps_in
from planner.plan.rules import PeriodState, PlanRules, StepState, Urgency

MOST_STEPS = 400
MOST_OWN = 200


@dataclass(frozen=True)
class PlanPage:
    """A period with everything in it. `steps` are by phase, `own` (of tab mine, of any period) by urgency."""

    period: Any
    periods: list[Period]
    goals: list[GoalView]
    phases: list[Phase]
    steps: dict[int | None, list[StepRow]]
    counts: dict[str, int] = field(default_factory=dict[str, int])
    done: dict[int | None, tuple[int, int]] = field(default_factory=dict[int | None, tuple[int, int]])
    own: dict[Urgency, list[StepRow]] = field(default_factory=dict[Urgency, list[StepRow]])
    person: str = ""
    signed: dict[int, list[Signed]] = field(default_factory=dict[int, list[Signed]])

    @property
    def rules(self) -> PlanRules:
        """What the team turned on; asked where a page shows it."""
        return plan_rules()

    def minutes(self, phase_id: int | None) -> int:
        """The estimates of what is unfinished in a phase, added up."""
        return sum(s.estimate_minutes or 0 for s in self.steps.get(phase_id, []) if s.open)

    @property
    def day(self) -> tuple[int, int]:
        """Which day of how many is today: 0 before the first, the last ever after."""
        of = (self.period.end - self.period.start).days + 1
        return min(max((show.today() - self.period.start).days + 1, 0), of), of

    @property
    def goal_titles(self) -> dict[int, str]:
        """For the column of the steps."""
        return {g.id: g.title for g in self.goals}


def _grouped(rows: list[StepRow], standing: set[int]) -> dict[int | None, list[StepRow]]:
    found: dict[int | None, list[StepRow]] = {}
    for row in rows:
        found.setdefault(row.phase_id if row.phase_id in standing else None, []).append(row)
    return found


@query(P.PLAN_VIEW)
def plan_page(
    period_id: int | None = None, tab: str = "all", user_id: int | None = None, of_id: int | None = None
) -> PlanPage:
    """A period: goals, phases, steps. Tabs: all, mine (or, with `of_id`, those of somebody else), late, done."""
    periods = list(db.session().scalars(select(Period).order_by(Period.start.desc())))
    period = db.one(Period, period_id) if period_id else current_period()
    if period is None:
        return PlanPage(None, periods, [], [], {})
    phases = phases_of(period.id)
    standing = {p.id for p in phases}
    found = steps_in(list(standing), MOST_STEPS)
    every = sorted(found, key=lambda s: (s.due is None, s.due or period.start, s.id))
    own = my_steps(user_id or 0, MOST_OWN)
    shown = my_steps(of_id, MOST_OWN) if of_id else own
    tabs = {
        "all": [s for s in every if s.state is not StepState.DROPPED],
        "mine": own,
        "late": [s for s in every if s.late],
        "done": [s for s in every if s.state is StepState.DONE],
    }
    whole = _grouped(tabs["all"], standing)
    done = {phase: (sum(not s.open for s in rows), len(rows)) for phase, rows in whole.items()}
    by_urgency = {each: [s for s in shown if s.urgency is each] for each in Urgency}
    return PlanPage(
        period,
        periods,
        goals_of(period),
        phases,
        _grouped(tabs.get(tab, tabs["all"]), standing),
        {name: len(rows) for name, rows in tabs.items()},
        done,
        {each: rows for each, rows in by_urgency.items() if rows} if tab == "mine" else {},
        people.person(of_id).name if of_id and tab == "mine" else "",
        signed_of(phases) if tab == "all" and plan_rules().criteria else {},
    )


@dataclass(frozen=True)
class GoalsPage:
    """The goals of a period, and the periods to choose from."""

    period: Any
    periods: list[Period]
    goals: list[GoalView]


@query(P.PLAN_VIEW)
def goals_page(period_id: int | None = None) -> GoalsPage:
    """The goals of a period, of the current one unless another was asked for."""
    periods = list(db.session().scalars(select(Period).order_by(Period.start.desc(), Period.id.desc())))
    period = db.one(Period, period_id) if period_id else current_period()
    return GoalsPage(period, periods, goals_of(period) if period else [])


@query(P.PLAN_VIEW, remember=True)
def choices() -> dict[str, list[tuple[int, str]]]:
    """Phases and goals of the open periods that hold today, else of the current one, for forms."""
    period = current_period()
    if period is None:
        return {"phases": [], "goals": []}
    rows = _choices_now.rows(period_id=period.id, today=show.today())
    return {name: [(r.id, r.name) for r in rows if r.kind == name] for name in ("phases", "goals")}


def _running() -> Any:
    """The open periods that hold a day, and one period."""
    today = bindparam("today")
    holds = (Period.start <= today) & (Period.end >= today) & (Period.state == PeriodState.OPEN)
    return select(Period.id).where((Period.id == bindparam("period_id")) | holds, db.alive(Period))


@ready
def _choices_now() -> Any:
    """Phases by their days, then goals by their order."""
    phases = select(literal("phases").label("kind"), Phase.id, Phase.name, Phase.start.label("day"), Phase.sort)
    goals = select(literal("goals"), Goal.id, Goal.title, cast(null(), Date), Goal.sort)
    both = union_all(
        phases.where(Phase.period_id.in_(_running()), db.alive(Phase)),
        goals.where(Goal.period_id.in_(_running()), db.alive(Goal)),
    ).subquery()
    return select(both.c.kind, both.c.id, both.c.name).order_by(both.c.kind, both.c.day, both.c.sort, both.c.id)
