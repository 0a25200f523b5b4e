"""Sessions as others see them: briefs, crews, logs, readiness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, day_span
from planner.live import ports, rules
from planner.live.models import (
    Airing,
    Channel,
    LineupItem,
    LiveSession,
    LogEntry,
    LogNote,
    SessionTag,
    SessionTarget,
    Shift,
    Studio,
)
from planner.live.rules import Go, LogKind, Phase, Platform, State, Weight
from planner.people import queries as people
from planner.people.models import Position, User
from planner.people.words import position_word


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


@dataclass(frozen=True)
class LogRow:
    """A note made on air."""

    id: int
    kind: LogKind
    at: datetime
    who: str
    note: str


@dataclass(frozen=True)
class AiringRow:
    """One stream."""

    id: int
    channel_id: int
    real_start: datetime
    real_end: datetime | None
    source: str


@dataclass(frozen=True)
class Match:
    """A session (and airing) that a row of a platform's file may belong to."""

    session: SessionBrief
    airing_id: int | None
    minutes_off: int


@dataclass(frozen=True)
class Strip:
    """Readiness of one session, for the lead."""

    brief: SessionBrief
    go: Go
    missing: list[ports.GateCheck]
    done: int
    total: int


@dataclass(frozen=True)
class HubPage:
    """Everything the session page itself needs."""

    session: SessionBrief
    phase: Phase
    shifts: list[ShiftRow]
    targets: dict[str, Decimal]
    tags: list[str]
    airings: list[AiringRow]
    lineup: list[LineupItem]
    log: list[LogRow]
    checks: list[ports.GateCheck]
    go: Go
    go_name: str
    crew: bool
    primary: ports.Primary | None
    now: datetime = field(default_factory=clock.now)


_BRIEF = (
    LiveSession.id, LiveSession.theme, LiveSession.weight, LiveSession.state, LiveSession.channel_id, Channel.name,
    Channel.platform, Channel.account, LiveSession.studio_id, Studio.name, LiveSession.planned_start,
    LiveSession.planned_end, LiveSession.real_start, LiveSession.real_end, LiveSession.version, LiveSession.no_compare,
    LiveSession.notes, LiveSession.go_by, LiveSession.go_at, LiveSession.go_note, LiveSession.missing,
)  # fmt: skip


def _briefs() -> Select[Any]:
    return (
        select(*_BRIEF)
        .select_from(LiveSession)
        .join(Channel, Channel.id == LiveSession.channel_id)
        .outerjoin(Studio, Studio.id == LiveSession.studio_id)
    )


def _read(asked: Select[Any]) -> list[SessionBrief]:
    rows = db.session().execute(asked.where(db.alive(LiveSession)).execution_options(with_trash=True))
    return [SessionBrief(*row[:9], row[9] or "", *row[10:]) for row in rows]


@query(P.SESSION_VIEW)
def brief(session_id: int) -> SessionBrief:
    """One session."""
    if not 0 < session_id <= db.LARGEST_ID:
        raise NotFound()
    found = _read(_briefs().where(LiveSession.id == session_id))
    if not found:
        raise NotFound()
    return found[0]


@query(P.SESSION_VIEW)
def briefs(ids: Iterable[int]) -> dict[int, SessionBrief]:
    """Sessions by id."""
    wanted = set(ids)
    return {b.id: b for b in _read(_briefs().where(LiveSession.id.in_(wanted)))} if wanted else {}


@query(P.SESSION_VIEW)
def briefs_between(start: datetime, end: datetime, states: Iterable[State] | None = None) -> list[SessionBrief]:
    """Sessions that begin in a stretch of time, in order."""
    asked = _briefs().where(LiveSession.planned_start >= start, LiveSession.planned_start < end)
    if states is not None:
        asked = asked.where(LiveSession.state.in_(list(states)))
    return _read(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(1000))


@query(P.SESSION_VIEW)
def next_briefs(channel_id: int | None = None, after: datetime | None = None, limit: int = 5) -> list[SessionBrief]:
    """The next sessions that are not over."""
    asked = _briefs().where(
        LiveSession.state.in_(list(rules.BEFORE_AIR)), LiveSession.planned_start > (after or clock.now())
    )
    if channel_id is not None:
        asked = asked.where(LiveSession.channel_id == channel_id)
    return _read(asked.order_by(LiveSession.planned_start, LiveSession.id).limit(limit))


@query(P.SESSION_VIEW)
def past_briefs(
    channel_id: int | None = None,
    weight: Weight | None = None,
    before: datetime | None = None,
    limit: int = 8,
    q: str = "",
) -> list[SessionBrief]:
    """Sessions that are over, the latest first."""
    asked = _briefs().where(LiveSession.state.in_(list(rules.AFTER_AIR)))
    if channel_id is not None:
        asked = asked.where(LiveSession.channel_id == channel_id)
    if weight is not None:
        asked = asked.where(LiveSession.weight == weight)
    if before is not None:
        asked = asked.where(LiveSession.planned_start < before)
    if q:
        asked = asked.where(LiveSession.theme.contains(q, autoescape=True))
    return _read(asked.order_by(LiveSession.planned_start.desc(), LiveSession.id.desc()).limit(limit))


@query(P.SESSION_VIEW)
def listed(
    after: tuple[datetime, int] | None, limit: int, q: str = "", state: State | None = None
) -> list[SessionBrief]:
    """All sessions from the latest on, page by page behind a key (start, id)."""
    asked = _briefs()
    if q:
        asked = asked.where(LiveSession.theme.contains(q, autoescape=True))
    if state is not None:
        asked = asked.where(LiveSession.state == state)
    if after is not None:
        start, row_id = after
        asked = asked.where(
            (LiveSession.planned_start < start) | ((LiveSession.planned_start == start) & (LiveSession.id < row_id))
        )
    return _read(asked.order_by(LiveSession.planned_start.desc(), LiveSession.id.desc()).limit(limit))


@query(P.SESSION_VIEW)
def unfinished(before: datetime) -> list[SessionBrief]:
    """Sessions that should have begun or are on air and are not closed: they stay in Today until somebody ends them."""
    asked = _briefs().where(
        LiveSession.state.in_(list(rules.OPEN_STATES)),
        LiveSession.planned_start < before,
        LiveSession.planned_start > before - timedelta(days=7),
    )
    return _read(asked.order_by(LiveSession.planned_start).limit(20))


def _shift_rows(condition: Any) -> list[tuple[int, ShiftRow]]:
    rows = db.session().execute(
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
        .where(condition)
        .order_by(Shift.session_id, Position.sort, Shift.start, Shift.id)
    )
    return [(r[0], ShiftRow(r[1], r[2], r[3], position_word(r[3], r[4]), r[5], r[6], r[7], r[8])) for r in rows]


@query(P.SESSION_VIEW)
def shifts(session_id: int) -> list[ShiftRow]:
    """The crew of a session."""
    return [row for _session_id, row in _shift_rows(Shift.session_id == session_id)]


@query(P.SESSION_VIEW)
def shifts_of(ids: Iterable[int]) -> dict[int, list[ShiftRow]]:
    """The crews of many sessions."""
    found: dict[int, list[ShiftRow]] = {}
    wanted = list(ids)
    for session_id, row in _shift_rows(Shift.session_id.in_(wanted)) if wanted else []:
        found.setdefault(session_id, []).append(row)
    return found


@query(P.SESSION_VIEW)
def my_shifts(user_id: int, start: datetime, end: datetime) -> list[tuple[SessionBrief, ShiftRow]]:
    """Somebody's shifts that touch a stretch of time, with their sessions."""
    rows = _shift_rows((Shift.user_id == user_id) & (Shift.end > start) & (Shift.start < end))
    known = briefs({session_id for session_id, _row in rows})
    pairs = [(known[session_id], row) for session_id, row in rows if session_id in known]
    return sorted((p for p in pairs if p[0].state is not State.CANCELLED), key=lambda p: p[1].start)


@query(P.SESSION_VIEW)
def has_shift_near(user_id: int, now: datetime) -> bool:
    """Whether somebody is between 4 h before and 2 h after a shift."""
    asked = select(Shift.id).where(
        Shift.user_id == user_id, Shift.start < now + timedelta(hours=4), Shift.end > now - timedelta(hours=2)
    )
    return db.session().scalar(asked.limit(1)) is not None


@query(P.SESSION_VIEW)
def is_crew(session_id: int, user_id: int | None) -> bool:
    """Whether somebody has a shift in a session."""
    asked = select(Shift.id).where(Shift.session_id == session_id, Shift.user_id == user_id)
    return db.session().scalar(asked.limit(1)) is not None


@query(P.SESSION_VIEW)
def targets(session_id: int) -> dict[str, Decimal]:
    """What a session is meant to reach."""
    asked = select(SessionTarget.metric, SessionTarget.value).where(SessionTarget.session_id == session_id)
    return {metric: value for metric, value in db.session().execute(asked.order_by(SessionTarget.id))}


@query(P.SESSION_VIEW)
def targets_of(ids: Iterable[int]) -> dict[int, dict[str, Decimal]]:
    """Targets of many sessions."""
    found: dict[int, dict[str, Decimal]] = {}
    wanted = list(ids)
    if wanted:
        asked = select(SessionTarget.session_id, SessionTarget.metric, SessionTarget.value)
        for session_id, metric, value in db.session().execute(asked.where(SessionTarget.session_id.in_(wanted))):
            found.setdefault(session_id, {})[metric] = value
    return found


@query(P.SESSION_VIEW)
def airings(session_id: int) -> list[AiringRow]:
    """The streams of a session in order."""
    asked = select(Airing.id, Airing.channel_id, Airing.real_start, Airing.real_end, Airing.source)
    rows = db.session().execute(asked.where(Airing.session_id == session_id).order_by(Airing.real_start, Airing.id))
    return [AiringRow(*row) for row in rows]


@query(P.SESSION_VIEW)
def log(session_id: int) -> list[LogRow]:
    """What was noted on air, in order; withdrawn notes are left out."""
    entries = (
        db.session()
        .execute(
            select(LogEntry.id, LogEntry.kind, LogEntry.at, User.name)
            .outerjoin(User, User.id == LogEntry.user_id)
            .where(LogEntry.session_id == session_id)
            .order_by(LogEntry.at, LogEntry.id)
            .limit(500)
        )
        .all()
    )
    notes: dict[int, tuple[str, bool]] = {}
    asked = select(LogNote.entry_id, LogNote.text, LogNote.withdrawn).join(LogEntry, LogEntry.id == LogNote.entry_id)
    for entry_id, text, gone in db.session().execute(
        asked.where(LogEntry.session_id == session_id).order_by(LogNote.id)
    ):
        notes[entry_id] = (text, gone)
    return [
        LogRow(row_id, kind, at, who or "", notes.get(row_id, ("", False))[0])
        for row_id, kind, at, who in entries
        if not notes.get(row_id, ("", False))[1]
    ]


@query(P.SESSION_VIEW)
def lineup(session_id: int) -> list[LineupItem]:
    """The products in the order of the show."""
    asked = select(LineupItem).where(LineupItem.session_id == session_id).order_by(LineupItem.sort, LineupItem.id)
    return list(db.session().scalars(asked))


@query(P.SESSION_VIEW)
def tags(session_id: int) -> list[str]:
    """The words on a session."""
    return list(
        db.session().scalars(select(SessionTag.tag).where(SessionTag.session_id == session_id).order_by(SessionTag.id))
    )


def checks_of(ids: Sequence[int], now: datetime) -> dict[int, list[ports.GateCheck]]:
    """What must hold before air, of many sessions, from everybody who answers the port."""
    found: dict[int, list[ports.GateCheck]] = {row_id: [] for row_id in ids}
    for answer in ports.gate_checks if ids else ():
        for session_id, checks in answer(list(ids), now).items():
            found[session_id] += checks
    return found


def go_of(checks: list[ports.GateCheck], now: datetime) -> Go:
    """The word of the gate."""
    return rules.readiness([rules.Check(c.due, c.passed, c.blocking) for c in checks], now)


@query(P.SESSION_VIEW)
def strips(now: datetime) -> list[Strip]:
    """Tonight's sessions of the business day, the worst first, with those that are still open from before."""
    who = actor.current()
    day = day_span(business_day(now, who.timezone, who.day_start), who.timezone, who.day_start)
    today = [b for b in briefs_between(day.start, day.end) if b.state is not State.CANCELLED]
    known = {b.id for b in today}
    shown = [b for b in unfinished(day.start) if b.id not in known] + today
    checks = checks_of([b.id for b in shown if b.state in rules.BEFORE_AIR], now)
    rows: list[Strip] = []
    for b in shown:
        mine = checks.get(b.id, [])
        missing = [c for c in mine if not c.passed and c.due is not None and c.due <= now]
        passed = sum(1 for c in mine if c.passed)
        rows.append(Strip(b, go_of(mine, now), missing, passed, len(mine)))
    return sorted(rows, key=lambda s: (s.brief.state in rules.AFTER_AIR, rules.GO_ORDER[s.go], s.brief.planned_start))


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
    planned = _read(
        _briefs().where(
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


@query(P.SESSION_VIEW)
def hub(session_id: int, phase: Phase | None = None) -> HubPage:
    """The session page."""
    b = brief(session_id)
    now = clock.now()
    shown = phase or b.phase
    checks = checks_of([session_id], now)[session_id] if b.state in rules.BEFORE_AIR or b.state is State.LIVE else []
    button: ports.Primary | None = None
    for answer in ports.primary:
        button = button or answer(session_id, shown)
    return HubPage(
        session=b,
        phase=shown,
        shifts=shifts(session_id),
        targets=targets(session_id),
        tags=tags(session_id),
        airings=airings(session_id) if shown is not Phase.PREPARE else [],
        lineup=lineup(session_id),
        log=log(session_id) if shown is not Phase.PREPARE else [],
        checks=checks,
        go=go_of(checks, now),
        go_name=people.names([b.go_by]).get(b.go_by or 0, "") if b.go_by else "",
        crew=is_crew(session_id, actor.current().user_id),
        primary=button,
        now=now,
    )


@query(P.SESSION_VIEW)
def channels() -> list[Channel]:
    """The team's channels by name."""
    return list(db.session().scalars(select(Channel).order_by(Channel.name)))


@query(P.SESSION_VIEW)
def studios() -> list[Studio]:
    """The team's studios by name."""
    return list(db.session().scalars(select(Studio).order_by(Studio.name)))


@query(P.SESSION_VIEW)
def count_by_state() -> dict[State, int]:
    """How many living sessions stand where."""
    asked = (
        select(LiveSession.state, func.count(LiveSession.id)).where(db.alive(LiveSession)).group_by(LiveSession.state)
    )
    return {state: count for state, count in db.session().execute(asked)}


@query(P.SESSION_VIEW)
def channel(channel_id: int) -> Channel:
    """One channel."""
    return db.one(Channel, channel_id)


@query(P.SESSION_VIEW)
def studio(studio_id: int) -> Studio:
    """One studio."""
    return db.one(Studio, studio_id)
