"""换人: somebody's shifts of a session go to somebody else, as a whole or from an instant on."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command, query
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import msg
from planner.live import ports, queries
from planner.live.models import LiveSession, Shift
from planner.live.news import PersonSwapped
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries import SessionBrief
from planner.live.queries.swapping import Giving, giving, may_give, stand_ins
from planner.live.rules import BEFORE_AIR, Act, State
from planner.live.services.crew import ShiftIn, check_shifts, lock_room, reasons_of, touch
from planner.live.services.following import follow_in_place
from planner.live.services.telling import concern


def _check_open(state: State) -> None:
    if state not in BEFORE_AIR and state is not State.LIVE:
        raise Refused(msg("The crew of a session that is over can't be changed."))


def _reasons(b: SessionBrief, given: Giving, to_id: int, override_reason: str) -> dict[int, str]:
    """Refuse who can't take it. A lead may give it to anybody, with a reason where that is a second booking."""
    if to_id == given.user_id:
        raise Invalid.at("to", msg("Choose somebody else."))
    if not actor.current().may(P.SESSION_EDIT) and to_id not in {c.user_id for c in stand_ins(b, given)}:
        raise Refused(msg("Hand it to somebody who is free and can fill the position, or ask a team lead."))
    wanted = {n: ShiftIn(p.shift.position_id, to_id, p.goes.start, p.goes.end) for n, p in enumerate(given.parts)}
    check_shifts(wanted, Span(b.planned_start, b.planned_end))
    if b.state is State.DRAFT:
        return {}
    held = db.session().scalars(select(Shift).where(Shift.session_id == b.id, Shift.user_id == to_id))
    return reasons_of(wanted, b.id, override_reason, list(held))


@query(P.SESSION_RUN)
def swap_preview(
    session_id: int, from_id: int, to_id: int, shift_id: int | None = None, at: str = ""
) -> list[FollowerLine]:
    """What is done and would be open again; who can take it is decided when it is done."""
    b, crew = queries.brief(session_id), queries.shifts(session_id)
    _check_open(b.state)
    may_give(from_id)
    given = giving(b, crew, from_id, shift_id, at)
    after = given.crew_after(crew, to_id, "")
    kinds = frozenset({"crew", "host"} if given.hosts else {"crew"})
    span = (b.planned_start, b.planned_start, b.planned_end, b.planned_end)
    change = SessionChange(session_id, kinds, *span, crew_after=tuple(after))
    lines = [line for follower in ports.followers for line in follower.preview(change)]
    return [line for line in lines if line.group == "reopens"]


@command(P.SESSION_RUN)
def swap_person(
    session_id: int,
    version: int,
    from_id: int,
    to_id: int,
    shift_id: int | None = None,
    at: str = "",
    override_reason: str = "",
) -> None:
    """Give somebody's shifts, or one of them, to somebody else; what was worked already stays whose it was."""
    lock_room(set(), set(), {from_id, to_id})
    row = db.edit(LiveSession, session_id, version)
    _check_open(row.state)
    may_give(from_id)
    touch(row)  # before the crew is read, so that nobody changes it meanwhile
    b = queries.brief(session_id)
    given = giving(b, queries.shifts(session_id), from_id, shift_id, at)
    reasons = _reasons(b, given, to_id, override_reason)
    for n, part in enumerate(given.parts):
        s = db.one(Shift, part.shift.id)
        if part.kept is None:
            s.user_id, s.override_reason = to_id, reasons.get(n)
            continue
        s.end = part.kept.end
        made = Shift(session_id=session_id, position_id=s.position_id, user_id=to_id)
        made.start, made.end, made.override_reason = part.goes.start, part.goes.end, reasons.get(n)
        db.session().add(made)
    follow_in_place(row, "crew", *(("host",) if given.hosts else ()))
    positions = tuple(dict.fromkeys(p.shift.position_key for p in given.parts))
    start = given.span.start
    tell(PersonSwapped(session_id=session_id, from_id=from_id, to_id=to_id, positions=positions, start=start))
    gone = [ShiftIn(p.shift.position_id, given.user_id, p.goes.start, p.goes.end) for p in given.parts]
    concern(row, Act.TAKEN, gone, to_id=to_id)
    concern(row, Act.GIVEN, [replace(s, user_id=to_id) for s in gone])
