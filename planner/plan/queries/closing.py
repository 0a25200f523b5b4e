"""A period as a whole: how it stood, against the one before, and what is open in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from planner.base import db, show
from planner.base.verbs import query
from planner.figures import queries as team_figures
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan import rules
from planner.plan.models import Carried, Goal, Period, Phase, Step, TargetClosing
from planner.plan.queries import proofs
from planner.plan.queries.goals import goals_of
from planner.plan.queries.periods import phases_of, steps_inside
from planner.plan.queries.standing import GoalView, TargetView
from planner.plan.queries.steps import OPEN, STEP_COLUMNS, Owner, StepRow, step_row
from planner.plan.rules import Aggregation, Choice, Health, PeriodKind, PeriodState, Way

A = Aggregation
HIGHLIGHTS = (
    ("gmv", A.PER_DAY, Way.UP), ("gmv", A.BEST_SESSION, Way.UP), ("viewers", A.PER_DAY, Way.UP),
    ("pcu", A.BEST_SESSION, Way.UP), ("interactions", A.PER_DAY, Way.UP), ("view_pay_rate", A.MEAN_RATIO, Way.UP),
    ("follow_rate", A.MEAN_RATIO, Way.UP), ("refund_rate", A.MEAN_RATIO, Way.DOWN),
)  # fmt: skip
"""What a period is compared by with the one before: days and sums of unlike length would say nothing, means do."""
MOST_ROWS = 300


@dataclass(frozen=True)
class Compared:
    """A figure of a period beside the same of the period before."""

    metric: str
    aggregation: Aggregation
    now: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By what share of the earlier it grew or shrank."""
        if self.now is None or self.before is None or self.before <= 0:
            return None
        return self.now / self.before - 1


@dataclass(frozen=True)
class Explained:
    """Why a target was missed, and what gets better."""

    health: Health
    value: Decimal | None
    cause_id: int | None
    cause: str
    reason: str
    improvement: str


@dataclass(frozen=True)
class CarriedRow:
    """What became of something that was open: its title, and where it goes on."""

    kind: str
    object_id: int
    title: str
    choice: Choice
    reason: str
    into: str
    made_id: int | None


@dataclass(frozen=True)
class OpenPart:
    """What is open when a period is closed: an unmet goal or an open step, with what was chosen for it before."""

    kind: str
    id: int
    title: str
    who: str
    due: date | None = None
    health: Health | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Its name among the rows."""
        return self.kind, self.id


@dataclass(frozen=True)
class PeriodPage:
    """A period: goals, work, highlights, and once it is closed causes and what was carried over."""

    period: Period
    goals: list[GoalView]
    phases: list[Phase]
    done: int
    steps: int
    closed_by: str
    before: tuple[date, date]
    highlights: list[Compared] = field(default_factory=list[Compared])
    explained: dict[int, Explained] = field(default_factory=dict[int, Explained])
    carried: list[CarriedRow] = field(default_factory=list[CarriedRow])

    @property
    def kind(self) -> PeriodKind:
        """A month, a quarter, or something of its own."""
        return rules.kind_of(self.period.start, self.period.end)

    @property
    def met(self) -> int:
        """How many of its targets are met."""
        return sum(t.health is Health.MET for g in self.goals for t in g.targets)

    @property
    def targets(self) -> int:
        """How many targets it has."""
        return sum(len(g.targets) for g in self.goals)


@dataclass(frozen=True)
class ClosingPage:
    """What closing a period asks: each target that is not met, each row that is open, and where it can go."""

    page: PeriodPage
    missed: list[tuple[GoalView, TargetView, Health]]
    open: list[OpenPart]
    into: Period | None
    others: list[tuple[int, str]]
    phases: list[tuple[int, str]]

    @property
    def early(self) -> bool:
        """Whether the period still runs, so that nothing more can be reached in it."""
        return show.today() <= self.page.period.end


@dataclass(frozen=True)
class PeriodRow:
    """A period in the list of all."""

    row: Period
    goals: int

    @property
    def kind(self) -> PeriodKind:
        """A month, a quarter, or something of its own."""
        return rules.kind_of(self.row.start, self.row.end)

    @property
    def runs(self) -> bool:
        """Whether today lies in it."""
        return self.row.start <= show.today() <= self.row.end


@query(P.PLAN_VIEW)
def all_periods() -> list[PeriodRow]:
    """Every period with the number of its goals, the latest first."""
    count = select(func.count(Goal.id)).where(Goal.period_id == Period.id, db.alive(Goal)).correlate(Period)
    asked = select(Period, count.scalar_subquery()).order_by(Period.start.desc(), Period.end.desc(), Period.id)
    return [PeriodRow(row, goals) for row, goals in db.session().execute(asked)]


def _highlights(period: Any, before: tuple[date, date]) -> list[Compared]:
    now, then = proofs.shows_between(period.start, period.end), proofs.shows_between(*before)
    found: list[Compared] = []
    for metric, aggregation, way in HIGHLIGHTS:
        values = [rules.progress(proofs.of_shows(metric, shows), aggregation, way) for shows in (now, then)]
        found.append(Compared(metric, aggregation, *values))
    return [c for c in found if c.now is not None or c.before is not None]


def _explained(goals: list[GoalView]) -> dict[int, Explained]:
    ids = [t.id for g in goals for t in g.targets]
    rows = db.session().scalars(select(TargetClosing).where(TargetClosing.target_id.in_(ids))).all()
    names = {c.id: c.name for c in team_figures.causes()} if rows else {}
    return {
        r.target_id: Explained(r.health, r.value, r.cause_id, names.get(r.cause_id or 0, ""), r.reason, r.improvement)
        for r in rows
    }


def _carried(period_id: int) -> list[CarriedRow]:
    rows = list(db.session().scalars(select(Carried).where(Carried.period_id == period_id).order_by(Carried.id)))
    if not rows:
        return []

    def names(column: Any, ids: set[int]) -> dict[int, str]:
        model = column.class_
        asked = select(model.id, column).where(model.id.in_(ids)).execution_options(with_trash=True)
        return {r[0]: r[1] for r in db.session().execute(asked)} if ids else {}

    titles = {
        "goal": names(Goal.title, {r.object_id for r in rows if r.kind == "goal"}),
        "step": names(Step.title, {r.object_id for r in rows if r.kind == "step"}),
    }
    periods = names(Period.name, {r.into_id for r in rows if r.into_id is not None})
    return [
        CarriedRow(
            r.kind, r.object_id, titles[r.kind].get(r.object_id, ""), r.choice, r.reason,
            periods.get(r.into_id or 0, ""), r.made_id,
        )
        for r in rows
    ]  # fmt: skip


@query(P.PLAN_VIEW)
def period_page(period_id: int) -> PeriodPage:
    """A period as a whole."""
    row = db.one(Period, period_id)
    goals, phases = goals_of(row), phases_of(period_id)
    inside = select(Step.state, func.count(Step.id)).where(steps_inside(period_id), db.alive(Step))
    counts = {state: n for state, n in db.session().execute(inside.group_by(Step.state))}
    before, carried = proofs.before(row), _carried(period_id)
    went_on = sum(c.kind == "step" and c.choice is Choice.CARRY for c in carried)
    return PeriodPage(
        row, goals, phases, sum(n for state, n in counts.items() if state not in OPEN), sum(counts.values()) + went_on,
        people.names([row.closed_by]).get(row.closed_by or 0, "") if row.closed_by else "", before,
        _highlights(row, before), _explained(goals), carried,
    )  # fmt: skip


def final(t: TargetView) -> Health:
    """How a target stands if its period ended now."""
    return rules.final_of(t.value, rules.Aim(t.target, t.baseline, t.way, t.aggregation))


def missed_in(goals: list[GoalView]) -> list[tuple[GoalView, TargetView, Health]]:
    """Each target that is not met, with its last word; what nobody knows is not met either."""
    found = [(g, t, final(t)) for g in goals for t in g.targets]
    return [row for row in found if row[2] is not Health.MET]


def open_parts(goals: list[GoalView], period_id: int) -> list[OpenPart]:
    """What is open: the goals that are not met and not carried yet, then the open steps in the order of their days."""
    ids = [g.id for g in goals]
    on = set(db.session().scalars(select(Goal.carried_from).where(Goal.carried_from.in_(ids), db.alive(Goal))))
    unmet = ({g.id for g, _t, _health in missed_in(goals)} | {g.id for g in goals if not g.targets}) - on
    asked = (
        select(*STEP_COLUMNS)
        .outerjoin(Owner, Owner.id == Step.owner_id)
        .where(steps_inside(period_id), Step.state.in_(OPEN), db.alive(Step))
        .order_by(Step.due.is_(None), Step.due, Step.id)
        .limit(MOST_ROWS)
    )
    rows: list[StepRow] = [step_row(r) for r in db.session().execute(asked)]
    return [
        *(OpenPart("goal", g.id, g.title, g.owner_name, None, g.computed) for g in goals if g.id in unmet),
        *(OpenPart("step", s.id, s.title, s.owner_name, s.due) for s in rows),
    ]


@query(P.PLAN_VIEW)
def closing_page(period_id: int, into_id: int | None = None) -> ClosingPage:
    """What closing a period asks; without a choice the next open period after it takes what is carried over."""
    page = period_page(period_id)
    row = page.period
    others = list(
        db.session().scalars(
            select(Period)
            .where(Period.id != period_id, Period.state == PeriodState.OPEN, Period.end > row.start)
            .order_by(Period.start, Period.id)
        )
    )
    later = [p for p in others if p.end > row.end]
    into = next((p for p in others if p.id == into_id), None) or next(iter(later), None)
    phases = [(p.id, p.name) for p in phases_of(into.id)] if into else []
    return ClosingPage(
        page, missed_in(page.goals), open_parts(page.goals, period_id), into,
        [(p.id, p.name) for p in others], phases,
    )  # fmt: skip
