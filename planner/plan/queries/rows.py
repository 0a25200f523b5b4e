"""Steps out of a sheet, as they were read: what each row would make or change, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from planner.base import db, sheets, show
from planner.base.verbs import query
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg, plain
from planner.live.rules.roster import read_day
from planner.people import queries as people
from planner.plan.models import Goal, Period, Phase, Step
from planner.plan.queries.steps import tags_of
from planner.plan.rules import PeriodState, StepState
from planner.plan.rules.rows import (
    MOST_COLUMNS,
    MOST_ROWS,
    Column,
    PhaseAt,
    named_phases,
    phases_at,
    read_priority,
    read_state,
    recognise,
)

BETWEEN_TAGS = " ,，、;；"


@dataclass(frozen=True)
class SheetRow:
    """A row by its number in the sheet. `values` are what it says, by column; `step_id` is the step it is about, None
    for a new one; `changes` are the columns that say something else than the step has. `place` is the phase with its
    period, `owner` who owns it, both as they would be."""

    number: int
    title: str
    step_id: int | None
    version: int | None
    values: dict[Column, Any]
    changes: tuple[Column, ...]
    faults: list[Message]
    place: str = ""
    owner: str = ""

    @property
    def good(self) -> bool:
        """Whether it would make or change something."""
        return not self.faults and (self.step_id is None or bool(self.changes))


@dataclass(frozen=True)
class StepSheet:
    """The sheet as it was read; `unknown` are heads that say nothing here."""

    rows: list[SheetRow] = field(default_factory=list[SheetRow])
    unknown: list[str] = field(default_factory=list[str])

    def count(self, what: str) -> int:
        """How many are `new`, `changed`, `same` or `wrong`."""
        return sum(kind_of(row) == what for row in self.rows)


def kind_of(row: SheetRow) -> str:
    """What becomes of a row."""
    if row.faults:
        return "wrong"
    return "new" if row.step_id is None else "changed" if row.changes else "same"


def _lines(text: str) -> list[tuple[int, list[str]]]:
    found = sheets.pasted(text, MOST_COLUMNS)
    if len(found) > MOST_ROWS + 1:
        raise Invalid.at("rows", msg("At most %(most)s rows are read at once; divide the sheet.", most=MOST_ROWS))
    return found


@dataclass(frozen=True)
class _Team:
    """Names as rows may say them, and the steps that stand."""

    people: dict[str, int]
    phases: list[PhaseAt]
    goals: dict[str, int]
    by_id: dict[int, Step]
    by_title: dict[tuple[str, int | None], Step]
    tags: dict[int, list[str]]
    names: dict[int, str]

    def place(self, phase_id: int | None) -> str:
        """A phase with its period."""
        return next((p.full_name for p in self.phases if p.id == phase_id), "")


def _phases() -> list[PhaseAt]:
    columns = (Phase.id, Phase.name, Phase.start, Phase.end, Period.name, Period.start, Period.end, Period.state)
    asked = select(*columns).join(Period, Period.id == Phase.period_id).where(db.alive(Phase), db.alive(Period))
    rows: Any = db.session().execute(asked.order_by(Phase.start, Phase.id))
    return [PhaseAt(*row[:-1], free=row[-1] is PeriodState.OPEN) for row in rows]


def _team(numbers: set[int], titles: set[str]) -> _Team:
    named: dict[str, int] = {}
    names: dict[int, str] = {}
    for p in people.people():
        named[plain(p.name)] = named[plain(p.login)] = p.user_id
        names[p.user_id] = p.name
    session = db.session()
    goals = {plain(r[1]): r[0] for r in session.execute(select(Goal.id, Goal.title).order_by(Goal.id))}
    by_id = db.some(Step, numbers)
    same = session.scalars(select(Step).where(Step.title.in_(titles), db.alive(Step)).order_by(Step.id.desc()))
    by_title = {(plain(step.title), step.phase_id): step for step in same}
    held = {*by_id, *(step.id for step in by_title.values())}
    return _Team(named, _phases(), goals, by_id, by_title, tags_of(held), names)


@query(P.PLAN_EDIT)
def read_steps(text: str) -> StepSheet:
    """Read it by the heads of its columns. A row with the number of a step is about that step, one whose title stands
    in the same phase about that one; all others are new. An empty cell leaves what stands. Nothing is made."""
    lines = _lines(text)
    columns = recognise(lines[0][1]) if lines else []
    if Column.TITLE not in columns:
        raise Invalid.at("rows", msg("The first row names the columns; one of them is the step's title."))
    unknown = [head for head, column in zip(lines[0][1], columns, strict=False) if column is None and head]
    told = [
        (number, {c: cell for c, cell in zip(columns, cells, strict=False) if c is not None and cell})
        for number, cells in lines[1:]
    ]
    numbers = {int(cells[Column.NUMBER]) for _n, cells in told if _is_id(cells.get(Column.NUMBER, ""))}
    team = _team(numbers, {cells[Column.TITLE] for _n, cells in told if Column.TITLE in cells})
    seen = set[int]()
    return StepSheet([_row(number, cells, team, seen) for number, cells in told], unknown)


def _is_id(cell: str) -> bool:
    return cell.isascii() and cell.isdecimal() and len(cell) <= 18


def _row(number: int, cells: dict[Column, str], team: _Team, seen: set[int]) -> SheetRow:
    values: dict[Column, Any] = {}
    faults: list[Message] = []
    for column, cell in cells.items():
        if column in (Column.PHASE, Column.PERIOD):
            continue
        read = READERS.get(column)
        try:
            values[column] = read(cell, team) if read else cell
        except Invalid as fault:
            faults += fault.fields.values()
    if Column.PHASE in cells:
        try:
            values[Column.PHASE] = _phase(cells, values, team)
        except Invalid as fault:
            faults += fault.fields.values()
    title = cells.get(Column.TITLE, "")
    step = _about(cells, values, team)
    if step is None and not title:
        faults.append(msg("The title is missing."))
    if len(title) > 160:
        faults.append(msg("Use at most %(n)s characters.", n=160))
    if step is not None and step.id in seen:
        faults.append(msg("An earlier row is about the same step."))
    if step is not None:
        seen.add(step.id)
    faults += _against_each_other(values, step)
    changes = _changes(values, step, team.tags.get(step.id, [])) if step is not None else ()
    kept = (step.id, step.version) if step is not None else (None, None)
    place = team.place(values.get(Column.PHASE, step.phase_id if step else None))
    owner = team.names.get(values.get(Column.OWNER, step.owner_id if step else None) or 0, "")
    return SheetRow(number, title or (step.title if step else ""), *kept, values, changes, faults, place, owner)


def _phase(cells: dict[Column, str], values: dict[Column, Any], team: _Team) -> int:
    """The phase a row names. Where several periods have one of that name, the step it is about or its day decides."""
    cell, period = cells[Column.PHASE], cells.get(Column.PERIOD, "")
    found = named_phases(cell, period, team.phases)
    if not found and period:
        raise Invalid.at("row", msg("No phase is called %(name)s in %(period)s.", name=cell, period=period))
    if not found:
        raise Invalid.at("row", msg("No phase is called %(name)s.", name=cell))
    number, title = cells.get(Column.NUMBER, ""), plain(cells.get(Column.TITLE, ""))
    step = team.by_id.get(int(number)) if _is_id(number) else None
    stands = [p.id for p in found if (p.id == step.phase_id if step else (title, p.id) in team.by_title)]
    if len(stands) == 1 and (step is not None or Column.DUE not in values):
        return stands[0]
    left = phases_at(found, values.get(Column.DUE, step.due if step else None))
    if len(left) > 1:
        one, other = left[0].full_name, left[1].full_name
        why = msg("%(cell)s stands in several periods: write %(one)s or %(other)s.", cell=cell, one=one, other=other)
        raise Invalid.at("row", why)
    return left[0].id


def _about(cells: dict[Column, str], values: dict[Column, Any], team: _Team) -> Step | None:
    number = cells.get(Column.NUMBER, "")
    if _is_id(number) and int(number) in team.by_id:
        return team.by_id[int(number)]
    return team.by_title.get((plain(cells.get(Column.TITLE, "")), values.get(Column.PHASE)))


def _against_each_other(values: dict[Column, Any], step: Step | None) -> list[Message]:
    start = values.get(Column.START, step.start if step else None)
    due = values.get(Column.DUE, step.due if step else None)
    faults = [msg("It is due before it begins.")] if start and due and due < start else []
    blocked = values.get(Column.STATE) is StepState.BLOCKED
    if blocked and not values.get(Column.BLOCKED_BY) and not (step and step.waits_for):
        faults.append(msg("A blocked step says by what."))
    return faults


def _changes(values: dict[Column, Any], step: Step, tags: list[str]) -> tuple[Column, ...]:
    held: dict[Column, Any] = {
        Column.TITLE: step.title, Column.OWNER: step.owner_id, Column.START: step.start, Column.DUE: step.due,
        Column.STATE: step.state, Column.PRIORITY: step.priority, Column.PHASE: step.phase_id,
        Column.GOAL: step.goal_id,
        Column.DEPARTMENT: step.department, Column.TAGS: tuple(tags), Column.NOTE: step.note,
        Column.BLOCKED_BY: step.waits_for,
    }  # fmt: skip
    given = {c: tuple(sorted(v)) if c is Column.TAGS else v for c, v in values.items()}
    held[Column.TAGS] = tuple(sorted(tags))
    return tuple(c for c in Column if c in given and c in held and given[c] != held[c])


def _named(cell: str, known: dict[str, int], fault: Message) -> int:
    found = known.get(plain(cell))
    if found is None:
        raise Invalid.at("row", fault)
    return found


def _read(found: Any, fault: Message) -> Any:
    if found is None:
        raise Invalid.at("row", fault)
    return found


def _tags(cell: str) -> tuple[str, ...]:
    text = cell
    for mark in BETWEEN_TAGS:
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(tag.lstrip("#＃")[:20] for tag in text.split() if tag.lstrip("#＃")))


READERS: dict[Column, Callable[[str, _Team], Any]] = {
    Column.OWNER: lambda cell, team: _named(
        cell, team.people, msg("Nobody of this team is called %(name)s.", name=cell)
    ),
    Column.GOAL: lambda cell, team: _named(cell, team.goals, msg("No goal is called %(name)s.", name=cell)),
    Column.START: lambda cell, team: _read(read_day(cell, show.today()), msg("%(cell)s is no day.", cell=cell)),
    Column.DUE: lambda cell, team: _read(read_day(cell, show.today()), msg("%(cell)s is no day.", cell=cell)),
    Column.STATE: lambda cell, team: _read(read_state(cell), msg("%(cell)s is no state of a step.", cell=cell)),
    Column.PRIORITY: lambda cell, team: _read(read_priority(cell), msg("%(cell)s is no priority.", cell=cell)),
    Column.TAGS: lambda cell, team: _tags(cell),
}
