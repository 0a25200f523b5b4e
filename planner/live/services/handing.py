"""交接: what one shift tells the next, signed by both. Rows are only added."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, clean_text, msg
from planner.live import queries
from planner.live.models import Handover, HandoverEnd, LiveSession
from planner.live.news import HandedOver, TookOver
from planner.live.rules import Signature, State, follows
from planner.live.services.steps import must_be_crew


@command(P.SESSION_RUN)
def hand_over(session_id: int, figures: str, stock: str, promised: str, next_item: str) -> int:
    """Write and sign a handover while on air; answers it."""
    row, who = db.one(LiveSession, session_id), actor.current()
    must_be_crew(session_id)
    if row.state is not State.LIVE:
        raise Refused(msg("A shift is handed over while the show is on air."))
    told = {
        "figures": clean_text(figures)[:500],
        "stock": clean_text(stock)[:500],
        "promises": clean_text(promised)[:1000],
        "next_item": clean_line(next_item)[:200],
    }
    if not any(told.values()):
        raise Invalid.at("figures", msg("Write at least one line for who takes over."))
    made = db.add(Handover(session_id=session_id, user_id=who.user_id, at=clock.now(), **told))
    tell(HandedOver(session_id=session_id))
    return made.id


def _open(handover_id: int) -> tuple[Handover, HandoverEnd | None]:
    """A handover for its crew, and how it ended so far; one at a time."""
    row = db.one(Handover, handover_id)
    must_be_crew(row.session_id)
    lock(("handover", handover_id))
    asked = select(HandoverEnd).where(HandoverEnd.handover_id == handover_id)
    return row, db.session().scalars(asked).one_or_none()


@command(P.SESSION_RUN)
def take_over(handover_id: int) -> int:
    """Countersign: another person has read it and goes on. Answers the session."""
    row, end = _open(handover_id)
    who = actor.current()
    if row.user_id == who.user_id:
        raise Refused(msg("Who hands over can’t sign for taking over. Let the next person sign."))
    held = [(s.user_id, s.position_id) for s in queries.shifts(row.session_id)]
    if not who.may(P.SESSION_EDIT) and not follows(row.user_id, who.user_id, held):
        raise Forbidden(msg("Whoever works in the same position signs for taking over, or a team lead."))
    if end is not None and end.act is Signature.TAKEN and end.user_id == who.user_id:
        return row.session_id
    if end is not None:
        raise Refused(msg("This handover is signed already, or was taken back."))
    db.add(HandoverEnd(handover_id=handover_id, act=Signature.TAKEN, user_id=who.user_id, at=clock.now()))
    tell(TookOver(session_id=row.session_id))
    return row.session_id


@command(P.SESSION_RUN)
def withdraw_handover(handover_id: int) -> int:
    """Taken back by who wrote it, before anybody signed. Answers the session."""
    row, end = _open(handover_id)
    who = actor.current()
    if row.user_id != who.user_id and not who.may(P.SESSION_EDIT):
        raise Forbidden(msg("Only who wrote a handover or a team lead takes it back."))
    if end is not None and end.act is Signature.TAKEN:
        raise Refused(msg("Somebody has signed this handover. Write another one."))
    if end is None:
        db.add(HandoverEnd(handover_id=handover_id, act=Signature.WITHDRAWN, user_id=who.user_id, at=clock.now()))
    return row.session_id
