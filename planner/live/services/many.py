"""Many sessions planned in one go: a week copied, a series, a roster. All of what was chosen, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from planner.base import actor, db, jobs
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.live import ports, rules
from planner.live.models import LiveSession, Series, SeriesPart, Shift
from planner.live.news import SessionScheduled
from planner.live.queries.foreseen import Foreseen, Wanted, foresee
from planner.live.rules import Act, Origin, Rhythm, roster
from planner.live.services.crew import ShiftIn, lock_room, staff
from planner.live.services.moving import living_channel, living_studio
from planner.live.services.parts import add_lineup, add_session, write_tags, write_targets
from planner.live.services.telling import concern


@command(P.SESSION_EDIT)
def plan_many(wanted: Sequence[Wanted], override_reason: str = "") -> list[int]:
    """Plan all of them in one transaction, one undo; faults stand at `rows.0`, `rows.1`, … in the order given.

    Somebody who is needed elsewhere at the time comes along only with a lead's reason.
    """
    if len(wanted) > rules.MOST_OF_SERIES:
        raise Refused(msg("At most %(most)s sessions are planned at once.", most=rules.MOST_OF_SERIES))
    return _plan(wanted, override_reason)


def checked(wanted: Sequence[Wanted], override_reason: str) -> tuple[list[Foreseen], str]:
    """What stands around each of them and the reason that counts, under lock; Invalid at `rows.0`, … if one can't be.

    Makes nothing.
    """
    if not wanted:
        raise Refused(msg("Choose at least one session."))
    lock_room(
        {w.studio_id for w in wanted}, {w.channel_id for w in wanted}, {s.user_id for w in wanted for s in w.crew}
    )
    _check_known(wanted)
    reason = clean_line(override_reason)[:200]
    if reason and not actor.current().may(P.SESSION_OVERRIDE):
        raise Forbidden(msg("Only a team lead can book somebody twice."))
    seen = foresee(wanted)
    faults = {f"rows.{n}": fault for n, s in enumerate(seen) if (fault := _fault(s, reason)) is not None}
    if faults:
        raise Invalid(faults)
    return seen, reason


def _plan(wanted: Sequence[Wanted], override_reason: str) -> list[int]:
    """A job that plans tells how far it is: each session counts when it is made, and when its checklist is."""
    seen, reason = checked(wanted, override_reason)
    rows: list[LiveSession] = []
    for n, s in enumerate(seen):
        jobs.tell(n, 2 * len(seen))
        rows.append(_make(s, reason))
    db.flush()
    for n, (row, w) in enumerate(zip(rows, wanted, strict=True), start=len(rows)):
        jobs.tell(n, 2 * len(rows))
        concern(row, Act.GIVEN, w.crew)
        tell(SessionScheduled(session_id=row.id, start=row.planned_start))
        for follow in ports.on_scheduled:
            follow(row.id)
    return [row.id for row in rows]


@command(P.SESSION_EDIT)
def plan_roster(wanted: Sequence[Wanted], override_reason: str = "") -> list[int]:
    """Plan what a roster says, in one transaction; its sessions belong together, so that they are found again."""
    if len(wanted) > roster.MOST_ROWS:
        raise Refused(msg("At most %(most)s sessions are planned at once.", most=roster.MOST_ROWS))
    made = _plan(wanted, override_reason)
    days = [w.start.date() for w in wanted]
    _add_series(Origin.ROSTER, Rhythm(frozenset(), 1, min(days), max(days)), made)
    return made


@command(P.SESSION_EDIT)
def repeat_session(session_id: int, rhythm: Rhythm, wanted: Sequence[Wanted], override_reason: str = "") -> list[int]:
    """The show comes round: these days of its rhythm are planned, and belong to its series from now on."""
    rules.check_rhythm(rhythm)
    db.one(LiveSession, session_id)
    lock(("series of", session_id))
    held = db.session().scalar(select(SeriesPart.series_id).where(SeriesPart.session_id == session_id))
    made = plan_many(wanted, override_reason)
    if held is None:
        _add_series(Origin.RHYTHM, rhythm, [session_id, *made])
        return made
    row = db.one(Series, held)
    row.weekdays, row.every = sorted(rhythm.weekdays), rhythm.every
    row.first, row.last = min(row.first, rhythm.first), max(row.last, rhythm.last)
    _add_parts(held, made)
    return made


def _check_known(wanted: Sequence[Wanted]) -> None:
    for channel_id in {w.channel_id for w in wanted}:
        living_channel(channel_id)
    for studio_id in {w.studio_id for w in wanted}:
        living_studio(studio_id)
    team, faults = staff(), dict[str, Message]()
    for n, w in enumerate(wanted):
        try:
            rules.check_times(w.start, w.minutes)
        except Invalid as fault:
            faults[f"rows.{n}"] = fault.message
            continue
        told = [team.fault(ShiftIn(s.position_id, s.user_id, s.start, s.end), w.span) for s in w.crew]
        faults |= {f"rows.{n}": fault for fault in told if fault is not None}
    if faults:
        raise Invalid(faults)


def _fault(seen: Foreseen, reason: str) -> Message | None:
    if seen.there:
        return msg("This is planned already.")
    if seen.places:
        return seen.places[0].message
    if seen.people and not reason:
        return seen.words[0]
    return None


def _make(seen: Foreseen, reason: str) -> LiveSession:
    w = seen.wanted
    row = add_session(rules.State.SCHEDULED, w.theme, w.weight, w.channel_id, w.studio_id, w.span, w.notes)
    for n, s in enumerate(w.crew):
        made = Shift(session_id=row.id, position_id=s.position_id, user_id=s.user_id, start=s.start, end=s.end)
        made.override_reason = reason if n in seen.busy else None
        db.session().add(made)
    write_targets(row.id, w.targets)
    write_tags(row.id, w.tags)
    add_lineup(row.id, w.lineup)
    return row


def _add_series(origin: Origin, rhythm: Rhythm, ids: Sequence[int]) -> int:
    """Say that these sessions belong together."""
    days = {"weekdays": sorted(rhythm.weekdays), "every": rhythm.every, "first": rhythm.first, "last": rhythm.last}
    made = db.add(Series(origin=origin, **days))
    _add_parts(made.id, ids)
    return made.id


def _add_parts(series_id: int, ids: Sequence[int]) -> None:
    db.add_all(SeriesPart(series_id=series_id, session_id=session_id, apart=False) for session_id in ids)
