"""The real times set right: by hand, stream by stream, or as the platform's file has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import attributes

from planner.base import actor, db, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries
from planner.live.models import Airing, Channel, LiveSession
from planner.live.news import TimesCorrected
from planner.live.rules import BEFORE_AIR, State
from planner.live.services.air import AHEAD, retime, streams_of
from planner.live.services.crew import touch
from planner.live.services.steps import change_state, must_be_crew

LONGEST = timedelta(hours=30)
EARLIER = (5, 10, 20, 40)
"""How many minutes before the tap a show may be said to have begun, with one tap more."""


@dataclass(frozen=True)
class StreamIn:
    """A stream's times as typed; without an id it is one that nobody has tapped. No end: it still runs."""

    airing_id: int | None
    start: datetime
    end: datetime | None
    channel_id: int | None = None


def _keep_tap(airing: Airing) -> None:
    """What the crew tapped stays beside what is said instead, so that the difference shows."""
    if airing.source == "tap":
        airing.tapped_start, airing.tapped_end = airing.real_start, airing.real_end


def _clock(instant: datetime) -> str:
    return show.local(instant).strftime("%m-%d %H:%M")


@command(P.SESSION_RUN)
def correct_times(session_id: int, version: int, streams: Sequence[StreamIn]) -> None:
    """Set the real times right by hand, each stream on its own; a lead adds one that was forgotten.

    Faults stand at `start_1`, `end_1`, …, in the order given.
    """
    row = db.edit(LiveSession, session_id, version)
    must_be_crew(session_id)
    held = {airing.id: airing for airing in streams_of(session_id)}
    if row.real_start is None or not held or not streams:
        raise Refused(msg("This session was not on air."))
    if any(s.airing_id is not None and s.airing_id not in held for s in streams):
        raise NotFound()
    if any(s.airing_id is None for s in streams) and not actor.current().may(P.SESSION_EDIT):
        raise Forbidden(msg("Only a team lead can add a stream."))
    streams = [_settled(held, s) for s in streams]
    _check_times(row, held, streams)
    channels = [_channel_of(held, s) for s in streams]
    lock(*[("channel", channel_id) for channel_id in set(channels)])
    changed = [s for s in streams if _is_changed(held, s)]
    for number, s in enumerate(streams, start=1):
        _check_beside(number, [(s, channel) for s, channel in zip(streams, channels, strict=True)], changed)
        if s in changed:
            _check_elsewhere(session_id, channels[number - 1], s, number)
    for s in changed:
        if s.airing_id is None:
            made = Airing(session_id=session_id, channel_id=s.channel_id, real_start=s.start, source="typed")
            made.real_end = s.end
            db.session().add(made)
            continue
        airing = held[s.airing_id]
        _keep_tap(airing)
        airing.real_start, airing.real_end, airing.source = s.start, s.end, "typed"
        airing.typed_start = airing.typed_end = None
    if not changed:
        return
    _span(row)
    touch(row)
    tell(TimesCorrected(session_id=session_id, source="typed"))
    retime(row)


@command(P.SESSION_RUN)
def start_earlier(session_id: int, version: int, minutes: int) -> None:
    """It went on air so many minutes before the tap: the first stream began then."""
    if minutes not in EARLIER:
        raise Invalid.at("minutes", msg("Choose how much earlier it was."))
    db.one(LiveSession, session_id)
    held = queries.airings(session_id)
    if not held:
        raise Refused(msg("This session was not on air."))
    first = held[0]
    start = first.real_start - timedelta(minutes=minutes)
    correct_times(session_id, version, [StreamIn(first.id, start, first.real_end)])


def _channel_of(held: dict[int, Airing], s: StreamIn) -> int:
    if s.airing_id is not None:
        return held[s.airing_id].channel_id
    if s.channel_id is None:
        raise Invalid.at("channel_id", msg("Choose the channel of this stream."))
    return db.one(Channel, s.channel_id).id


def _settled(held: dict[int, Airing], s: StreamIn) -> StreamIn:
    """A form shows minutes: a time that was left as it stood keeps its seconds, and stays a tap."""
    if s.airing_id is None:
        return s
    airing = held[s.airing_id]
    start = airing.real_start if _same_minute(s.start, airing.real_start) else s.start
    end = airing.real_end if s.end and airing.real_end and _same_minute(s.end, airing.real_end) else s.end
    return replace(s, start=start, end=end)


def _same_minute(typed: datetime, held: datetime) -> bool:
    return typed == held.replace(second=0, microsecond=0)


def _is_changed(held: dict[int, Airing], s: StreamIn) -> bool:
    if s.airing_id is None:
        return True
    return (held[s.airing_id].real_start, held[s.airing_id].real_end) != (s.start, s.end)


def _check_times(row: LiveSession, held: dict[int, Airing], streams: Sequence[StreamIn]) -> None:
    soon, live = clock.now() + AHEAD, row.state is State.LIVE
    first = min(s.start for s in streams)
    for number, s in enumerate(streams, start=1):
        if s.start > soon:
            raise Invalid.at(f"start_{number}", msg("The real times lie in the past."))
        if s.end is None:
            if not live:
                raise Invalid.at(f"end_{number}", msg("Type when it ended."))
            continue
        if s.end > soon:
            raise Invalid.at(f"end_{number}", msg("The real times lie in the past."))
        if s.end <= s.start or s.end - first > LONGEST:
            raise Invalid.at(f"end_{number}", msg("The end lies after the start, by 30 hours at most."))
    told = {s.airing_id: s.end for s in streams if s.airing_id is not None}
    ends = [told.get(airing.id, airing.real_end) for airing in held.values()]
    if live and None not in [*ends, *(s.end for s in streams if s.airing_id is None)]:
        raise Invalid.at(f"end_{len(held)}", msg("It is still on air: end the show first."))


def _check_beside(number: int, placed: list[tuple[StreamIn, int]], changed: list[StreamIn]) -> None:
    """A channel carries one stream of a session at a time."""
    s, mine = placed[number - 1]
    for other_number, (other, channel) in enumerate(placed, start=1):
        if other_number == number or channel != mine or not (s in changed or other in changed):
            continue
        if other.start <= s.start and (other.end is None or other.end > s.start):
            raise Invalid.at(f"start_{number}", msg("Stream %(number)s is on this channel then.", number=other_number))


def _check_elsewhere(session_id: int, channel_id: int, s: StreamIn, number: int) -> None:
    """Nor does it carry another session's meanwhile. Decide on it under the channel's lock only."""
    asked = (
        select(Airing.real_start, Airing.real_end, LiveSession.theme)
        .select_from(Airing)
        .join(LiveSession, LiveSession.id == Airing.session_id)
        .where(Airing.channel_id == channel_id, Airing.session_id != session_id, db.alive(LiveSession))
        .where(Airing.real_start > s.start - LONGEST, (Airing.real_end.is_(None)) | (Airing.real_end > s.start))
    )
    if s.end is not None:
        asked = asked.where(Airing.real_start < s.end)
    for start, end, theme in db.session().execute(asked.order_by(Airing.real_start).limit(1)):
        told = {"theme": theme, "start": _clock(start)}
        if end is None:
            raise Invalid.at(f"start_{number}", msg("The channel is on air with “%(theme)s” since %(start)s.", **told))
        fault = msg("The channel was on air with “%(theme)s”, %(start)s to %(end)s.", **told, end=_clock(end))
        raise Invalid.at(f"start_{number}", fault)


def _span(row: LiveSession) -> None:
    """A session was on air from the start of its first stream to the end of its last one."""
    db.flush()
    held = streams_of(row.id)
    ends = [airing.real_end for airing in held if airing.real_end is not None]
    row.real_start = min((airing.real_start for airing in held), default=None)
    row.real_end = max(ends, default=None) if row.state is not State.LIVE else None


@command(P.FIGURES_EDIT)
def set_airing(
    session_id: int, airing_id: int | None, channel_id: int, start: datetime, end: datetime | None, source: str
) -> int:
    """The real times as the platform's file has them: sets a stream right or adds one, and the session's span with it.

    What the crew tapped or typed is kept beside them.
    """
    row = db.one(LiveSession, session_id)
    db.one(Channel, channel_id, with_trash=True)
    if airing_id is None:
        airing = db.add(Airing(session_id=session_id, channel_id=channel_id, real_start=start, source=source))
    else:
        airing = db.one(Airing, airing_id)
        if airing.session_id != session_id:
            raise Refused(msg("This stream belongs to another session."))
        _keep_tap(airing)
        if airing.source == "typed":
            airing.typed_start, airing.typed_end = airing.real_start, airing.real_end
    airing.real_start, airing.real_end, airing.source = start, end, source
    db.flush()
    if row.state in BEFORE_AIR and end is not None:
        change_state(row, "found_ended", source)
    _span(row)
    attributes.flag_modified(row, "real_start")  # a form that shows the streams is told, also of a time in between
    tell(TimesCorrected(session_id=session_id, source=source))
    retime(row)
    return airing.id


@command(P.SESSION_EDIT)
def forget_stream(session_id: int, airing_id: int, on_air: bool) -> None:
    """The file that told of this stream was withdrawn: what people said before stands again.

    A stream nobody else told of goes; the last one of a show that was on air for sure (`on_air`) keeps its times.
    """
    row, airing = db.one(LiveSession, session_id), db.one(Airing, airing_id)
    if airing.source != "file":
        return
    if airing.typed_start is not None:
        airing.real_start, airing.real_end, airing.source = airing.typed_start, airing.typed_end, "typed"
        airing.typed_start = airing.typed_end = None
    elif airing.tapped_start is not None:
        airing.real_start, airing.real_end, airing.source = airing.tapped_start, airing.tapped_end, "tap"
        airing.tapped_start = airing.tapped_end = None
    elif not (on_air and len(streams_of(session_id)) == 1):
        db.remove(airing)
    _span(row)
    if row.real_start is None and row.state is State.ENDED:
        change_state(row, "take_back_found", "file")
        row.go_by, row.go_at, row.go_note = None, None, ""
    attributes.flag_modified(row, "real_start")
    tell(TimesCorrected(session_id=session_id, source="withdrawn"))
    retime(row)
