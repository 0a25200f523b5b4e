"""Sessions as everybody needs to know them: one, many, between, next, past, page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live import rules
from planner.live.models import (
    Channel,
    LiveSession,
    SessionTag,
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
    promotion: bool = False
    holds: list[Any] | None = None

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


def promotion_night() -> Any:
    """The condition that a session is tagged as a promotion."""
    named = func.lower(SessionTag.tag).in_(rules.PROMOTION_TAGS) | SessionTag.tag.contains(rules.PROMOTION_STEM)
    return exists().where(SessionTag.session_id == LiveSession.id, named)


_BRIEF = (
    LiveSession.id, LiveSession.theme, LiveSession.weight, LiveSession.state, LiveSession.channel_id, Channel.name,
    Channel.platform, Channel.account, LiveSession.studio_id, Studio.name, LiveSession.planned_start,
    LiveSession.planned_end, LiveSession.real_start, LiveSession.real_end, LiveSession.version, LiveSession.no_compare,
    LiveSession.notes, LiveSession.go_by, LiveSession.go_at, LiveSession.go_note, LiveSession.missing,
    promotion_night().label("promotion"), LiveSession.holds,
)  # fmt: skip


def briefs_asked() -> Any:
    """The statement of a brief, for the queries of this column to narrow."""
    return (
        select(*_BRIEF)
        .select_from(LiveSession)
        .join(Channel, Channel.id == LiveSession.channel_id)
        .outerjoin(Studio, Studio.id == LiveSession.studio_id)
    )


def alive_briefs() -> Any:
    """The same, with the living sessions only; channels and studios may lie in the trash."""
    return briefs_asked().where(db.alive(LiveSession)).execution_options(with_trash=True)


def brief_rows(rows: Any) -> list[SessionBrief]:
    """Rows of such a statement as briefs."""
    make: Any = SessionBrief
    return [make(*row[:9], row[9] or "", *row[10:]) for row in rows]


def read_briefs(asked: Any) -> list[SessionBrief]:
    """The living sessions of such a statement."""
    return brief_rows(db.session().execute(asked.where(db.alive(LiveSession)).execution_options(with_trash=True)))


@ready
def _one() -> Any:
    return alive_briefs().where(LiveSession.id == bindparam("id"))


@ready
def _many() -> Any:
    return alive_briefs().where(LiveSession.id.in_(bindparam("ids", expanding=True)))


@ready
def _around() -> Any:
    begins, open_states = LiveSession.planned_start, list(rules.OPEN_STATES)
    left_open = LiveSession.state.in_(open_states)
    asked = alive_briefs().where(begins > bindparam("week_before"), begins < bindparam("end"))
    return asked.where((begins >= bindparam("start")) | left_open).order_by(begins, LiveSession.id).limit(200)


@ready
def _ended() -> Any:
    asked = alive_briefs().where(LiveSession.state == State.ENDED)
    return asked.order_by(LiveSession.planned_start, LiveSession.id).limit(bindparam("most"))


LATEST = (LiveSession.planned_start.desc(), LiveSession.id.desc())


@ready
def _latest_past() -> Any:
    over = LiveSession.state.in_(list(rules.AFTER_AIR))
    return alive_briefs().where(over).order_by(*LATEST).limit(bindparam("most"))


def past_like() -> Any:
    """Sessions of one channel and weight that are over, up to an instant."""
    return alive_briefs().where(
        LiveSession.state.in_(list(rules.AFTER_AIR)),
        LiveSession.channel_id == bindparam("channel_id"),
        LiveSession.weight == bindparam("weight"),
        LiveSession.planned_start <= bindparam("until"),
    )


@ready
def _past_like() -> Any:
    asked = past_like().where(LiveSession.id != bindparam("but"), LiveSession.no_compare.is_(False), ~promotion_night())
    return asked.order_by(*LATEST).limit(bindparam("most"))


@query(P.SESSION_VIEW, remember=True)
def brief(session_id: int) -> SessionBrief:
    """One session."""
    if not 0 < session_id <= db.LARGEST_ID:
        raise NotFound()
    found = brief_rows(_one.rows(id=session_id))
    if not found:
        raise NotFound()
    return found[0]


@query(P.SESSION_VIEW)
def briefs(ids: Iterable[int]) -> dict[int, SessionBrief]:
    """Sessions by id."""
    wanted = set(ids)
    return {b.id: b for b in brief_rows(_many.rows(ids=list(wanted)))} if wanted else {}


@query(P.SESSION_VIEW)
def briefs_between(start: datetime, end: datetime, states: Iterable[State] | None = None) -> list[SessionBrief]:
    """Sessions that begin in a stretch of time, in order."""
    asked = briefs_asked().where(LiveSession.planned_start >= start, LiveSession.planned_start < end)
    if states is not None:
        asked = asked.where(LiveSession.state.in_(list(states)))
    return read_briefs(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(1000))


@query(P.SESSION_VIEW)
def next_briefs(channel_id: int | None = None, after: datetime | None = None, limit: int = 5) -> list[SessionBrief]:
    """The next sessions that are planned and not on air yet; a draft may never come."""
    asked = briefs_asked().where(
        LiveSession.state.in_(list(rules.PLANNED)), LiveSession.planned_start > (after or clock.now())
    )
    if channel_id is not None:
        asked = asked.where(LiveSession.channel_id == channel_id)
    return read_briefs(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(limit))


@query(P.SESSION_VIEW)
def past_briefs(before: datetime | None = None, limit: int = 8) -> list[SessionBrief]:
    """Sessions that are over, the latest first."""
    if before is None:
        return brief_rows(_latest_past.rows(most=limit))
    asked = briefs_asked().where(LiveSession.state.in_(list(rules.AFTER_AIR)), LiveSession.planned_start < before)
    return read_briefs(asked.order_by(LiveSession.planned_start.desc(), LiveSession.id.desc()).limit(limit))


@query(P.SESSION_VIEW)
def comparable_briefs(b: SessionBrief, limit: int) -> list[SessionBrief]:
    """The last sessions of the same channel and weight before this one, without incident or promotion nights."""
    asked = {"channel_id": b.channel_id, "weight": b.weight, "until": b.planned_start, "but": b.id}
    return brief_rows(_past_like.rows(**asked, most=limit))


@query(P.SESSION_VIEW)
def briefs_around(start: datetime, end: datetime) -> list[SessionBrief]:
    """Sessions that begin in a stretch of time, and those of the week before that nobody has ended."""
    return brief_rows(_around.rows(week_before=start - timedelta(days=7), start=start, end=end))


@query(P.SESSION_VIEW)
def ended_briefs(limit: int = 20) -> list[SessionBrief]:
    """Sessions that are over and not reviewed, the oldest first."""
    return brief_rows(_ended.rows(most=limit))


@query(P.SESSION_VIEW)
def has_sessions() -> bool:
    """Whether the team has ever planned a session that is not in the trash."""
    return db.session().scalar(select(LiveSession.id).limit(1)) is not None
