"""Steps as lists and boards show them: narrowed, page by page, counted; the columns of a board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, and_, bindparam, case, cast, exists, func, literal, or_, select, union_all

from planner.base import db, show
from planner.base.models import EnumText
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.plan.models import Goal, Period, Phase, Step, StepTag
from planner.plan.queries.habits import plan_rules
from planner.plan.queries.periods import steps_inside
from planner.plan.queries.steps import OPEN, StepRow, step_row, steps_asked
from planner.plan.rules import Due, Priority, Show, Sort, StepState, too_many

MOST_TAGS = 60
BOARD_OPEN, BOARD_DONE = 400, 30
COUNTED, LATELY = 1000, 300


@dataclass(frozen=True)
class Wanted:
    """Which steps a list shows. `owner_id` and `phase_id` of 0 mean nobody and no phase; `first` and `last` are the
    days between which they are due."""

    q: str = ""
    show: Show = Show.UNFINISHED
    owner_id: int | None = None
    phase_id: int | None = None
    goal_id: int | None = None
    period_id: int | None = None
    priority: Priority | None = None
    department: str = ""
    tag: str = ""
    due: Due | None = None
    sort: Sort = Sort.DUE
    first: date | None = None
    last: date | None = None


EVERYTHING = Wanted()
STATES = {
    Show.OPEN: (StepState.OPEN,),
    Show.DOING: (StepState.DOING,),
    Show.BLOCKED: (StepState.BLOCKED,),
    Show.DONE: (StepState.DONE,),
    Show.DROPPED: (StepState.DROPPED,),
    Show.UNFINISHED: OPEN,
    Show.STANDING: tuple(state for state in StepState if state is not StepState.DROPPED),
    Show.ALL: tuple(StepState),
}


def _due(when: Due, today: date) -> Any:
    if when is Due.LATE:
        return and_(Step.due < today, Step.state.in_(OPEN))
    if when is Due.TODAY:
        return Step.due == today
    if when is Due.WEEK:
        return and_(Step.due >= today, Step.due <= today + timedelta(days=6 - today.weekday()))
    return Step.due.is_(None)


def narrowed(asked: Any, wanted: Wanted) -> Any:
    """The statement with all conditions but the state's."""
    if wanted.q:
        words = (Step.title.icontains(wanted.q, autoescape=True), Step.note.icontains(wanted.q, autoescape=True))
        asked = asked.where(or_(*words))
    if wanted.owner_id is not None:
        asked = asked.where(Step.owner_id == wanted.owner_id if wanted.owner_id else Step.owner_id.is_(None))
    if wanted.phase_id is not None:
        asked = asked.where(Step.phase_id == wanted.phase_id if wanted.phase_id else Step.phase_id.is_(None))
    if wanted.period_id is not None:
        asked = asked.where(steps_inside(wanted.period_id))
    if wanted.goal_id is not None:
        asked = asked.where(Step.goal_id == wanted.goal_id)
    if wanted.priority is not None:
        asked = asked.where(Step.priority == wanted.priority)
    if wanted.department:
        asked = asked.where(Step.department == wanted.department)
    if wanted.tag:
        asked = asked.where(exists().where(StepTag.step_id == Step.id, StepTag.tag == wanted.tag))
    if wanted.due is not None:
        asked = asked.where(_due(wanted.due, show.today()))
    if wanted.first is not None:
        asked = asked.where(Step.due >= wanted.first)
    if wanted.last is not None:
        asked = asked.where(Step.due <= wanted.last)
    return asked


def _order(sort: Sort) -> tuple[Any, ...]:
    """The columns of an order; a step without a day stands last by day."""
    by_day = (Step.due.is_(None), Step.due, Step.id)
    if sort is Sort.NEWEST:
        return Step.created_at.desc(), Step.id.desc()
    if sort is Sort.LATEST:
        return Step.due.is_(None), Step.due.desc(), Step.id.desc()
    if sort is Sort.PRIORITY:
        ranks = {str(priority): rank for rank, priority in enumerate(Priority)}
        return (case(ranks, value=cast(Step.priority, String), else_=len(ranks)), *by_day)
    return by_day


@query(P.PLAN_VIEW)
def listed(wanted: Wanted = EVERYTHING, skip: int = 0, limit: int = 100) -> list[StepRow]:
    """The steps that are wanted, from the one after `skip` others."""
    if wanted == EVERYTHING:
        return [step_row(r) for r in _usual.rows(skip=skip, most=limit)]
    asked = _listed(wanted).offset(skip).limit(limit)
    rows: Any = db.session().execute(asked)
    return [step_row(r) for r in rows]


def _listed(wanted: Wanted) -> Any:
    asked = narrowed(steps_asked(), wanted).where(Step.state.in_(STATES[wanted.show]))
    return asked.order_by(*_order(wanted.sort))


@ready
def _usual() -> Any:
    return _listed(EVERYTHING).offset(bindparam("skip")).limit(bindparam("most"))


@query(P.PLAN_VIEW)
def some_steps(ids: Iterable[int]) -> list[StepRow]:
    """These steps in the order of their days."""
    found = [row_id for row_id in ids if 0 < row_id <= db.LARGEST_ID]
    asked = steps_asked().where(Step.id.in_(found)).order_by(*_order(Sort.DUE))
    return [step_row(r) for r in db.session().execute(asked)] if found else []


@query(P.PLAN_VIEW)
def counts(wanted: Wanted = EVERYTHING) -> dict[Show, int]:
    """How many of the steps that are wanted stand in which state, and how many in all.

    What is over and not shown, which may be years of work, is counted up to `COUNTED` only.
    """
    rows: Any = _usual_counts.rows() if wanted == EVERYTHING else db.session().execute(_counted(wanted))
    of_state: dict[StepState, int] = {StepState(state): number for state, number in rows}
    return {shown: sum(of_state.get(state, 0) for state in states) for shown, states in STATES.items()}


@ready
def _usual_counts() -> Any:
    return _counted(EVERYTHING)


def _counted(wanted: Wanted) -> Any:
    open_ones = select(Step.state, func.count(Step.id)).where(Step.state.in_(OPEN), db.alive(Step))
    asked = [narrowed(open_ones, wanted).group_by(Step.state)]
    for state in (StepState.DONE, StepState.DROPPED):
        ids = narrowed(select(Step.id).where(Step.state == state, db.alive(Step)), wanted)
        found = (ids if state in STATES[wanted.show] else ids.limit(COUNTED)).subquery()
        asked.append(select(literal(state, EnumText(StepState)), func.count()).select_from(found))
    return select(union_all(*asked).subquery())


@query(P.PLAN_VIEW)
def words_in_use() -> tuple[list[str], list[str]]:
    """The tags and departments of what is unfinished or was done lately, the most used first."""
    found = _words_in_use.rows()
    return [word for is_tag, word, _n in found if is_tag], [word for is_tag, word, _n in found if not is_tag]


@ready
def _words_in_use() -> Any:
    unfinished = select(Step.id, Step.department).where(Step.state.in_(OPEN), db.alive(Step))
    finished = select(Step.id, Step.department).where(Step.done_at.is_not(None), db.alive(Step))
    last = finished.order_by(Step.done_at.desc()).limit(LATELY).subquery()
    lately = union_all(unfinished, select(last.c.id, last.c.department)).cte("lately")
    of_tags = select(literal(True).label("tag"), StepTag.tag.label("word"), func.count().label("uses"))
    tags = of_tags.where(StepTag.step_id.in_(select(lately.c.id))).group_by(StepTag.tag)
    of_parts = select(literal(False), lately.c.department, func.count()).where(lately.c.department != "")
    both = union_all(tags, of_parts.group_by(lately.c.department)).subquery()
    return select(both).order_by(both.c.uses.desc(), both.c.word).limit(2 * MOST_TAGS)


@query(P.PLAN_VIEW)
def names_of_places() -> tuple[dict[int, tuple[str, str]], dict[int, str]]:
    """The names of all phases, each with that of its period, and the titles of all goals."""
    asked = select(Phase.id, Phase.name, Period.name).join(Period, Period.id == Phase.period_id)
    phases: Any = db.session().execute(asked)
    goals: Any = db.session().execute(select(Goal.id, Goal.title))
    return {row_id: (name, period) for row_id, name, period in phases}, {row_id: title for row_id, title in goals}


@query(P.PLAN_VIEW)
def told_apart(rows: Iterable[StepRow]) -> dict[int, str]:
    """What tells steps apart that have a title in common, by their ids: the day and the period."""
    held = list(rows)
    often = Counter(row.title for row in held)
    twins = [row for row in held if often[row.title] > 1]
    phases = names_of_places()[0] if twins else {}
    found = {
        row.id: [show.day(row.due) if row.due else "", phases.get(row.phase_id or 0, ("", ""))[1]] for row in twins
    }
    return {row_id: " · ".join(filter(None, words)) for row_id, words in found.items()}


@dataclass(frozen=True)
class Column:
    """A column of a board: `key` is a state, or the id of a phase or a person (0 for none); its cards by their days."""

    key: str
    name: str
    rows: list[StepRow] = field(default_factory=list[StepRow])
    more: int = 0
    """How many more there are that are not shown."""
    most: int = 0
    """How many cards the team lets it hold; 0 is any number."""

    @property
    def counted_out(self) -> bool:
        """Whether there may be still more."""
        return len(self.rows) + self.more >= COUNTED and self.key == StepState.DONE

    @property
    def crowded(self) -> bool:
        """Whether it holds more than that."""
        return too_many(len(self.rows) + self.more, self.most)

    @property
    def minutes(self) -> int:
        """The estimates of its cards, added up."""
        return sum(row.estimate_minutes or 0 for row in self.rows)

    @property
    def late(self) -> int:
        """How many of them are past their day."""
        return sum(row.late for row in self.rows)


@dataclass(frozen=True)
class Board:
    """The columns, and how many unfinished steps found no place because there are too many."""

    columns: list[Column]
    left_out: int = 0


def _done_last(wanted: Wanted) -> list[StepRow]:
    """What was done last; only what is done has the hour of it, by which an index finds it."""
    asked = narrowed(steps_asked(), wanted).where(Step.done_at.is_not(None))
    rows: Any = db.session().execute(asked.order_by(Step.done_at.desc(), Step.id.desc()).limit(BOARD_DONE))
    return [step_row(r) for r in rows]


@query(P.PLAN_VIEW)
def board_rows(wanted: Wanted = EVERYTHING, done: bool = True) -> tuple[list[StepRow], list[StepRow], dict[Show, int]]:
    """The unfinished steps of a board by their days, those that were done last, and the counts."""
    numbers = counts(replace(wanted, show=Show.UNFINISHED))
    unfinished = listed(replace(wanted, show=Show.UNFINISHED, sort=Sort.DUE), 0, BOARD_OPEN)
    return unfinished, _done_last(wanted) if done else [], numbers


def by_state(wanted: Wanted, names: dict[StepState, str]) -> Board:
    """A column for what is not started, under way, blocked, and done last."""
    unfinished, finished, numbers = board_rows(wanted)
    rows, on = [*unfinished, *finished], plan_rules()
    most = {StepState.OPEN: on.most_open, StepState.DOING: on.most_doing, StepState.BLOCKED: on.most_blocked}
    columns = [
        Column(
            str(state),
            names[state],
            mine := [row for row in rows if row.state is state],
            numbers[Show(str(state))] - len(mine),
            most.get(state, 0),
        )
        for state in (*OPEN, StepState.DONE)
    ]
    return Board(columns, max(0, numbers[Show.UNFINISHED] - len(unfinished)))


def _grouped(rows: list[StepRow], keys: list[tuple[int, str]], of: str, none: str) -> list[Column]:
    found: dict[int, list[StepRow]] = {key: [] for key, _name in keys}
    for row in rows:
        found.setdefault(getattr(row, of) if getattr(row, of) in found else 0, []).append(row)
    named = [(0, none), *keys] if found.get(0) or not keys else keys
    return [Column(str(key), name, found.get(key, [])) for key, name in named]


def by_phase(wanted: Wanted, phases: list[tuple[int, str]], none: str) -> Board:
    """A column for each phase of a period, and one for what is in none of them."""
    unfinished, _finished, numbers = board_rows(wanted, done=False)
    columns = _grouped(unfinished, phases, "phase_id", none)
    return Board(columns, max(0, numbers[Show.UNFINISHED] - len(unfinished)))


def by_owner(wanted: Wanted, people: dict[int, str], none: str) -> Board:
    """A column for each person who has something to do, and one for what belongs to nobody."""
    unfinished, _finished, numbers = board_rows(wanted, done=False)
    busy = {row.owner_id: row.owner_name for row in unfinished if row.owner_id}
    keys = [(key, people.get(key) or name) for key, name in sorted(busy.items(), key=lambda each: each[1])]
    keys += [(key, name) for key, name in people.items() if key not in busy]
    each = plan_rules().most_each
    columns = [replace(c, most=each if c.key != "0" else 0) for c in _grouped(unfinished, keys, "owner_id", none)]
    return Board(columns, max(0, numbers[Show.UNFINISHED] - len(unfinished)))
