"""Many sessions changed at once: moved, given another person, tagged, called off, deleted. All or none; one undo.

Faults stand at `rows.0`, `rows.1`, … in the order of the sessions. A session somebody changed since it was looked at is
a fault, too: what two leads do at once is told, never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command, query
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span, local
from planner.kernel.text import Message, clean_line, msg
from planner.live import queries, rules
from planner.live.models import LiveSession, Shift
from planner.live.news import SessionEdited
from planner.live.queries.foreseen import Foreseen, Wanted, WantedShift, foresee
from planner.live.rules import State
from planner.live.services.crew import ShiftIn, lock_room, touch, write_crew
from planner.live.services.following import follow_in_place
from planner.live.services.moving import (
    Target,
    cancel_session,
    living_studio,
    shifts_at,
    trash_session,
    write_move,
)
from planner.live.services.parts import checked_theme, write_tags

MOST_TOGETHER = 200
Versions = Mapping[int, int]
"""Sessions by id, each with the version that was looked at."""


@dataclass(frozen=True)
class MoveBy:
    """So many days on, at another clock (minutes after midnight), for another length, in another studio.

    None keeps what each session has; a studio of 0 is none.
    """

    days: int = 0
    clock: int | None = None
    minutes: int | None = None
    studio_id: int | None = None


@dataclass(frozen=True)
class MoveSeen:
    """Where a session would go, and what is in its way there."""

    before: Span
    after: Span
    seen: Foreseen
    go: bool


def _rows(versions: Versions) -> list[LiveSession]:
    """The sessions in the order of their starts, as they were looked at."""
    if not versions:
        raise Refused(msg("Choose at least one session."))
    if len(versions) > MOST_TOGETHER:
        raise Refused(msg("At most %(most)s sessions are changed at once.", most=MOST_TOGETHER))
    found = db.some(LiveSession, versions)
    if len(found) != len(versions):
        raise Refused(msg("Some of these sessions are gone. Look at the list again."))
    rows = sorted(found.values(), key=lambda row: (row.planned_start, row.id))
    changed = msg("Somebody changed this meanwhile. Look at it again.")
    faults = {f"rows.{n}": changed for n, row in enumerate(rows) if versions[row.id] != row.version}
    if faults:
        raise Invalid(faults)
    return rows


def _target(row: LiveSession, by: MoveBy, zone: ZoneInfo) -> Target:
    day: date = row.planned_start.astimezone(zone).date() + timedelta(days=by.days)
    start = rules.at_clock_of(row.planned_start, day, zone) if by.clock is None else local(day, by.clock, zone.key)
    minutes = by.minutes or int((row.planned_end - row.planned_start).total_seconds() // 60)
    studio_id = row.studio_id if by.studio_id is None else by.studio_id or None
    return Target(rules.check_times(start, minutes), studio_id, row.channel_id)


def _wanted(row: LiveSession, to: Target, held: Sequence[Shift]) -> Wanted:
    crew = [
        WantedShift(s.position_id, s.user_id, s.start, s.end)
        for s, old in zip(shifts_at(row, held, to.span), held, strict=True)
        if not old.override_reason
    ]
    minutes = int((to.span.end - to.span.start).total_seconds() // 60)
    return Wanted(row.theme, row.weight, to.channel_id, to.studio_id, to.span.start, minutes, tuple(crew))


def _crews(rows: Sequence[LiveSession]) -> dict[int, list[Shift]]:
    asked = select(Shift).where(Shift.session_id.in_([row.id for row in rows])).order_by(Shift.start, Shift.id)
    found: dict[int, list[Shift]] = {}
    for shift in db.session().scalars(asked):
        found.setdefault(shift.session_id, []).append(shift)
    return found


def _foreseen(rows: Sequence[LiveSession], by: MoveBy) -> list[tuple[Target, list[Shift], Foreseen]]:
    """A draft takes nothing from anybody; the others are looked at as if all of them had left their places."""
    zone, crews = ZoneInfo(actor.current().timezone), _crews(rows)
    targets = [_target(row, by, zone) for row in rows]
    held = [crews.get(row.id, []) for row in rows]
    planned = [n for n, row in enumerate(rows) if row.state is not State.DRAFT]
    seen = foresee([_wanted(rows[n], targets[n], held[n]) for n in planned], [row.id for row in rows])
    known = dict(zip(planned, seen, strict=True))
    free = [Foreseen(_wanted(row, to, []), [], [], None, False) for row, to in zip(rows, targets, strict=True)]
    return [(targets[n], held[n], known.get(n, free[n])) for n in range(len(rows))]


def _check_movable(rows: Sequence[LiveSession]) -> None:
    word = msg("Only a session that has not been on air can be moved.")
    faults = {f"rows.{n}": word for n, row in enumerate(rows) if row.state not in rules.BEFORE_AIR}
    if faults:
        raise Invalid(faults)


@query(P.SESSION_EDIT)
def moves_preview(versions: Versions, by: MoveBy) -> list[MoveSeen]:
    """Where each would go and what would be in its way, in the order of their starts; refuses what can't move."""
    rows = _rows(versions)
    _check_movable(rows)
    return [
        MoveSeen(Span(row.planned_start, row.planned_end), to.span, seen, row.state is State.READY)
        for row, (to, _held, seen) in zip(rows, _foreseen(rows, by), strict=True)
    ]


@command(P.SESSION_EDIT)
def move_together(versions: Versions, by: MoveBy, override_reason: str = "") -> int:
    """Move them all, each with its crew and what hangs on its times; answers how many went elsewhere."""
    rows = _rows(versions)
    _check_movable(rows)
    living_studio(by.studio_id or None)
    reason = clean_line(override_reason)[:200]
    if reason and not actor.current().may(P.SESSION_OVERRIDE):
        raise Forbidden(msg("Only a team lead can book somebody twice."))
    users = {s.user_id for crew in _crews(rows).values() for s in crew}
    studios = {row.studio_id for row in rows} | {by.studio_id or None}
    lock_room(studios, {row.channel_id for row in rows}, users)
    found = _foreseen(rows, by)
    faults = {f"rows.{n}": why for n, (_to, _held, seen) in enumerate(found) if (why := _fault(seen, reason))}
    if faults:
        raise Invalid(faults)
    moved = 0
    for row, (to, held, seen) in zip(rows, found, strict=True):
        if (to.span, to.studio_id) == (Span(row.planned_start, row.planned_end), row.studio_id):
            continue
        asked = shifts_at(row, held, to.span)
        busy = {seen.wanted.crew[n] for n in seen.busy}
        reasons = {n: s.override_reason for n, s in enumerate(held) if s.override_reason}
        reasons |= {
            n: reason for n, s in enumerate(asked) if WantedShift(s.position_id, s.user_id, s.start, s.end) in busy
        }
        write_move(row, to, held, asked, reasons)
        moved += 1
    return moved


def _fault(seen: Foreseen, reason: str) -> Message | None:
    if seen.places or (seen.people and not reason):
        return seen.words[0]
    return None


@dataclass(frozen=True)
class Recrew:
    """Who holds a position instead of somebody, or instead of whoever holds it; nobody instead takes them out."""

    position_id: int
    instead_of: int | None
    user_id: int | None


def _recrewed(held: Sequence[ShiftIn], by: Recrew, span: Span) -> list[ShiftIn]:
    """The crew after it; where nobody held the position, the person is added for the whole session."""
    found: list[ShiftIn] = []
    met = False
    for s in held:
        mine = s.position_id == by.position_id and by.instead_of in (None, s.user_id)
        met = met or mine
        if not mine:
            found.append(s)
        elif by.user_id is not None:
            found.append(replace(s, user_id=by.user_id))
    if not met and by.instead_of is None and by.user_id is not None:
        found.append(ShiftIn(by.position_id, by.user_id, span.start, span.end))
    return list(dict.fromkeys(found))


@command(P.SESSION_EDIT)
def recrew_together(versions: Versions, by: Recrew, override_reason: str = "") -> int:
    """Give a position to somebody else in all of them; answers in how many the crew is another one now."""
    rows = _rows(versions)
    word = msg("The crew of a session that is over can't be changed.")
    faults = {f"rows.{n}": word for n, row in enumerate(rows) if row.state not in rules.BEFORE_AIR | {State.LIVE}}
    if faults:
        raise Invalid(faults)
    lock_room(set(), set(), {by.user_id} if by.user_id else set())
    crews, changed = _crews(rows), 0
    for n, row in enumerate(rows):
        held = [ShiftIn(s.position_id, s.user_id, s.start, s.end) for s in crews.get(row.id, [])]
        wanted = _recrewed(held, by, Span(row.planned_start, row.planned_end))
        if wanted == held:
            continue
        try:
            hosts = write_crew(row, wanted, override_reason)
        except Invalid as fault:
            faults[f"rows.{n}"] = next(iter(fault.fields.values()))
            continue
        touch(row)
        follow_in_place(row, "crew", *(("host",) if hosts else ()))
        tell(SessionEdited(session_id=row.id, what="crew"))
        changed += 1
    if faults:
        raise Invalid(faults)
    return changed


@command(P.SESSION_EDIT)
def edit_together(versions: Versions, theme: str, add_tags: Sequence[str], drop_tags: Sequence[str]) -> int:
    """Another theme where one is given, and tags put on or taken off; answers how many were changed."""
    rows = _rows(versions)
    held = queries.tags_of([row.id for row in rows])
    for row in rows:
        if theme:
            row.theme = checked_theme(theme)
        tags = [tag for tag in held.get(row.id, []) if tag not in set(drop_tags)]
        retagged = write_tags(row.id, [*tags, *add_tags])
        touch(row)
        tell(SessionEdited(session_id=row.id, what="session"))
        if retagged:
            follow_in_place(row, "tags")
    return len(rows)


@command(P.SESSION_EDIT)
def cancel_together(versions: Versions, reason: str) -> int:
    """Call them all off, with one reason; answers how many."""
    rows = _rows(versions)
    if not clean_line(reason):
        raise Invalid.at("reason", msg("Say why; the crew reads it."))
    word = msg("A session that is on air or over can't be called off.")
    faults = {f"rows.{n}": word for n, row in enumerate(rows) if row.state not in rules.BEFORE_AIR}
    if faults:
        raise Invalid(faults)
    for row in rows:
        cancel_session(row.id, row.version, reason)
    return len(rows)


@command(P.SESSION_EDIT)
def trash_together(versions: Versions) -> int:
    """Delete them all; each can be restored for 30 days. Answers how many."""
    rows = _rows(versions)
    word = msg("A session that was on air is part of the record and can't be deleted.")
    faults = {
        f"rows.{n}": word
        for n, row in enumerate(rows)
        if row.state not in rules.BEFORE_AIR and row.state is not State.CANCELLED
    }
    if faults:
        raise Invalid(faults)
    for row in rows:
        trash_session(row.id)
    return len(rows)
