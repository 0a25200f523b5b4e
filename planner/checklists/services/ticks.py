"""Ticking: the most frequent act of all. Acts fold, so they take no version.

The client id is the once-key: the phone makes one for each tap and sends it again until it has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.ready import ready
from planner.base.verbs import command
from planner.checklists import queries, rules
from planner.checklists.models import ChecklistItem, SopItem, Tick
from planner.checklists.news import ItemTicked
from planner.checklists.rules import (
    Act,
    Evidence,
    Given,
    ItemState,
    Stage,
    TickFact,
    given_json,
    read_evidence,
    read_given_number,
)
from planner.checklists.services.emergencies import follow_emergency
from planner.checklists.services.following import follow_answers
from planner.discussions import queries as discussions
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.rules import State
from planner.people.models import User

LATE_TAP = timedelta(hours=48)


def photos_of(item_id: int, after: int) -> list[int]:
    """The photos that prove an item, by their attachments."""
    return [row_id for row_id, _ in discussions.pictures_of(queries.KIND, [item_id]).get(item_id, ()) if row_id > after]


@ready
def _standing() -> Any:
    """An item as it stands, its session's state, and the item a client id was counted for."""
    counted = select(Tick.item_id).where(Tick.client_id == bindparam("client_id")).scalar_subquery()
    i = ChecklistItem
    columns = (i.session_id, i.title, i.user_id, i.state, i.evidence, i.identity, i.blocks, i.note, i.halfway, i.given)
    more = (
        i.expires,
        i.photos_after,
        i.stage,
        i.handed,
        i.acted_by,
        i.acted_at,
        User.name.label("acted_name"),
        SopItem.evidence.label("asked_now"),
        LiveSession.state.label("session_state"),
        counted.label("counted"),
    )
    asked = select(*columns, *more).join(LiveSession, LiveSession.id == i.session_id)
    asked = asked.join(SopItem, SopItem.id == i.sop_item_id).outerjoin(User, User.id == i.acted_by)
    return asked.where(i.id == bindparam("item_id"), db.alive(LiveSession))


@ready
def _acts() -> Any:
    return select(Tick.id, Tick.act, Tick.user_id).where(Tick.item_id == bindparam("item_id")).order_by(Tick.id)


def _check_decided(item: Any, act: Act, at: Tapped) -> None:
    """What somebody has left out since it was tapped without a network stays left out: whoever tapped is told so."""
    later = item.acted_at is not None and at.tapped < item.acted_at and item.acted_by != at.user_id
    if act is Act.DONE and item.state is ItemState.SKIPPED and later:
        told = {"who": item.acted_name or "–", "why": item.note}
        raise Refused(msg("%(who)s left it out after your tap: %(why)s", **told))


def _check_person(item: Any, act: Act, stands_in: int | None) -> None:
    """The crew and who leads it; what confirms persons, only by whose item it is, or by who leads."""
    who = actor.current()
    if who.is_system or who.may(P.SESSION_EDIT):
        return
    if (item.user_id is not None or item.identity) and not live.is_crew(item.session_id, who.user_id):
        raise Forbidden(msg("Only the crew of this session or a team lead can do this."))
    if act is Act.DONE and item.identity and stands_in is not None:
        raise Forbidden(msg("This item is confirmed by the person themselves or by a team lead."))


def _with_note(asked: Evidence, given: Given, note: str) -> Given:
    """What a tick came with, the words of its note standing for what they tell: where the photos are, the number."""
    told = Given(
        photos=asked.photos[0] if asked.photos and note else 0,
        note=note,
        number=read_given_number(note) if asked.number else None,
        link=note,
        answer=note if note in asked.answers else "",
    )
    return Given(
        given.photos or told.photos, note, given.number if given.number is not None else told.number,
        given.link or told.link, given.answer or told.answer, given.rows, given.earlier,
    )  # fmt: skip


def _check_words(item: Any, asked: Evidence, given: Given, tapped: datetime, products: list[int]) -> None:
    """A tick counts with all that is asked for, and with words how what was missed was done after all."""
    lacks = rules.lacking(asked, given, products)
    if lacks:
        raise Invalid(lacks)
    if not given.note and item.expires is not None and item.expires <= tapped:
        raise Invalid.at("note", msg("Its time is over. Say in a note how it was done after all."))


def _check_measured(asked: Evidence, given: Given) -> None:
    """What did not pass was measured, and lies outside of its range."""
    if asked.number is None:
        raise Refused(msg("This item asks for no number."))
    if given.number is None or not given.number.is_finite():
        raise Invalid.at("number", msg("Type the number."))
    if asked.number.holds(given.number):
        raise Invalid.at("number", msg("This number lies within its range: tick the box."))


def _proof(item: Any, act: Act, asked: Evidence, given: Given, photos: list[int]) -> dict[str, Any] | None:
    """What stands beside an item after an act; what is left out keeps the number that did not pass."""
    if act is Act.DONE:
        found = given_json(asked, given)
        return {**(found or {}), "photos": photos} if photos else found
    if act is Act.FAIL:
        return given_json(asked, Given(number=given.number))
    return item.given if act is Act.SKIP and rules.fell_short(asked, item.given) else None


def _products(item: Any, tapped: datetime) -> list[int]:
    """What is to be gone through one by one; of what was missed a note tells how it was done after all."""
    missed = item.expires is not None and item.expires <= tapped
    return [] if missed else [product.id for product in live.lineup(item.session_id)]


@dataclass(frozen=True)
class Tapped:
    """Whose act it is, in whose place, and when it was tapped as far as the phone is believed."""

    user_id: int | None
    stands_in: int | None
    tapped: datetime


def standing(item_id: int, act: Act, client_id: str, tapped_at: datetime | None) -> tuple[Any, Tapped]:
    """An item as it stands for one more act, under its lock; Refused where that can't be. What has been counted is not
    asked again whether it could be."""
    if not 0 < item_id <= db.LARGEST_ID:
        raise NotFound()
    item, who, now = _standing.first(item_id=item_id, client_id=client_id), actor.current(), clock.now()
    if item is None:
        raise NotFound()
    stands_in = item.user_id if item.user_id != who.user_id else None
    tapped = tapped_at if tapped_at is not None and now - LATE_TAP < tapped_at <= now else now
    at = Tapped(who.user_id, stands_in, tapped)
    if item.counted == item_id:
        return item, at
    if item.counted is not None:
        raise Refused(msg("This tap was counted for another item."))
    if act is Act.SKIP and item.blocks and not who.may(P.SESSION_OVERRIDE):
        raise Forbidden(msg("Only a team lead can skip what blocks going live."))
    if not rules.may_act(act, item.state):
        raise Refused(msg("This is not possible any more: the state has changed."))
    if item.session_state is State.CANCELLED:
        raise Refused(msg("This session is cancelled."))
    _check_decided(item, act, at)
    _check_person(item, act, stands_in)
    return item, at


def _act(
    item_id: int, act: Act, client_id: str, note: str, tapped_at: datetime | None, given: Given | None = None
) -> int:
    """Add one act and fold; answers the session. The same client id again changes nothing.

    Whoever was first stands beside the item: a second tick on a done one is kept, but nothing else changes.
    """
    lock("item", item_id)
    item, at = standing(item_id, act, client_id, tapped_at)
    if item.counted is not None:
        return item.session_id
    who, stands_in, tapped = actor.current(), at.stands_in, at.tapped
    asked = read_evidence(item.evidence)
    photos = photos_of(item_id, item.photos_after) if asked.photos and act is Act.DONE else []
    products = _products(item, tapped) if asked.lineup and act is Act.DONE else []
    sent = given or Given()
    checked = tuple(p for p in products if p in sent.rows)
    told = _with_note(asked, replace(sent, photos=len(photos), rows=checked), note)
    earlier = told.earlier if act is Act.DONE else None
    if act is Act.DONE and item.state is not ItemState.DONE and earlier is None:
        _check_words(item, asked, told, tapped, products)
    if act is Act.FAIL:
        _check_measured(asked, told)
    two_people, proved = asked.two, _proof(item, act, asked, told, photos)
    before = _acts.rows(item_id=item_id) if two_people else ()  # elsewhere the last act alone says how it stands
    facts = [TickFact(row_id, its_act, user_id) for row_id, its_act, user_id in before]
    whom = None if item.identity or two_people else stands_in  # these two nobody does for somebody else
    db.note(
        Tick,
        item_id=item_id,
        act=act,
        user_id=who.user_id,
        for_user_id=whom,
        note=note,
        given=proved,
        client_id=client_id,
        tapped_at=tapped,
    )
    if act is Act.DONE and item.state is ItemState.DONE:
        if note and not item.note:
            db.amend(ChecklistItem, item_id, note=note)
        return item.session_id
    state = rules.fold([*facts, TickFact(db.LARGEST_ID, act, who.user_id)], two_people)
    two = two_people and act is Act.DONE
    over = item.state is ItemState.SKIPPED or act is Act.FAIL or rules.fell_short(asked, item.given)
    kept = "" if over else item.note
    opened = act is Act.UNTICK
    db.amend(
        ChecklistItem,
        item_id,
        state=state,
        acted_by=None if opened else who.user_id,
        acted_at=None if opened else tapped,
        acted_for=None if opened else whom,
        halfway=(item.halfway or who.user_id) if two else None,
        note=note if opened else note or kept,
        given=proved,
        **({"evidence": item.asked_now} if opened else {}),
    )
    if asked.answers:
        follow_answers(item.session_id)
    if item.stage is Stage.EMERGENCY:
        follow_emergency(item_id)
    tell(ItemTicked(session_id=item.session_id, item_id=item_id, act=str(act), title=item.title))
    return item.session_id


@command(P.CHECKLIST_TICK, once=False)
def tick(
    item_id: int, client_id: str, note: str = "", tapped_at: datetime | None = None, given: Given | None = None
) -> int:
    """Done, by the actor; for somebody else where it is theirs. Answers the session."""
    return _act(item_id, Act.DONE, client_id, clean_line(note)[:300], tapped_at, given)


@command(P.CHECKLIST_TICK, once=False)
def fail(
    item_id: int, client_id: str, note: str = "", tapped_at: datetime | None = None, given: Given | None = None
) -> int:
    """Measured, and outside of its range (不合格): the number is kept, the item still waits. Answers the session."""
    return _act(item_id, Act.FAIL, client_id, clean_line(note)[:300], tapped_at, given)


@command(P.CHECKLIST_TICK, once=False)
def untick(item_id: int, client_id: str, note: str = "", tapped_at: datetime | None = None) -> int:
    """Not done after all. Answers the session."""
    return _act(item_id, Act.UNTICK, client_id, clean_line(note)[:300], tapped_at)


@command(P.CHECKLIST_TICK, once=False)
def skip(item_id: int, client_id: str, reason: str, tapped_at: datetime | None = None) -> int:
    """Left out, with the reason; a blocking item only by a team lead. Answers the session."""
    why = clean_line(reason)[:300]
    if not why:
        raise Invalid.at("reason", msg("Say why it is left out."))
    return _act(item_id, Act.SKIP, client_id, why, tapped_at)
