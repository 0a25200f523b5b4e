"""Streams of a show that runs: another channel beside it (同播), one that broke and is open again, one that ends."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live.models import Airing, LiveSession
from planner.live.news import TimesCorrected
from planner.live.rules import State
from planner.live.services.air import retime, streams_of
from planner.live.services.moving import living_channel
from planner.live.services.steps import must_be_crew


def _running(session_id: int) -> tuple[LiveSession, list[Airing]]:
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    if row.state is not State.LIVE:
        raise Refused(msg("This show is not on air."))
    return row, [airing for airing in streams_of(session_id) if airing.real_end is None]


@command(P.SESSION_RUN)
def add_stream(session_id: int, channel_id: int) -> int:
    """The show runs on another channel as well, from now on; answers the stream. Its row of the file is found by it."""
    row, running = _running(session_id)
    living_channel(channel_id)
    lock(("channel", channel_id))
    if any(airing.channel_id == channel_id for airing in running):
        raise Invalid.at("channel_id", msg("The show runs on this channel already."))
    asked = (
        select(LiveSession.theme)
        .join(Airing, Airing.session_id == LiveSession.id)
        .where(Airing.channel_id == channel_id, Airing.real_end.is_(None), db.alive(LiveSession))
    )
    for theme in db.session().scalars(asked.where(LiveSession.id != session_id).limit(1)):
        raise Invalid.at("channel_id", msg("The channel is on air with “%(theme)s”.", theme=theme))
    made = db.add(Airing(session_id=session_id, channel_id=channel_id, real_start=clock.now(), source="tap"))
    tell(TimesCorrected(session_id=row.id, source="tap"))
    return made.id


@command(P.SESSION_RUN)
def reopen_stream(session_id: int) -> int:
    """The stream on the show's own channel broke and is open again: another stream of the same show. Answers it."""
    row, running = _running(session_id)
    now = clock.now()
    for airing in running:
        if airing.channel_id == row.channel_id:
            airing.real_end = max(now, airing.real_start)
    made = db.add(Airing(session_id=session_id, channel_id=row.channel_id, real_start=now, source="tap"))
    tell(TimesCorrected(session_id=row.id, source="tap"))
    retime(row)
    return made.id


@command(P.SESSION_RUN)
def end_stream(session_id: int, airing_id: int) -> None:
    """One of several streams ends while the show goes on; the last one ends with the show."""
    row, running = _running(session_id)
    mine = next((airing for airing in running if airing.id == airing_id), None)
    if mine is None:
        return
    if len(running) == 1:
        raise Refused(msg("This is the only stream: end the show instead."))
    mine.real_end = max(clock.now(), mine.real_start)
    tell(TimesCorrected(session_id=row.id, source="tap"))
