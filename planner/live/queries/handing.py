"""Handovers between shifts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import Handover, HandoverEnd
from planner.live.rules import Signature, promises
from planner.people.models import User


@dataclass(frozen=True)
class HandoverRow:
    """A handover as it was signed, and who signed for taking over."""

    id: int
    at: datetime
    giver_id: int | None
    giver: str
    figures: str
    stock: str
    promised: str
    next_item: str
    taker: str
    taken_at: datetime | None

    @property
    def promises(self) -> list[str]:
        """What was promised on air."""
        return promises(self.promised)


@ready
def _handovers() -> Any:
    giver, taker = aliased(User), aliased(User)
    return (
        select(
            Handover.id, Handover.at, Handover.user_id, giver.name, Handover.figures, Handover.stock, Handover.promises,
            Handover.next_item, taker.name, HandoverEnd.at, HandoverEnd.act,
        )
        .select_from(Handover)
        .outerjoin(HandoverEnd, HandoverEnd.handover_id == Handover.id)
        .outerjoin(giver, giver.id == Handover.user_id)
        .outerjoin(taker, taker.id == HandoverEnd.user_id)
        .where(Handover.session_id == bindparam("id"))
        .order_by(Handover.at, Handover.id)
        .limit(200)
    )  # fmt: skip


@query(P.SESSION_VIEW, remember=True)
def handovers(session_id: int) -> list[HandoverRow]:
    """The handovers of a session in order; those that were taken back are left out."""
    return [
        HandoverRow(row_id, at, giver_id, giver or "", figures, stock, promised, following, taker or "", taken_at)
        for row_id, at, giver_id, giver, figures, stock, promised, following, taker, taken_at, act in _handovers.rows(
            id=session_id
        )
        if act is not Signature.WITHDRAWN
    ]


@query(P.SESSION_VIEW)
def handover(handover_id: int) -> int:
    """The session of a handover."""
    return db.one(Handover, handover_id).session_id
