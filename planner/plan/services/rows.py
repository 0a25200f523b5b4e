"""Steps out of a sheet: new ones are added, known ones changed; all rows or none, with one undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.base import db
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.plan.models import Step
from planner.plan.queries.rows import SheetRow
from planner.plan.rules import Details, Priority, StepState
from planner.plan.rules.rows import Column
from planner.plan.services import hanging, told, typed
from planner.plan.services.steps import add_step, write_tags
from planner.plan.services.together import to_state

FIELDS = {
    Column.TITLE: "title",
    Column.OWNER: "owner_id",
    Column.START: "start",
    Column.DUE: "due",
    Column.PRIORITY: "priority",
    Column.PHASE: "phase_id",
    Column.GOAL: "goal_id",
    Column.DEPARTMENT: "department",
    Column.NOTE: "note",
}


@command(P.PLAN_EDIT)
def take_steps(rows: Sequence[SheetRow]) -> tuple[int, int]:
    """Add and change what was looked at; answers how many are new and how many changed. A step that somebody changed
    since it was read refuses the whole, at its row (`rows.N`)."""
    if not rows:
        raise Refused(msg("No row makes or changes anything."))
    faults: dict[str, Message] = {}
    for n, row in enumerate(rows):
        try:
            if row.step_id is None:
                _add(row.values)
            else:
                _change(row)
        except Invalid as fault:
            faults[f"rows.{n}"] = next(iter(fault.fields.values()))
    if faults:
        raise Invalid(faults)
    added = sum(row.step_id is None for row in rows)
    return added, len(rows) - added


def _add(values: dict[Column, Any]) -> None:
    details = Details(
        values.get(Column.START), values.get(Column.PRIORITY, Priority.NORMAL), values.get(Column.DEPARTMENT, ""),
        values.get(Column.TAGS, ()),
    )  # fmt: skip
    add_step(
        values[Column.TITLE], values.get(Column.OWNER), values.get(Column.DUE), values.get(Column.PHASE),
        values.get(Column.GOAL), values.get(Column.NOTE, ""), details=details,
        state=values.get(Column.STATE, StepState.OPEN), blocked_by=values.get(Column.BLOCKED_BY, ""),
    )  # fmt: skip


def _change(row: SheetRow) -> None:
    step = db.one(Step, row.step_id)
    if step.version != row.version:
        raise Invalid.at("row", msg("Somebody changed this meanwhile. Look at it again."))
    values, changes = row.values, set(row.changes)
    before, owner = step.due, step.owner_id
    for column in changes & set(FIELDS):
        setattr(step, FIELDS[column], values[column])
    if Column.OWNER in changes:
        typed.person(step.owner_id)
    if Column.DUE in changes:
        hanging.hang_up(step, None)
    elif Column.PHASE in changes:
        hanging.phase_changed(step)
    if Column.TAGS in changes:
        write_tags(step.id, values[Column.TAGS])
    if Column.STATE in changes:
        to_state(step, values[Column.STATE], values.get(Column.BLOCKED_BY, step.waits_for))
    elif Column.BLOCKED_BY in changes and step.state is StepState.BLOCKED:
        step.waits_for = values[Column.BLOCKED_BY][:160]
    if step.owner_id != owner:
        told.assigned(step)
    else:
        told.due_moved(step, before)
