"""记一笔: what is noted on air with one tap, said later, or withdrawn. Append-only, so two phones never lose a note."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import rules
from planner.live.models import LiveSession, LogEntry, LogNote, LogTime, NoteKind, Slip
from planner.live.news import Logged
from planner.live.rules import LogKind, Moment
from planner.live.services.steps import must_be_crew

LATE_TAP = timedelta(hours=48)
"""How long a phone without network may keep a tap and still be believed about its time."""


def tapped(at: datetime | None) -> datetime:
    """When it was tapped, as far as the phone is believed; else now."""
    now = clock.now()
    return at if at is not None and now - LATE_TAP < at <= now else now


@command(P.SESSION_RUN)
def log_entry(session_id: int, kind: str, client_id: str, at: datetime | None = None, note: str = "") -> int:
    """Note something on air with one tap; the same client id has the same effect. Answers the entry."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    known = db.session().scalar(select(LogEntry.id).where(LogEntry.client_id == client_id))
    if known is not None:
        return known
    if row.real_start is None:
        raise Refused(msg("Notes are made from the start of the show on."))
    if db.session().scalar(select(NoteKind.id).where(NoteKind.key == kind)) is None:
        raise Invalid.at("kind", msg("Choose what to note."))
    who, stamp = actor.current(), tapped(at)
    made = db.add(LogEntry(session_id=session_id, kind=kind, at=stamp, user_id=who.user_id, client_id=client_id))
    said = clean_line(note)[:500]
    if said:
        db.add(LogNote(entry_id=made.id, text=said, withdrawn=False))
    if kind == LogKind.HIGHLIGHT:
        began = rules.clip_start(stamp, row.real_start)
        db.add(LogTime(entry_id=made.id, moment=Moment.HAPPENED, at=began, client_id=secrets.token_hex(16)))
    tell(Logged(session_id=session_id, kind=str(kind)))
    return made.id


def entry_of(entry_id: int) -> LogEntry:
    """A note, for its crew."""
    entry = db.one(LogEntry, entry_id)
    must_be_crew(entry.session_id)
    return entry


@command(P.SESSION_RUN)
def note_log(entry_id: int, text: str) -> int:
    """Say what it was; answers the session."""
    entry = entry_of(entry_id)
    db.add(LogNote(entry_id=entry_id, text=clean_line(text)[:500], withdrawn=False))
    return entry.session_id


@command(P.SESSION_RUN)
def withdraw_log(entry_id: int) -> int:
    """It was a slip of the finger; answers the session. What is on record as put right stays there."""
    entry = entry_of(entry_id)
    if db.session().scalar(select(Slip.id).where(Slip.entry_id == entry_id, Slip.at.is_not(None)).limit(1)) is not None:
        raise Refused(msg("What was put right after a slip is on record and stays in the log."))
    db.add(LogNote(entry_id=entry_id, text="", withdrawn=True))
    return entry.session_id


@command(P.SESSION_RUN)
def put_back_log(entry_id: int) -> int:
    """It was none: the note stands again as it was; answers the session."""
    entry = entry_of(entry_id)
    said = select(LogNote.text, LogNote.withdrawn).where(LogNote.entry_id == entry_id).order_by(LogNote.id.desc())
    rows = db.session().execute(said).all()
    if rows and rows[0].withdrawn:
        text = next((row.text for row in rows if not row.withdrawn), "")
        db.add(LogNote(entry_id=entry_id, text=text, withdrawn=False))
    return entry.session_id
