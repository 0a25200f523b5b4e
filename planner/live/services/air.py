"""On air and off: taps that anybody of the crew may make, corrections, and what is noted meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import ports, queries, rules
from planner.live.models import Airing, LiveSession, LogEntry, LogNote
from planner.live.news import Logged, StateChanged, TimesCorrected, WentLive
from planner.live.rules import LogKind, State


def _of_crew(session_id: int) -> None:
    who = actor.current()
    if who.is_system or who.may(P.SESSION_EDIT) or queries.is_crew(session_id, who.user_id):
        return
    raise Forbidden(msg("Only the crew of this session or a team lead can do this."))


@command(P.SESSION_RUN)
def go_live(session_id: int, at: datetime | None = None) -> int:
    """On air, now or since `at`. Never refused: what was missing is recorded and opens the review. Answers the airing."""
    row = db.one(LiveSession, session_id)
    _of_crew(session_id)
    if row.state is State.LIVE:
        held = list(db.session().scalars(select(Airing).where(Airing.session_id == session_id)))
        if held and held[-1].real_end is None:
            return held[-1].id
    now = clock.now()
    start = at or now
    missing = [
        {"text": c.text, "who": c.who, "due": c.due.isoformat() if c.due else None}
        for c in queries.checks_of([session_id], now)[session_id]
        if not c.passed and c.blocking
    ]
    after = rules.MACHINE.take("go_live", row.state)
    tell(StateChanged(session_id=session_id, before=str(row.state), after=str(after)))
    row.state, row.real_start, row.real_end = after, row.real_start or start, None
    row.missing = missing or None
    tell(WentLive(session_id=session_id, missing=tuple(m["text"] or "" for m in missing)))
    made = db.add(Airing(session_id=session_id, channel_id=row.channel_id, real_start=start, source="tap"))
    for follow in ports.on_live:
        follow(session_id)
    return made.id


@command(P.SESSION_RUN)
def take_back_live(session_id: int) -> None:
    """The tap was a mistake: not on air after all."""
    row = db.one(LiveSession, session_id)
    _of_crew(session_id)
    after = rules.MACHINE.take("take_back_live", row.state)
    tell(StateChanged(session_id=session_id, before=str(row.state), after=str(after)))
    row.state, row.real_start, row.real_end, row.missing = after, None, None, None
    for airing in db.session().scalars(select(Airing).where(Airing.session_id == session_id)):
        db.session().delete(airing)


@command(P.SESSION_RUN)
def end_live(session_id: int, at: datetime | None = None) -> None:
    """Off air, now or since `at`."""
    row = db.one(LiveSession, session_id)
    _of_crew(session_id)
    if row.state is State.ENDED:
        return
    after = rules.MACHINE.take("end_live", row.state)
    end = at or clock.now()
    tell(StateChanged(session_id=session_id, before=str(row.state), after=str(after)))
    row.state, row.real_end = after, end
    for airing in db.session().scalars(select(Airing).where(Airing.session_id == session_id, Airing.real_end.is_(None))):
        airing.real_end = end
    db.flush()
    for follow in ports.on_ended:
        follow(session_id)


@command(P.SESSION_RUN)
def take_back_end(session_id: int) -> None:
    """The end was tapped by mistake: still on air, nothing lost."""
    row = db.one(LiveSession, session_id)
    _of_crew(session_id)
    after = rules.MACHINE.take("take_back_end", row.state)
    tell(StateChanged(session_id=session_id, before=str(row.state), after=str(after)))
    row.state, row.real_end = after, None
    last = db.session().scalars(select(Airing).where(Airing.session_id == session_id).order_by(Airing.real_start.desc())).first()
    if last is not None:
        last.real_end = None


@command(P.SESSION_RUN)
def correct_times(session_id: int, version: int, start: datetime, end: datetime | None) -> None:
    """Set the real times right by hand."""
    row = db.edit(LiveSession, session_id, version)
    _of_crew(session_id)
    if row.real_start is None:
        raise Refused(msg("This session was not on air."))
    if end is not None and (end <= start or end - start > timedelta(hours=30)):
        raise Invalid.at("end", msg("The end lies after the start, by 30 hours at most."))
    if end is None and row.state is not State.LIVE:
        raise Invalid.at("end", msg("Type when it ended."))
    held = list(db.session().scalars(select(Airing).where(Airing.session_id == session_id).order_by(Airing.real_start)))
    if held:
        held[0].real_start, held[0].source = start, "typed"
        held[-1].real_end = end
    row.real_start, row.real_end = start, end
    tell(TimesCorrected(session_id=session_id, source="typed"))


@command(P.FIGURES_EDIT)
def set_airing(
    session_id: int, airing_id: int | None, channel_id: int, start: datetime, end: datetime | None, source: str
) -> int:
    """The real times as the platform's file has them: sets an airing right or adds one, and the session's span with it."""
    row = db.one(LiveSession, session_id)
    if airing_id is None:
        airing = db.add(Airing(session_id=session_id, channel_id=channel_id, real_start=start, real_end=end, source=source))
    else:
        airing = db.one(Airing, airing_id)
        if airing.session_id != session_id:
            raise Refused(msg("This stream belongs to another session."))
        airing.real_start, airing.real_end, airing.source = start, end, source
    db.flush()
    held = list(db.session().scalars(select(Airing).where(Airing.session_id == session_id)))
    row.real_start = min(a.real_start for a in held)
    ends = [a.real_end for a in held if a.real_end is not None]
    if row.state is not State.LIVE or len(ends) == len(held):
        row.real_end = max(ends, default=None)
    if row.state in (State.SCHEDULED, State.PREPARING, State.READY) and row.real_end is not None:
        tell(StateChanged(session_id=session_id, before=str(row.state), after=str(State.ENDED), note=source))
        row.state = State.ENDED
    tell(TimesCorrected(session_id=session_id, source=source))
    return airing.id


@command(P.SESSION_RUN)
def log_entry(session_id: int, kind: LogKind, client_id: str, at: datetime | None = None, note: str = "") -> int:
    """Note something on air with one tap; the same client id has the same effect. Answers the entry."""
    row = db.one(LiveSession, session_id)
    known = db.session().scalar(select(LogEntry.id).where(LogEntry.client_id == client_id))
    if known is not None:
        return known
    if row.real_start is None:
        raise Refused(msg("Notes are made from the start of the show on."))
    now = clock.now()
    stamp = min(at, now) if at is not None and now - at < timedelta(hours=24) else now
    made = db.add(LogEntry(session_id=session_id, kind=kind, at=stamp, user_id=actor.current().user_id, client_id=client_id))
    if clean_line(note):
        db.add(LogNote(entry_id=made.id, text=clean_line(note)[:500], withdrawn=False))
    tell(Logged(session_id=session_id, kind=str(kind)))
    return made.id


@command(P.SESSION_RUN)
def note_log(entry_id: int, text: str) -> int:
    """Say what it was; answers the session."""
    entry = db.one(LogEntry, entry_id)
    db.add(LogNote(entry_id=entry_id, text=clean_line(text)[:500], withdrawn=False))
    return entry.session_id


@command(P.SESSION_RUN)
def withdraw_log(entry_id: int) -> int:
    """It was a slip of the finger; answers the session."""
    entry = db.one(LogEntry, entry_id)
    db.add(LogNote(entry_id=entry_id, text="", withdrawn=True))
    return entry.session_id
