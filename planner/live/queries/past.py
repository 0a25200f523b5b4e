"""Sessions that are over, narrowed by channel, host and weight; and who hosted them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, or_, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live import rules
from planner.live.models import LiveSession, Shift
from planner.live.queries.briefs import (
    SessionBrief,
    alive_briefs,
    brief_rows,
    briefs_asked,
    promotion_night,
    read_briefs,
)
from planner.live.rules import Weight
from planner.people.models import Position, User

HOST = "host"
MOST = 1000


@dataclass(frozen=True)
class PastWanted:
    """Which of the sessions that are over: those that began in a stretch of time, of a channel, a host, a weight."""

    start: datetime
    end: datetime
    channel_id: int | None = None
    host_id: int | None = None
    weight: Weight | None = None


def hosted_by(user_id: int) -> Any:
    """The sessions in which somebody is a host, for conditions."""
    hosted = select(Shift.session_id).join(Position, Position.id == Shift.position_id)
    return hosted.where(Position.key == HOST, Shift.user_id == user_id)


@query(P.SESSION_VIEW)
def past_between(wanted: PastWanted) -> list[SessionBrief]:
    """The last thousand of them, the latest first."""
    asked = briefs_asked().where(
        LiveSession.state.in_(list(rules.AFTER_AIR)),
        LiveSession.planned_start >= wanted.start,
        LiveSession.planned_start < wanted.end,
    )
    if wanted.channel_id is not None:
        asked = asked.where(LiveSession.channel_id == wanted.channel_id)
    if wanted.weight is not None:
        asked = asked.where(LiveSession.weight == wanted.weight)
    if wanted.host_id is not None:
        asked = asked.where(LiveSession.id.in_(hosted_by(wanted.host_id)))
    return read_briefs(asked.order_by(LiveSession.planned_start.desc(), LiveSession.id.desc()).limit(MOST))


@ready
def _hosts() -> Any:
    return (
        select(Shift.session_id, User.name)
        .select_from(Shift)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .where(Shift.session_id.in_(bindparam("ids", expanding=True)), Position.key == HOST)
        .order_by(Shift.start, Shift.id)
    )


@query(P.SESSION_VIEW)
def hosts_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of those who hosted, by session, in the order of their shifts."""
    wanted, found = list(ids), dict[int, list[str]]()
    for session_id, name in _hosts.rows(ids=wanted) if wanted else ():
        names = found.setdefault(session_id, [])
        if name not in names:
            names.append(name)
    return found


@query(P.SESSION_VIEW)
def hosts_between(start: datetime, end: datetime) -> list[tuple[int, str]]:
    """Everybody who has a host's shift in a stretch of time, by name."""
    asked = (
        select(User.id, User.name)
        .select_from(Shift)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .where(Position.key == HOST, Shift.start >= start, Shift.start < end)
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(row[0], row[1]) for row in db.session().execute(asked)]


@ready
def _beside() -> Any:
    """The sessions on both sides of an instant: each side is cut off by itself, so that one statement brings both."""
    start, wanted = LiveSession.planned_start, bindparam("channel_id", type_=BigInteger())
    counting = (
        LiveSession.state.in_(list(rules.AFTER_AIR)),
        LiveSession.no_compare.is_(False),
        or_(wanted == 0, LiveSession.channel_id == wanted),
        ~promotion_night(),
        db.alive(LiveSession),
    )
    ids = select(LiveSession.id).where(*counting)
    earlier = ids.where(start < bindparam("at")).order_by(start.desc(), LiveSession.id.desc())
    later = ids.where(start >= bindparam("at")).order_by(start, LiveSession.id)
    sides = [select(side.limit(bindparam("most")).subquery().c.id) for side in (earlier, later)]
    return alive_briefs().where(or_(*(LiveSession.id.in_(side) for side in sides))).order_by(start, LiveSession.id)


@query(P.SESSION_VIEW)
def briefs_beside(at: datetime, channel_id: int | None, most: int) -> list[SessionBrief]:
    """The last sessions before an instant and the first ones since, at most so many of each, in order; of a channel
    where one is named, without incident or promotion nights."""
    return brief_rows(_beside.rows(at=at, channel_id=channel_id or 0, most=most))
