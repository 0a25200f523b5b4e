"""What has to hold before a phase begins or ends, signed by a lead."""

from __future__ import annotations

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.plan.models import Phase, PhaseCriterion
from planner.plan.rules import Gate
from planner.plan.services import typed

LONGEST_CRITERION = 200
MOST_CRITERIA = 20


@command(P.PLAN_EDIT)
def add_criteria(phase_id: int, gate: Gate, text: str) -> int:
    """Criteria at the end of an open period's phase, one for each line; answers how many."""
    typed.open_period(db.one(Phase, phase_id).period_id)
    lock(("phase criteria", phase_id))
    found = typed.lines(text, LONGEST_CRITERION)
    if not found:
        raise Invalid.at("text", msg("Type what has to hold."))
    held = select(func.count(), func.max(PhaseCriterion.sort)).where(PhaseCriterion.phase_id == phase_id)
    count, last = db.session().execute(held).one()
    if count + len(found) > MOST_CRITERIA:
        raise Invalid.at("text", msg("A phase has %(n)s criteria at most.", n=MOST_CRITERIA))
    first = (last or 0) + 1
    db.add_all(PhaseCriterion(phase_id=phase_id, gate=gate, sort=first + n, text=line) for n, line in enumerate(found))
    return len(found)


def _of_open_phase(criterion_id: int) -> PhaseCriterion:
    row = db.one(PhaseCriterion, criterion_id)
    typed.open_period(db.one(Phase, row.phase_id).period_id)
    return row


@command(P.PLAN_EDIT)
def sign_criterion(criterion_id: int, holds: bool) -> int:
    """It holds, says a lead, or not after all; the same again changes nothing. Answers its phase."""
    row = _of_open_phase(criterion_id)
    if (row.signed_at is not None) != holds:
        row.signed_at, row.signed_by = (clock.now(), actor.current().user_id) if holds else (None, None)
    return row.phase_id


@command(P.PLAN_EDIT)
def remove_criterion(criterion_id: int) -> int:
    """It is not asked for any more. Answers its phase."""
    row = _of_open_phase(criterion_id)
    phase_id = row.phase_id
    db.remove(row)
    return phase_id
