"""Steps as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.people import queries as people
from planner.people.models import User
from planner.plan import rules
from planner.plan.models import Goal, Phase, Step, StepHelper, StepLine, StepLink, StepTag
from planner.plan.queries.habits import plan_rules
from planner.plan.queries.repeats import SeriesView, series_view
from planner.plan.rules import UNFINISHED, HangsOn, PlanRules, Priority, StepState, Urgency

OPEN = UNFINISHED


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
    waits_for: str
    priority: Priority = Priority.NORMAL
    start: date | None = None
    department: str = ""
    lines: int = 0
    lines_done: int = 0
    ahead: int = 0
    """How many steps that have to come first are not finished."""
    planned_minutes: int | None = None
    """Its estimate, whether or not the team goes by estimates."""
    series_id: int | None = None
    """Of a step that comes again."""
    period_id: int | None = None
    """Of a step that was carried into a period without a phase of it."""

    @property
    def open(self) -> bool:
        """Whether there is something left to do."""
        return self.state in OPEN

    @property
    def late(self) -> bool:
        """Open and past its day."""
        return self.days_late > 0

    @property
    def days_late(self) -> int:
        """By how many days."""
        return max(0, (show.today() - self.due).days) if self.due is not None and self.open else 0

    @property
    def due_word(self) -> str:
        """Its day as it is read today."""
        return show.near(self.due) if self.due else ""

    @property
    def estimate_minutes(self) -> int | None:
        """Its estimate where the team goes by estimates."""
        return self.planned_minutes if self.planned_minutes and plan_rules().estimates else None

    @property
    def doable(self) -> bool:
        """Whether the reader may tick it: one's own, or anybody's for a lead."""
        who = actor.current()
        if who.may(P.PLAN_EDIT):
            return True
        return who.may(P.STEP_DO) and (self.owner_id == who.user_id or self.id in helped())

    @property
    def urgency(self) -> Urgency:
        """When it wants to be done."""
        return rules.urgency(self.due, bool(self.waits_for) or self.ahead > 0, show.today())


@dataclass(frozen=True)
class LineRow:
    """A line to tick inside of a step."""

    id: int
    text: str
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True)
class StepPage:
    """A step with the names of what it belongs to; empty where that lies in the trash.

    `first` are the steps that have to come before it, `after` those that wait for it.
    """

    row: Step
    owner: str
    phase: str
    goal: str
    done_by: str
    session: SessionBrief | None
    lines: list[LineRow] = field(default_factory=list[LineRow])
    tags: list[str] = field(default_factory=list[str])
    first: list[StepRow] = field(default_factory=list[StepRow])
    after: list[StepRow] = field(default_factory=list[StepRow])
    hangs_on: SessionBrief | None = None
    helpers: dict[int, str] = field(default_factory=dict[int, str])
    rules: PlanRules = field(default_factory=PlanRules)
    repeats: SeriesView | None = None

    @property
    def open(self) -> bool:
        """Whether there is something left to do."""
        return self.row.state in OPEN

    @property
    def late(self) -> bool:
        """Open and past its day."""
        return self.open and self.row.due is not None and self.row.due < show.today()


@ready
def _helped() -> Any:
    asked = select(StepHelper.step_id).join(Step, Step.id == StepHelper.step_id)
    return asked.where(StepHelper.user_id == bindparam("user_id"), Step.state.in_(OPEN), Step.trashed_at.is_(None))


@query(P.PLAN_VIEW, remember=True)
def helped() -> frozenset[int]:
    """The unfinished steps with which the reader helps; none where the team does without helpers."""
    if not plan_rules().helpers:
        return frozenset()
    return frozenset(row[0] for row in _helped.rows(user_id=actor.current().user_id))


Owner = aliased(User)
Before = aliased(Step)


def _counted(*conditions: Any) -> Any:
    return select(func.count(StepLine.id)).where(StepLine.step_id == Step.id, *conditions).scalar_subquery()


def _ahead() -> Any:
    joined = select(func.count(StepLink.id)).join(Before, Before.id == StepLink.on_id)
    unfinished = (StepLink.step_id == Step.id, Before.state.in_(OPEN), db.alive(Before))
    return joined.where(*unfinished).correlate(Step).scalar_subquery()


STEP_COLUMNS = (
    Step.id, Step.title, Step.owner_id, Owner.name, Step.due, Step.state, Step.phase_id, Step.goal_id,
    Step.from_session_id, Step.version, Step.waits_for, Step.priority, Step.start, Step.department,
    _counted().label("lines"), _counted(StepLine.done_at.is_not(None)).label("lines_done"), _ahead().label("ahead"),
    Step.estimate_minutes,
    Step.series_id,
    Step.period_id,
)  # fmt: skip
"""What a StepRow is made of, for a statement that joins Owner on the step's owner."""


def step_row(columns: Any) -> StepRow:
    """Those columns as a row."""
    return StepRow(columns[0], columns[1], columns[2], columns[3] or "", *columns[4:])


def steps_asked() -> Any:
    """The columns of StepRow, for whoever narrows them further."""
    return select(*STEP_COLUMNS).outerjoin(Owner, Owner.id == Step.owner_id)


@ready
def _late_or_own() -> Any:
    either = (Step.owner_id == bindparam("user_id")) | (Step.due < bindparam("today"))
    return steps_asked().where(Step.state.in_(OPEN), either).order_by(Step.due.is_(None), Step.due, Step.id).limit(200)


@ready
def _late() -> Any:
    asked = steps_asked().where(Step.state.in_(OPEN), Step.due < bindparam("today"))
    return asked.order_by(Step.due, Step.id).limit(bindparam("most"))


@ready
def _own() -> Any:
    helping = select(StepHelper.step_id).where(StepHelper.user_id == bindparam("user_id"))
    mine = (Step.owner_id == bindparam("user_id")) | Step.id.in_(helping)
    asked = steps_asked().where(mine, Step.state.in_(OPEN))
    return asked.order_by(Step.due.is_(None), Step.due, Step.id).limit(bindparam("most"))


@ready
def _of_goal() -> Any:
    return (
        steps_asked().where(Step.goal_id == bindparam("id")).order_by(Step.due.is_(None), Step.due, Step.id).limit(100)
    )


@ready
def _in_phases() -> Any:
    """The steps of these phases, and those that are in none that stands: the open ones first, then the latest."""
    standing = aliased(Phase)
    inside = standing.id.in_(bindparam("phases", expanding=True)) | standing.id.is_(None)
    joined = steps_asked().outerjoin(standing, (standing.id == Step.phase_id) & standing.trashed_at.is_(None))
    order = (Step.state.in_(OPEN).desc(), Step.due.desc(), Step.id.desc())
    return joined.where(inside).order_by(*order).limit(bindparam("most"))


@ready
def _one_row() -> Any:
    return steps_asked().where(Step.id == bindparam("id"))


def steps_in(phase_ids: list[int], most: int) -> list[StepRow]:
    """The steps of phases and of none, those that are finished the longest left out first."""
    return [step_row(r) for r in _in_phases.rows(phases=phase_ids, most=most)]


def steps_of_goal(goal_id: int) -> list[StepRow]:
    """The steps that serve a goal, in the order of their days."""
    return [step_row(r) for r in _of_goal.rows(id=goal_id)]


@query(P.PLAN_VIEW)
def step(step_id: int) -> tuple[Step, str]:
    """A step and the name of its owner."""
    row = db.one(Step, step_id)
    name = db.session().scalar(select(User.name).where(User.id == row.owner_id)) if row.owner_id else ""
    return row, name or ""


def _named(row: Step) -> StepPage:
    """A step with the names of what it belongs to, and its tags."""
    names = people.names([row.owner_id, row.done_by])
    places = select(
        select(Phase.name).where(Phase.id == row.phase_id, db.alive(Phase)).scalar_subquery(),
        select(Goal.title).where(Goal.id == row.goal_id, db.alive(Goal)).scalar_subquery(),
    )
    phase, goal = db.session().execute(places).one() if row.phase_id or row.goal_id else ("", "")
    owner, done_by = names.get(row.owner_id or 0, ""), names.get(row.done_by or 0, "")
    tags = tags_of([row.id]).get(row.id, [])
    more: Any = {"tags": tags, "helpers": helpers_of(row.id), "rules": plan_rules()}
    return StepPage(row, owner, phase or "", goal or "", done_by, None, **more)


def helpers_of(step_id: int) -> dict[int, str]:
    """Who helps with a step, by name."""
    asked = select(User.id, User.name).join(StepHelper, StepHelper.user_id == User.id)
    rows: Any = db.session().execute(asked.where(StepHelper.step_id == step_id).order_by(StepHelper.id))
    return {user_id: name for user_id, name in rows}


@query(P.PLAN_VIEW)
def step_to_edit(step_id: int) -> StepPage:
    """A step as its form needs it."""
    return _named(db.one(Step, step_id))


@query(P.PLAN_VIEW)
def step_page(step_id: int) -> StepPage:
    """A step with all it belongs to."""
    view = _named(db.one(Step, step_id))
    row = view.row
    shows = live.briefs({found for found in (row.from_session_id, row.hangs_session_id) if found})
    first, after = _around(step_id)
    lines = _lines_of(step_id)
    inside = {"tags": view.tags, "lines": [line.text for line in lines], "helpers": list(view.helpers)}
    return replace(
        view,
        repeats=series_view(row, inside),
        session=shows.get(row.from_session_id or 0),
        lines=lines,
        first=first,
        after=after,
        hangs_on=shows.get(row.hangs_session_id or 0),
    )


def _lines_of(step_id: int) -> list[LineRow]:
    asked = select(StepLine.id, StepLine.text, StepLine.done_at, User.name)
    asked = asked.outerjoin(User, User.id == StepLine.done_by).where(StepLine.step_id == step_id)
    rows: Any = db.session().execute(asked.order_by(StepLine.sort, StepLine.id))
    return [LineRow(row_id, text, done_at, name or "") for row_id, text, done_at, name in rows]


def _around(step_id: int) -> tuple[list[StepRow], list[StepRow]]:
    """The steps that come before a step, and those that wait for it; what lies in the trash holds nobody up."""
    asked = select(StepLink.step_id, StepLink.on_id).where((StepLink.step_id == step_id) | (StepLink.on_id == step_id))
    pairs: list[Any] = list(db.session().execute(asked))
    if not pairs:
        return [], []
    ids = {one for pair in pairs for one in pair} - {step_id}
    rows = [
        step_row(r) for r in db.session().execute(steps_asked().where(Step.id.in_(ids)).order_by(Step.due, Step.id))
    ]
    before = {on for waits, on in pairs if waits == step_id}
    return [r for r in rows if r.id in before], [r for r in rows if r.id not in before]


@ready
def _before() -> Any:
    linked = select(StepLink.on_id).where(StepLink.step_id == bindparam("id"))
    titles = select(Step.title).where(Step.id.in_(linked), Step.state.in_(OPEN), db.alive(Step))
    return titles.order_by(Step.due.is_(None), Step.due, Step.id)


@query(P.PLAN_VIEW)
def open_before(step_id: int) -> list[str]:
    """The titles of the unfinished steps that should have come before a step, by their days."""
    return [title for (title,) in _before.rows(id=step_id)]


@query(P.PLAN_VIEW)
def to_choose(most: int = 200) -> list[tuple[int, str]]:
    """The unfinished steps, for a form that names one: one's own first, then by their days."""
    others = func.coalesce(Step.owner_id, 0) != (actor.current().user_id or 0)
    asked = select(Step.id, Step.title).where(Step.state.in_(OPEN), db.alive(Step))
    found = db.session().execute(asked.order_by(others, Step.due.is_(None), Step.due, Step.id).limit(most))
    return [(row_id, title) for row_id, title in found]


@query(P.PLAN_VIEW)
def sessions_to_hang_on(held_id: int | None = None, most: int = 60) -> list[tuple[int, str]]:
    """The next sessions, and the one that stands there, by when they begin: a step can hang on them."""
    coming = live.next_briefs(limit=most)
    if held_id is not None and held_id not in {b.id for b in coming}:
        coming = [*live.briefs([held_id]).values(), *coming]
    return [(b.id, f"{show.day(b.planned_start)} {show.clock_of(b.planned_start)} {b.theme}") for b in coming]


@query(P.PLAN_VIEW)
def moves_with_phase(phase_id: int, start: date, end: date) -> list[tuple[StepRow, date]]:
    """The steps that hang on a phase and would be due on another day if it had these days, with that day."""
    hanging = Step.hangs_on.in_([HangsOn.PHASE_START, HangsOn.PHASE_END])
    asked = steps_asked().add_columns(Step.hangs_on, Step.offset_days)
    asked = asked.where(Step.phase_id == phase_id, Step.state.in_(OPEN), hanging).order_by(Step.due)
    found: list[tuple[StepRow, date]] = []
    rows: Any = db.session().execute(asked)
    for *own, on, days in rows:
        found.append((step_row(own), rules.day_at(start if on is HangsOn.PHASE_START else end, days)))
    return [(row, due) for row, due in found if row.due != due]


@query(P.PLAN_VIEW)
def could_come_first(step_id: int, most: int = 200) -> list[StepRow]:
    """Unfinished steps that a step might wait for: of its phase first, then of its goal, then the others by day."""
    row = db.one(Step, step_id)
    held = select(StepLink.on_id).where(StepLink.step_id == step_id)
    asked = steps_asked().where(Step.state.in_(OPEN), Step.id != step_id, Step.id.not_in(held))
    near = case((Step.phase_id == row.phase_id, 0), (Step.goal_id == row.goal_id, 1), else_=2)
    rows: Any = db.session().execute(asked.order_by(near, Step.due.is_(None), Step.due, Step.id).limit(most))
    return [step_row(r) for r in rows]


@ready
def _tags_of() -> Any:
    ids = StepTag.step_id.in_(bindparam("ids", expanding=True))
    return select(StepTag.step_id, StepTag.tag).where(ids).order_by(StepTag.id)


@query(P.PLAN_VIEW)
def tags_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """The tags of steps, in the order in which they were put on."""
    found: dict[int, list[str]] = {}
    for step_id, tag in _tags_of.rows(ids=list(ids)):
        found.setdefault(step_id, []).append(tag)
    return found


@query(P.PLAN_VIEW)
def ticked(step_id: int) -> StepRow:
    """A step as its row shows it, for the answer to a tap."""
    found = _one_row.first(id=step_id)
    if found is None:
        raise NotFound()
    return step_row(found)


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
def open_count() -> int:
    """How many steps are open in the team."""
    return db.session().scalar(select(func.count(Step.id)).where(Step.state.in_(OPEN), db.alive(Step))) or 0


@query(P.PLAN_VIEW)
def find_steps(text: str, limit: int = 8) -> list[StepRow]:
    """Steps whose title holds a text, open ones first."""
    asked = steps_asked().where(Step.title.icontains(text, autoescape=True))
    order = (Step.state.in_(OPEN).desc(), Step.due.is_(None), Step.due, Step.id)
    rows: Any = db.session().execute(asked.order_by(*order).limit(limit))
    return [step_row(r) for r in rows]
