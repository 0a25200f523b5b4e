"""What was noted on air: when it happened, how long it took, what was put right, and clip marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LogEntry, LogNote, LogPhoto, LogTime, NoteKind, Slip
from planner.live.queries.briefs import SessionBrief, brief
from planner.live.queries.kinds import kind_icon, kind_word, stands
from planner.live.queries.streams import AiringRow, airings
from planner.live.rules import Clip, LogKind, Moment, Stream, clips
from planner.people.models import User

_CHIPS = {LogKind.HIGHLIGHT: "ok", LogKind.CHAT: "warn", LogKind.PERSON: "warn"}


@dataclass(frozen=True)
class SlipRow:
    """A slip as it is on record. `at` is when it was put right; None while it is open."""

    said: str
    put_right: str
    at: datetime | None
    heard_by: int | None
    heard: str


@dataclass(frozen=True)
class LogRow:
    """A note made on air. `at` is when it happened, `noted` when somebody tapped, `ended` when it was over."""

    id: int
    kind: str
    at: datetime
    who: str
    note: str
    noted: datetime
    name: str
    icon: str
    fault: bool
    restores: bool
    ended: datetime | None = None
    slip: SlipRow | None = None
    photos: tuple[int, ...] = ()

    @property
    def chip(self) -> str:
        """The kind of chip its kind has."""
        return "bad" if self.fault else _CHIPS.get(LogKind(self.kind), "mute") if self.kind in set(LogKind) else "mute"

    @property
    def bright(self) -> bool:
        """Whether it is a highlight, so a clip mark."""
        return self.kind == LogKind.HIGHLIGHT

    @property
    def open_slip(self) -> bool:
        """Whether it is a slip of which nobody has recorded that it was put right."""
        return self.kind == LogKind.SLIP and (self.slip is None or self.slip.at is None)

    @property
    def running(self) -> bool:
        """Whether its clock runs: a kind that asks when it was restored, and nobody has said so."""
        return self.restores and self.ended is None

    @property
    def minutes(self) -> float | None:
        """How long it took."""
        return None if self.ended is None else (self.ended - self.at).total_seconds() / 60

    @property
    def reaction(self) -> int:
        """How many seconds after it happened it was noted; 0 for what was noted as it happened."""
        return max(0, int((self.noted - self.at).total_seconds()))


def _last(moment: Moment) -> Any:
    """What was told last of a moment; nothing where nobody set it right."""
    told = select(LogTime.at).where(LogTime.entry_id == LogEntry.id, LogTime.moment == moment)
    return told.order_by(LogTime.id.desc()).limit(1).scalar_subquery()


def _photos() -> Any:
    """The ids of a note's photos, in one text: a list of notes costs one statement."""
    asked = select(func.aggregate_strings(cast(LogPhoto.id, String), " ")).where(LogPhoto.entry_id == LogEntry.id)
    return asked.where(db.alive(LogPhoto)).scalar_subquery()


@ready
def _log() -> Any:
    wording, hearer = aliased(Slip), aliased(User)
    latest = select(func.max(wording.id)).where(wording.entry_id == LogEntry.id).scalar_subquery()
    return (
        select(
            LogEntry.id, LogEntry.kind, LogEntry.at, User.name, LogNote.text, LogNote.withdrawn, NoteKind.name,
            NoteKind.icon, NoteKind.fault, NoteKind.restores, _last(Moment.HAPPENED), _last(Moment.ENDED),
            Slip.said, Slip.put_right, Slip.at, Slip.heard_by, hearer.name, _photos(),
        )
        .select_from(LogEntry)
        .outerjoin(User, User.id == LogEntry.user_id)
        .outerjoin(LogNote, LogNote.entry_id == LogEntry.id)
        .outerjoin(NoteKind, and_(NoteKind.team_id == LogEntry.team_id, NoteKind.key == LogEntry.kind))
        .outerjoin(Slip, Slip.id == latest)
        .outerjoin(hearer, hearer.id == Slip.heard_by)
        .where(LogEntry.session_id == bindparam("id"))
        .order_by(LogEntry.at, LogEntry.id, LogNote.id)
        .limit(1000)
    )  # fmt: skip


@query(P.SESSION_VIEW, remember=True)
def log(session_id: int) -> list[LogRow]:
    """What was noted on air, in the order in which it happened; withdrawn notes are left out."""
    # A note has one row for each time it was rewritten: the last one counts.
    found: dict[int, LogRow | None] = {}
    for row_id, kind, noted, who, text, gone, *told in _log.rows(id=session_id):
        found[row_id] = None if gone else _row(row_id, kind, noted, who or "", text or "", *told)
    return sorted((row for row in found.values() if row is not None), key=lambda row: (row.at, row.id))


def _row(row_id: int, kind: str, noted: datetime, who: str, text: str, *told: Any) -> LogRow:
    name, icon, fault, restores, happened, ended, said, put_right, at, heard_by, heard, shots = told
    slip = None if said is None else SlipRow(said, put_right, at, heard_by, heard or "")
    words = (kind_word(kind, name or ""), kind_icon(kind, icon or ""))
    photos = tuple(sorted(int(shot) for shot in (shots or "").split()))
    asks = (bool(fault), bool(restores))
    return LogRow(row_id, kind, happened or noted, who, text, noted, *words, *asks, ended, slip, photos)


@query(P.SESSION_VIEW)
def log_entry_of(entry_id: int) -> tuple[SessionBrief, LogRow | None]:
    """The session of a note, and the note as it stands; None where it was withdrawn."""
    session_id = db.one(LogEntry, entry_id).session_id
    return brief(session_id), next((row for row in log(session_id) if row.id == entry_id), None)


@ready
def _faults() -> Any:
    asked = select(LogEntry.session_id, LogEntry.kind, NoteKind.name)
    asked = asked.join(NoteKind, and_(NoteKind.team_id == LogEntry.team_id, NoteKind.key == LogEntry.kind))
    asked = asked.where(LogEntry.session_id.in_(bindparam("ids", expanding=True)), NoteKind.fault, stands())
    return asked.order_by(LogEntry.at, LogEntry.id)


@query(P.SESSION_VIEW)
def faults_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """What went wrong on air by session, each kind once by its name, in order; sessions without are left out."""
    wanted, found = list(ids), dict[int, list[str]]()
    for session_id, key, name in _faults.rows(ids=wanted) if wanted else ():
        kinds, word = found.setdefault(session_id, []), kind_word(key, name)
        if word not in kinds:
            kinds.append(word)
    return found


@dataclass(frozen=True)
class ClipRow:
    """A highlight as a mark in one of the streams; without a stream where nothing was sent."""

    entry: LogRow
    stream: AiringRow | None
    number: int
    start: timedelta
    end: timedelta | None


@query(P.SESSION_VIEW)
def clip_marks(session_id: int) -> list[ClipRow]:
    """The highlights of a session by its streams, each from the start of its stream."""
    streams, marks = airings(brief(session_id).id), [row for row in log(session_id) if row.bright]
    numbered = [Stream(n, a.real_start, a.real_end) for n, a in enumerate(streams, start=1)]
    return [_clip(c, marks, streams) for c in clips(numbered, [(m.at, m.noted, m.ended) for m in marks])]


def _clip(c: Clip, marks: Sequence[LogRow], streams: Sequence[AiringRow]) -> ClipRow:
    return ClipRow(marks[c.mark], streams[c.stream - 1] if c.stream else None, c.stream or 0, c.start, c.end)
