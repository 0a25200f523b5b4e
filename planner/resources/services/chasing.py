"""What holds a request up: its papers have changed, its signers have left, or nobody answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base import unit as units
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.money import show_money
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.resources.models import ApprovalLevel, ApprovalSeat, ResourceRequest
from planner.resources.queries import policies, seen, signers
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


def reseat(request_id: int) -> None:
    """Whoever was asked has left, or can't sign any more: the level finds its signers anew. Inside a command."""
    lock_requests(request_id)
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


@command(P.REQUEST_DECIDE)
def follow_people() -> None:
    """Every level that is being decided has signers who are there; what nobody can sign is escalated."""
    asked = select(ResourceRequest.id).where(ResourceRequest.state.in_(list(DECIDABLE))).order_by(ResourceRequest.id)
    for request_id in list(db.session().scalars(asked)):
        follow_papers(seen.KIND, request_id)
        reseat(request_id)


@command(P.REQUEST_DECIDE)
def remind() -> int:
    """Whoever lets a request wait too long is reminded, then the managers are told, by the working hours of the team.
    Answers how many requests were chased."""
    follow_people()
    now, chased = clock.now(), 0
    hours = versioned_hours()[1]
    asked = (
        select(ApprovalLevel, ResourceRequest)
        .join(ResourceRequest, ResourceRequest.id == ApprovalLevel.request_id)
        .where(ApprovalLevel.state == LevelState.ACTIVE, ResourceRequest.state.in_(list(DECIDABLE)))
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
            turns.escalate(row, level)
            chased += 1
    return chased


def _remind(row: ResourceRequest, level: ApprovalLevel) -> None:
    asked = select(ApprovalSeat.user_id).where(ApprovalSeat.level_id == level.id, ApprovalSeat.state == SeatState.ASKED)
    told = turns.with_deputies(row, db.session().scalars(asked))
    words = msg("Waits for your answer: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
    concern(told, Sort.LATE, ("request", row.id), words)
