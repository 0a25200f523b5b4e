"""Who works in a session, and when somebody is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.reminders import Due
from planner.base.scope import unscoped
from planner.base.telling import Sort
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P, may
from planner.live.models import LiveSession, Shift
from planner.live.queries.briefs import SessionBrief, alive_briefs, brief_rows, briefs
from planner.live.rules import AFTER_AIR, BEFORE_AIR, LONGEST_MINUTES, OCCUPYING, ROOM, Phase, State
from planner.people.models import Membership, Position, User
from planner.people.queries import Person
from planner.people.words import position_word

LONGEST_SHIFT = timedelta(minutes=LONGEST_MINUTES) + ROOM + ROOM


@dataclass(frozen=True)
class ShiftRow:
    """A stretch of a position, with names."""

    id: int
    position_id: int
    position_key: str
    position_name: str
    user_id: int
    user_name: str
    start: datetime
    end: datetime
    override_reason: str = ""


def can_work(person: Person) -> bool:
    """Whether somebody can be in a crew: still here, and allowed to do what a crew does."""
    return not person.disabled and may(person.role, P.SESSION_RUN, is_admin=False, signed_in=True)


def _shifts_asked() -> Any:
    return (
        select(
            Shift.session_id,
            Shift.id,
            Position.id,
            Position.key,
            Position.name,
            User.id,
            User.name,
            Shift.start,
            Shift.end,
            Shift.override_reason,
        )
        .select_from(Shift)
        .join(Position, Position.id == Shift.position_id)
        .join(User, User.id == Shift.user_id)
        .order_by(Shift.session_id, Position.sort, Shift.start, Shift.id)
    )


@ready
def _of_sessions() -> Any:
    return _shifts_asked().where(Shift.session_id.in_(bindparam("ids", expanding=True)))


@ready
def _of_person() -> Any:
    # No shift is longer than its session and the room around it, so the index has to show no older ones.
    mine = (Shift.user_id == bindparam("user_id"), Shift.start > bindparam("oldest"), Shift.start < bindparam("until"))
    return _shifts_asked().where(*mine, Shift.end > bindparam("since"))


@ready
def _on_air() -> Any:
    # From the few sessions on air to their crews; the sum keeps the index of all shifts of a person out of it.
    mine = select(Shift.id).where(Shift.session_id == LiveSession.id, Shift.user_id + 0 == bindparam("user_id"))
    asked = select(LiveSession.id).where(LiveSession.state == State.LIVE, db.alive(LiveSession), mine.exists())
    return asked.order_by(LiveSession.planned_start, LiveSession.id)


@ready
def _held() -> Any:
    asked = select(Shift.session_id, Shift.start).join(LiveSession, LiveSession.id == Shift.session_id)
    mine = (Shift.user_id == bindparam("user_id"), Shift.session_id.in_(bindparam("ids", expanding=True)))
    return asked.where(*mine, LiveSession.state.in_(list(OCCUPYING)), db.alive(LiveSession))


@ready
def _held_of() -> Any:
    asked = select(Shift.user_id, Shift.session_id, Shift.start).join(LiveSession, LiveSession.id == Shift.session_id)
    of_these = (
        Shift.user_id.in_(bindparam("users", expanding=True)),
        Shift.session_id.in_(bindparam("ids", expanding=True)),
    )
    return asked.where(*of_these, LiveSession.state.in_(list(OCCUPYING)), db.alive(LiveSession))


@ready
def _last_over() -> Any:
    worked = alive_briefs().join(Shift, Shift.session_id == LiveSession.id)
    worked = worked.where(
        Shift.user_id == bindparam("user_id"),
        Shift.start < bindparam("until"),
        LiveSession.state.in_(list(AFTER_AIR)),
    )
    return worked.order_by(Shift.start.desc(), Shift.id.desc()).limit(bindparam("most"))


def _shift_rows(rows: Any) -> list[tuple[int, ShiftRow]]:
    make: Any = ShiftRow
    return [(r[0], make(*r[1:4], position_word(r[3], r[4]), *r[5:9], r[9] or "")) for r in rows]


@query(P.SESSION_VIEW)
def shifts(session_id: int) -> list[ShiftRow]:
    """The crew of a session."""
    return [row for _session_id, row in _shift_rows(_of_sessions.rows(ids=[session_id]))]


@query(P.SESSION_VIEW)
def shifts_of(ids: Iterable[int]) -> dict[int, list[ShiftRow]]:
    """The crews of many sessions."""
    found: dict[int, list[ShiftRow]] = {}
    wanted = list(ids)
    for session_id, row in _shift_rows(_of_sessions.rows(ids=wanted)) if wanted else []:
        found.setdefault(session_id, []).append(row)
    return found


@query(P.SESSION_VIEW)
def my_shifts(user_id: int, start: datetime, end: datetime) -> list[tuple[SessionBrief, ShiftRow]]:
    """Somebody's shifts that touch a stretch of time, with their sessions, and those of what is on air.

    A draft needs nobody yet.
    """
    rows = _shift_rows(_of_person.rows(user_id=user_id, oldest=start - LONGEST_SHIFT, since=start, until=end))
    on_air = my_on_air(user_id)
    if on_air:
        crews = _shift_rows(_of_sessions.rows(ids=on_air))
        rows += [(b, s) for b, s in crews if s.user_id == user_id and s not in {r for _id, r in rows}]
    known = briefs({session_id for session_id, _row in rows})
    pairs = [(known[session_id], row) for session_id, row in rows if session_id in known]
    return sorted((p for p in pairs if p[0].state in OCCUPYING), key=lambda p: p[1].start)


@query(P.SESSION_RUN)
def my_week(user_id: int) -> dict[str, Any] | None:
    """What stands on somebody's own page: their shifts of the next seven days."""
    now = clock.now()
    return {"shifts": my_shifts(user_id, now, now + timedelta(days=7))}


@query(P.SESSION_VIEW, remember=True)
def my_on_air(user_id: int) -> list[int]:
    """The sessions on air in whose crew somebody is, whenever they were planned."""
    return [row[0] for row in _on_air.rows(user_id=user_id)]


@query(P.SESSION_RUN)
def my_note_place() -> dict[str, Any] | None:
    """Where I note what happens on air: the page of the session in whose crew I am; None while there is none."""
    mine = my_on_air(actor.current().user_id or 0)
    return {"session_id": mine[-1], "phase": str(Phase.AIR), "_anchor": "note"} if mine else None


@query(P.SESSION_VIEW)
def my_last(user_id: int, before: datetime, limit: int) -> list[SessionBrief]:
    """The sessions somebody worked in that are over, the latest first."""
    found = {b.id: b for b in brief_rows(_last_over.rows(user_id=user_id, until=before, most=limit))}
    return list(found.values())


@query(P.SELF)
def has_shift_near(user_id: int, now: datetime) -> bool:
    """Whether somebody is between 4 h before and 2 h after a shift in any of their teams."""
    still = (Membership.user_id == user_id, Membership.team_id == Shift.team_id, Membership.left_at.is_(None))
    asked = (
        select(Shift.id)
        .join(LiveSession, LiveSession.id == Shift.session_id)
        .join(Membership, and_(*still))
        .where(
            Shift.user_id == user_id,
            Shift.start < now + timedelta(hours=4),
            Shift.end > now - timedelta(hours=2),
            LiveSession.state != State.CANCELLED,
            db.alive(LiveSession),
        )
    )
    with unscoped("identity"):
        return db.session().scalar(asked.limit(1)) is not None


@query(P.SESSION_VIEW)
def held_by(user_id: int, ids: Iterable[int]) -> dict[int, set[datetime]]:
    """Of these sessions those that take place with somebody in their crew, and when their shifts begin."""
    found: dict[int, set[datetime]] = {}
    wanted = list(ids)
    for session_id, start in _held.rows(user_id=user_id, ids=wanted) if wanted else []:
        found.setdefault(session_id, set()).add(start)
    return found


@query(P.SESSION_VIEW)
def held_by_many(user_ids: Iterable[int], ids: Iterable[int]) -> dict[int, dict[int, set[datetime]]]:
    """The same for many people at once."""
    found: dict[int, dict[int, set[datetime]]] = {}
    who, wanted = list(user_ids), list(ids)
    for user_id, session_id, start in _held_of.rows(users=who, ids=wanted) if who and wanted else []:
        found.setdefault(user_id, {}).setdefault(session_id, set()).add(start)
    return found


@query(P.SESSION_VIEW)
def due_shifts(start: datetime, end: datetime) -> list[Due]:
    """The port's answer to reminders: the shifts of shows still to come that begin between two instants."""
    asked = select(Shift.user_id, LiveSession.id, LiveSession.theme, Shift.start)
    asked = asked.join(LiveSession, LiveSession.id == Shift.session_id)
    ahead = (Shift.start >= max(start, clock.now()), Shift.start < end, LiveSession.state.in_(list(BEFORE_AIR)))
    rows = db.session().execute(asked.where(*ahead, db.alive(LiveSession)).order_by(Shift.start, Shift.id))
    return [Due(user_id, "session", row_id, theme, at, None, Sort.SHIFT) for user_id, row_id, theme, at in rows]


@query(P.SESSION_VIEW)
def is_crew(session_id: int, user_id: int | None) -> bool:
    """Whether somebody has a shift in a session."""
    asked = select(Shift.id).where(Shift.session_id == session_id, Shift.user_id == user_id)
    return db.session().scalar(asked.limit(1)) is not None


@query(P.SESSION_VIEW)
def people_of(session_id: int) -> dict[int, str]:
    """The people of a session by id, each once, in the order of their positions; whoever asks is one of them."""
    who = actor.current()
    mine = {who.user_id: who.name} if who.user_id else {}
    return {s.user_id: s.user_name for s in shifts(session_id)} | mine


@query(P.SESSION_VIEW)
def follower(session_id: int, user_id: int, now: datetime) -> ShiftRow | None:
    """Who takes over from somebody: the next shift of another person in a position they hold; None where none is."""
    held = shifts(session_id)
    mine = {s.position_id for s in held if s.user_id == user_id}
    later = [s for s in held if s.position_id in mine and s.user_id != user_id and s.end > now]
    return min(later, key=lambda s: s.start, default=None)
