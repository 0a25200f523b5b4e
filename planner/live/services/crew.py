"""Who does what when, and that nothing and nobody is needed in two places at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import attributes

from planner.base import actor, db, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import Message, clean_line, msg
from planner.live import ports
from planner.live.models import LiveSession, Shift
from planner.live.news import SessionEdited
from planner.live.rules import OCCUPYING, OPEN_STATES
from planner.people import queries as people
from planner.people.models import User


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


def check_place(span: Span, channel_id: int, studio_id: int | None, but: int | None) -> None:
    """Refuse a studio or channel that is taken, saying by what and when. Under lock_room only."""
    taken = (LiveSession.channel_id == channel_id) | (
        (LiveSession.studio_id == studio_id) if studio_id else (LiveSession.channel_id == channel_id)
    )
    asked = (
        select(LiveSession.id, LiveSession.theme, LiveSession.studio_id, LiveSession.planned_start, LiveSession.planned_end)
        .where(
            taken,
            LiveSession.state.in_(list(OCCUPYING)),
            LiveSession.planned_start < span.end,
            LiveSession.planned_end > span.start,
        )
        .order_by(LiveSession.planned_start)
    )
    for row_id, theme, its_studio, start, end in db.session().execute(asked):
        if row_id == but:
            continue
        where = "studio_id" if studio_id and its_studio == studio_id else "channel_id"
        values = {"theme": theme, "start": _clock(start), "end": _clock(end)}
        if where == "studio_id":
            raise Invalid.at(where, msg("The studio is taken by “%(theme)s”, %(start)s to %(end)s.", **values))
        raise Invalid.at(where, msg("The channel is on air with “%(theme)s”, %(start)s to %(end)s.", **values))


_ROOM = timedelta(hours=6)


def _clock(instant: datetime) -> str:
    return show.local(instant).strftime("%m-%d %H:%M")


def _person_conflicts(shifts: list[ShiftIn], but: int | None) -> list[Message]:
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
    )
    found: list[Message] = []
    for user_id, name, start, end, session_id, theme in rows:
        if session_id == but:
            continue
        if any(s.user_id == user_id and Span(s.start, s.end).overlaps(Span(start, end)) for s in shifts):
            values = {"name": name, "theme": theme, "start": _clock(start), "end": _clock(end)}
            found.append(msg("%(name)s is needed in “%(theme)s”, %(start)s to %(end)s.", **values))
    return found


def write_crew(session_id: int, span: Span, shifts: list[ShiftIn], override_reason: str = "") -> bool:
    """Replace the shifts of a session; refuses double booking unless a lead gives a reason. True: hosts changed."""
    known = {p.user_id for p in people.people() if not p.disabled}
    places = {p.id: p.key for p in people.positions()}
    for s in shifts:
        if s.user_id not in known or s.position_id not in places:
            raise Invalid.at("shifts", msg("Choose people and positions of this team."))
        if s.end <= s.start:
            raise Invalid.at("shifts", msg("A shift ends after it starts."))
        if s.start < span.start - _ROOM or s.end > span.end + _ROOM:
            raise Invalid.at("shifts", msg("A shift lies within 6 hours of its session."))
    reason = clean_line(override_reason)[:200]
    clashes = _person_conflicts(shifts, session_id)
    if clashes and not (reason and actor.current().may(P.SESSION_OVERRIDE)):
        if reason:
            raise Forbidden(msg("Only a team lead can book somebody twice."))
        raise Invalid({"shifts": clashes[0], **{f"shifts_{n}": c for n, c in enumerate(clashes[1:], start=1)}})
    old = list(db.session().scalars(select(Shift).where(Shift.session_id == session_id)))
    kept: dict[tuple[int, int, datetime, datetime], list[Shift]] = {}
    for row in old:
        kept.setdefault((row.position_id, row.user_id, row.start, row.end), []).append(row)
    hosts_before = {(r.user_id, r.start, r.end) for r in old if places.get(r.position_id) == "host"}
    for s in shifts:
        same = kept.get((s.position_id, s.user_id, s.start, s.end))
        if same:
            same.pop()
            continue
        db.session().add(
            Shift(
                session_id=session_id,
                position_id=s.position_id,
                user_id=s.user_id,
                start=s.start,
                end=s.end,
                override_reason=reason or None,
            )
        )
    for rows in kept.values():
        for row in rows:
            db.session().delete(row)
    db.flush()
    return hosts_before != {(s.user_id, s.start, s.end) for s in shifts if places.get(s.position_id) == "host"}


@command(P.SESSION_EDIT)
def set_crew(session_id: int, version: int, shifts: list[ShiftIn], override_reason: str = "") -> None:
    """The crew as a whole: who holds which position when."""
    row = db.edit(LiveSession, session_id, version)
    if row.state not in OPEN_STATES and row.state != "draft":
        raise Refused(msg("The crew of a session that is over can't be changed."))
    lock_room(set(), set(), {s.user_id for s in shifts})
    span = Span(row.planned_start, row.planned_end)
    hosts = write_crew(session_id, span, shifts, override_reason)
    attributes.flag_modified(row, "theme")
    kinds = frozenset({"crew", "host"} if hosts else {"crew"})
    change = ports.SessionChange(session_id, kinds, span.start, span.start, span.end, span.end)
    for follower in ports.followers:
        follower.apply(change)
    tell(SessionEdited(session_id=session_id, what="crew"))

