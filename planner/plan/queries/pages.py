"""The page of the plan: a period with everything in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, cast, literal, null, select, union_all

from planner.base import db, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan.models import Goal, Period, Phase
from planner.plan.queries.criteria import Signed, signed_of
from planner.plan.queries.goals import goals_of
from planner.plan.queries.habits import plan_rules
from planner.plan.queries.periods import current_period, every_period, phases_of
from planner.plan.queries.standing import GoalView
from planner.plan.queries.steps import StepRow, my_steps, steps_in
from planner.plan.rules import PeriodState, PlanRules, StepState, Urgency

MOST_STEPS = 400
MOST_OWN = 200


@dataclass(frozen=True)
class PlanPage:
    """A period with everything in it. `steps` are by phase; `own` is tab mine by urgency, with the current period what
    is mine in any."""

    period: Any
    periods: list[Any]
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


def _belongs(row: StepRow, period: Any, goals: set[int], homeless: Callable[[StepRow], bool]) -> bool:
    """Whether a step in no phase that stands is shown with a period: the one it was carried into or whose goal it
    serves, else the one that holds its day; the current one has those that no open period would show."""
    if row.period_id is not None:
        return row.period_id == period.id
    if row.goal_id is not None and row.goal_id in goals:
        return True
    return homeless(row) or (row.goal_id is None and row.due is not None and period.start <= row.due <= period.end)


def _homeless(periods: list[Any], rows: list[StepRow]) -> Callable[[StepRow], bool]:
    """Whether no open period shows a step that is in no phase: neither by its goal nor by its day."""
    free = {p.id: (p.start, p.end) for p in periods if p.state is PeriodState.OPEN}
    served = {row.goal_id for row in rows if row.goal_id is not None}
    asked = select(Goal.id).where(Goal.id.in_(served), Goal.period_id.in_(list(free)))
    held = set(db.session().scalars(asked)) if served else set[int]()

    def found(row: StepRow) -> bool:
        if row.goal_id is not None:
            return row.goal_id not in held
        day = row.due
        return day is None or not any(start <= day <= end for start, end in free.values())

    return found


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
    periods, current = every_period(), current_period()
    period = next((p for p in periods if p.id == period_id), None) if period_id else current
    if period is None and period_id:
        raise NotFound()
    if period is None:
        return PlanPage(None, periods, [], [], {})
    phases, goals = phases_of(period.id), goals_of(period)
    standing = {p.id for p in phases}
    found = steps_in(list(standing), MOST_STEPS)
    is_current = current is None or period.id == current.id
    loose = [s for s in found if s.phase_id not in standing and s.period_id is None]
    without = _homeless(periods, loose) if is_current else lambda _row: False
    ids = {g.id for g in goals}
    found = [s for s in found if s.phase_id in standing or _belongs(s, period, ids, without)]
    every = sorted(found, key=lambda s: (s.due is None, s.due or period.start, s.id))
    here = {s.id for s in every}
    own = [s for s in my_steps(user_id or 0, MOST_OWN) if is_current or s.id in here]
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
        goals,
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
def _places_at_hand(of_id: int | None) -> tuple[int, list[Any]]:
    """The period whose phases and goals go without its name, and the phases and goals to choose from."""
    period = None if of_id else current_period()
    own_id = of_id or (period.id if period is not None else 0)
    rows = _choices_now.rows(period_id=own_id, today=date.max if of_id else show.today()) if own_id else ()
    return own_id, list(rows)


@query(P.PLAN_VIEW, remember=True)
def choices(of_id: int | None = None) -> dict[str, list[tuple[int, str]]]:
    """Phases and goals of the open periods that are not over, the current one's first, for forms, and those periods;
    with `of_id` of that period alone. What belongs to another period than the current one says to which."""
    own_id, rows = _places_at_hand(of_id)

    def name(row: Any) -> str:
        return row.name if row.period_id == own_id else f"{row.name} · {row.period}"

    found = {kind: [(r.id, name(r)) for r in rows if r.kind == kind] for kind in ("phases", "goals")}
    return {**found, "periods": list(dict.fromkeys((r.period_id, r.period) for r in rows))}


@query(P.PLAN_VIEW)
def phases_at_hand(of_id: int | None = None) -> dict[int, tuple[str, str]]:
    """The same phases by their names, each with the name of its period where that is not the current one."""
    own_id, rows = _places_at_hand(of_id)
    return {r.id: (r.name, "" if r.period_id == own_id else r.period) for r in rows if r.kind == "phases"}


def _at_hand() -> Any:
    """One period, and the open ones that are not over at a day."""
    coming = (Period.end >= bindparam("today")) & (Period.state == PeriodState.OPEN)
    return (Period.id == bindparam("period_id")) | coming


@ready
def _choices_now() -> Any:
    """Phases by their days, then goals by their order; those of the one period before the others."""
    of_period = (Period.id.label("period_id"), Period.name.label("period"))
    phases = select(
        literal("phases").label("kind"), Phase.id, Phase.name, Phase.start.label("day"), Phase.sort, *of_period
    )
    goals = select(literal("goals"), Goal.id, Goal.title, cast(null(), Date), Goal.sort, *of_period)
    both = union_all(
        phases.join(Period, Period.id == Phase.period_id).where(_at_hand(), db.alive(Phase), db.alive(Period)),
        goals.join(Period, Period.id == Goal.period_id).where(_at_hand(), db.alive(Goal), db.alive(Period)),
    ).subquery()
    other = both.c.period_id != bindparam("period_id")
    columns = (both.c.kind, both.c.id, both.c.name, both.c.period_id, both.c.period)
    return select(*columns).order_by(both.c.kind, other, both.c.day, both.c.sort, both.c.id)
