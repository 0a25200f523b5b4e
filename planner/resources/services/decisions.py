"""Deciding: say yes (同意), no (拒绝), or give it back (退回), each through the one gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.base import db
from planner.base import unit as units
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, PlannerError, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.resources.models import ApprovalSeat, ResourceRequest
from planner.resources.rules import REQUESTS, Act, LevelState, Origin, SeatState, State
from planner.resources.services import turns
from planner.resources.services.gate import Seen, Turn, lock_requests, me_now, said_of, turn_of
from planner.resources.services.taking_back import snapshot


def sign(turn: Turn, words: str) -> None:
    seat, row = turn.seat, turn.row
    before = snapshot(row, turn.stands)
    seat.state, seat.acted_by, seat.acted_at, seat.note = SeatState.APPROVED, me_now(), clock.now(), words
    seat.seen, seat.seen_version, seat.seen_amount = row.seen, row.version, row.total
    turns.note(row, Act.APPROVE, words, level=turn.level.name, for_user=turn.on_behalf, before=before)
    turns.signed(row, turn.level)
    _back_to_the_asker(row, seat, turn.stands.seats)
    turns.go_on(row, row.seen, turn.stands)  # the gate has found that this is what stands


def _back_to_the_asker(row: ResourceRequest, seat: ApprovalSeat, seats: list[ApprovalSeat]) -> None:
    """Who was added before has signed: it comes back to whoever added them."""
    if seat.origin is not Origin.ADDED_BEFORE or seat.by_seat is None:
        return
    asker = db.one(ApprovalSeat, seat.by_seat)
    others = [
        each for each in seats
        if each.by_seat == asker.id and each.origin is Origin.ADDED_BEFORE and each.state is SeatState.ASKED
    ]  # fmt: skip
    if asker.state is SeatState.WAITING and not others:
        asker.state, asker.asked_at = SeatState.ASKED, clock.now()
        db.flush()
        turns.tell_asked(row, (asker.user_id,))


@command(P.REQUEST_DECIDE)
def approve(what: Seen, words: str = "") -> dict[str, Any]:
    """Say yes (同意). Answers the name of this moment (`batch`), by which it can be taken back for ten seconds, and the
    `title` and `total` (minor units) of what was approved."""
    lock_requests(what.request_id)
    turn = turn_of(what)
    sign(turn, said_of(words))
    return {"batch": units.current().command_id, "title": turn.row.title, "total": turn.row.total}


@command(P.REQUEST_DECIDE)
def approve_many(many: Sequence[Seen]) -> dict[str, Any]:
    """Say yes to several, each under all rules by itself: what can't be is left as it is, and said.

    Answers `batch`, the ids that were `done`, and of those `left` the reasons as messages in JSON.
    """
    lock_requests(*(what.request_id for what in many))
    done: list[int] = []
    left: dict[str, Any] = {}
    for what in many:
        try:
            with units.current().part():
                sign(turn_of(what), "")
            done.append(what.request_id)
        except PlannerError as fault:
            left[str(what.request_id)] = fault.message.as_json()
    return {"batch": units.current().command_id, "done": done, "left": left}


@command(P.REQUEST_DECIDE)
def refuse(what: Seen, words: str) -> str:
    """Say no (拒绝), with a reason: it ends here. Of a cancellation: the approval stands."""
    lock_requests(what.request_id)
    turn, said = turn_of(what), said_of(words, needed=True)
    row, seat = turn.row, turn.seat
    before = snapshot(row, turn.stands)
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
    seat.state, seat.acted_by, seat.acted_at, seat.note = seat_state, me_now(), clock.now(), said
    seat.seen, seat.seen_version, seat.seen_amount = turn.row.seen, turn.row.version, turn.row.total
    level.state = level_state
    for other in turn.stands.seats:
        if other.level_id == level.id and other.state in (SeatState.ASKED, SeatState.WAITING):
            other.state = SeatState.NOT_NEEDED
    db.flush()


@command(P.REQUEST_DECIDE)
def give_back(what: Seen, words: str, to_level: int | None = None) -> str:
    """Return it (退回): to whoever asked, who may change it, or to an earlier level, which decides once more."""
    lock_requests(what.request_id)
    turn, said = turn_of(what), said_of(words, needed=True)
    row = turn.row
    before = snapshot(row, turn.stands)
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
    row, rows = turn.row, turn.stands.levels
    target = next((level for level in rows if level.id == level_id), None)
    if target is None or target.place >= turn.level.place or target.state is not LevelState.PASSED:
        raise Invalid.at("to_level", msg("Choose a level that has signed already."))
    again = {level.id for level in rows if target.place <= level.place <= turn.level.place}
    for seat in turn.stands.seats:
        if seat.level_id in again and seat.state in (SeatState.ASKED, SeatState.WAITING, SeatState.APPROVED):
            seat.state = SeatState.NOT_NEEDED
    turn.seat.state, turn.seat.acted_by, turn.seat.acted_at = SeatState.RETURNED, me_now(), clock.now()
    turn.seat.note, turn.seat.seen = said, row.seen
    for level in rows:
        if level.id in again:
            level.state = LevelState.WAITING
    db.flush()
    turns.note(row, Act.GIVE_BACK, said, level=turn.level.name, for_user=turn.on_behalf, before=before)
    turns.go_on(row)
