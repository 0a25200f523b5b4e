"""记一笔: what is noted on air with one tap, said later, or withdrawn. Append-only, so two phones never lose a note."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live.models import LiveSession, LogEntry, LogNote
from planner.live.news import Logged
from planner.live.rules import LogKind
from planner.live.services.steps import must_be_crew

LATE_TAP = timedelta(hours=48)
"""How long a phone without network may keep a tap and still be believed about its time."""


@command(P.SESSION_RUN)
def log_entry(session_id: int, kind: LogKind, client_id: str, at: datetime | None = None, note: str = "") -> int:
    """Note something on air with one tap; the same client id has the same effect. Answers the entry."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    known = db.session().scalar(select(LogEntry.id).where(LogEntry.client_id == client_id))
    if known is not None:
        return known
    if row.real_start is None:
        raise Refused(msg("Notes are made from the start of the show on."))
    now, who = clock.now(), actor.current()
    stamp = at if at is not None and now - LATE_TAP < at <= now else now
    made = db.add(LogEntry(session_id=session_id, kind=kind, at=stamp, user_id=who.user_id, client_id=client_id))
    said = clean_line(note)[:500]
    if said:
        db.add(LogNote(entry_id=made.id, text=said, withdrawn=False))
    tell(Logged(session_id=session_id, kind=str(kind)))
    return made.id


def _entry(entry_id: int) -> LogEntry:
    entry = db.one(LogEntry, entry_id)
    must_be_crew(entry.session_id)
    return entry


@command(P.SESSION_RUN)
def note_log(entry_id: int, text: str) -> int:
    """Say what it was; answers the session."""
    entry = _entry(entry_id)
    db.add(LogNote(entry_id=entry_id, text=clean_line(text)[:500], withdrawn=False))
    return entry.session_id


@command(P.SESSION_RUN)
def withdraw_log(entry_id: int) -> int:
    """It was a slip of the finger; answers the session."""
    entry = _entry(entry_id)
    db.add(LogNote(entry_id=entry_id, text="", withdrawn=True))
    return entry.session_id


@command(P.SESSION_RUN)
def put_back_log(entry_id: int) -> int:
    """It was none: the note stands again as it was; answers the session."""
    entry = _entry(entry_id)
    said = select(LogNote.text, LogNote.withdrawn).where(LogNote.entry_id == entry_id).order_by(LogNote.id.desc())
    rows = db.session().execute(said).all()
    if rows and rows[0].withdrawn:
        text = next((row.text for row in rows if not row.withdrawn), "")
        db.add(LogNote(entry_id=entry_id, text=text, withdrawn=False))
    return entry.session_id
