"""Sessions as everybody needs to know them: one, many, between, next, past, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from planner.base import db
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import rules
from planner.live.models import (
    Channel,
    LiveSession,
    Studio,
)
from planner.live.rules import Phase, Platform, State, Weight


@dataclass(frozen=True)
class SessionBrief:
    """What everybody needs to know of a session."""

    id: int
    theme: str
    weight: Weight
    state: State
    channel_id: int
    channel_name: str
    platform: Platform
    account: str
    studio_id: int | None
    studio_name: str
    planned_start: datetime
    planned_end: datetime
    real_start: datetime | None
    real_end: datetime | None
    version: int
    no_compare: bool
    notes: str
    go_by: int | None
    go_at: datetime | None
    go_note: str
    missing: list[Any] | None

    @property
    def phase(self) -> Phase:
        """The phase its page opens on."""
        return rules.phase_of(self.state)

    @property
    def start(self) -> datetime:
        """Real start, else the planned one."""
        return self.real_start or self.planned_start

    @property
    def minutes_on_air(self) -> float | None:
        """How long it was on air."""
        if self.real_start is None or self.real_end is None:
            return None
        return (self.real_end - self.real_start).total_seconds() / 60


_BRIEF = (
    LiveSession.id, LiveSession.theme, LiveSession.weight, LiveSession.state, LiveSession.channel_id, Channel.name,
    Channel.platform, Channel.account, LiveSession.studio_id, Studio.name, LiveSession.planned_start,
    LiveSession.planned_end, LiveSession.real_start, LiveSession.real_end, LiveSession.version, LiveSession.no_compare,
    LiveSession.notes, LiveSession.go_by, LiveSession.go_at, LiveSession.go_note, LiveSession.missing,
)  # fmt: skip


def briefs_asked() -> Any:
    """The statement of a brief, for the queries of this column to narrow."""
    return (
        select(*_BRIEF)
        .select_from(LiveSession)
        .join(Channel, Channel.id == LiveSession.channel_id)
        .outerjoin(Studio, Studio.id == LiveSession.studio_id)
    )


def read_briefs(asked: Any) -> list[SessionBrief]:
    """The living sessions of such a statement."""
    rows: Any = db.session().execute(asked.where(db.alive(LiveSession)).execution_options(with_trash=True))
    make: Any = SessionBrief
    return [make(*row[:9], row[9] or "", *row[10:]) for row in rows]


@query(P.SESSION_VIEW, remember=True)
def brief(session_id: int) -> SessionBrief:
    """One session."""
    if not 0 < session_id <= db.LARGEST_ID:
        raise NotFound()
    found = read_briefs(briefs_asked().where(LiveSession.id == session_id))
    if not found:
        raise NotFound()
    return found[0]


@query(P.SESSION_VIEW)
def briefs(ids: Iterable[int]) -> dict[int, SessionBrief]:
    """Sessions by id."""
    wanted = set(ids)
    return {b.id: b for b in read_briefs(briefs_asked().where(LiveSession.id.in_(wanted)))} if wanted else {}


@query(P.SESSION_VIEW)
def briefs_between(start: datetime, end: datetime, states: Iterable[State] | None = None) -> list[SessionBrief]:
    """Sessions that begin in a stretch of time, in order."""
    asked = briefs_asked().where(LiveSession.planned_start >= start, LiveSession.planned_start < end)
    if states is not None:
        asked = asked.where(LiveSession.state.in_(list(states)))
    return read_briefs(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(1000))


@query(P.SESSION_VIEW)
def next_briefs(channel_id: int | None = None, after: datetime | None = None, limit: int = 5) -> list[SessionBrief]:
    """The next sessions that are not over."""
    asked = briefs_asked().where(
        LiveSession.state.in_(list(rules.BEFORE_AIR)), LiveSession.planned_start > (after or clock.now())
    )
    if channel_id is not None:
        asked = asked.where(LiveSession.channel_id == channel_id)
    return read_briefs(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(limit))


@query(P.SESSION_VIEW)
def past_briefs(
    channel_id: int | None = None,
    weight: Weight | None = None,
    before: datetime | None = None,
    limit: int = 8,
    q: str = "",
) -> list[SessionBrief]:
    """Sessions that are over, the latest first."""
    asked = briefs_asked().where(LiveSession.state.in_(list(rules.AFTER_AIR)))
    if channel_id is not None:
        asked = asked.where(LiveSession.channel_id == channel_id)
    if weight is not None:
        asked = asked.where(LiveSession.weight == weight)
    if before is not None:
        asked = asked.where(LiveSession.planned_start < before)
    if q:
        asked = asked.where(LiveSession.theme.contains(q, autoescape=True))
    return read_briefs(asked.order_by(LiveSession.planned_start.desc(), LiveSession.id.desc()).limit(limit))


@query(P.SESSION_VIEW)
def listed(
    after: tuple[datetime, int] | None, limit: int, q: str = "", state: State | None = None
) -> list[SessionBrief]:
    """All sessions from the latest on, page by page behind a key (start, id)."""
    asked = briefs_asked()
    if q:
        asked = asked.where(LiveSession.theme.contains(q, autoescape=True))
    if state is not None:
        asked = asked.where(LiveSession.state == state)
    if after is not None:
        start, row_id = after
        asked = asked.where(
            (LiveSession.planned_start < start) | ((LiveSession.planned_start == start) & (LiveSession.id < row_id))
        )
    return read_briefs(asked.order_by(LiveSession.planned_start.desc(), LiveSession.id.desc()).limit(limit))


@query(P.SESSION_VIEW)
def briefs_around(start: datetime, end: datetime) -> list[SessionBrief]:
    """Sessions that begin in a stretch of time, and those of the week before that nobody has ended."""
    begins = LiveSession.planned_start
    left_open = LiveSession.state.in_(list(rules.OPEN_STATES))
    asked = briefs_asked().where(begins > start - timedelta(days=7), begins < end, (begins >= start) | left_open)
    return read_briefs(asked.order_by(begins, LiveSession.id).limit(200))


@query(P.SESSION_VIEW)
def ended_briefs(limit: int = 20) -> list[SessionBrief]:
    """Sessions that are over and not reviewed, the oldest first."""
    asked = briefs_asked().where(LiveSession.state == State.ENDED)
    return read_briefs(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(limit))


@query(P.SESSION_VIEW)
def count_by_state() -> dict[State, int]:
    """How many living sessions stand where."""
    asked = (
        select(LiveSession.state, func.count(LiveSession.id)).where(db.alive(LiveSession)).group_by(LiveSession.state)
    )
    return {row[0]: row[1] for row in db.session().execute(asked)}
