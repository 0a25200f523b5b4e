"""Periods and the phases within them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from planner.base import db
from planner.base import trash as trashing
from planner.base.verbs import command
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.plan import queries
from planner.plan.models import Period, Phase
from planner.plan.services import evidence, hanging, repeats, typed


@command(P.PLAN_EDIT)
def add_period(name: str, start: date, end: date) -> int:
    """A reporting cycle."""
    typed.days(start, end)
    return db.add(Period(name=typed.line(name, "name", 60), start=start, end=end)).id


@command(P.PLAN_EDIT)
def edit_period(period_id: int, version: int, name: str, start: date, end: date) -> None:
    """Name and days of a period; its phases stay within it."""
    row = typed.still_open(db.edit(Period, period_id, version))
    typed.days(start, end)
    days = (row.start, row.end)
    if (start, end) != days:
        for phase in db.session().scalars(select(Phase).where(Phase.period_id == period_id)):
            if phase.start < start or phase.end > end:
                raise Invalid.at(
                    "start" if phase.start < start else "end",
                    msg("The phase %(name)s lies outside of these days: change it first.", name=phase.name),
                )
    row.name, row.start, row.end = typed.line(name, "name", 60), start, end
    if (start, end) != days:
        db.flush()
        evidence.reckon_period(row)


@command(P.PLAN_EDIT)
def trash_period(period_id: int) -> None:
    """A period goes with all that is in it: goals, phases, and the steps that belong to them and to no other period,
    which come no more."""
    row, inside = typed.open_period(period_id), queries.inside(period_id)
    trashing.trash(row, *inside)
    repeats.end_with(inside)


def _check_within(period: Period, start: date, end: date) -> None:
    typed.days(start, end)
    if start < period.start:
        raise Invalid.at("start", msg("A phase lies within its period."))
    if end > period.end:
        raise Invalid.at("end", msg("A phase lies within its period."))


@command(P.PLAN_EDIT)
def add_phase(period_id: int, name: str, start: date, end: date) -> int:
    """A stretch of the period with work of its own."""
    _check_within(typed.open_period(period_id), start, end)
    last = db.session().scalar(select(func.max(Phase.sort)).where(Phase.period_id == period_id)) or 0
    row = Phase(period_id=period_id, name=typed.line(name, "name", 80), start=start, end=end, sort=last + 1)
    return db.add(row).id


@command(P.PLAN_EDIT)
def edit_phase(phase_id: int, version: int, name: str, start: date, end: date) -> None:
    """Name and days of a phase."""
    row = db.edit(Phase, phase_id, version)
    _check_within(typed.open_period(row.period_id), start, end)
    row.name, row.start, row.end = typed.line(name, "name", 80), start, end
    hanging.phase_moved(row)


@command(P.PLAN_EDIT)
def trash_phase(phase_id: int) -> None:
    """A phase goes; its steps stay in the plan, without one until it comes back or they get another."""
    row = db.one(Phase, phase_id)
    typed.open_period(row.period_id)
    trashing.trash(row)


def check_phase(row: Phase) -> None:
    """Registered with the trash: a phase comes back to a period that is there."""
    evidence.check_period(row)
