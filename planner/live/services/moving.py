"""Another time, studio or channel; called off, on again, deleted: what changes for all that hangs on a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command, query
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import clean_line, msg
from planner.live import ports, queries, rules
from planner.live.models import Channel, LiveSession, Shift, Studio
from planner.live.news import SessionMoved
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries.clashes import person_clashes, place_clashes
from planner.live.rules import Act, State
from planner.live.services.apart import stand_apart
from planner.live.services.crew import ShiftIn, booking_of, check_place, lock_room, reasons_of
from planner.live.services.following import follow_in_place
from planner.live.services.steps import change_state, take_back_go
from planner.live.services.telling import concern

SHORTEST_SHIFT = timedelta(minutes=5)


def living_channel(channel_id: int) -> int:
    """A channel of this team that is in use."""
    if channel_id not in db.some(Channel, [channel_id]):
        raise Invalid.at("channel_id", msg("Choose a channel of this team."))
    return channel_id


def living_studio(studio_id: int | None) -> int | None:
    """A studio of this team that is in use, or none."""
    if studio_id is not None and studio_id not in db.some(Studio, [studio_id]):
        raise Invalid.at("studio_id", msg("Choose a studio of this team."))
    return studio_id


@dataclass(frozen=True)
class Target:
    """Where a session goes: its time, its studio, its channel."""

    span: Span
    studio_id: int | None
    channel_id: int


def _target(row: LiveSession, start: datetime, minutes: int, studio_id: int | None, channel_id: int | None) -> Target:
    """What was asked for; a studio or channel that is kept may have been given up meanwhile, a new one may not."""
    if studio_id != row.studio_id:
        living_studio(studio_id)
    if channel_id is not None and channel_id != row.channel_id:
        living_channel(channel_id)
    return Target(rules.check_times(start, minutes), studio_id, channel_id or row.channel_id)


def change_of(row: LiveSession, to: Target) -> SessionChange:
    """What of a session would be another than now."""
    span = to.span
    kinds = set[str]()
    if span.start != row.planned_start or span.end != row.planned_end:
        kinds.add("move")
    if to.studio_id != row.studio_id:
        kinds.add("studio")
    if to.channel_id != row.channel_id:
        kinds.add("channel")
    return SessionChange(row.id, frozenset(kinds), row.planned_start, span.start, row.planned_end, span.end)


def _shifted(s: Shift | queries.ShiftRow, row: LiveSession, span: Span) -> tuple[datetime, datetime]:
    """A shift keeps its distance from the start; one that ran to the end still does."""
    by, grown = span.start - row.planned_start, span.end - row.planned_end
    start = s.start + by
    return start, max(s.end + (grown if s.end == row.planned_end else by), start + SHORTEST_SHIFT)


def _check_movable(row: LiveSession) -> None:
    if row.state not in rules.BEFORE_AIR:
        raise Refused(msg("Only a session that has not been on air can be moved."))


def _refuse(row: LiveSession, to: Target, shifts: Sequence[ShiftIn], held: Sequence[Shift], why: str) -> dict[int, str]:
    """A draft takes nothing from anybody; everything else needs its place and its people free."""
    if row.state is State.DRAFT:
        return {}
    check_place(to.span, to.channel_id, to.studio_id, row.id)
    return reasons_of(dict(enumerate(shifts)), row.id, why, held)


def shifts_held(row: LiveSession) -> list[Shift]:
    """The shifts of a session as they are."""
    return list(db.session().scalars(select(Shift).where(Shift.session_id == row.id).order_by(Shift.start, Shift.id)))


def shifts_at(row: LiveSession, held: Sequence[Shift], span: Span) -> list[ShiftIn]:
    """The shifts as they would be if the session took this span."""
    return [ShiftIn(s.position_id, s.user_id, *_shifted(s, row, span)) for s in held]


@query(P.SESSION_EDIT)
def move_preview(
    session_id: int,
    start: datetime,
    minutes: int,
    studio_id: int | None,
    override_reason: str = "",
    channel_id: int | None = None,
) -> list[FollowerLine]:
    """What would move, reopen or stay, before anybody decides; refuses what could not be done anyway."""
    row = db.one(LiveSession, session_id)
    _check_movable(row)
    to = _target(row, start, minutes, studio_id, channel_id)
    change, held = change_of(row, to), shifts_held(row)
    _refuse(row, to, shifts_at(row, held, to.span), held, override_reason)
    crew = [(s, *_shifted(s, row, to.span)) for s in queries.shifts(session_id)]
    change = replace(change, crew_after=tuple(replace(s, start=a, end=b) for s, a, b in crew))
    told = [FollowerLine("go", "")] if change.kinds and row.state is State.READY else []
    for s, start_after, end_after in crew:
        before, after = (s.end, end_after) if s.start == start_after else (s.start, start_after)
        if before != after:
            told.append(FollowerLine("moves", f"{s.position_name} · {s.user_name}", before, after))
    return told + [line for follower in ports.followers for line in follower.preview(change)]


@command(P.SESSION_EDIT)
def move_session(
    session_id: int,
    version: int,
    start: datetime,
    minutes: int,
    studio_id: int | None,
    override_reason: str = "",
    channel_id: int | None = None,
) -> None:
    """Another time, studio or channel; the crew's shifts and what hangs on the anchors move along."""
    row = db.edit(LiveSession, session_id, version)
    _check_movable(row)
    to = _target(row, start, minutes, studio_id, channel_id)
    change = change_of(row, to)
    if not change.kinds:
        return
    held = shifts_held(row)
    lock_room({studio_id}, {to.channel_id}, {s.user_id for s in held})
    asked = shifts_at(row, held, to.span)
    reasons = _refuse(row, to, asked, held, override_reason)
    write_move(row, to, held, asked, reasons)
    stand_apart(session_id)


def write_move(
    row: LiveSession, to: Target, held: Sequence[Shift], asked: Sequence[ShiftIn], reasons: Mapping[int, str]
) -> None:
    """Put a session and its shifts where they were asked to, and let everything that hangs on it follow."""
    change = change_of(row, to)
    for n, (s, to_be) in enumerate(zip(held, asked, strict=True)):
        s.start, s.end, s.override_reason = to_be.start, to_be.end, reasons.get(n)
    tell(SessionMoved(session_id=row.id, before=row.planned_start, after=to.span.start))
    row.planned_start, row.planned_end = to.span.start, to.span.end
    row.studio_id, row.channel_id = to.studio_id, to.channel_id
    concern(row, Act.MOVED if "move" in change.kinds else Act.PLACED, held)
    if row.state is State.READY:
        take_back_go(row)
    db.flush()
    for follower in ports.followers:
        follower.apply(change)


@command(P.SESSION_EDIT)
def cancel_session(session_id: int, version: int, reason: str) -> None:
    """Call a session off, with the reason; it stays in the calendar, struck from every count."""
    row = db.edit(LiveSession, session_id, version)
    why = clean_line(reason)[:300]
    if not why:
        raise Invalid.at("reason", msg("Say why; the crew reads it."))
    concern(row, Act.CANCELLED, shifts_held(row), note=why)
    change_state(row, "cancel", why)
    row.go_note, row.go_by, row.go_at = why, None, None
    follow_in_place(row, "cancel")
    stand_apart(session_id)


def check_free(row: LiveSession) -> None:
    """What must hold before a session comes back, from cancelled or from the trash: place and people are free.

    Whom a lead has booked twice with a reason, here or there, stays booked.
    """
    held = shifts_held(row)
    lock_room({row.studio_id}, {row.channel_id}, {s.user_id for s in held})
    taken = place_clashes(Span(row.planned_start, row.planned_end), row.channel_id, row.studio_id, row.id)
    crew = [booking_of(s) for s in held if not s.override_reason]
    needed = [c for c in person_clashes(crew, row.id) if not c.excused and not c.away]
    told = [c.message for c in taken] + [c.message(crew[c.index].span) for c in needed]
    if told:
        raise Refused(told[0], tuple(told[1:]))


@command(P.SESSION_EDIT)
def restore_session(session_id: int) -> None:
    """A cancelled session is on again, if its place and people are still free."""
    row = db.one(LiveSession, session_id)
    check_free(row)
    change_state(row, "restore")
    row.go_note = ""
    concern(row, Act.RESTORED, shifts_held(row))
    db.flush()
    for follow in ports.on_scheduled:
        follow(session_id)


@command(P.SESSION_EDIT)
def trash_session(session_id: int) -> None:
    """Delete a session that never was on air; it can be restored for 30 days."""
    row = db.one(LiveSession, session_id)
    if row.state not in rules.BEFORE_AIR and row.state is not State.CANCELLED:
        raise Refused(msg("A session that was on air is part of the record and can't be deleted."))
    if row.state in rules.PLANNED:
        concern(row, Act.DELETED, shifts_held(row))
    follow_in_place(row, "trash")
    trashing.trash(row)
