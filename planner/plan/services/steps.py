"""Steps: who does what by when."""

from __future__ import annotations

from datetime import date

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, clean_text, msg
from planner.plan import rules
from planner.plan.models import Goal, Phase, Step
from planner.plan.news import StepAdded, StepMoved
from planner.plan.rules import StepState
from planner.plan.services import typed

LONGEST_WAIT = 160


def _links(phase_id: int | None, goal_id: int | None) -> None:
    if phase_id is not None:
        db.one(Phase, phase_id)
    if goal_id is not None:
        db.one(Goal, goal_id)


@command(P.PLAN_EDIT)
def add_step(
    title: str,
    owner_id: int | None = None,
    due: date | None = None,
    phase_id: int | None = None,
    goal_id: int | None = None,
    note: str = "",
    from_session_id: int | None = None,
) -> int:
    """Something one person does until a day."""
    _links(phase_id, goal_id)
    row = db.add(
        Step(
            title=typed.line(title, "title", 160),
            owner_id=typed.person(owner_id),
            due=due,
            phase_id=phase_id,
            goal_id=goal_id,
            note=clean_text(note)[: typed.LONGEST_NOTE],
            from_session_id=from_session_id,
            state=StepState.OPEN,
        )
    )
    tell(StepAdded(step_id=row.id))
    return row.id


@command(P.PLAN_EDIT)
def edit_step(
    step_id: int,
    version: int,
    title: str,
    owner_id: int | None,
    due: date | None,
    phase_id: int | None,
    goal_id: int | None,
    note: str,
) -> None:
    """Title, owner, due day and place of a step."""
    row = db.edit(Step, step_id, version)
    _links(phase_id if phase_id != row.phase_id else None, goal_id if goal_id != row.goal_id else None)
    if owner_id != row.owner_id:
        typed.person(owner_id)
    row.title, row.owner_id, row.due = typed.line(title, "title", 160), owner_id, due
    row.phase_id, row.goal_id, row.note = phase_id, goal_id, clean_text(note)[: typed.LONGEST_NOTE]


def _check_own(row: Step) -> None:
    who = actor.current()
    if not who.may(P.PLAN_EDIT) and row.owner_id != who.user_id:
        raise Forbidden(msg("This step belongs to somebody else."))


@command(P.STEP_DO)
def move_step(step_id: int, move: str) -> None:
    """Start, finish, reopen or drop a step: one's own, or anybody's for a lead."""
    row, who = db.one(Step, step_id), actor.current()
    if move not in rules.STEPS.moves:
        raise NotFound()
    _check_own(row)
    if not who.may(rules.STEPS.moves[move].permission):
        raise Forbidden()
    before = row.state
    row.state = rules.STEPS.take(move, before)
    finished = row.state is StepState.DONE
    row.done_at, row.done_by = (clock.now(), who.user_id) if finished else (None, None)
    tell(StepMoved(step_id=step_id, before=str(before), after=str(row.state)))


@command(P.STEP_DO)
def wait_for(step_id: int, version: int, what: str) -> None:
    """Say what a step waits for, or with nothing that it waits no more: one's own, or anybody's for a lead."""
    row = db.edit(Step, step_id, version)
    _check_own(row)
    found = clean_line(what)
    if len(found) > LONGEST_WAIT:
        raise Invalid.at("waits_for", msg("Use at most %(n)s characters.", n=LONGEST_WAIT))
    row.waits_for = found


@command(P.PLAN_EDIT)
def trash_step(step_id: int) -> None:
    """A step goes to the trash."""
    trashing.trash(db.one(Step, step_id))
