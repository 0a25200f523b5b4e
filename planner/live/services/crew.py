"""Who does what when, and that nothing and nobody is needed in two places at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base.claim import claim
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P, may
from planner.kernel.spans import Span
from planner.kernel.text import Message, clean_line, msg
from planner.live.models import LiveSession, Shift
from planner.live.news import SessionEdited
from planner.live.rules import BEFORE_AIR, OCCUPYING, OPEN_STATES, ROOM, State
from planner.live.services.following import follow_in_place
from planner.people import queries as people
from planner.people.models import User
from planner.people.queries import Person


@dataclass(frozen=True)
class ShiftIn:
    """A shift as asked for."""

    position_id: int
    user_id: int
    start: datetime
    end: datetime


def lock_room(studio_ids: set[int | None], channel_ids: set[int], user_ids: set[int]) -> None:
    """Queue for everything a schedule checks; keys are sorted by the lock itself."""
    keys = [("studio", s) for s in studio_ids if s] + [("channel", c) for c in channel_ids]
    lock(*keys, *[("person", u) for u in user_ids])


def _clock(instant: datetime) -> str:
    return show.local(instant).strftime("%m-%d %H:%M")


def check_place(span: Span, channel_id: int, studio_id: int | None, but: int | None) -> None:
    """Refuse a studio or channel that is taken, saying by what and when. Decide on it under lock_room only.

    A show that is over holds its place as long as it really ran, so a room that came free early can be used.
    """
    start = func.coalesce(LiveSession.real_start, LiveSession.planned_start)
    end = func.coalesce(LiveSession.real_end, LiveSession.planned_end)
    here = LiveSession.channel_id == channel_id
    if studio_id is not None:
        here = here | (LiveSession.studio_id == studio_id)
    asked = (
        select(LiveSession)
        .where(here, LiveSession.state.in_(list(OCCUPYING)), start < span.end, end > span.start)
        .order_by(LiveSession.planned_start, LiveSession.id)
    )
    for row in db.session().scalars(asked):
        if row.id == but:
            continue
        values = {
            "theme": row.theme,
            "start": _clock(row.real_start or row.planned_start),
            "end": _clock(row.real_end or row.planned_end),
        }
        if studio_id is not None and row.studio_id == studio_id:
            fault = msg("The studio is taken by “%(theme)s”, %(start)s to %(end)s.", **values)
            raise Invalid.at("studio_id", fault)
        raise Invalid.at("channel_id", msg("The channel is on air with “%(theme)s”, %(start)s to %(end)s.", **values))


def clashes_of(shifts: Sequence[ShiftIn], but: int | None) -> list[Message]:
    """Who of these people is needed elsewhere at the same time: one sentence a clash."""
    users = {s.user_id for s in shifts}
    if not users:
        return []
    first, last = min(s.start for s in shifts), max(s.end for s in shifts)
    rows = db.session().execute(
        select(Shift.user_id, User.name, Shift.start, Shift.end, LiveSession.id, LiveSession.theme)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(User, User.id == Shift.user_id)
        .where(
            Shift.user_id.in_(users),
            Shift.start < last,
            Shift.end > first,
            LiveSession.state.in_(list(OPEN_STATES)),
            db.alive(LiveSession),
        )
        .order_by(Shift.start, Shift.id)
    )
    found: list[Message] = []
    for user_id, name, start, end, session_id, theme in rows:
        if session_id == but:
            continue
        if any(s.user_id == user_id and Span(s.start, s.end).overlaps(Span(start, end)) for s in shifts):
            values = {"name": name, "theme": theme, "start": _clock(start), "end": _clock(end)}
            found.append(msg("%(name)s is needed in “%(theme)s”, %(start)s to %(end)s.", **values))
    return found


def refuse_clashes(shifts: Sequence[ShiftIn], but: int | None, override_reason: str) -> str | None:
    """Nobody is booked twice, unless a lead gives a reason: it is answered, to be kept on the shift."""
    clashes = clashes_of(shifts, but)
    if not clashes:
        return None
    reason = clean_line(override_reason)[:200]
    if reason and actor.current().may(P.SESSION_OVERRIDE):
        return reason
    if reason:
        raise Forbidden(msg("Only a team lead can book somebody twice."))
    raise Invalid({"shifts": clashes[0], **{f"shifts_{n}": c for n, c in enumerate(clashes[1:], start=1)}})


def can_work(person: Person) -> bool:
    """Whether somebody can be in a crew: still here, and allowed to do what a crew does."""
    return not person.disabled and may(person.role, P.SESSION_RUN, is_admin=False, signed_in=True)


def _check_new(shifts: Sequence[ShiftIn], span: Span) -> None:
    known = {p.user_id: p for p in people.people() if not p.disabled}
    places = {p.id for p in people.positions()}
    for s in shifts:
        if s.user_id in known and not can_work(known[s.user_id]):
            fault = msg("%(name)s is a viewer and could neither tick nor tap.", name=known[s.user_id].name)
            raise Invalid.at("shifts", fault)
        if s.user_id not in known or s.position_id not in places:
            raise Invalid.at("shifts", msg("Choose people and positions of this team."))
        if s.end <= s.start:
            raise Invalid.at("shifts", msg("A shift ends after it starts."))
        if s.start < span.start - ROOM or s.end > span.end + ROOM:
            raise Invalid.at("shifts", msg("A shift lies within 6 hours of its session."))


def write_crew(session_id: int, span: Span, shifts: Sequence[ShiftIn], override_reason: str = "") -> bool:
    """Replace the shifts of a session; what stays keeps its row. True: the hosts are others now."""
    wanted = list(dict.fromkeys(shifts))
    held = {
        ShiftIn(row.position_id, row.user_id, row.start, row.end): row
        for row in db.session().scalars(select(Shift).where(Shift.session_id == session_id))
    }
    _check_new([s for s in wanted if s not in held], span)
    reason = refuse_clashes(wanted, session_id, override_reason)
    for s in wanted:
        if s not in held:
            db.session().add(
                Shift(
                    session_id=session_id,
                    position_id=s.position_id,
                    user_id=s.user_id,
                    start=s.start,
                    end=s.end,
                    override_reason=reason,
                )
            )
    for s, row in held.items():
        if s not in wanted:
            db.session().delete(row)
    db.flush()
    hosting = {p.id for p in people.positions() if p.key == "host"}
    before = {(s.user_id, s.start, s.end) for s in held if s.position_id in hosting}
    return before != {(s.user_id, s.start, s.end) for s in wanted if s.position_id in hosting}


def touch(row: LiveSession) -> None:
    """Count a change of the session's parts as a change of the session, so that an older form is told."""
    db.flush()
    version = row.version
    if not claim(LiveSession, row.id, when={"version": version}, set={}):
        db.edit(LiveSession, row.id, version)


@command(P.SESSION_EDIT)
def set_crew(session_id: int, version: int, shifts: list[ShiftIn], override_reason: str = "") -> None:
    """The crew as a whole: who holds which position when."""
    row = db.edit(LiveSession, session_id, version)
    if row.state not in BEFORE_AIR and row.state is not State.LIVE:
        raise Refused(msg("The crew of a session that is over can't be changed."))
    lock_room(set(), set(), {s.user_id for s in shifts})
    span = Span(row.planned_start, row.planned_end)
    hosts = write_crew(session_id, span, shifts, override_reason)
    touch(row)
    follow_in_place(row, "crew", *(("host",) if hosts else ()))
    tell(SessionEdited(session_id=session_id, what="crew"))
