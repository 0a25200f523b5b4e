"""What holds, and what follows, when a session comes back: out of the trash, or by undoing a change."""

from __future__ import annotations

from planner.base import db
from planner.live import ports, rules
from planner.live.models import LiveSession
from planner.live.services.following import follow_in_place
from planner.live.services.moving import check_free

PLACE = frozenset({"planned_start", "planned_end", "studio_id", "channel_id", "state"})


def check_session(row: LiveSession) -> None:
    """Registered with the trash: the rules of planning hold for what comes back, too."""
    if row.state in rules.OPEN_STATES:
        check_free(row)


def after_undo(row: LiveSession, fields: frozenset[str]) -> None:
    """Registered with undo: a place somebody took meanwhile stays theirs, and due times follow the times again."""
    if row.trashed_at is not None:
        return
    if fields & PLACE and row.state in rules.PLANNED:
        check_free(row)
    if fields & (PLACE | {"real_start", "real_end"}):
        db.flush()
        for follow in ports.on_ended if row.real_end is not None else ports.on_live:
            follow(row.id)
        follow_in_place(row)
    if fields & {"weight", "channel_id"}:
        follow_in_place(row, "weight")


def after_tags_undo(session_id: int) -> None:
    """Registered with undo: what hangs on the words of a session follows those that stand again."""
    row = db.one(LiveSession, session_id, with_trash=True)
    if row.trashed_at is None:
        follow_in_place(row, "tags")


def after_crew_undo(session_id: int) -> None:
    """Registered with undo: what hangs on the people of a session follows the crew that stands again."""
    row = db.one(LiveSession, session_id, with_trash=True)
    if row.trashed_at is None:
        follow_in_place(row, "crew", "host")
