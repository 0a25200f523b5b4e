"""A card put into another column, and many steps changed at once: one act, one undo.

Faults of many stand at `rows.0`, `rows.1`, … in the order of the steps by day. A step that somebody changed since it
was looked at is not changed over their head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.plan import queries, rules
from planner.plan.models import Goal, Phase, Step
from planner.plan.rules import Place, Priority, StepState
from planner.plan.services import hanging, repeats, told, typed
from planner.plan.services.steps import check_own, take, write_tags

MOST_TOGETHER = 200
FURTHEST_DAYS = 730
Versions = Mapping[int, int]


@dataclass(frozen=True)
class Change:
    """What becomes of each: only what is named in `fields` is changed. `days` moves each from its own day."""

    fields: frozenset[str]
    owner_id: int | None = None
    phase_id: int | None = None
    goal_id: int | None = None
    due: date | None = None
    days: int = 0
    priority: Priority = Priority.NORMAL
    state: StepState = StepState.OPEN
    why: str = ""
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()


def to_state(row: Step, state: StepState, why: str) -> None:
    """Bring a step into a state inside of a command, by one move or, from a finished one, by two."""
    if row.state is state:
        return
    move = rules.move_to(row.state, state)
    if move is not None:
        take(row, move, why)
        return
    back = rules.move_to(row.state, StepState.OPEN)  # what is finished is opened first
    if back is None or (onward := rules.move_to(StepState.OPEN, state)) is None:
        raise Refused(msg("This is not possible any more: the state has changed."))
    take(row, back)
    take(row, onward, why)


@command(P.STEP_DO)
def place_step(step_id: int, version: int, by: Place, to: str, why: str = "") -> list[str] | None:
    """Put a card into another column: a state (one's own steps, or anybody's for a lead), a phase or a person. Answers
    which unfinished steps should have come before one that goes on or is finished with it, if any."""
    row = db.edit(Step, step_id, version)
    check_own(row)
    if by is Place.STATE:
        if to not in set(StepState):
            raise NotFound()
        to_state(row, StepState(to), why)
        return (queries.open_before(step_id) or None) if row.state in rules.GOES_ON else None
    if not actor.current().may(P.PLAN_EDIT):
        raise Forbidden()
    if not to.isascii() or not to.isdecimal() or len(to) > 18:
        raise NotFound()
    wanted = int(to) or None
    if by is Place.PHASE:
        row.phase_id = db.one(Phase, wanted).id if wanted else None
        hanging.phase_changed(row)
    else:
        _give(row, typed.person(wanted))
    return None


def _give(row: Step, owner_id: int | None) -> None:
    if owner_id != row.owner_id:
        row.owner_id = owner_id
        told.assigned(row)


def _rows(versions: Versions) -> list[Step]:
    """The steps in the order of their days, as they were looked at."""
    if not versions:
        raise Refused(msg("Choose at least one step."))
    if len(versions) > MOST_TOGETHER:
        raise Refused(msg("At most %(most)s steps are changed at once.", most=MOST_TOGETHER))
    found = db.some(Step, versions)
    if len(found) != len(versions):
        raise Refused(msg("Some of these steps are gone. Look at the list again."))
    rows = sorted(found.values(), key=lambda row: (row.due is None, row.due or date.max, row.id))
    changed = msg("Somebody changed this meanwhile. Look at it again.")
    faults = {f"rows.{n}": changed for n, row in enumerate(rows) if versions[row.id] != row.version}
    if faults:
        raise Invalid(faults)
    return rows


def _new_due(row: Step, change: Change) -> date | None:
    if "due" in change.fields:
        return change.due
    if "days" in change.fields and row.due is not None:
        return row.due + timedelta(days=change.days)
    return row.due


def _check(change: Change) -> None:
    if "owner_id" in change.fields:
        typed.person(change.owner_id)
    if "phase_id" in change.fields and change.phase_id is not None:
        db.one(Phase, change.phase_id)
    if "goal_id" in change.fields and change.goal_id is not None:
        db.one(Goal, change.goal_id)
    if not -FURTHEST_DAYS <= change.days <= FURTHEST_DAYS:
        raise Invalid.at("days", msg("At most two years, please."))


@command(P.PLAN_EDIT)
def change_together(versions: Versions, change: Change) -> int:
    """Give all of them the same owner, phase, goal, day, priority, state or tags; answers how many."""
    rows, faults = _rows(versions), dict[str, Message]()
    if not change.fields:
        raise Refused(msg("Say what is to be changed."))
    _check(change)
    tags = queries.tags_of([row.id for row in rows]) if "tags" in change.fields else {}
    for n, row in enumerate(rows):
        due = _new_due(row, change)
        if row.start is not None and due is not None and due < row.start:
            faults[f"rows.{n}"] = msg("It is due before it begins.")
            continue
        before, row.due = row.due, due
        if due != before:
            hanging.hang_up(row, None)
        told.due_moved(row, before)
        if "owner_id" in change.fields:
            _give(row, change.owner_id)
        for name in change.fields & {"phase_id", "goal_id", "priority"}:
            setattr(row, name, getattr(change, name))
        if "phase_id" in change.fields:
            hanging.phase_changed(row)
        if "state" in change.fields:
            to_state(row, change.state, change.why)
        if "tags" in change.fields:
            held = [tag for tag in tags.get(row.id, []) if tag not in change.drop_tags]
            write_tags(row.id, [*held, *change.add_tags])
    if faults:
        raise Invalid(faults)
    return len(rows)


@command(P.PLAN_EDIT)
def trash_steps(versions: Versions) -> int:
    """Delete them all; each can be restored for 30 days. Answers how many."""
    rows = _rows(versions)
    for row in rows:
        trashing.trash(row)
        repeats.follow(row)
    return len(rows)
