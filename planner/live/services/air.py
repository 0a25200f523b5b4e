"""On air and off: taps that anybody of the crew may make at any time, taken back, or set right afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import ports, queries
from planner.live.models import Airing, Channel, LiveSession
from planner.live.news import TimesCorrected, WentLive
from planner.live.rules import BEFORE_AIR, State
from planner.live.services.steps import change_state

LONGEST = timedelta(hours=30)
AHEAD = timedelta(minutes=5)
"""How far a typed time may lie ahead: clocks differ a little, shows do not begin in the future."""


def must_be_crew(session_id: int) -> None:
    """Refuse anybody who neither works in this session nor plans sessions."""
    who = actor.current()
    if who.is_system or who.may(P.SESSION_EDIT) or queries.is_crew(session_id, who.user_id):
        return
    raise Forbidden(msg("Only the crew of this session or a team lead can do this."))


def _streams(session_id: int) -> list[Airing]:
    asked = select(Airing).where(Airing.session_id == session_id).order_by(Airing.real_start, Airing.id)
    return list(db.session().scalars(asked))


def _retime(row: LiveSession) -> None:
    """Let those know whose due times hang on the real start and end."""
    db.flush()
    for follow in ports.on_ended if row.real_end is not None else ports.on_live:
        follow(row.id)


def _missing(session_id: int, now: datetime) -> list[dict[str, Any]]:
    """What should have held by now: blocking checks, and whatever else is late. People by id, never by name."""
    return [
        {
            "key": c.key,
            "text": c.text,
            "who": "" if c.who_id else c.who,
            "who_id": c.who_id,
            "due": c.due.isoformat() if c.due else None,
        }
        for c in queries.checks_of([session_id], now)[session_id]
        if not c.passed and (c.blocking or (c.due is not None and c.due <= now))
    ]


def _begin(row: LiveSession, start: datetime) -> int:
    made = db.add(Airing(session_id=row.id, channel_id=row.channel_id, real_start=start, source="tap"))
    _retime(row)
    return made.id


@command(P.SESSION_RUN)
def go_live(session_id: int, at: datetime | None = None) -> int:
    """On air, now or since `at`; answers the stream. Never refused: what was missing is recorded for the review."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    now = clock.now()
    start = at or now
    if row.state is State.LIVE:
        running = [airing for airing in _streams(session_id) if airing.real_end is None]
        return running[-1].id if running else _begin(row, start)
    missing = _missing(session_id, now)
    change_state(row, "go_live")
    row.real_start, row.real_end, row.missing = row.real_start or start, None, missing or None
    tell(WentLive(session_id=session_id, missing=tuple(m["text"] for m in missing)))
    return _begin(row, start)


@command(P.SESSION_RUN)
def take_back_live(session_id: int) -> None:
    """The tap was a mistake: not on air after all. A go that was given has to be given again."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    held = _streams(session_id)
    if any(airing.source == "file" for airing in held):
        raise Refused(msg("The platform's file says that it was on air. Correct the real times instead."))
    change_state(row, "take_back_live")
    row.real_start, row.real_end, row.missing = None, None, None
    row.go_by, row.go_at, row.go_note = None, None, ""
    for airing in held:
        db.session().delete(airing)
    _retime(row)


@command(P.SESSION_RUN)
def end_live(session_id: int, at: datetime | None = None) -> None:
    """Off air, now or since `at`. A stream whose end the platform's file has told keeps it."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    if row.state is State.ENDED:
        return
    change_state(row, "end_live")
    end, held = at or clock.now(), _streams(session_id)
    for airing in held:
        airing.real_end = airing.real_end or max(end, airing.real_start)
    row.real_end = max((a.real_end for a in held if a.real_end is not None), default=end)
    _retime(row)


@command(P.SESSION_RUN)
def take_back_end(session_id: int) -> None:
    """The end was tapped by mistake: still on air, nothing lost."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    held = _streams(session_id)
    if held and held[-1].source == "file":
        raise Refused(msg("The platform's file tells when this stream ended. Start another stream instead."))
    change_state(row, "take_back_end")
    row.real_end = None
    if held:
        held[-1].real_end = None
    _retime(row)


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


@command(P.SESSION_RUN)
def correct_times(session_id: int, version: int, start: datetime, end: datetime | None) -> None:
    """Set the real times right by hand: the start of the first stream and the end of the last."""
    row = db.edit(LiveSession, session_id, version)
    must_be_crew(session_id)
    held = _streams(session_id)
    if row.real_start is None or not held:
        raise Refused(msg("This session was not on air."))
    _check_times(row, held, start, end)
    if held[0].real_start != start:
        held[0].real_start, held[0].source = start, "typed"
    if held[-1].real_end != end:
        held[-1].real_end, held[-1].source = end, "typed"
    row.real_start, row.real_end = start, end
    tell(TimesCorrected(session_id=session_id, source="typed"))
    _retime(row)


def _check_times(row: LiveSession, held: list[Airing], start: datetime, end: datetime | None) -> None:
    soon = clock.now() + AHEAD
    if start > soon:
        raise Invalid.at("start", msg("The real times lie in the past."))
    if len(held) > 1 and held[0].real_end is not None and start >= held[0].real_end:
        raise Invalid.at("start", msg("The first stream has ended before this time."))
    if row.state is State.LIVE:
        if end is not None:
            raise Invalid.at("end", msg("It is still on air: end the show first."))
        return
    if end is None:
        raise Invalid.at("end", msg("Type when it ended."))
    if end > soon:
        raise Invalid.at("end", msg("The real times lie in the past."))
    if end <= start or end - start > LONGEST:
        raise Invalid.at("end", msg("The end lies after the start, by 30 hours at most."))
    if end <= held[-1].real_start and len(held) > 1:
        raise Invalid.at("end", msg("The last stream began after this time."))


@command(P.FIGURES_EDIT)
def set_airing(
    session_id: int, airing_id: int | None, channel_id: int, start: datetime, end: datetime | None, source: str
) -> int:
    """The real times as the platform's file has them: sets a stream right or adds one, and the session's span with it.

    What the crew tapped is kept beside them.
    """
    row = db.one(LiveSession, session_id)
    db.one(Channel, channel_id, with_trash=True)
    if airing_id is None:
        airing = db.add(Airing(session_id=session_id, channel_id=channel_id, real_start=start, source=source))
    else:
        airing = db.one(Airing, airing_id)
        if airing.session_id != session_id:
            raise Refused(msg("This stream belongs to another session."))
        if airing.source == "tap":
            airing.tapped_start, airing.tapped_end = airing.real_start, airing.real_end
    airing.real_start, airing.real_end, airing.source = start, end, source
    db.flush()
    held = _streams(session_id)
    ends = [a.real_end for a in held if a.real_end is not None]
    if row.state in BEFORE_AIR and ends:
        change_state(row, "found_ended", source)
    row.real_start = held[0].real_start
    row.real_end = max(ends, default=None) if row.state is not State.LIVE else None
    tell(TimesCorrected(session_id=session_id, source=source))
    _retime(row)
    return airing.id
