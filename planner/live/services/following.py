"""What follows a change of a session that stays where it is."""

from __future__ import annotations

from planner.base import db
from planner.live import ports
from planner.live.models import LiveSession


def follow_in_place(row: LiveSession, *kinds: str) -> None:
    """Tell the followers what else has changed: crew, host, lineup, weight."""
    db.flush()
    span = (row.planned_start, row.planned_start, row.planned_end, row.planned_end)
    for follower in ports.followers:
        follower.apply(ports.SessionChange(row.id, frozenset(kinds), *span))
