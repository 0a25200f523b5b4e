"""Deciding: the office's own verbs (同意 拒绝 退回 前加签 后加签 转交 抄送 催办), each under the same rules.

Everything a decision must hold is checked in one function, `_turn`: it is the person's turn or that of somebody they
stand in for, they did not ask for it and get nothing of it, they have not signed the round before, and what they saw
is what stands. The database holds the same by constraints (`ApprovalSeat`), and the ledger the money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base import undo as undoing
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, PlannerError, Refused, Stale
from planner.kernel.money import show_money
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_text, msg
from planner.resources.models import (
    ApprovalLevel,
    ApprovalSeat,
    LedgerEntry,
    RequestAct,
    RequestCopy,
    ResourceRequest,
)
from planner.resources.queries import seen, signers
from planner.resources.rules import (
    DECIDABLE,
    GRACE_SECONDS,
    LONGEST_REASON,
    NUDGE_MINUTES,
    REQUESTS,
    UNDO_SECONDS,
    Act,
    LevelRule,
    LevelState,
    Mode,
    Origin,
    SeatState,
    State,
    route,
)
from planner.resources.services import ledger, turns


@dataclass(frozen=True)
class Seen:
    """What somebody had before their eyes when they decided: a request, and the digest of what it asked for."""

    request_id: int
    digest: str


@dataclass(frozen=True)
class Turn:
    """A decision that may be made: the request, its level, the seat, and for whom, where somebody stands in."""

    row: ResourceRequest
    level: ApprovalLevel
    seat: ApprovalSeat
    on_behalf: int | None


def _me() -> int:
    me = actor.current().user_id
    if me is None:
        raise Forbidden()
    return me


def _said(words: str, needed: bool = False) -> str:
    told = clean_text(words)[:LONGEST_REASON].strip()
    if needed and not told:
        raise Invalid.at("note", msg("Say why."))
    return told


def _turn(what: Seen) -> Turn:
    """The one gate of all decisions; under the lock of the request."""
    units.current().memory["deciding"] = True
    me, row = _me(), db.one(ResourceRequest, what.request_id)
    if row.state not in DECIDABLE:
        raise Refused(msg("It has been decided already, or was recalled."))
    if me in turns.barred(row):
        raise Forbidden(msg("Nobody decides on what they asked for themselves, or what they are paid."))
    if not row.seen == what.digest == seen.digest_of(row):
        raise Stale({"total": row.total}, row.version, *db.last_change(row))
    seats = turns.seats_of(row)
    if me in turns.signed_by(seats):
        raise Refused(msg("You have signed this already: one person counts once."))
    levels = {level.id: level for level in turns.levels_of(row) if level.state is LevelState.ACTIVE}
    asked = [seat for seat in seats if seat.level_id in levels and seat.state is SeatState.ASKED]
    own = next((seat for seat in asked if seat.user_id == me), None)
    if own is not None:
        return Turn(row, levels[own.level_id], own, None)
    for_others = signers.stands_in_for(me)
    stood = next((seat for seat in asked if seat.user_id in for_others), None)
    if stood is None:
        raise Forbidden(msg("It is not your turn to decide on this."))
    return Turn(row, levels[stood.level_id], stood, stood.user_id)


@command(P.REQUEST_VIEW)
def follow_papers(kind: str, object_id: int) -> None:
    """The port's answer to discussions: papers were added or taken away, so what was signed was signed for something
    else; the way begins again, and whoever has signed is told."""
    if kind != seen.KIND:
        return
    _lock(object_id)
    row = db.session().get(ResourceRequest, object_id, populate_existing=True)
    if row is None or row.state is not State.PENDING or seen.digest_of(row) == row.seen:
        return
    signed = turns.signed_by(turns.seats_of(row))
    units.current().memory["papers"] = True
    turns.note(row, Act.CHANGE)
    turns.void(row)
    row.seen = seen.digest_of(row)
    turns.begin(row)
    words = msg("Its papers have changed, so it is to be signed again: %(title)s", title=row.title)
    concern(sorted(signed), Sort.CHANGED, ("request", row.id), words)


def _lock(*request_ids: int) -> None:
    lock(*(("request", request_id) for request_id in sorted(set(request_ids))))


# ------------------------------------------------------------------- taking back


def _snapshot(row: ResourceRequest) -> dict[str, Any]:
    """How everything stands before a decision."""

    def at(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    entries = select(LedgerEntry.id).where(LedgerEntry.request_id == row.id).order_by(LedgerEntry.id.desc()).limit(1)
    return {
        "state": str(row.state),
        "waits_since": at(row.waits_since),
        "decided_at": at(row.decided_at),
        "budget_id": row.budget_id,
        "round": row.round,
        "levels": [
            [level.id, str(level.state), level.needed, level.covered_by, at(level.active_at), at(level.escalated_at)]
            for level in turns.levels_of(row)
        ],
        "seats": [[seat.id, str(seat.state)] for seat in turns.seats_of(row)],
        "entry": db.session().scalar(entries) or 0,
    }


def _put_back(row: ResourceRequest, kept: dict[str, Any]) -> None:
    def at(value: str | None) -> datetime | None:
        return datetime.fromisoformat(value) if value else None

    levels = {each[0]: each for each in kept["levels"]}
    seats = {each[0]: each for each in kept["seats"]}
    for seat in turns.seats_of(row):
        if seat.id not in seats:
            db.remove(seat)
            continue
        before = SeatState(seats[seat.id][1])
        if seat.state is not before:
            seat.state, seat.acted_by, seat.acted_at, seat.note = before, None, None, ""
            seat.seen = seat.seen_version = seat.seen_amount = None
    for level in turns.levels_of(row):
        if level.id not in levels:
            db.remove(level)
            continue
        _id, state, level.needed, level.covered_by, active, escalated = levels[level.id]
        level.state, level.active_at, level.escalated_at = LevelState(state), at(active), at(escalated)
    for entry in _entries_after(row, kept["entry"]):
        if not ledger.take_back(entry):
            raise Refused(ledger.lacks(entry.budget_id, -entry.committed - entry.spent))
    row.decided_at, row.budget_id = at(kept["decided_at"]), kept["budget_id"]
    before_state = State(kept["state"])
    if row.state is not before_state:
        turns.move(row, before_state)
    row.waits_since = at(kept["waits_since"])


def _entries_after(row: ResourceRequest, entry_id: int) -> list[LedgerEntry]:
    asked = select(LedgerEntry).where(LedgerEntry.request_id == row.id, LedgerEntry.id > entry_id)
    return list(db.session().scalars(asked.order_by(LedgerEntry.id.desc())))


TAKEN_BACK = (Act.APPROVE, Act.REFUSE, Act.GIVE_BACK, Act.KEEP)


@command(P.REQUEST_DECIDE)
def take_back(batch: str) -> int:
    """One's own decisions of one moment, while nobody has been told of them: all of them or none. Answers how many."""
    mine = (RequestAct.batch == batch, RequestAct.created_by == _me(), RequestAct.act.in_(TAKEN_BACK))
    asked = select(RequestAct).where(*mine).order_by(RequestAct.request_id)
    ids = list(db.session().scalars(asked.with_only_columns(RequestAct.request_id)))
    if not ids:
        raise NotFound()
    _lock(*ids)
    acts = list(db.session().scalars(asked))
    late = timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS)
    for act in acts:
        row = db.one(ResourceRequest, act.request_id)
        newest = select(RequestAct.batch).where(RequestAct.request_id == row.id).order_by(RequestAct.id.desc())
        if clock.now() - act.created_at > late or act.before is None:
            raise Refused(msg("It can't be taken back any more: the others have been told."))
        if db.session().scalar(newest.limit(1)) != batch or row.round != act.before["round"]:
            raise Refused(msg("It can't be taken back any more: somebody has gone on with it."))
        _put_back(row, act.before)
        turns.note(row, Act.TAKE_BACK)
    undoing.untell(batch)
    return len(acts)


# -------------------------------------------------------------------- decisions


def _sign(turn: Turn, words: str) -> None:
    seat, row = turn.seat, turn.row
    before = _snapshot(row)
    seat.state, seat.acted_by, seat.acted_at, seat.note = SeatState.APPROVED, _me(), clock.now(), words
    seat.seen, seat.seen_version, seat.seen_amount = row.seen, row.version, row.total
    db.flush()
    turns.note(row, Act.APPROVE, words, level=turn.level.name, for_user=turn.on_behalf, before=before)
    turns.signed(row, turn.level)
    _back_to_the_asker(row, seat)
    turns.go_on(row)


def _back_to_the_asker(row: ResourceRequest, seat: ApprovalSeat) -> None:
    """Who was added before has signed: it comes back to whoever added them."""
    if seat.origin is not Origin.ADDED_BEFORE or seat.by_seat is None:
        return
    asker = db.one(ApprovalSeat, seat.by_seat)
    others = [
        each for each in turns.seats_of(row)
        if each.by_seat == asker.id and each.origin is Origin.ADDED_BEFORE and each.state is SeatState.ASKED
    ]  # fmt: skip
    if asker.state is SeatState.WAITING and not others:
        asker.state, asker.asked_at = SeatState.ASKED, clock.now()
        db.flush()
        turns.tell_asked(row, (asker.user_id,))


@command(P.REQUEST_DECIDE)
def approve(what: Seen, words: str = "") -> str:
    """Say yes (同意). Answers the name of this moment, by which it can be taken back for ten seconds."""
    _lock(what.request_id)
    _sign(_turn(what), _said(words))
    return units.current().command_id


@command(P.REQUEST_DECIDE)
def approve_many(many: Sequence[Seen]) -> dict[str, Any]:
    """Say yes to several, each under all rules by itself: what can't be is left as it is, and said.

    Answers `batch`, the ids that were `done`, and of those `left` the reasons as messages in JSON.
    """
    _lock(*(what.request_id for what in many))
    done: list[int] = []
    left: dict[str, Any] = {}
    for what in many:
        try:
            with units.current().part():
                _sign(_turn(what), "")
            done.append(what.request_id)
        except PlannerError as fault:
            left[str(what.request_id)] = fault.message.as_json()
    return {"batch": units.current().command_id, "done": done, "left": left}


@command(P.REQUEST_DECIDE)
def refuse(what: Seen, words: str) -> str:
    """Say no (拒绝), with a reason: it ends here. Of a cancellation: the approval stands."""
    _lock(what.request_id)
    turn, said = _turn(what), _said(words, needed=True)
    row, seat = turn.row, turn.seat
    before = _snapshot(row)
    _decided(turn, SeatState.REFUSED, LevelState.REFUSED, said)
    if row.state is State.CANCELLING:
        turns.note(row, Act.KEEP, said, level=turn.level.name, for_user=turn.on_behalf, before=before)
        turns.move(row, REQUESTS.take("keep", row.state))
        turns.tell_requester(row, msg("Not cancelled: %(title)s. %(why)s", title=row.title, why=said))
        return units.current().command_id
    turns.note(row, Act.REFUSE, said, level=turn.level.name, for_user=turn.on_behalf, before=before)
    turns.free_reserved(row)
    row.decided_at = seat.acted_at
    turns.move(row, REQUESTS.take("refuse", row.state))
    turns.tell_requester(row, msg("Refused: %(title)s. %(why)s", title=row.title, why=said))
    return units.current().command_id


def _decided(turn: Turn, seat_state: SeatState, level_state: LevelState, said: str) -> None:
    seat, level = turn.seat, turn.level
    seat.state, seat.acted_by, seat.acted_at, seat.note = seat_state, _me(), clock.now(), said
    seat.seen, seat.seen_version, seat.seen_amount = turn.row.seen, turn.row.version, turn.row.total
    level.state = level_state
    for other in turns.seats_of(turn.row):
        if other.level_id == level.id and other.state in (SeatState.ASKED, SeatState.WAITING):
            other.state = SeatState.NOT_NEEDED
    db.flush()


@command(P.REQUEST_DECIDE)
def give_back(what: Seen, words: str, to_level: int | None = None) -> str:
    """Return it (退回): to whoever asked, who may change it, or to an earlier level, which decides once more."""
    _lock(what.request_id)
    turn, said = _turn(what), _said(words, needed=True)
    row = turn.row
    before = _snapshot(row)
    if row.state is not State.PENDING:
        raise Refused(msg("A cancellation is approved or refused."))
    if to_level is not None:
        _to_level(turn, to_level, said, before)
        return units.current().command_id
    _decided(turn, SeatState.RETURNED, LevelState.RETURNED, said)
    turns.note(row, Act.GIVE_BACK, said, level=turn.level.name, for_user=turn.on_behalf, before=before)
    turns.free_reserved(row)
    turns.move(row, REQUESTS.take("give_back", row.state))
    words_told = msg("Returned to you: %(title)s. %(why)s", title=row.title, why=said)
    concern([row.requester_id], Sort.ASSIGNED, ("request", row.id), words_told, after=turns.HELD_BACK)
    return units.current().command_id


def _to_level(turn: Turn, level_id: int, said: str, before: dict[str, Any]) -> None:
    row, rows = turn.row, turns.levels_of(turn.row)
    target = next((level for level in rows if level.id == level_id), None)
    if target is None or target.place >= turn.level.place or target.state is not LevelState.PASSED:
        raise Invalid.at("to_level", msg("Choose a level that has signed already."))
    again = {level.id for level in rows if target.place <= level.place <= turn.level.place}
    for seat in turns.seats_of(row):
        if seat.level_id in again and seat.state in (SeatState.ASKED, SeatState.WAITING, SeatState.APPROVED):
            seat.state = SeatState.NOT_NEEDED
    turn.seat.state, turn.seat.acted_by, turn.seat.acted_at = SeatState.RETURNED, _me(), clock.now()
    turn.seat.note, turn.seat.seen = said, row.seen
    for level in rows:
        if level.id in again:
            level.state = LevelState.WAITING
    db.flush()
    turns.note(row, Act.GIVE_BACK, said, level=turn.level.name, for_user=turn.on_behalf, before=before)
    turns.go_on(row)


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
def add_signer(what: Seen, user_id: int, before_me: bool, words: str = "") -> int:
    """Ask somebody more: before me (前加签), then it comes back to me; or after me (后加签), and I sign with it."""
    _lock(what.request_id)
    turn, said = _turn(what), _said(words)
    row, other = turn.row, _another(turn.row, user_id)
    act = Act.ADD_BEFORE if before_me else Act.ADD_AFTER
    if before_me:
        turns.note(row, act, said, level=turn.level.name, to_user=other, for_user=turn.on_behalf)
        turn.seat.state = SeatState.WAITING
        turns.ask(row, turn.level, (other,), Origin.ADDED_BEFORE, turn.seat.id)
        return row.id
    turns.note(row, act, said, level=turn.level.name, to_user=other, for_user=turn.on_behalf)
    _add_level(turn, other)
    _sign(turn, said)
    return row.id


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
            request_id=turn.row.id, round=turn.row.round, place=place, name=turn.level.name, mode=Mode.ANY, needed=1,
            rule=rule.as_json(),
        )
    )  # fmt: skip


@command(P.REQUEST_DECIDE)
def transfer(what: Seen, user_id: int, words: str = "") -> int:
    """Hand one's turn on to somebody else (转交)."""
    _lock(what.request_id)
    turn, said = _turn(what), _said(words)
    other = _another(turn.row, user_id)
    turn.seat.state, turn.seat.acted_by, turn.seat.acted_at = SeatState.TRANSFERRED, _me(), clock.now()
    turns.note(turn.row, Act.TRANSFER, said, level=turn.level.name, to_user=other, for_user=turn.on_behalf)
    turns.ask(turn.row, turn.level, (other,), turn.seat.origin, turn.seat.by_seat)
    return turn.row.id


@command(P.POLICY_EDIT)
def appoint(request_id: int, user_id: int, words: str = "") -> int:
    """Somebody is asked because nobody else can sign: a manager may do this for a level that is escalated."""
    _lock(request_id)
    row = db.one(ResourceRequest, request_id)
    level = next((each for each in turns.levels_of(row) if each.state is LevelState.ACTIVE), None)
    if row.state not in DECIDABLE or level is None or level.escalated_at is None:
        raise Refused(msg("This request does not wait for somebody to be named."))
    other = _another(row, user_id)
    if other == actor.current().user_id and row.requester_id == other:
        raise Forbidden()
    turns.note(row, Act.ADD_BEFORE, _said(words), level=level.name, to_user=other)
    turns.ask(row, level, (other,), Origin.ESCALATED)
    return row.id


@command(P.REQUEST_VIEW)
def copy_to(request_id: int, user_id: int) -> int:
    """Let somebody know of it (抄送): they may read it."""
    row = db.one(ResourceRequest, request_id)
    if row.state is State.DRAFT or user_id not in signers.present():
        raise Invalid.at("user_id", msg("Choose somebody of the team."))
    _lock(request_id)
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
    _lock(request_id)
    row = db.one(ResourceRequest, request_id)
    if not turns.is_mine(row) and actor.current().role not in (Role.LEAD, Role.MANAGER):
        raise Forbidden(msg("Only whoever asked for it can do this."))
    if row.state not in DECIDABLE:
        raise Refused(msg("It has been decided already, or was recalled."))
    last = select(RequestAct.created_at).where(RequestAct.request_id == row.id, RequestAct.act == Act.NUDGE)
    at = db.session().scalar(last.order_by(RequestAct.id.desc()).limit(1))
    if at is not None and clock.now() - at < timedelta(minutes=NUDGE_MINUTES):
        raise Refused(msg("They were asked within the last hour."))
    asked = sorted({seat.user_id for seat in turns.seats_of(row) if seat.state is SeatState.ASKED})
    turns.note(row, Act.NUDGE)
    words = msg("Waits for your answer: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
    held = signers.deputies()
    told = {*asked, *(deputy for user_id in asked for deputy in held.get(user_id, ()))}
    concern(sorted(told - turns.barred(row)), Sort.LATE, ("request", row.id), words)
    return len(asked)


def reseat(request_id: int) -> None:
    """Whoever was asked has left, or can't sign any more: the level finds its signers anew. Inside a command."""
    _lock(request_id)
    row = db.one(ResourceRequest, request_id)
    level = next((each for each in turns.levels_of(row) if each.state is LevelState.ACTIVE), None)
    if row.state not in DECIDABLE or level is None:
        return
    here, seats = signers.present(), turns.seats_of(row)
    mine = [s for s in seats if s.level_id == level.id and s.state in (SeatState.ASKED, SeatState.WAITING)]
    for seat in mine:
        if seat.user_id not in here:
            seat.state = SeatState.NOT_NEEDED
    db.flush()
    signed = turns.signed_by([s for s in seats if s.level_id == level.id])
    asked = {s.user_id for s in mine if s.state is SeatState.ASKED}
    waiting = [each for each in turns.levels_of(row) if each.state is LevelState.WAITING]
    rules = [LevelRule.from_json(each.rule) for each in (level, *waiting)]
    stop = route(rules, here, turns.barred(row) | turns.signed_by(seats))[0]
    more = tuple(user_id for user_id in stop.signers if user_id not in asked)
    if not asked or level.mode is Mode.ALL:
        turns.ask(row, level, more, Origin.POLICY)
        asked |= set(more)
    if len(asked) + len(signed) < max(1, level.needed) and level.escalated_at is None:
        turns.escalate(row, level)
    turns.go_on(row)
