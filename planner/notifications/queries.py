"""What somebody has not been told yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import has_request_context, request
from sqlalchemy import bindparam, select

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.notifications.models import Notice
from planner.notifications.words import people_in
from planner.people import queries as people
from planner.people.models import Team, User

SHOWN = 3
MOST = 50
COUNTED_ON = ("home.today", "live.session")
"""The pages whose menu counts what waits: they pay one statement for it."""


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


@ready
def _waiting() -> Any:
    columns = (Notice.id, Notice.about_kind, Notice.about_id, Notice.created_at, User.name, Notice.words)
    asked = select(*columns, Notice.works, Notice.theirs).outerjoin(User, User.id == Notice.created_by)
    mine = (Notice.user_id == bindparam("user_id"), Notice.until > bindparam("now"))
    unseen = (Notice.seen_at.is_(None), Notice.taken_back.is_(None))
    return asked.where(*mine, *unseen).order_by(Notice.id.desc()).limit(MOST)


def told(user_id: Any, team_id: Any) -> Any:
    """The port's answer: whether anything waits, so that a page on which nothing does pays nothing."""
    mine = (Notice.user_id == user_id, Notice.team_id == team_id, Notice.until > bindparam("now"))
    return select(Notice.id).where(*mine, Notice.seen_at.is_(None), Notice.taken_back.is_(None)).exists()


def _holds(works: Iterable[tuple[int, str | None]], theirs: bool | None, held: dict[int, set[datetime]]) -> bool:
    """Whether it still is as it was told."""
    if theirs is None:
        return True
    have = [
        session_id in held and (start is None or datetime.fromisoformat(start) in held[session_id])
        for session_id, start in works
    ]
    return any(have) if theirs else not all(have)


@query(P.SESSION_VIEW, remember=True)
def waiting() -> list[NoticeRow]:
    """What I have not seen yet and what still holds, the latest first."""
    me = actor.current().user_id or 0
    if not actor.current().told:
        return []
    rows = _waiting.rows(user_id=me, now=clock.now())
    asked = {session_id for row in rows if row.theirs is not None for session_id, _start in row.works}
    held, later, found = live.held_by(me, asked), set[int](), list[NoticeRow]()
    for row in rows:
        about = {session_id for session_id, _start in row.works}
        overtaken = row.theirs is False and about <= later  # called off, on again, deleted: only the last is so
        if not overtaken and _holds(row.works, row.theirs, held):
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
    return {"rows": rows, "names": names, "shown": SHOWN, "newest": rows[0].id}


def badge() -> int:
    """The port's answer to the menu: how many wait, on the pages that count."""
    counts = has_request_context() and request.endpoint in COUNTED_ON
    return len(waiting()) if counts and actor.current().signed_in else 0


@dataclass(frozen=True)
class Letter:
    """What a letter tells, in whatever language it will be written."""

    words: dict[str, Any]
    names: dict[int, str]
    by: str
    team: str


@query(P.SESSION_VIEW)
def letter(key: str, user_id: int) -> Letter | None:
    """A notice for its letter; None where it holds no longer, or was seen before the letter left."""
    asked = select(Notice.words, Notice.created_by, Notice.works, Notice.theirs).where(
        Notice.key == key, Notice.user_id == user_id, Notice.seen_at.is_(None), Notice.taken_back.is_(None)
    )
    row = db.session().execute(asked).one_or_none()
    if row is None or not _holds(row.works, row.theirs, live.held_by(user_id, {work[0] for work in row.works})):
        return None
    names = people.names({row.created_by, *people_in(row.words)})
    return Letter(row.words, names, names.get(row.created_by, ""), actor.current().team_name)


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: what one was told, of which act, and when one said that one knows."""
    asked = select(Team.name.label("team"), Notice.about_kind, Notice.about_id, Notice.created_at, Notice.seen_at)
    asked = asked.join(Notice, Notice.team_id == Team.id).where(Notice.user_id == user_id)
    return {"notices": db.dicts(asked.order_by(Notice.id))}
