"""Ticking: the most frequent act of all. Acts fold, so they take no version, and a repeat is the same act."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.ready import ready
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import ChecklistItem, Tick
from planner.checklists.news import ItemTicked
from planner.checklists.rules import Act, ItemState, Proof, TickFact
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries as live
from planner.live.rules import State

LATE_TAP = timedelta(hours=48)


@ready
def _of_client() -> Any:
    return select(Tick.item_id).where(Tick.client_id == bindparam("client_id"))


@ready
def _of_item() -> Any:
    return select(Tick.id, Tick.act, Tick.user_id).where(Tick.item_id == bindparam("item_id")).order_by(Tick.id)


def _act(item_id: int, act: Act, client_id: str, note: str, tapped_at: datetime | None) -> int:
    """Add one act and fold; answers the session. The same client id again changes nothing.

    Whoever was first stands beside the item: a second tick on a done one is kept, but nothing else changes.
    """
    lock("item", item_id)
    item = db.one(ChecklistItem, item_id)
    counted = _of_client.first(client_id=client_id)
    if counted is not None and counted[0] == item_id:
        return item.session_id
    if counted is not None:
        raise Refused(msg("This tap was counted for another item."))
    if not rules.may_act(act, item.state):
        raise Refused(msg("This is not possible any more: the state has changed."))
    b, who = live.brief(item.session_id), actor.current()
    if b.state is State.CANCELLED:
        raise Refused(msg("This session is cancelled."))
    if not (
        who.is_system or who.may(P.SESSION_EDIT) or item.user_id is None or live.is_crew(item.session_id, who.user_id)
    ):
        raise Forbidden(msg("Only the crew of this session or a team lead can do this."))
    stands_in = item.user_id if item.user_id != who.user_id else None
    if act is Act.DONE and item.identity and stands_in is not None and not who.may(P.SESSION_EDIT):
        raise Forbidden(msg("This item is confirmed by the person themselves or by a team lead."))
    now = clock.now()
    tapped = tapped_at if tapped_at is not None and now - LATE_TAP < tapped_at <= now else now
    two_people = item.proof is Proof.TWO_PEOPLE
    earlier = _of_item.rows(item_id=item_id) if two_people else ()  # elsewhere the last act alone says how it stands
    facts = [TickFact(row_id, its_act, user_id) for row_id, its_act, user_id in earlier]
    db.session().add(
        Tick(
            item_id=item_id,
            act=act,
            user_id=who.user_id,
            for_user_id=stands_in,
            note=note,
            client_id=client_id,
            tapped_at=tapped,
        )
    )
    before = item.state
    if act is Act.DONE and before is ItemState.DONE:
        item.note = item.note or note
        return item.session_id
    item.state = rules.fold([*facts, TickFact(db.LARGEST_ID, act, who.user_id)], two_people)
    if act is Act.UNTICK:
        item.acted_by = item.acted_for = item.acted_at = item.halfway = None
        item.note = note
    else:
        two = two_people and act is Act.DONE
        item.halfway = (item.halfway or who.user_id) if two else None
        kept = "" if before is ItemState.SKIPPED else item.note
        item.acted_by, item.acted_at, item.note = who.user_id, tapped, note or kept
        item.acted_for = None if item.identity or two else stands_in
    tell(ItemTicked(session_id=item.session_id, item_id=item_id, act=str(act), title=item.title))
    return item.session_id


@command(P.CHECKLIST_TICK)
def tick(item_id: int, client_id: str, note: str = "", tapped_at: datetime | None = None) -> int:
    """Done, by the actor; for somebody else where it is theirs. Answers the session."""
    return _act(item_id, Act.DONE, client_id, clean_line(note)[:300], tapped_at)


@command(P.CHECKLIST_TICK)
def untick(item_id: int, client_id: str, note: str = "", tapped_at: datetime | None = None) -> int:
    """Not done after all. Answers the session."""
    return _act(item_id, Act.UNTICK, client_id, clean_line(note)[:300], tapped_at)


@command(P.CHECKLIST_TICK)
def skip(item_id: int, client_id: str, reason: str) -> int:
    """Left out, with the reason; a blocking item only by a team lead. Answers the session."""
    item = db.one(ChecklistItem, item_id)
    why = clean_line(reason)[:300]
    if not why:
        raise Invalid.at("reason", msg("Say why it is left out."))
    if item.blocks and not actor.current().may(P.SESSION_OVERRIDE):
        raise Forbidden(msg("Only a team lead can skip what blocks going live."))
    return _act(item_id, Act.SKIP, client_id, why, None)
