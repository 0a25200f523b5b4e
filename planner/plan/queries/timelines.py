"""The steps of a period on a line of days, with what waits for what; and those due on the days of a month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, day_span
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.live.rules import State
from planner.plan.models import Goal, Phase, Step, StepLink
from planner.plan.queries.listing import STATES, Wanted, narrowed
from planner.plan.queries.periods import current_period, every_period, phases_of
from planner.plan.queries.steps import OPEN, StepRow, step_row, steps_asked

MOST_BARS, MOST_UNDATED = 200, 30
Shows = dict[date, list[SessionBrief]]


@dataclass(frozen=True)
class Bar:
    """A step that has a day; `hangs` says that its day is counted from a show or from its phase."""

    step: StepRow
    hangs: bool


@dataclass(frozen=True)
class TimelinePage:
    """A period with its phases and the steps in it that have a day: those of its phases, and those of no phase that
    serve its goals or lie in its days. `links` are pairs (waits, for) of steps that are both shown.
    """

    period: Any
    periods: list[Any] = field(default_factory=list[Any])
    phases: list[Phase] = field(default_factory=list[Phase])
    bars: list[Bar] = field(default_factory=list[Bar])
    links: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    undated: list[StepRow] = field(default_factory=list[StepRow])
    without_day: int = 0
    more: int = 0
    """How many steps with a day there are beyond those that are shown."""


@query(P.PLAN_VIEW)
def timeline(wanted: Wanted, period_id: int | None = None) -> TimelinePage:
    """A period on a line: of the current one unless another is asked for. A few statements, however many steps."""
    periods = every_period()
    period = next((p for p in periods if p.id == period_id), None) if period_id else current_period()
    if period is None and period_id:
        raise NotFound()
    if period is None:
        return TimelinePage(None, periods)
    phases = phases_of(period.id)
    steps = _of_period(period, [p.id for p in phases], wanted)
    bars, total = _bars(steps)
    undated, without = _undated(steps)
    links = _links([bar.step.id for bar in bars])
    return TimelinePage(period, periods, phases, bars, links, undated, without, total - len(bars))


def _of_period(period: Any, phase_ids: list[int], wanted: Wanted) -> Any:
    standing, day = aliased(Phase), func.coalesce(Step.due, Step.start)
    goals = select(Goal.id).where(Goal.period_id == period.id)
    its = or_(day.is_(None), day.between(period.start, period.end), Step.goal_id.in_(goals))
    loose = standing.id.is_(None) & ((Step.period_id == period.id) | (Step.period_id.is_(None) & its))
    asked = steps_asked().outerjoin(standing, (standing.id == Step.phase_id) & standing.trashed_at.is_(None))
    asked = asked.add_columns(Step.hangs_on, func.count().over())
    return narrowed(asked, wanted).where(standing.id.in_(phase_ids) | loose, Step.state.in_(STATES[wanted.show]))


def _bars(asked: Any) -> tuple[list[Bar], int]:
    """Where there are too many, what is finished is left out first; shown by the days on which they begin."""
    some = asked.where(Step.due.is_not(None) | Step.start.is_not(None))
    order = (Step.state.in_(OPEN).desc(), func.coalesce(Step.due, Step.start), Step.id)
    rows: list[Any] = list(db.session().execute(some.order_by(*order).limit(MOST_BARS)))
    bars = [Bar(step_row(own), hangs is not None) for *own, hangs, _total in rows]
    bars.sort(key=lambda bar: (bar.step.start or bar.step.due, bar.step.due or bar.step.start, bar.step.id))
    return bars, rows[0][-1] if rows else 0


def _undated(asked: Any) -> tuple[list[StepRow], int]:
    none = asked.where(Step.due.is_(None), Step.start.is_(None), Step.state.in_(OPEN))
    rows: list[Any] = list(db.session().execute(none.order_by(Step.id).limit(MOST_UNDATED)))
    return [step_row(own) for *own, _hangs, _total in rows], rows[0][-1] if rows else 0


def _links(ids: list[int]) -> list[tuple[int, int]]:
    asked = select(StepLink.step_id, StepLink.on_id).where(StepLink.step_id.in_(ids), StepLink.on_id.in_(ids))
    return [(one, other) for one, other in db.session().execute(asked.order_by(StepLink.id))] if ids else []


@query(P.PLAN_VIEW)
def shows_by_day(first: date, last: date) -> Shows:
    """The sessions that are not called off, by the business day they begin in."""
    who = actor.current()
    start = day_span(first, who.timezone, who.day_start).start
    end = day_span(last + timedelta(days=1), who.timezone, who.day_start).start
    found: Shows = {}
    for b in live.briefs_between(start, end, [state for state in State if state is not State.CANCELLED]):
        found.setdefault(business_day(b.planned_start, who.timezone, who.day_start), []).append(b)
    return found


def by_day(rows: Iterable[StepRow]) -> dict[date, list[StepRow]]:
    """Steps by the day on which they are due: the unfinished ones first, the urgent ones before the others."""
    found: dict[date, list[StepRow]] = {}
    ranked = sorted(rows, key=lambda s: (not s.open, list(type(s.priority)).index(s.priority), s.id))
    for row in ranked:
        if row.due is not None:
            found.setdefault(row.due, []).append(row)
    return found
