"""What follows a change of a session that stays where it is."""

from __future__ import annotations

from planner.base import db, undo
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live import ports
from planner.live.models import LiveSession
from planner.live.ports import FollowerLine, SessionChange


def _in_place(row: LiveSession, *kinds: str) -> SessionChange:
    span = (row.planned_start, row.planned_start, row.planned_end, row.planned_end)
    return SessionChange(row.id, frozenset(kinds), *span, since=undo.taking_back())


def follow_in_place(row: LiveSession, *kinds: str) -> None:
    """Tell the followers what else has changed: crew, host, lineup, weight, tags; or that it will not take place."""
    db.flush()
    for follower in ports.followers:
        follower.apply(_in_place(row, *kinds))


@query(P.SESSION_EDIT)
def cancel_preview(session_id: int) -> list[FollowerLine]:
    """What hangs on a session and would go elsewhere, or nowhere, without it: before anybody calls it off."""
    change = _in_place(db.one(LiveSession, session_id), "cancel")
    lines = [line for follower in ports.followers for line in follower.preview(change)]
    return [line for line in lines if line.group in ("moves", "reopens")]
