"""What the owner of a step is told, and those who waited for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from planner.base import db
from planner.base.telling import Sort, concern
from planner.kernel.text import msg
from planner.plan.models import Step, StepLink
from planner.plan.rules import UNFINISHED, StepState


def assigned(row: Step) -> None:
    """It is yours now."""
    concern([row.owner_id], Sort.ASSIGNED, ("step", row.id), msg("A step is yours now: %(title)s", title=row.title))


def helping(row: Step, helpers: Sequence[int]) -> None:
    """You help with it now."""
    concern(list(helpers), Sort.ASSIGNED, ("step", row.id), msg("You help with: %(title)s", title=row.title))


def due_moved(row: Step, before: date | None) -> None:
    """Your step is due on another day, or on none."""
    if row.due == before or row.state not in UNFINISHED:
        return
    words = (
        msg("Due %(day)s now: %(title)s", day={"date": row.due.isoformat()}, title=row.title)
        if row.due
        else msg("No day is set any more: %(title)s", title=row.title)
    )
    concern([row.owner_id], Sort.CHANGED, ("step", row.id), words)


def state_moved(row: Step, before: StepState) -> None:
    """Somebody else finished, dropped or reopened your step; what waited for a finished one can go on."""
    words = {
        StepState.DONE: msg("Done: %(title)s", title=row.title),
        StepState.DROPPED: msg("Dropped: %(title)s", title=row.title),
        StepState.OPEN: msg("Open again: %(title)s", title=row.title),
    }.get(row.state)
    if words is not None and (row.state is not StepState.OPEN or before not in UNFINISHED):
        concern([row.owner_id], Sort.CHANGED, ("step", row.id), words)
    if row.state is StepState.DONE:
        _go_on(row)


def _go_on(row: Step) -> None:
    asked = select(Step).join(StepLink, StepLink.step_id == Step.id)
    waiting = asked.where(StepLink.on_id == row.id, Step.state.in_(UNFINISHED), db.alive(Step))
    for other in db.session().scalars(waiting):
        words = msg("%(first)s is done, so this can go on: %(title)s", first=row.title, title=other.title)
        concern([other.owner_id], Sort.CHANGED, ("step", other.id), words)
