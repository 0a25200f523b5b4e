"""What the plan asks higher columns while it acts, and what it answers to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import func, or_, select

from planner.base import db, show
from planner.base.i18n import gettext as _
from planner.base.ports import Port
from planner.base.reminders import Due
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import Team
from planner.people.ports import Left, Leftover
from planner.plan.models import CheckIn, Goal, Period, Step, StepSeries
from planner.plan.rules import UNFINISHED

OPEN = UNFINISHED
SHOWN = 5


@dataclass(frozen=True)
class SessionFigures:
    """What is known of a session that is over: base figures by metric, added up over `streams` streams."""

    session_id: int
    day: date
    base: Mapping[str, Decimal]
    streams: int


figures_of_days: Port[Callable[[date, date], list[SessionFigures]]] = Port("plan.figures_of_days")
"""The sessions with figures whose business day lies between the first and the last day."""


@query(P.PLAN_VIEW)
def leaving(user_id: int) -> list[Leftover]:
    """The port's answer: open steps, steps that come again, and goals of periods that are not over."""
    steps = select(Step.id, Step.title, Step.due).where(Step.owner_id == user_id, Step.state.in_(OPEN), db.alive(Step))
    goals = (
        select(Goal.id, Goal.title, Period.end)
        .join(Period, Period.id == Goal.period_id)
        .where(Goal.owner_id == user_id, Period.end >= show.today(), db.alive(Goal), db.alive(Period))
    )
    series = select(StepSeries.id, StepSeries.title, StepSeries.next_on).where(
        StepSeries.owner_id == user_id, StepSeries.ended_on.is_(None)
    )
    return [
        _leftover(
            _("Open steps"),
            steps.order_by(Step.due.is_(None), Step.due, Step.id),
            lambda row_id: url_for("plan.step", step_id=row_id),
        ),
        _leftover(
            _("Repeating steps"),
            series.order_by(StepSeries.next_on, StepSeries.id),
            lambda _id: url_for("plan.repeating"),
        ),
        _leftover(_("Goals"), goals.order_by(Period.end, Goal.id), lambda row_id: url_for("plan.goal", goal_id=row_id)),
    ]


def _leftover(word: str, asked: Any, page: Callable[[int], str]) -> Leftover:
    """The first of them by id, title and day, and how many there are, in one statement."""
    rows: Any = list(db.session().execute(asked.add_columns(func.count().over()).limit(SHOWN)))
    return Leftover(
        word, rows[0][3] if rows else 0, [Left(title, day, page(row_id)) for row_id, title, day, _n in rows]
    )


@query(P.PLAN_VIEW)
def due_between(start: datetime, end: datetime) -> list[Due]:
    """The port's answer to reminders: open steps that somebody owns, by their due days."""
    first, last = show.local(start).date(), show.local(end).date()
    asked = select(Step.owner_id, Step.id, Step.title, Step.due).where(
        Step.owner_id.is_not(None), Step.state.in_(OPEN), Step.due >= first, Step.due <= last, db.alive(Step)
    )
    rows: Any = db.session().execute(asked.order_by(Step.due, Step.id))
    return [Due(owner_id, "step", row_id, title, None, due, Sort.DUE) for owner_id, row_id, title, due in rows]


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: goals one owns; what one reported of them; steps one owns, wrote or finished; what repeats."""
    goals = select(Team.name.label("team"), Goal.title, Goal.why, Goal.created_at).join(Goal, Goal.team_id == Team.id)
    owned, written = (Step.owner_id == user_id).label("mine"), (Step.created_by == user_id).label("written_by_me")
    done = (Step.done_by == user_id).label("done_by_me")
    steps = select(
        Team.name.label("team"),
        Step.title,
        Step.due,
        Step.state,
        Step.done_at,
        Step.note,
        Step.waits_for,
        owned,
        written,
        done,
    ).join(Step, Step.team_id == Team.id)
    reports = (
        select(Team.name.label("team"), Goal.title, CheckIn.day, CheckIn.note, CheckIn.health, CheckIn.created_at)
        .join(CheckIn, CheckIn.team_id == Team.id)
        .join(Goal, Goal.id == CheckIn.goal_id)
    )
    repeated = select(Team.name.label("team"), StepSeries.title, StepSeries.note, StepSeries.created_at).join(
        StepSeries, StepSeries.team_id == Team.id
    )
    mine = or_(StepSeries.owner_id == user_id, StepSeries.created_by == user_id)
    of_me = or_(Step.owner_id == user_id, Step.created_by == user_id, Step.done_by == user_id)
    return {
        "goals": db.dicts(goals.where(Goal.owner_id == user_id).order_by(Goal.id)),
        "check_ins": db.dicts(reports.where(CheckIn.created_by == user_id).order_by(CheckIn.id)),
        "steps": db.dicts(steps.where(of_me).order_by(Step.id)),
        "repeating_steps": db.dicts(repeated.where(mine).order_by(StepSeries.id)),
    }
