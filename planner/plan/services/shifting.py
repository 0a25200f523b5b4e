"""A step moved by so many days: all of it, or its due day alone."""

from __future__ import annotations

from planner.base import db
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.plan import rules
from planner.plan.models import Step
from planner.plan.rules import FURTHEST_OFFSET, FURTHEST_SHIFT, UNFINISHED, Edge
from planner.plan.services import told


def _offset(row: Step, days: int) -> None:
    """A step that hangs on something goes on hanging there, that much further away."""
    if row.hangs_on is None:
        return
    if abs(row.offset_days + days) > FURTHEST_OFFSET:
        raise Invalid.at("days", msg("Its day is counted from another one, at most a year away."))
    row.offset_days += days


@command(P.PLAN_EDIT)
def shift_step(step_id: int, version: int, days: int, edge: Edge = Edge.WHOLE) -> int | None:
    """Move an unfinished step by so many days, or its due day alone.

    Answers how many days after what it hangs on it is due by then; None where it hangs on nothing.
    """
    row = db.edit(Step, step_id, version)
    if row.state not in UNFINISHED:
        raise Refused(msg("What is finished is not moved any more."))
    if rules.stretch(row.start, row.due) is None:
        raise Refused(msg("It has no day yet. Give it one first."))
    if not days or abs(days) > FURTHEST_SHIFT:
        raise Invalid.at("days", msg("Between one day and two years, earlier or later."))
    before = row.due
    try:
        start, due = rules.shifted(row.start, row.due, days, edge)
    except OverflowError:
        raise Invalid.at("days", msg("There is no such day.")) from None
    if start is not None and due is not None and due < start:
        raise Invalid.at("days", msg("It is due before it begins."))
    row.start, row.due = start, due
    _offset(row, days)
    told.due_moved(row, before)
    return row.offset_days if row.hangs_on is not None else None
