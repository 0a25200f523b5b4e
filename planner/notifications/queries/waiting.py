"""What others did to one's own shows: at the top of Today, until one says that one knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select

from planner.base import actor, identity
from planner.base.ready import ready
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.notifications.models import Notice
from planner.notifications.words import people_in
from planner.people import queries as people
from planner.people.models import User

SHOWN = 3
MOST = 50


@dataclass(frozen=True)
class NoticeRow:
    """A notice as it is read; `by` is who did it, `ids` are the sessions it is about, each once."""

    id: int
    about_kind: str
    about_id: int | None
    at: datetime
    by: str
    words: dict[str, Any]
    ids: tuple[int, ...] = ()


UNREAD = (Notice.seen_at.is_(None), Notice.taken_back.is_(None))
"""Written as the index of what is unread has it."""


SHOWS = (Notice.sort == Sort.SHIFT, Notice.about_kind == "session", Notice.created_by.is_not(None))
"""What somebody did to one's own shows: it stands at the top of Today, too."""

CALL = "call/"
"""How the keys of calls before air begin."""

FIRST = or_(and_(*SHOWS), Notice.key.startswith(CALL))
"""All that stands at the top of Today."""


def not_read(user_id: Any, now: Any) -> tuple[Any, ...]:
    """The conditions of what somebody has still to read; what is held back (see `Word.after`) is told later."""
    return (Notice.user_id == user_id, *UNREAD, Notice.until > now, Notice.created_at <= now)


@ready
def _waiting() -> Any:
    columns = (Notice.id, Notice.about_kind, Notice.about_id, Notice.created_at, User.name, Notice.words)
    asked = select(*columns, Notice.works, Notice.theirs, Notice.key).outerjoin(User, User.id == Notice.created_by)
    mine = not_read(bindparam("user_id"), bindparam("now"))
    return asked.where(*mine, FIRST).order_by(Notice.id.desc()).limit(MOST)


def told(user_id: Any, team_id: Any) -> tuple[Any, Any]:
    """The port's answer: how much waits to be read, counted by the statement that every page asks anyway."""
    mine = (*not_read(user_id, bindparam("now")), Notice.team_id == team_id)
    asked = select(func.count(Notice.id)).where(*mine)
    return asked.scalar_subquery(), asked.where(FIRST).scalar_subquery()


def holds(works: Iterable[Any], theirs: bool | None, held: dict[int, set[datetime]]) -> bool:
    """Whether it still is as it was told."""
    if theirs is None:
        return True
    have = [
        session_id in held and (start is None or datetime.fromisoformat(start) in held[session_id])
        for session_id, start in works
    ]
    return any(have) if theirs else not all(have)


@query(P.SESSION_VIEW, remember=True)
def first_rows() -> Sequence[Any]:
    """What stands at the top of my Today and is not read: asked once for all of it, and not where nothing is."""
    who = actor.current()
    return _waiting.rows(user_id=who.user_id or 0, now=clock.now()) if who.told_first else []


@query(P.SESSION_VIEW, remember=True)
def waiting() -> list[NoticeRow]:
    """What others did to my shows that I have not seen yet and what still holds, the latest first."""
    me = actor.current().user_id or 0
    rows = [row for row in first_rows() if not row.key.startswith(CALL)]
    asked = {session_id for row in rows if row.theirs is not None for session_id, _start in row.works}
    held, later, found = live.held_by(me, asked), set[int](), list[NoticeRow]()
    for row in rows:
        about = {session_id for session_id, _start in row.works}
        overtaken = row.theirs is False and about <= later  # called off, on again, deleted: only the last is so
        if not overtaken and holds(row.works, row.theirs, held):
            ids = tuple(dict.fromkeys(session_id for session_id, _start in row.works))
            told = (row.id, row.about_kind, row.about_id, row.created_at, row.name or "", row.words)
            found.append(NoticeRow(*told, ids))
        later |= about
    return found


@query(P.SESSION_VIEW)
def panel(user_id: int) -> dict[str, Any] | None:
    """What stands at the top of Today until I say that I know; the first few, the others folded."""
    rows = waiting()
    if not rows:
        return None
    names = people.names({found for row in rows for found in people_in(row.words)})
    return {"rows": rows, "names": names, "shown": SHOWN, "newest": rows[0].id, "all": identity.counted().told}
