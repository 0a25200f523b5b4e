"""What comes round: requests whose signers have left, whose papers were changed by an undo, or that nobody answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.money import show_money
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.resources.models import ApprovalLevel, ApprovalSeat, ResourceRequest
from planner.resources.queries import policies, seen, signers
from planner.resources.rules import DECIDABLE, LevelState, SeatState, open_minutes
from planner.resources.services import decisions, turns


@command(P.REQUEST_DECIDE)
def follow_people() -> None:
    """Every level that is being decided has signers who are there; what nobody can sign is escalated."""
    asked = select(ResourceRequest.id).where(ResourceRequest.state.in_(list(DECIDABLE))).order_by(ResourceRequest.id)
    for request_id in list(db.session().scalars(asked)):
        decisions.follow_papers(seen.KIND, request_id)
        decisions.reseat(request_id)


@command(P.REQUEST_DECIDE)
def remind(hours: tuple[int, int]) -> int:
    """Whoever lets a request wait too long is reminded, then the managers are told; in working hours, given as minutes
    after midnight from and to. Answers how many requests were chased."""
    follow_people()
    now, chased = clock.now(), 0
    asked = (
        select(ApprovalLevel, ResourceRequest)
        .join(ResourceRequest, ResourceRequest.id == ApprovalLevel.request_id)
        .where(ApprovalLevel.state == LevelState.ACTIVE, ResourceRequest.state.in_(list(DECIDABLE)))
        .order_by(ApprovalLevel.id)
    )
    pairs: Any = db.session().execute(asked).all()
    for level, row in pairs:
        if level.active_at is None or level.round != row.round:
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
    waits, held = set(db.session().scalars(asked)), signers.deputies()
    told = {*waits, *(deputy for user_id in waits for deputy in held.get(user_id, ()))} - turns.barred(row)
    words = msg("Waits for your answer: %(title)s, %(amount)s", title=row.title, amount=show_money(row.total))
    concern(sorted(told), Sort.LATE, ("request", row.id), words)
