"""Who does what when, and that nothing and nobody is needed in two places at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from planner.base import actor, db
from planner.base.claim import claim
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import Message, clean_line, msg
from planner.live.models import LiveSession, Shift
from planner.live.news import SessionEdited
from planner.live.queries.clashes import person_clashes, place_clashes
from planner.live.queries.crew import can_work
from planner.live.rules import BEFORE_AIR, ROOM, Act, Booking, State
from planner.live.services.apart import stand_apart
from planner.live.services.following import follow_in_place
from planner.live.services.telling import concern
from planner.people import queries as people
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


def check_place(span: Span, channel_id: int, studio_id: int | None, but: int | None) -> None:
    """Refuse a studio or channel that is taken, saying by what and when. Decide on it under lock_room only."""
    taken = place_clashes(span, channel_id, studio_id, but)
    if taken:
        raise Invalid({clash.field: clash.message for clash in taken})


def booking_of(s: ShiftIn | Shift) -> Booking:
    """What a shift takes of a person."""
    return Booking(s.user_id, Span(s.start, s.end))


def reasons_of(
    shifts: Mapping[int, ShiftIn], but: int | None, override_reason: str = "", held: Sequence[Shift] = ()
) -> dict[int, str]:
    """Why these shifts, by their numbers, may be second bookings; those that are none are left out.

    Refuses what nobody has given a reason for. What the session held beside another one already was decided then, so
    it is not asked about again.
    """
    numbers, wanted = list(shifts), [booking_of(s) for s in shifts.values()]
    known = [booking_of(s) for s in held]
    found = person_clashes(wanted, but)
    new = [c for c in found if not any(k.doubles(Booking(wanted[c.index].user_id, c.span)) for k in known)]
    reason = clean_line(override_reason)[:200] if new else ""
    if reason and not actor.current().may(P.SESSION_OVERRIDE):
        raise Forbidden(msg("Only a team lead can book somebody twice."))
    if new and not reason:
        raise Invalid(_sentences([(numbers[c.index], c.message(wanted[c.index].span)) for c in new]))
    before = {s.user_id: s.override_reason for s in held if s.override_reason}
    kept = {numbers[c.index]: before.get(wanted[c.index].user_id) or "" for c in found}
    return {n: why for n, why in (kept | {numbers[c.index]: reason for c in new}).items() if why}


def _sentences(told: Sequence[tuple[int, Message]]) -> dict[str, Message]:
    """One sentence a clash, at the row it belongs to: `twice.0`, and `twice.0.1` for its next one."""
    found: dict[str, Message] = {}
    for number, message in told:
        same = sum(name.split(".")[1] == str(number) for name in found)
        found[f"twice.{number}.{same}" if same else f"twice.{number}"] = message
    return found


@dataclass(frozen=True)
class Staff:
    """Who can be in a crew, and for which positions: of the team as it is now."""

    people: dict[int, Person]
    positions: set[int]

    def fault(self, s: ShiftIn, span: Span) -> Message | None:
        """Why a shift can't be held in a session of this span; None where it can."""
        person = self.people.get(s.user_id)
        if person is not None and not can_work(person):
            return msg("%(name)s is a viewer and could neither tick nor tap.", name=person.name)
        if person is None or s.position_id not in self.positions:
            return msg("Choose people and positions of this team.")
        if s.end <= s.start:
            return msg("A shift ends after it starts.")
        if s.start < span.start - ROOM or s.end > span.end + ROOM:
            return msg("A shift lies within 6 hours of its session.")
        return None


def staff() -> Staff:
    """The team as it is now."""
    return Staff({p.user_id: p for p in people.people() if not p.disabled}, {p.id for p in people.positions()})


def check_shifts(shifts: Mapping[int, ShiftIn], span: Span) -> None:
    """People and positions of this team, at times that belong to the session; faults stand at the rows."""
    team = staff()
    faults = {f"shifts.{n}": fault for n, s in shifts.items() if (fault := team.fault(s, span)) is not None}
    if faults:
        raise Invalid(faults)


@dataclass(frozen=True)
class CrewChange:
    """What a crew holds, what is new of what is asked for, by its row, and why that may book somebody twice."""

    held: dict[ShiftIn, Shift]
    new: dict[int, ShiftIn]
    reasons: dict[int, str]


def crew_change(row: LiveSession, shifts: Sequence[ShiftIn], override_reason: str = "") -> CrewChange:
    """Refuse a crew that can't be; only what is new has to be answered for, and a draft books nobody."""
    held = {
        ShiftIn(s.position_id, s.user_id, s.start, s.end): s
        for s in db.session().scalars(select(Shift).where(Shift.session_id == row.id))
    }
    new = {n: s for n, s in enumerate(shifts) if s not in held and s not in shifts[:n]}
    check_shifts(new, Span(row.planned_start, row.planned_end))
    drafted = row.state is State.DRAFT
    return CrewChange(held, new, {} if drafted else reasons_of(new, row.id, override_reason, list(held.values())))


def write_crew(row: LiveSession, shifts: Sequence[ShiftIn], override_reason: str = "") -> bool:
    """Replace the shifts of a session; what stays keeps its row. True: the hosts are others now."""
    change = crew_change(row, shifts, override_reason)
    held, new, reasons = change.held, change.new, change.reasons
    for n, s in new.items():
        made = Shift(session_id=row.id, position_id=s.position_id, user_id=s.user_id, start=s.start, end=s.end)
        made.override_reason = reasons.get(n)
        db.session().add(made)
    gone = {s: old for s, old in held.items() if s not in shifts}
    for old in gone.values():
        db.session().delete(old)
    db.flush()
    concern(row, Act.GIVEN, new.values())
    concern(row, Act.TAKEN, gone)
    hosting = {p.id for p in people.positions() if p.key == "host"}
    before = {(s.user_id, s.start, s.end) for s in held if s.position_id in hosting}
    return before != {(s.user_id, s.start, s.end) for s in shifts if s.position_id in hosting}


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
    hosts = write_crew(row, shifts, override_reason)
    touch(row)
    follow_in_place(row, "crew", *(("host",) if hosts else ()))
    tell(SessionEdited(session_id=session_id, what="crew"))
    stand_apart(session_id)
