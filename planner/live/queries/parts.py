"""What belongs to a session: targets, lineup, tags."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import (
    LineupItem,
    SessionTag,
    SessionTarget,
)


@query(P.SESSION_VIEW, remember=True)
def targets(session_id: int) -> dict[str, Decimal]:
    """What a session is meant to reach."""
    asked = select(SessionTarget.metric, SessionTarget.value).where(SessionTarget.session_id == session_id)
    return {row[0]: row[1] for row in db.session().execute(asked.order_by(SessionTarget.id))}


@query(P.SESSION_VIEW)
def targets_of(ids: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Targets of many sessions."""
    found: dict[int, dict[str, Decimal]] = {}
    wanted = list(ids)
    if wanted:
        asked = select(SessionTarget.session_id, SessionTarget.metric, SessionTarget.value)
        for session_id, metric, value in db.session().execute(asked.where(SessionTarget.session_id.in_(wanted))):
            found.setdefault(session_id, {})[metric] = value
    return found


@query(P.SESSION_VIEW)
def lineup(session_id: int) -> list[LineupItem]:
    """The products in the order of the show."""
    asked = select(LineupItem).where(LineupItem.session_id == session_id).order_by(LineupItem.sort, LineupItem.id)
    return list(db.session().scalars(asked))


@query(P.SESSION_VIEW)
def tags(session_id: int) -> list[str]:
    """The words on a session."""
    return list(
        db.session().scalars(select(SessionTag.tag).where(SessionTag.session_id == session_id).order_by(SessionTag.id))
    )
