"""Who works in a session, and when somebody is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from planner.base import db
from planner.base.ready import ready
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LiveSession, Shift
from planner.live.queries.briefs import SessionBrief, briefs
from planner.live.rules import State
from planner.people.models import Membership, Position, User
from planner.people.words import position_word


@dataclass(frozen=True)
class ShiftRow:
    """A stretch of a position, with names."""

    id: int
    position_id: int
    position_key: str
    position_name: str
    user_id: int
    user_name: str
    start: datetime
    end: datetime


def _shifts_asked() -> Any:
    return (
        select(
            Shift.session_id,
            Shift.id,
            Position.id,
            Position.key,
            Position.name,
            User.id,
            User.name,
            Shift.start,
            Shift.end,
        )
        .select_from(Shift)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .order_by(Shift.session_id, Position.sort, Shift.start, Shift.id)
    )


@ready
def _of_sessions() -> Any:
    return _shifts_asked().where(Shift.session_id.in_(bindparam("ids", expanding=True)))


@ready
def _of_person() -> Any:
    mine = (Shift.user_id == bindparam("user_id"), Shift.end > bindparam("since"), Shift.start < bindparam("until"))
    return _shifts_asked().where(*mine)


def _shift_rows(rows: Any) -> list[tuple[int, ShiftRow]]:
    return [(r[0], ShiftRow(r[1], r[2], r[3], position_word(r[3], r[4]), r[5], r[6], r[7], r[8])) for r in rows]


@query(P.SESSION_VIEW)
def shifts(session_id: int) -> list[ShiftRow]:
    """The crew of a session."""
    return [row for _session_id, row in _shift_rows(_of_sessions.rows(ids=[session_id]))]


@query(P.SESSION_VIEW)
def shifts_of(ids: Iterable[int]) -> dict[int, list[ShiftRow]]:
    """The crews of many sessions."""
    found: dict[int, list[ShiftRow]] = {}
    wanted = list(ids)
    for session_id, row in _shift_rows(_of_sessions.rows(ids=wanted)) if wanted else []:
        found.setdefault(session_id, []).append(row)
    return found


@query(P.SESSION_VIEW)
def my_shifts(user_id: int, start: datetime, end: datetime) -> list[tuple[SessionBrief, ShiftRow]]:
    """Somebody's shifts that touch a stretch of time, with their sessions."""
    rows = _shift_rows(_of_person.rows(user_id=user_id, since=start, until=end))
    known = briefs({session_id for session_id, _row in rows})
    pairs = [(known[session_id], row) for session_id, row in rows if session_id in known]
    return sorted((p for p in pairs if p[0].state is not State.CANCELLED), key=lambda p: p[1].start)


@query(P.SELF)
def has_shift_near(user_id: int, now: datetime) -> bool:
    """Whether somebody is between 4 h before and 2 h after a shift in any of their teams."""
    still = (Membership.user_id == user_id, Membership.team_id == Shift.team_id, Membership.left_at.is_(None))
    asked = (
        select(Shift.id)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(Membership, and_(*still))
        .where(
            Shift.user_id == user_id,
            Shift.start < now + timedelta(hours=4),
            Shift.end > now - timedelta(hours=2),
            LiveSession.state != State.CANCELLED,
            db.alive(LiveSession),
        )
    )
    with unscoped("identity"):
        return db.session().scalar(asked.limit(1)) is not None


@query(P.SESSION_VIEW)
def is_crew(session_id: int, user_id: int | None) -> bool:
    """Whether somebody has a shift in a session."""
    asked = select(Shift.id).where(Shift.session_id == session_id, Shift.user_id == user_id)
    return db.session().scalar(asked.limit(1)) is not None
