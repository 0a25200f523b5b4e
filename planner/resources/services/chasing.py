"""What holds a request up: its papers have changed, its signers have left, or nobody answers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base import unit as units
from planner.base.telling import Sort, concern, settle
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.money import show_money
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.resources.models import ApprovalLevel, ApprovalSeat, ResourceRequest
from planner.resources.queries import policies, seen, signers
from planner.resources.queries.asked import still_asked
from planner.resources.queries.hours import versioned_hours
from planner.resources.rules import (
    DECIDABLE,
    Act,
    LevelRule,
    LevelState,
    Mode,
    Origin,
    SeatState,
    State,
    open_minutes,
    route,
)
from planner.resources.services import turns
from planner.resources.services.gate import lock_requests


@command(P.REQUEST_VIEW)
def follow_papers(kind: str, object_id: int) -> None:
    """The port's answer to discussions: papers were added or taken away, so what was signed was signed for something
    else; the way begins again, and whoever has signed is told."""
    if kind != seen.KIND:
        return
    lock_requests(object_id)
    row = db.some(ResourceRequest, {object_id}).get(object_id)
    if row is None or row.state not in DECIDABLE or seen.digest_of(row) == row.seen:
        return
    signed = turns.signed_by(turns.seats_of(row))
    units.current().memory["papers"] = True
    turns.note(row, Act.CHANGE)
    turns.void(row)
    row.seen = seen.digest_of(row)
    if row.state is State.CANCELLING:
        turns.begin_cancelling(row)
    else:
        turns.begin(row)
    words = msg("Its papers have changed, so it is to be signed again: %(title)s", title=row.title)
    concern(sorted(signed), Sort.CHANGED, ("request", row.id), words)


OPEN_SEATS = (SeatState.ASKED, SeatState.WAITING)


def reseat(request_id: int) -> None:
    """Whoever was asked has left, or can't sign any more: the level finds its signers anew. Inside a command."""
    lock_requests(request_id)
    row = db.one(ResourceRequest, request_id)
    level = next((each for each in turns.levels_of(row) if each.state is LevelState.ACTIVE), None)
    if row.state not in DECIDABLE or level is None:
        return
    here, mine = signers.present(), _seats_at(row, level)
    for seat in mine:
        if seat.state in OPEN_SEATS and (seat.user_id not in here or not turns.fits(level, seat, here[seat.user_id])):
            seat.state = SeatState.NOT_NEEDED
            settle("request", row.id, still_asked)
    for seat in mine:
        if seat.state is SeatState.WAITING and not any(_is_before(each, seat) for each in mine):
            seat.state, seat.asked_at = SeatState.ASKED, clock.now()
            turns.tell_asked(row, (seat.user_id,))
    db.flush()
    _fill(row, level)
    with suppress(Refused), units.current().part():  # what the budget lacks is said to whoever signs
        turns.go_on(row)


def _seats_at(row: ResourceRequest, level: ApprovalLevel) -> list[ApprovalSeat]:
    return [seat for seat in turns.seats_of(row) if seat.level_id == level.id]


def _is_before(seat: ApprovalSeat, asker: ApprovalSeat) -> bool:
    """Whether this one, who was added by the other, is still to sign before them."""
    return seat.by_seat == asker.id and seat.origin is Origin.ADDED_BEFORE and seat.state in OPEN_SEATS


def _places(row: ResourceRequest, level: ApprovalLevel) -> int:
    """How many have signed, or are asked to; whoever was added before signs besides."""
    held = (*OPEN_SEATS, SeatState.APPROVED)
    return sum(s.origin is not Origin.ADDED_BEFORE and s.state in held for s in _seats_at(row, level))


def _fill(row: ResourceRequest, level: ApprovalLevel) -> None:
    """Ask whoever can sign now: all of them where all must, else where too few are asked. Whoever has handed the turn
    on is asked again only where nobody else is left."""
    waiting = [each for each in turns.levels_of(row) if each.state is LevelState.WAITING]
    rules = [LevelRule.from_json(each.rule) for each in (level, *waiting)]
    stop = route(rules, signers.present(), turns.barred(row) | turns.signed_by(turns.seats_of(row)))[0]
    mine, held = _seats_at(row, level), _places(row, level)
    if level.mode is Mode.ALL or held < level.needed:
        taken = {seat.user_id for seat in mine if seat.state in OPEN_SEATS}
        handed = {seat.user_id for seat in mine if seat.state is SeatState.TRANSFERRED}
        free = tuple(user_id for user_id in stop.signers if user_id not in taken)
        fresh = tuple(user_id for user_id in free if user_id not in handed)
        turns.ask(row, level, fresh if held + len(fresh) >= max(1, level.needed) else free, Origin.POLICY)
        held = _places(row, level)
    if level.mode is Mode.ALL:
        level.needed = max(level.needed, held)
    if held < max(1, level.needed) and level.escalated_at is None:
        turns.escalate(row, level)


def _decided_now(only: int | None) -> tuple[Any, ...]:
    waits = ResourceRequest.state.in_(list(DECIDABLE))
    return (waits,) if only is None else (waits, ResourceRequest.id == only)


@command(P.REQUEST_DECIDE)
def follow_people(only: int | None = None) -> None:
    """Every level that is being decided (or of one request) has signers who are there; what nobody can sign is
    escalated."""
    asked = select(ResourceRequest.id).where(*_decided_now(only)).order_by(ResourceRequest.id)
    for request_id in list(db.session().scalars(asked)):
        follow_papers(seen.KIND, request_id)
        reseat(request_id)


@command(P.REQUEST_DECIDE)
def remind(only: int | None = None) -> int:
    """Whoever lets a request (or one of them) wait too long is reminded, then the managers are told, by the working
    hours of the team. Answers how many requests were chased."""
    follow_people(only)
    now, chased = clock.now(), 0
    hours = versioned_hours()[1]
    asked = (
        select(ApprovalLevel, ResourceRequest)
        .join(ResourceRequest, ResourceRequest.id == ApprovalLevel.request_id)
        .where(ApprovalLevel.state == LevelState.ACTIVE, *_decided_now(only))
        .order_by(ApprovalLevel.id)
    )
    pairs: Any = db.session().execute(asked).all()
    for level, row in pairs:
        if level.active_at is None or level.round != row.round or (level.reminded_at and level.escalated_at):
            continue
        held = policies.policy(row.policy_id)
        waited = open_minutes(level.active_at, now, turns.zone(), hours)
        if waited >= held.remind_hours * 60 and level.reminded_at is None:
            level.reminded_at = now
            _remind(row, level)
            chased += 1
        if waited >= held.escalate_hours * 60 and level.escalated_at is None:
            turns.escalate(row, level, waited=True)
            chased += 1
    return chased


def _remind(row: ResourceRequest, level: ApprovalLevel) -> None:
    asked = select(ApprovalSeat.user_id).where(ApprovalSeat.level_id == level.id, ApprovalSeat.state == SeatState.ASKED)
    told = turns.with_deputies(row, db.session().scalars(asked))
    words = msg("Still waits for your decision: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
    concern(told, Sort.LATE, ("request", row.id), words)
