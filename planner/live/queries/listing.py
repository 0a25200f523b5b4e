"""The list of all sessions: narrowed, page by page, with what stands beside its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import ports
from planner.live.models import LiveSession, SessionTag
from planner.live.queries.briefs import LATEST, SessionBrief, alive_briefs, brief_rows, briefs_asked, read_briefs
from planner.live.queries.past import hosted_by
from planner.live.queries.ready import checks_of, go_of, tonight
from planner.live.rules import PLANNED, Go, State


@dataclass(frozen=True)
class ListWanted:
    """Which sessions a list shows: words of the theme, a state, a host, a studio,
    a channel, a tag, just these few; the latest or oldest first."""

    q: str = ""
    state: State | None = None
    host_id: int | None = None
    studio_id: int | None = None
    channel_id: int | None = None
    tag: str = ""
    oldest_first: bool = False
    ids: tuple[int, ...] = ()


LATELY = timedelta(days=120)
MOST_TAGS = 60
EVERY_SESSION = ListWanted()


@ready
def _latest() -> Any:
    return alive_briefs().order_by(*LATEST).limit(bindparam("most"))


def _narrowed(asked: Any, wanted: ListWanted) -> Any:
    """The statement with all conditions but the state's."""
    if wanted.q:
        asked = asked.where(LiveSession.theme.icontains(wanted.q, autoescape=True))
    if wanted.ids:
        asked = asked.where(LiveSession.id.in_(wanted.ids))
    if wanted.host_id is not None:
        asked = asked.where(LiveSession.id.in_(hosted_by(wanted.host_id)))
    if wanted.studio_id is not None:
        asked = asked.where(LiveSession.studio_id == wanted.studio_id)
    if wanted.channel_id is not None:
        asked = asked.where(LiveSession.channel_id == wanted.channel_id)
    if wanted.tag:
        asked = asked.where(exists().where(SessionTag.session_id == LiveSession.id, SessionTag.tag == wanted.tag))
    return asked


@query(P.SESSION_VIEW)
def wanted_between(start: datetime, end: datetime, wanted: ListWanted = EVERY_SESSION) -> list[SessionBrief]:
    """Those of them that begin in a stretch of time, in order."""
    begins = LiveSession.planned_start
    asked = _narrowed(briefs_asked(), wanted).where(begins >= start, begins < end)
    return read_briefs(asked.order_by(begins, LiveSession.id).limit(1000))


@ready
def _late_tags() -> Any:
    late = db.alive(LiveSession) & (LiveSession.planned_start >= bindparam("since"))
    asked = select(SessionTag.tag).join(LiveSession, LiveSession.id == SessionTag.session_id).where(late)
    return asked.group_by(SessionTag.tag).order_by(func.count().desc(), SessionTag.tag).limit(bindparam("most"))


@query(P.SESSION_VIEW)
def late_tags() -> list[str]:
    """The tags of the sessions of the last months and of those to come, the most used first."""
    return [row[0] for row in _late_tags.rows(since=clock.now() - LATELY, most=MOST_TAGS)]


@query(P.SESSION_VIEW)
def listed(after: tuple[datetime, int] | None, limit: int, wanted: ListWanted = EVERY_SESSION) -> list[SessionBrief]:
    """The sessions that are wanted, page by page behind a key (start, id)."""
    if after is None and wanted == EVERY_SESSION:
        return brief_rows(_latest.rows(most=limit))
    asked = _narrowed(briefs_asked(), wanted)
    if wanted.state is not None:
        asked = asked.where(LiveSession.state == wanted.state)
    start, row_id = LiveSession.planned_start, LiveSession.id
    order = (start, row_id) if wanted.oldest_first else LATEST
    if after is not None and wanted.oldest_first:
        asked = asked.where((start > after[0]) | ((start == after[0]) & (row_id > after[1])))
    elif after is not None:
        asked = asked.where((start < after[0]) | ((start == after[0]) & (row_id < after[1])))
    return read_briefs(asked.order_by(*order).limit(limit))


@query(P.SESSION_VIEW)
def count_by_state(wanted: ListWanted = EVERY_SESSION) -> dict[State, int]:
    """How many of the living sessions that are wanted stand where, in the order of a session's life."""
    asked = select(LiveSession.state, func.count(LiveSession.id)).where(db.alive(LiveSession))
    asked = _narrowed(asked, wanted).group_by(LiveSession.state)
    rows: Any = db.session().execute(asked)
    found: dict[State, int] = {state: number for state, number in rows}
    return {state: found[state] for state in State if state in found}


@query(P.SESSION_VIEW)
def reached(ids: Iterable[int]) -> dict[int, Decimal]:
    """The GMV of sessions that have a result, from whoever knows, for whoever may see results."""
    wanted, found = list(ids) if actor.current().may(P.RESULT_VIEW) else [], dict[int, Decimal]()
    for answer in ports.reached if wanted else ():
        found |= answer(wanted)
    return found


@query(P.SESSION_VIEW)
def standing(rows: Sequence[SessionBrief], now: datetime) -> dict[int, Go]:
    """How ready those are that begin tonight."""
    end = tonight(now).end
    begin = [b for b in rows if b.state in PLANNED and b.planned_start < end]
    return {session_id: go_of(checks, now) for session_id, checks in checks_of(begin, now).items()}
