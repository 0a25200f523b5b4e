"""Steps that come again as people read them: by which rule, when next, and the copies that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from planner.base import db, recurrence, show
from planner.base.verbs import query
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.people import queries as people
from planner.people.models import User
from planner.plan import rules
from planner.plan.models import Step, StepHelper, StepLine, StepSeries, StepTag
from planner.plan.rules import UNFINISHED, Repeat, Rhythm, StepState

SHOWN_DAYS = 5
SHOWN_COPIES = 6
MOST_COPIES = 400
MOST_SERIES = 300
DAY = timedelta(days=1)
WORKDAYS = frozenset(range(5))
Inside = Mapping[str, list[Any]]


def coming_days(repeat: Repeat, first: date, after: date, most: int) -> list[date]:
    """The next days of a rule after a day, counted from its first one; none where it has no days of its own."""
    if repeat.rhythm is Rhythm.DAYS:
        return recurrence.days_after(first, after, most, repeat.every)
    if repeat.rhythm is Rhythm.MONTH_DAY:
        return recurrence.month_days_after(first, after, most, repeat.every, repeat.month_day)
    if repeat.rhythm is Rhythm.MONTH_WEEKDAY:
        (weekday,) = repeat.weekdays
        return recurrence.month_weekdays_after(first, after, most, repeat.every, repeat.nth, weekday)
    if repeat.rhythm is Rhythm.WORKDAYS:
        return recurrence.weekdays_after(first, after, most, 1, WORKDAYS)
    return recurrence.weekdays_after(first, after, most, repeat.every, repeat.weekdays) if repeat.by_calendar else []


def pattern_of(row: Step) -> dict[str, Any]:
    """What the next copies of a step take along, by the columns of its series; nothing in it is done."""
    lines = select(StepLine.text).where(StepLine.step_id == row.id).order_by(StepLine.sort, StepLine.id)
    tags = select(StepTag.tag).where(StepTag.step_id == row.id).order_by(StepTag.id)
    helpers = select(StepHelper.user_id).where(StepHelper.step_id == row.id).order_by(StepHelper.id)
    names = ("title", "owner_id", "phase_id", "goal_id", "note", "priority", "department", "estimate_minutes")
    return {
        **{name: getattr(row, name) for name in names},
        "begins_before": (row.due - row.start).days if row.due and row.start else None,
        "tags": list(db.session().scalars(tags)),
        "lines": list(db.session().scalars(lines)),
        "helpers": list(db.session().scalars(helpers)),
    }


def first_day(row: Step, repeat: Repeat) -> date:
    """The day a step itself stands for: its own, else the first of the rule, which it is given."""
    begins = max(show.today(), row.start or show.today())
    if row.due is not None or not repeat.by_calendar:
        return row.due or begins
    rules.check_repeat(repeat, begins - DAY)
    return coming_days(repeat, begins, begins - DAY, 1)[0]


@dataclass(frozen=True)
class CopyRow:
    """A copy of a step among the others; `day` is the one of the rule it stands for."""

    id: int
    title: str
    due: date | None
    day: date
    state: StepState


@dataclass(frozen=True)
class SeriesView:
    """A series as one of its steps shows it, with the copies before and after that step.

    `differs`: the columns in which the step is not what the next copies will be. `gone`: who would have owned it, but
    is no longer in the team. `held`: the next copy waits until one of those that are there is done.
    """

    series: StepSeries
    before: list[CopyRow] = field(default_factory=list[CopyRow])
    after: list[CopyRow] = field(default_factory=list[CopyRow])
    differs: tuple[str, ...] = ()
    gone: str = ""
    held: bool = False


def _copies(series_id: int) -> list[CopyRow]:
    """The latest of them, in the order in which they came."""
    columns = (Step.id, Step.title, Step.due, Step.occurs_on, Step.state)
    asked = select(*columns).where(Step.series_id == series_id, db.alive(Step)).order_by(Step.id.desc())
    rows: Any = db.session().execute(asked.limit(MOST_COPIES))
    return [CopyRow(*row) for row in reversed(list(rows))]


def _differs(row: Step, series: StepSeries, inside: Inside) -> tuple[str, ...]:
    """In which columns; a phase, goal, owner or helper that a copy lost, as they were over or gone, says nothing."""
    names = ["title", "note", "priority", "department", "estimate_minutes"]
    names += [name for name in ("owner_id", "phase_id", "goal_id") if getattr(row, name) is not None]
    found = [name for name in names if getattr(row, name) != getattr(series, name)]
    found += [name for name in ("tags", "lines") if inside[name] != getattr(series, name)]
    here, there = set(inside["helpers"]), set(series.helpers)
    if here - there or (there - here - {row.owner_id}) & (set(people.assignable()) if there != here else set()):
        found.append("helpers")
    return tuple(found)


def series_view(row: Step, inside: Inside) -> SeriesView | None:
    """The series of a step; None where it does not come again. `inside`: its tags, lines and helpers."""
    if row.series_id is None:
        return None
    series, copies = db.one(StepSeries, row.series_id), _copies(row.series_id)
    gone = ""
    if series.owner_id and row.owner_id is None and row.state in UNFINISHED and row.id == series.latest_id:
        gone = db.session().scalar(select(User.name).where(User.id == series.owner_id)) or ""
    before, after = [c for c in copies if c.id < row.id], [c for c in copies if c.id > row.id]
    full = sum(c.state in UNFINISHED for c in copies) >= rules.MOST_WAITING
    held = full and series.appears_on is not None and series.appears_on <= show.today()
    return SeriesView(series, before[-SHOWN_COPIES:], after[:SHOWN_COPIES], _differs(row, series, inside), gone, held)


@dataclass(frozen=True)
class RepeatPage:
    """A step whose rule is looked at; `latest` is the last day that has a copy already."""

    row: Step
    series: StepSeries | None
    differs: tuple[str, ...]
    latest: date | None

    @property
    def version(self) -> int:
        """What the form starts from: the series where there is one, else the step."""
        return (self.series or self.row).version


@query(P.PLAN_VIEW)
def repeat_page(step_id: int) -> RepeatPage:
    """A step and how it comes again so far."""
    row = db.one(Step, step_id)
    if row.series_id is None:
        return RepeatPage(row, None, (), None)
    series, held = db.one(StepSeries, row.series_id), pattern_of(row)
    copies = _copies(series.id)
    latest = max((c.day for c in copies), default=None)
    return RepeatPage(row, series, _differs(row, series, held), latest)


@dataclass(frozen=True)
class Foreseen:
    """A day on which a copy would be due, and the day it would appear; None where that is when the last is done."""

    day: date
    appears: date | None


def foreseen(view: RepeatPage, repeat: Repeat) -> list[Foreseen]:
    """The next days by a rule, as they would be if it were saved now; Invalid where none comes."""
    today, first = show.today(), first_day(view.row, repeat)
    first = (view.row.occurs_on or first) if view.series else first
    rules.check_repeat(repeat, first)
    made = view.series.made if view.series else 1
    if repeat.by_calendar:
        after = max(view.latest or first, today - DAY)
        days = coming_days(repeat, first, after, SHOWN_DAYS)
    else:
        days = [rules.after_done(repeat, today)]
        while len(days) < SHOWN_DAYS:
            days.append(rules.after_done(repeat, days[-1]))
    days = rules.allowed(repeat, days, made)
    if not days:
        raise Invalid.at("until" if repeat.times is None else "times", msg("It would not come again."))
    lead = timedelta(days=repeat.lead)
    return [Foreseen(day, max(today, day - lead) if repeat.by_calendar else None) for day in days]


@dataclass(frozen=True)
class SeriesRow:
    """A series in the list of all; `step_id` is its latest copy that is there, None where all are deleted."""

    series: StepSeries
    owner: str
    step_id: int | None
    state: StepState | None
    held: bool = False


@query(P.PLAN_VIEW)
def repeating() -> list[SeriesRow]:
    """What comes again in this team: first what goes on, by its next day, then what is paused, then what has ended."""
    latest = aliased(Step)
    newest = select(func.max(Step.id)).where(Step.series_id == StepSeries.id, db.alive(Step)).scalar_subquery()
    asked = select(StepSeries, User.name, latest.id, latest.state).outerjoin(User, User.id == StepSeries.owner_id)
    asked = asked.outerjoin(latest, latest.id == newest)
    order = (StepSeries.ended_on.is_not(None), StepSeries.paused, StepSeries.next_on.is_(None), StepSeries.next_on)
    rows: Any = db.session().execute(asked.order_by(*order, StepSeries.id).limit(MOST_SERIES))
    return [SeriesRow(series, name or "", step_id, state) for series, name, step_id, state in rows]


@query(P.INSTALLATION)
def series_due() -> list[int]:
    """The series of this team of which a copy is to appear by today."""
    asked = select(StepSeries.id).where(StepSeries.appears_on <= show.today(), StepSeries.paused.is_(False))
    return list(db.session().scalars(asked.order_by(StepSeries.id)))
