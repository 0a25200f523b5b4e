"""What was on air: the streams, and which session a row of a platform’s file belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import Airing, Channel, LiveSession
from planner.live.queries.briefs import SessionBrief, briefs, briefs_asked, read_briefs
from planner.live.rules import State


@dataclass(frozen=True)
class AiringRow:
    """One stream."""

    id: int
    channel_id: int
    real_start: datetime
    real_end: datetime | None
    source: str
    tapped_start: datetime | None
    tapped_end: datetime | None
    typed_start: datetime | None
    typed_end: datetime | None
    channel_name: str


@dataclass(frozen=True)
class Match:
    """A session (and airing) that a row of a platform's file may belong to."""

    session: SessionBrief
    airing_id: int | None
    minutes_off: int


@ready
def _airings() -> Any:
    return (
        select(
            Airing.id, Airing.channel_id, Airing.real_start, Airing.real_end, Airing.source, Airing.tapped_start,
            Airing.tapped_end, Airing.typed_start, Airing.typed_end, Channel.name,
        )
        .select_from(Airing)
        .join(Channel, Channel.id == Airing.channel_id)
        .where(Airing.session_id == bindparam("id"))
        .order_by(Airing.real_start, Airing.id)
    )  # fmt: skip


@query(P.SESSION_VIEW, remember=True)
def airings(session_id: int) -> list[AiringRow]:
    """The streams of a session in order."""
    return [AiringRow(*row) for row in _airings.rows(id=session_id)]


@query(P.SESSION_VIEW)
def match_airing(account: str, start: datetime, tolerance_minutes: int = 90) -> list[Match]:
    """Sessions that a file's row (account and start) may belong to, the nearest first."""
    return match_airings([(account, start)], tolerance_minutes)[0]


@query(P.SESSION_VIEW)
def match_airings(rows: Sequence[tuple[str, datetime]], tolerance_minutes: int = 90) -> list[list[Match]]:
    """The same for many rows in three statements; best for rows of about the same time."""
    if not rows:
        return []
    room = timedelta(minutes=tolerance_minutes)
    accounts, starts = {account for account, _start in rows}, [start for _account, start in rows]
    first, last = min(starts) - room, max(starts) + room
    asked = (
        select(Channel.account, Airing.session_id, Airing.id, Airing.real_start)
        .join(Channel, Channel.id == Airing.channel_id)
        .where(Channel.account.in_(accounts), Airing.real_start.between(first, last))
    )
    aired = [_Aired(*row) for row in db.session().execute(asked)]
    planned = read_briefs(
        briefs_asked().where(
            Channel.account.in_(accounts),
            LiveSession.state != State.CANCELLED,
            LiveSession.planned_start < last,
            LiveSession.planned_end > first,
        )
    )
    known = {b.id: b for b in planned} | briefs({hit.session_id for hit in aired})
    return [_matches(account, start, tolerance_minutes, aired, planned, known) for account, start in rows]


@dataclass(frozen=True)
class _Aired:
    """A stream that was on air."""

    account: str
    session_id: int
    id: int
    real_start: datetime


def _matches(
    account: str,
    start: datetime,
    tolerance_minutes: int,
    aired: Sequence[_Aired],
    planned: Sequence[SessionBrief],
    known: Mapping[int, SessionBrief],
) -> list[Match]:
    room, found = timedelta(minutes=tolerance_minutes), dict[int, Match]()
    hits = [hit for hit in aired if hit.account == account and abs(hit.real_start - start) <= room]
    for hit in sorted(hits, key=lambda hit: abs(hit.real_start - start), reverse=True):
        if hit.session_id in known:
            off = int(abs((hit.real_start - start).total_seconds()) // 60)
            found[hit.session_id] = Match(known[hit.session_id], hit.id, off)
    for b in planned:
        if b.account == account and b.id not in found and b.planned_start - room < start < b.planned_end + room:
            off = int(abs((b.planned_start - start).total_seconds()) // 60)
            if off <= tolerance_minutes or b.planned_start <= start <= b.planned_end:
                found[b.id] = Match(b, None, off)
    return sorted(found.values(), key=lambda m: (m.airing_id is None, m.minutes_off))
