"""The one gate of all decisions: whose turn it is, what they saw, and who never signs.

Everything a decision must hold is checked in one function, `turn_of`: it is the person's turn or that of somebody they
stand in for, they did not ask for it and get nothing of it, they have not signed the round before, and what they saw
is what stands. The database holds the same by constraints (`ApprovalSeat`), and the ledger the money.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from planner.base import actor, db
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.telling import TOLD_AFTER
from planner.kernel.errors import Forbidden, Invalid, Refused, Stale
from planner.kernel.text import Message, clean_text, msg
from planner.people import queries as people
from planner.resources.models import ApprovalLevel, ApprovalSeat, RequestAct, ResourceRequest
from planner.resources.queries import seen, signers
from planner.resources.rules import DECIDABLE, LONGEST_REASON, Act, LevelState, SeatState
from planner.resources.services import turns
from planner.resources.services.turns import Round


@dataclass(frozen=True)
class Seen:
    """What somebody had before their eyes when they decided: a request, and the digest of what it asked for."""

    request_id: int
    digest: str


@dataclass(frozen=True)
class Turn:
    """A decision that may be made: the request, its level, the seat, for whom, where somebody stands in, and how the
    round stands."""

    row: ResourceRequest
    level: ApprovalLevel
    seat: ApprovalSeat
    on_behalf: int | None
    stands: Round


def me_now() -> int:
    me = actor.current().user_id
    if me is None:
        raise Forbidden()
    return me


def said_of(words: str, needed: bool = False) -> str:
    told = clean_text(words)[:LONGEST_REASON].strip()
    if needed and not told:
        raise Invalid.at("note", msg("Say why."))
    return told


def turn_of(what: Seen) -> Turn:
    """The one gate of all decisions; under the lock of the request."""
    units.current().memory[TOLD_AFTER] = turns.HELD_BACK
    me, (row, stands) = me_now(), turns.standing(what.request_id)
    if row.state not in DECIDABLE:
        raise Refused(already(row))
    if me in turns.barred(row):
        raise Forbidden(msg("Nobody decides on what they asked for themselves, or what they are paid."))
    if not row.seen == what.digest == seen.digest_of(row):
        raise Stale({"total": row.total}, row.version, *db.last_change(row))
    seats = stands.seats
    if me in turns.signed_by(seats):
        raise Refused(msg("You have signed this already: one person counts once."))
    levels = {level.id: level for level in stands.levels if level.state is LevelState.ACTIVE}
    asked = [seat for seat in seats if seat.level_id in levels and seat.state is SeatState.ASKED]
    asked = [seat for seat in asked if turns.fits(levels[seat.level_id], seat, stands.roles.get(seat.user_id))]
    own = next((seat for seat in asked if seat.user_id == me), None)
    if own is not None:
        return Turn(row, levels[own.level_id], own, None, stands)
    for_others = signers.stands_in_for(me)
    stood = next((seat for seat in asked if seat.user_id in for_others), None)
    if stood is None and _was_asked(seats, me):
        raise Refused(already(row))
    if stood is None:
        raise Forbidden(msg("It is not your turn to decide on this."))
    return Turn(row, levels[stood.level_id], stood, stood.user_id, stands)


SAID = (Act.APPROVE, Act.REFUSE, Act.GIVE_BACK, Act.KEEP, Act.RECALL)


def already(row: ResourceRequest) -> Message:
    """Why there is nothing to decide any more: who was faster."""
    asked = select(RequestAct.act, RequestAct.created_by).where(RequestAct.request_id == row.id)
    last = db.session().execute(asked.where(RequestAct.act.in_(SAID)).order_by(RequestAct.id.desc()).limit(1)).first()
    if last is None:
        return msg("It has been decided already, or was recalled.")
    act, by = last
    if by == actor.current().user_id:
        return msg("You have decided on it already.")
    name = people.names([by]).get(by or 0, "")
    said = {
        Act.APPROVE: msg("%(name)s has approved it already.", name=name),
        Act.REFUSE: msg("%(name)s has refused it already.", name=name),
        Act.GIVE_BACK: msg("%(name)s has returned it already.", name=name),
        Act.RECALL: msg("%(name)s has recalled it.", name=name),
    }
    return said.get(act, msg("%(name)s has decided on it already.", name=name))


def _was_asked(seats: list[ApprovalSeat], me: int) -> bool:
    """Whether it was this person's turn, until somebody else of the level signed."""
    return any(seat.user_id == me and seat.state is SeatState.NOT_NEEDED for seat in seats)


def lock_requests(*request_ids: int) -> None:
    lock(*(("request", request_id) for request_id in sorted(set(request_ids))))
