"""Bringing others in: one signer more (前加签 后加签), another (转交), a copy (抄送), asking for an answer (催办)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base import unit as units
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.money import show_money
from planner.kernel.permissions import P, Role
from planner.kernel.text import msg
from planner.resources.models import ApprovalLevel, RequestAct, RequestCopy, ResourceRequest
from planner.resources.queries import signers
from planner.resources.queries.reading import readable
from planner.resources.rules import DECIDABLE, NUDGE_AGAIN, Act, LevelRule, LevelState, Mode, Origin, SeatState, State
from planner.resources.services import turns
from planner.resources.services.decisions import sign
from planner.resources.services.gate import Seen, Turn, already, lock_requests, me_now, said_of, turn_of
from planner.resources.services.taking_back import snapshot


def _another(row: ResourceRequest, user_id: int) -> int:
    """Somebody who can sign: here, not barred, and without a signature or a turn of their own."""
    if user_id not in signers.present():
        raise Invalid.at("user_id", msg("Choose somebody of the team."))
    if user_id in turns.barred(row):
        raise Invalid.at("user_id", msg("Nobody decides on what they asked for themselves, or what they are paid."))
    waits = {s.user_id for s in turns.seats_of(row) if s.state in (SeatState.ASKED, SeatState.WAITING)}
    if user_id in waits or user_id in turns.signed_by(turns.seats_of(row)):
        raise Invalid.at("user_id", msg("This person is asked already, or has signed."))
    return user_id


@command(P.REQUEST_DECIDE)
def add_signer(what: Seen, user_id: int, before_me: bool, words: str = "") -> str:
    """Ask somebody more: before me (前加签), then it comes back to me; or after me (后加签), and I sign with it.

    Answers the name of this moment, by which it can be taken back for ten seconds.
    """
    lock_requests(what.request_id)
    turn, said = turn_of(what), said_of(words)
    row, other = turn.row, _another(turn.row, user_id)
    _note(turn, Act.ADD_BEFORE if before_me else Act.ADD_AFTER, said, other)
    if before_me:
        turn.seat.state = SeatState.WAITING
        turns.ask(row, turn.level, (other,), Origin.ADDED_BEFORE, turn.seat.id)
    else:
        _add_level(turn, other)
        sign(replace(turn, stands=turns.round_of(row)), said)
    return units.current().command_id


def _note(turn: Turn, act: Act, said: str, other: int) -> None:
    """Somebody is brought in; how everything stood before it is kept, so that it can be taken back."""
    before = snapshot(turn.row, turn.stands)
    turns.note(turn.row, act, said, level=turn.level.name, to_user=other, for_user=turn.on_behalf, before=before)


ADDED = "added"
"""The name of a level of somebody who was added: words say it in the reader's language."""


def _add_level(turn: Turn, user_id: int) -> None:
    """A level of one person right after this one."""
    rows = turns.levels_of(turn.row)
    later = [level.place for level in rows if level.place > turn.level.place]
    place = (turn.level.place + min(later)) // 2 if later else turn.level.place + turns.GAP
    if any(level.place == place for level in rows):
        raise Refused(msg("Too many people were added here."))
    rule = LevelRule("", Mode.ANY, (), (user_id,))
    db.add(
        ApprovalLevel(
            request_id=turn.row.id, round=turn.row.round, place=place, name=ADDED, mode=Mode.ANY, needed=1,
            rule=rule.as_json(),
        )
    )  # fmt: skip


@command(P.REQUEST_DECIDE)
def transfer(what: Seen, user_id: int, words: str = "") -> str:
    """Hand one's turn on to somebody else (转交). Answers the name of this moment, as `add_signer` does."""
    lock_requests(what.request_id)
    turn, said = turn_of(what), said_of(words)
    other = _another(turn.row, user_id)
    _note(turn, Act.TRANSFER, said, other)
    turn.seat.state, turn.seat.acted_by, turn.seat.acted_at = SeatState.TRANSFERRED, me_now(), clock.now()
    origin = Origin.TRANSFERRED if turn.seat.origin is Origin.POLICY else turn.seat.origin
    turns.ask(turn.row, turn.level, (other,), origin, turn.seat.by_seat)
    return units.current().command_id


@command(P.POLICY_EDIT)
def appoint(request_id: int, user_id: int, words: str = "") -> int:
    """Somebody is asked because nobody else can sign: a manager may do this for a level that is escalated."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    level = next((each for each in turns.levels_of(row) if each.state is LevelState.ACTIVE), None)
    if row.state not in DECIDABLE or level is None or level.escalated_at is None:
        raise Refused(msg("This request does not wait for somebody to be named."))
    other = _another(row, user_id)
    if other == actor.current().user_id and row.requester_id == other:
        raise Forbidden()
    turns.note(row, Act.ADD_BEFORE, said_of(words), level=level.name, to_user=other)
    turns.ask(row, level, (other,), Origin.ESCALATED)
    return row.id


@command(P.REQUEST_VIEW)
def copy_to(request_id: int, user_id: int) -> int:
    """Let somebody know of it (抄送): they may read it."""
    row = db.one(ResourceRequest, request_id)
    if row.state is State.DRAFT or user_id not in signers.present():
        raise Invalid.at("user_id", msg("Choose somebody of the team."))
    lock_requests(request_id)
    held = select(RequestCopy.id).where(RequestCopy.request_id == row.id, RequestCopy.user_id == user_id)
    if db.session().scalar(held) is None:
        db.add(RequestCopy(request_id=row.id, user_id=user_id))
        turns.note(row, Act.COPY, to_user=user_id)
        words = msg("Copied to you: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
        concern([user_id], Sort.CHANGED, ("request", row.id), words)
    return row.id


@command(P.REQUEST_MAKE)
def nudge(request_id: int) -> int:
    """Ask those whose turn it is for an answer (催办), once an hour. Answers how many were asked."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    if not readable(row):
        raise NotFound()
    if not turns.is_mine(row) and actor.current().role not in (Role.LEAD, Role.MANAGER):
        raise Forbidden(msg("Only whoever asked for it can do this."))
    if row.state not in DECIDABLE:
        raise Refused(already(row))
    last = select(RequestAct.created_at).where(RequestAct.request_id == row.id, RequestAct.act == Act.NUDGE)
    at = db.session().scalar(last.order_by(RequestAct.id.desc()).limit(1))
    if at is not None and clock.now() < at + NUDGE_AGAIN:
        raise Refused(msg("They were asked already: you can ask again at %(at)s.", at=show.clock_of(at + NUDGE_AGAIN)))
    whom = {seat.user_id for seat in turns.seats_of(row) if seat.state is SeatState.ASKED}
    asked = sorted(whom - {me_now()})
    if not asked and whom:
        raise Refused(msg("It waits for you alone."))
    if not asked:
        raise Refused(msg("Nobody can sign here: the managers have been told and can name somebody."))
    turns.note(row, Act.NUDGE)
    words = msg(
        "%(who)s asks you to decide: %(title)s, %(amount)s",
        who={"person": me_now()}, title=row.title, amount=show_money(row.total),
    )  # fmt: skip
    concern(turns.with_deputies(row, asked), Sort.LATE, ("request", row.id), words)
    return len(asked)
