"""What a review asks of an SOP, decided by a lead: what is accepted reaches the shows that are still to come."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.checklists.models import Checklist, SopItem, SopProposal, SopTemplate, SopVersion
from planner.checklists.services.lists import instances, item_of, times_of
from planner.checklists.services.sop import copied, items_of, new_line, publish
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.rules import State

TO_COME = (State.SCHEDULED, State.PREPARING, State.READY)


def _open(proposal_id: int) -> SopProposal:
    row = db.one(SopProposal, proposal_id)
    lock("sop", row.template_id)
    db.session().refresh(row)
    if row.state != "open":
        raise Refused(msg("Somebody has decided on this already."))
    row.decided_by, row.decided_at = actor.current().user_id, clock.now()
    return row


@command(P.SOP_EDIT)
def accept_proposal(proposal_id: int) -> int:
    """The line becomes part of the next version, and of the lists of shows that are to come. Answers the template."""
    row = _open(proposal_id)
    template = db.one(SopTemplate, row.template_id)
    lines = [copied(item, 0) for item in items_of(template.version_id)]
    given = (row.stage, row.text, row.position_id, row.anchor, row.offset_minutes, False, row.proof, row.recheck)
    line = new_line(*given, row.id)
    publish(template, [*lines, line], f"+ {row.text}")
    row.state = "accepted"
    db.flush()
    _join(template.id, line)
    return row.template_id


def _join(template_id: int, line: SopItem) -> None:
    """Lists of this SOP that no show has used yet take the line in; where its time has passed it is not applicable."""
    asked = (
        select(Checklist.id, Checklist.session_id)
        .join(SopVersion, SopVersion.id == Checklist.version_id)
        .join(LiveSession, LiveSession.id == Checklist.session_id)
        .where(SopVersion.template_id == template_id, LiveSession.state.in_(TO_COME), db.alive(LiveSession))
    )
    held = [(row[0], row[1]) for row in db.session().execute(asked)]
    crews, now = live.shifts_of([session_id for _list, session_id in held]), clock.now()
    for list_id, session_id in held:
        times, shifts = times_of(live.brief(session_id)), crews.get(session_id, [])
        db.add_all(
            item_of(list_id, session_id, line, offset, shift, shifts, times, now)
            for offset, shift in instances(line, times, shifts, now)
        )


@command(P.SOP_EDIT)
def refuse_proposal(proposal_id: int) -> int:
    """Not this time. Answers the template."""
    row = _open(proposal_id)
    row.state = "refused"
    return row.template_id
