"""Taking back at once, before anybody was told of it, what somebody decided or whom they brought in: everything stands
again as it did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base import undo as undoing
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.resources.models import LedgerEntry, RequestAct, ResourceRequest
from planner.resources.queries import seen
from planner.resources.rules import GRACE_SECONDS, UNDO_SECONDS, Act, LevelState, SeatState, State
from planner.resources.services import holding, ledger, turns
from planner.resources.services.gate import lock_requests, me_now
from planner.resources.services.turns import Round


def snapshot(row: ResourceRequest, stands: Round) -> dict[str, Any]:
    """How everything stands before a decision: the request, its round, and the last entry of the ledger."""

    def at(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "state": str(row.state),
        "waits_since": at(row.waits_since),
        "decided_at": at(row.decided_at),
        "budget_id": row.budget_id,
        "round": row.round,
        "levels": [
            [level.id, str(level.state), level.needed, level.covered_by, at(level.active_at), at(level.escalated_at)]
            for level in stands.levels
        ],
        "seats": [[seat.id, str(seat.state)] for seat in stands.seats],
        "entry": stands.money.last,
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
            seat.state = before
            if before in (SeatState.ASKED, SeatState.WAITING):
                seat.acted_by, seat.acted_at, seat.note = None, None, ""
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
        holding.hold(row, again=True)
    row.waits_since = at(kept["waits_since"])
    for each in kept["levels"]:
        if LevelState(each[1]) is LevelState.ACTIVE:
            db.flush()
            holding.name_asked(row, each[0])


def _entries_after(row: ResourceRequest, entry_id: int) -> list[LedgerEntry]:
    asked = select(LedgerEntry).where(LedgerEntry.request_id == row.id, LedgerEntry.id > entry_id)
    return list(db.session().scalars(asked.order_by(LedgerEntry.id.desc())))


def _has_changed(row: ResourceRequest) -> bool:
    """Whether whoever asked writes on what was returned, or what it adds to is closed by now."""
    if row.state is State.RETURNED and seen.digest_of(row) != row.seen:
        return True
    return row.follows_id is not None and db.one(ResourceRequest, row.follows_id).state is not State.APPROVED


TAKEN_BACK = (
    Act.APPROVE, Act.REFUSE, Act.GIVE_BACK, Act.KEEP, Act.ADD_BEFORE, Act.ADD_AFTER, Act.TRANSFER,
)  # fmt: skip


@command(P.REQUEST_DECIDE)
def take_back(batch: str) -> int:
    """What one decided at one moment, or whom one brought in, while nobody has been told of it: all of it or nothing.
    Answers of how many requests."""
    mine = (RequestAct.batch == batch, RequestAct.created_by == me_now(), RequestAct.act.in_(TAKEN_BACK))
    asked = select(RequestAct).where(*mine).order_by(RequestAct.request_id, RequestAct.id.desc())
    ids = set(db.session().scalars(asked.with_only_columns(RequestAct.request_id)))
    if not ids:
        raise NotFound()
    first = select(ResourceRequest.follows_id).where(
        ResourceRequest.id.in_(ids), ResourceRequest.follows_id.is_not(None)
    )
    lock_requests(*ids, *(row_id for row_id in db.session().scalars(first) if row_id is not None))
    first_of = {act.request_id: act for act in db.session().scalars(asked)}  # whoever adds a signer after signs, too
    late = timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS)
    for act in first_of.values():
        row = db.one(ResourceRequest, act.request_id)
        newest = select(RequestAct.batch).where(RequestAct.request_id == row.id).order_by(RequestAct.id.desc())
        if clock.now() - act.created_at > late or act.before is None:
            raise Refused(msg("It can't be taken back any more: the others have been told."))
        if db.session().scalar(newest.limit(1)) != batch or row.round != act.before["round"] or _has_changed(row):
            raise Refused(msg("It can't be taken back any more: somebody has gone on with it."))
        _put_back(row, act.before)
        turns.note(row, Act.TAKE_BACK)
    undoing.untell(batch)
    return len(first_of)
