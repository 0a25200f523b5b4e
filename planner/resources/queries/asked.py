"""Whom a request or a call for money still waits for: what was told of it holds for nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, select

from planner.base import db
from planner.base.telling import Sort
from planner.kernel.permissions import Role
from planner.resources.models import ApprovalLevel, ApprovalSeat, DrawStep, ResourceRequest
from planner.resources.queries import signers
from planner.resources.rules import DECIDABLE, LevelState, SeatState, State
from planner.resources.rules.envelopes import DrawAct

Waits = Mapping[tuple[int, Sort], Collection[int]]


def still_asked(ids: Collection[int]) -> Waits:
    """Whose turn it is, with who stands in for them; who leads, while nobody decides; and who got it back."""
    r, level, seat = ResourceRequest, ApprovalLevel, ApprovalSeat
    active = and_(level.request_id == r.id, level.round == r.round, level.state == LevelState.ACTIVE)
    asked = and_(seat.level_id == level.id, seat.state == SeatState.ASKED)
    columns = (r.id, r.state, r.requester_id, r.created_by, r.payee_id, level.escalated_at, seat.user_id)
    rows: Any = db.session().execute(
        select(*columns).outerjoin(level, active).outerjoin(seat, asked).where(r.id.in_(ids))
    )
    found: dict[tuple[int, Sort], set[int]] = defaultdict(set)
    for row_id, state, requester, writer, payee, escalated, user_id in rows:
        if state is State.RETURNED:
            found[row_id, Sort.ASSIGNED].add(requester)
        if state not in DECIDABLE:
            continue
        if user_id is not None:
            turns = {user_id, *signers.deputies().get(user_id, ())} - {requester, writer, payee}
            found[row_id, Sort.ASSIGNED] |= turns
            found[row_id, Sort.LATE] |= turns
        if escalated is not None:
            found[row_id, Sort.LATE] |= _who_leads()
    return found


def _who_leads() -> set[int]:
    return {user_id for user_id, role in signers.present().items() if role in (Role.MANAGER, Role.LEAD)}


def still_called(ids: Collection[int]) -> Waits:
    """Whose turn it is to answer calls for money in a show."""
    asked = select(DrawStep.draw_id, DrawStep.act, DrawStep.to_user).where(DrawStep.draw_id.in_(ids))
    last = {draw_id: (act, to_user) for draw_id, act, to_user in db.session().execute(asked.order_by(DrawStep.id))}
    return {
        (draw_id, Sort.ASSIGNED): {to_user}
        for draw_id, (act, to_user) in last.items()
        if act is DrawAct.ASK and to_user is not None
    }
