"""On air and off: taps that anybody of the crew may make at any time, and take back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import ports, queries
from planner.live.models import Airing, LiveSession
from planner.live.news import WentLive
from planner.live.rules import State
from planner.live.services.steps import change_state, must_be_crew

AHEAD = timedelta(minutes=5)
"""How far a typed time may lie ahead: clocks differ a little, shows do not begin or end in the future."""


def streams_of(session_id: int) -> list[Airing]:
    """The streams of a session in order, to be changed."""
    asked = select(Airing).where(Airing.session_id == session_id).order_by(Airing.real_start, Airing.id)
    return list(db.session().scalars(asked))


def retime(row: LiveSession) -> None:
    """Let those know whose due times hang on the real start and end."""
    db.flush()
    for follow in ports.on_ended if row.real_end is not None else ports.on_live:
        follow(row.id)


def _missing(row: LiveSession, now: datetime) -> list[dict[str, Any]]:
    """What should have held by now: blocking checks, and whatever else is late. People by id, never by name."""
    return [
        {
            "key": c.key,
            "text": c.text,
            "who": "" if c.who_id else c.who,
            "who_id": c.who_id,
            "due": c.due.isoformat() if c.due else None,
        }
        for c in queries.checks_of([row], now)[row.id]
        if not c.passed and (c.blocking or (c.due is not None and c.due <= now))
    ]


def _begin(row: LiveSession, start: datetime) -> int:
    made = db.add(Airing(session_id=row.id, channel_id=row.channel_id, real_start=start, source="tap"))
    retime(row)
    return made.id


@command(P.SESSION_RUN)
def go_live(session_id: int, at: datetime | None = None) -> int:
    """On air, now or since `at`; answers the stream. Never refused: what was missing is recorded for the review."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    now = clock.now()
    start = at or now
    if row.state is State.LIVE:
        running = [airing for airing in streams_of(session_id) if airing.real_end is None]
        return running[-1].id if running else _begin(row, start)
    missing = _missing(row, now)
    change_state(row, "go_live")
    row.real_start, row.real_end, row.missing = row.real_start or start, None, missing or None
    tell(WentLive(session_id=session_id, missing=tuple(m["text"] for m in missing)))
    return _begin(row, start)


@command(P.SESSION_RUN)
def take_back_live(session_id: int) -> None:
    """The tap was a mistake: not on air after all. What was on air before it stays, and the show is over again.

    Where nothing was, it is being prepared, and a go that was given has to be given again.
    """
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    held = streams_of(session_id)
    running = [airing for airing in held if airing.real_end is None]
    if any(airing.source == "file" for airing in running or held):
        raise Refused(msg("The platform's file says that it was on air. Correct the real times instead."))
    ends = [airing.real_end for airing in held if airing.real_end is not None]
    if ends:
        change_state(row, "take_back_resume")
        row.real_end = max(ends)
    else:
        change_state(row, "take_back_live")
        row.real_start, row.real_end, row.missing = None, None, None
        row.go_by, row.go_at, row.go_note = None, None, ""
    for airing in running:
        db.session().delete(airing)
    retime(row)


@command(P.SESSION_RUN)
def end_live(session_id: int, at: datetime | None = None) -> None:
    """Off air, now or since `at`. A stream whose end the platform's file has told keeps it."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    if row.state is State.ENDED:
        return
    end, held = at or clock.now(), streams_of(session_id)
    if end > clock.now() + AHEAD:
        raise Invalid.at("at", msg("The real times lie in the past."))
    if at is not None and any(a.real_end is None and a.real_start >= at for a in held):
        raise Invalid.at("at", msg("The end lies after the start, by 30 hours at most."))
    change_state(row, "end_live")
    for airing in held:
        if airing.real_end is None:
            airing.real_end = max(end, airing.real_start)
            if airing.tapped_start is not None:  # its start was set right while it ran: the tap is kept beside it
                airing.tapped_end = airing.real_end
    row.real_end = max((a.real_end for a in held if a.real_end is not None), default=end)
    retime(row)


@command(P.SESSION_RUN)
def take_back_end(session_id: int) -> None:
    """The end was tapped by mistake: still on air, nothing lost."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    last = [airing for airing in streams_of(session_id) if airing.real_end == row.real_end]
    if any(airing.source == "file" for airing in last):
        raise Refused(msg("The platform's file tells when this stream ended. Start another stream instead."))
    change_state(row, "take_back_end")
    row.real_end = None
    for airing in last:
        airing.real_end = airing.tapped_end = None
    retime(row)


@command(P.SESSION_RUN)
def resume_live(session_id: int, at: datetime | None = None) -> int:
    """On air again after a break: another stream of the same session. Answers it."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    if row.state is State.LIVE:
        return go_live(session_id, at)
    change_state(row, "resume")
    row.real_end = None
    return _begin(row, at or clock.now())
