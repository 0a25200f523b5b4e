"""What live forgets when somebody erases their personal data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import audit, db
from planner.live.models import LiveSession
from planner.people.models import Membership


def forget_name(user_id: int, name: str) -> None:
    """The port's answer: older sessions name whom a check waited for; the id takes the name's place, in history too."""
    asked = select(Membership.team_id).where(Membership.user_id == user_id)
    teams = list(db.session().scalars(asked))
    kept = select(LiveSession.id, LiveSession.missing).where(LiveSession.team_id.in_(teams))
    rows = db.session().execute(kept.where(LiveSession.missing.is_not(None)).execution_options(with_trash=True))
    named = [row_id for row_id, missing in rows if any(entry.get("who") == name for entry in missing or [])]
    for row in db.some(LiveSession, named, with_trash=True).values():
        row.missing = [_without(entry, user_id, name) for entry in row.missing or []]
    db.flush()
    audit.erase_saying("live_session", "missing", name, teams)


def _without(entry: dict[str, Any], user_id: int, name: str) -> dict[str, Any]:
    return entry | {"who": "", "who_id": user_id} if entry.get("who") == name else entry
