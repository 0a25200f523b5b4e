"""What was on air: streams, notes, and which session a row of a platform’s file belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, false, func, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import (
    Airing,
    Channel,
    LiveSession,
    LogEntry,
    LogNote,
)
from planner.live.queries.briefs import SessionBrief, briefs, briefs_asked, read_briefs
from planner.live.rules import FAULTS, LogKind, State
from planner.people.models import User


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
class LogRow:
    """A note made on air."""

    id: int
    kind: LogKind
    at: datetime
    who: str
    note: str


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


@ready
def _log() -> Any:
    return (
        select(LogEntry.id, LogEntry.kind, LogEntry.at, User.name, LogNote.text, LogNote.withdrawn)
        .select_from(LogEntry)
        .outerjoin(User, User.id == LogEntry.user_id)
        .outerjoin(LogNote, LogNote.entry_id == LogEntry.id)
        .where(LogEntry.session_id == bindparam("id"))
        .order_by(LogEntry.at, LogEntry.id, LogNote.id)
        .limit(1000)
    )


@query(P.SESSION_VIEW, remember=True)
def airings(session_id: int) -> list[AiringRow]:
    """The streams of a session in order."""
    return [AiringRow(*row) for row in _airings.rows(id=session_id)]


@query(P.SESSION_VIEW, remember=True)
def log(session_id: int) -> list[LogRow]:
    """What was noted on air, in order; withdrawn notes are left out."""
    # A note has one row for each time it was rewritten: the last one counts.
    found: dict[int, LogRow | None] = {}
    for row_id, kind, at, who, text, gone in _log.rows(id=session_id):
        found[row_id] = None if gone else LogRow(row_id, kind, at, who or "", text or "")
    return [row for row in found.values() if row is not None]


@query(P.SESSION_VIEW)
def match_airing(account: str, start: datetime, tolerance_minutes: int = 90) -> list[Match]:
    """Sessions that a file's row (account and start) may belong to, the nearest first."""
    room = timedelta(minutes=tolerance_minutes)
    found: dict[int, Match] = {}
    asked = (
        select(Airing.session_id, Airing.id, Airing.real_start)
        .join(Channel, Channel.id == Airing.channel_id)
        .where(Channel.account == account, Airing.real_start.between(start - room, start + room))
    )
    hits = [(r[0], r[1], r[2]) for r in db.session().execute(asked)]
    planned = read_briefs(
        briefs_asked().where(
            Channel.account == account,
            LiveSession.state != State.CANCELLED,
            LiveSession.planned_start < start + room,
            LiveSession.planned_end > start - room,
        )
    )
    known = {b.id: b for b in planned} | briefs({h[0] for h in hits})
    for session_id, airing_id, real in sorted(hits, key=lambda h: abs(h[2] - start), reverse=True):
        if session_id in known:
            off = int(abs((real - start).total_seconds()) // 60)
            found[session_id] = Match(known[session_id], airing_id, off)
    for b in planned:
        off = int(abs((b.planned_start - start).total_seconds()) // 60)
        inside = b.planned_start <= start <= b.planned_end
        if b.id not in found and (off <= tolerance_minutes or inside):
            found[b.id] = Match(b, None, off)
    return sorted(found.values(), key=lambda m: (m.airing_id is None, m.minutes_off))


@ready
def _faults() -> Any:
    last = select(LogNote.withdrawn).where(LogNote.entry_id == LogEntry.id).order_by(LogNote.id.desc()).limit(1)
    asked = select(LogEntry.session_id, LogEntry.kind).where(
        LogEntry.session_id.in_(bindparam("ids", expanding=True)),
        LogEntry.kind.in_(FAULTS),
        func.coalesce(last.scalar_subquery(), false()).is_(False),
    )
    return asked.order_by(LogEntry.at, LogEntry.id)


@query(P.SESSION_VIEW)
def faults_of(ids: Iterable[int]) -> dict[int, list[LogKind]]:
    """What went wrong on air by session, each kind once, in order; sessions without are left out."""
    wanted, found = list(ids), dict[int, list[LogKind]]()
    for session_id, kind in _faults.rows(ids=wanted) if wanted else ():
        kinds = found.setdefault(session_id, [])
        if kind not in kinds:
            kinds.append(kind)
    return found
