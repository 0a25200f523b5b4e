"""Planning a session: its theme, targets, tags and lineup; and the same show again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import clean_text, msg
from planner.live import ports, queries, rules
from planner.live.models import LineupItem, LiveSession, Shift, Studio
from planner.live.news import SessionDrafted, SessionEdited, SessionScheduled
from planner.live.queries.crew import can_work
from planner.live.queries.parts import row_of
from planner.live.rules import Act, State, Weight
from planner.live.services.apart import stand_apart
from planner.live.services.crew import (
    ShiftIn,
    check_place,
    check_shifts,
    lock_room,
    reasons_of,
    touch,
    write_crew,
)
from planner.live.services.following import follow_in_place
from planner.live.services.moving import living_channel, living_studio
from planner.live.services.parts import (
    Faults,
    add_lineup,
    add_session,
    checked_theme,
    write_tags,
    write_targets,
)
from planner.live.services.steps import change_state
from planner.live.services.telling import concern
from planner.people import queries as people


@command(P.SESSION_EDIT)
def schedule_session(
    theme: str,
    weight: Weight,
    channel_id: int,
    studio_id: int | None,
    start: datetime,
    minutes: int,
    targets: Mapping[str, Decimal] | None = None,
    shifts: Sequence[ShiftIn] = (),
    tags: Sequence[str] = (),
    notes: str = "",
    override_reason: str = "",
    lineup: Sequence[rules.LineupRow] = (),
) -> int:
    """Plan a session. Studio, channel and people must be free then; its checklist is made at once."""
    span = rules.check_times(start, minutes)
    living_channel(channel_id)
    living_studio(studio_id)
    lock_room({studio_id}, {channel_id}, {s.user_id for s in shifts})
    faults = Faults()
    with faults:
        check_place(span, channel_id, studio_id, None)
    row = add_session(State.SCHEDULED, theme, weight, channel_id, studio_id, span, notes)
    with faults:
        write_crew(row, shifts, override_reason)
    with faults:
        write_targets(row.id, targets or {})
    faults.tell()
    write_tags(row.id, tags)
    add_lineup(row.id, lineup)
    _tell_scheduled(row)
    return row.id


def _tell_scheduled(row: LiveSession) -> None:
    tell(SessionScheduled(session_id=row.id, start=row.planned_start))
    db.flush()
    for follow in ports.on_scheduled:
        follow(row.id)


@command(P.SESSION_EDIT)
def draft_session(
    theme: str,
    weight: Weight,
    channel_id: int,
    studio_id: int | None,
    start: datetime,
    minutes: int,
    targets: Mapping[str, Decimal] | None = None,
    shifts: Sequence[ShiftIn] = (),
    tags: Sequence[str] = (),
    notes: str = "",
    lineup: Sequence[rules.LineupRow] = (),
) -> int:
    """Keep a session in mind: it occupies no studio, no channel and nobody, and has no checklist yet."""
    span = rules.check_times(start, minutes)
    living_channel(channel_id)
    living_studio(studio_id)
    row = add_session(State.DRAFT, theme, weight, channel_id, studio_id, span, notes)
    faults = Faults()
    with faults:
        write_crew(row, shifts)
    with faults:
        write_targets(row.id, targets or {})
    faults.tell()
    write_tags(row.id, tags)
    add_lineup(row.id, lineup)
    tell(SessionDrafted(session_id=row.id, start=row.planned_start))
    return row.id


@command(P.SESSION_EDIT)
def schedule_draft(session_id: int, version: int, override_reason: str = "") -> None:
    """Plan what was a draft: now its studio, its channel and its people must be free, and its checklist is made."""
    row = db.edit(LiveSession, session_id, version)
    held = list(db.session().scalars(select(Shift).where(Shift.session_id == session_id).order_by(Shift.id)))
    shifts = {n: ShiftIn(s.position_id, s.user_id, s.start, s.end) for n, s in enumerate(held)}
    span = Span(row.planned_start, row.planned_end)
    change_state(row, "schedule")
    living_channel(row.channel_id)
    living_studio(row.studio_id)
    lock_room({row.studio_id}, {row.channel_id}, {s.user_id for s in held})
    faults, reasons = Faults(), dict[int, str]()
    with faults:
        check_place(span, row.channel_id, row.studio_id, session_id)
    with faults:
        check_shifts(shifts, span)
        reasons = reasons_of(shifts, session_id, override_reason)
    faults.tell()
    for n, s in enumerate(held):
        s.override_reason = reasons.get(n)
    concern(row, Act.GIVEN, held)
    _tell_scheduled(row)


@command(P.SESSION_EDIT)
def edit_session(
    session_id: int,
    version: int,
    theme: str,
    weight: Weight,
    notes: str,
    tags: Sequence[str],
    no_compare: bool = False,
) -> None:
    """Theme, weight, notes, tags. Time and studio are changed by moving."""
    row = db.edit(LiveSession, session_id, version)
    before = row.weight
    row.theme, row.weight = checked_theme(theme), weight
    row.notes, row.no_compare = clean_text(notes)[:4000], no_compare
    retagged = write_tags(session_id, tags)
    touch(row)
    tell(SessionEdited(session_id=session_id, what="session"))
    kinds = [*(["weight"] if weight is not before else []), *(["tags"] if retagged else [])]
    if kinds:
        follow_in_place(row, *kinds)
    stand_apart(session_id)


def _edited(session_id: int, version: int | None) -> LiveSession:
    """The session whose parts a form rewrites; a program that has no form gives no version."""
    row = db.one(LiveSession, session_id) if version is None else db.edit(LiveSession, session_id, version)
    touch(row)
    return row


@command(P.SESSION_EDIT)
def set_targets(session_id: int, targets: Mapping[str, Decimal], version: int | None = None) -> None:
    """What the session is meant to reach."""
    row = _edited(session_id, version)
    if row.state is State.REVIEWED:
        raise Refused(msg("The review of this session is closed; its targets stand."))
    write_targets(session_id, targets)
    tell(SessionEdited(session_id=session_id, what="targets"))


@command(P.SESSION_EDIT)
def set_lineup(session_id: int, rows: Sequence[rules.LineupRow], version: int | None = None) -> int:
    """The products of the show as a whole, in order; checks that hang on the lineup open again."""
    row = _edited(session_id, version)
    asked = select(LineupItem).where(LineupItem.session_id == session_id).order_by(LineupItem.sort, LineupItem.id)
    old = db.session().scalars(asked).all()
    if [row_of(item) for item in old] == list(rows):
        return len(rows)
    for item in old:
        db.remove(item)
    db.flush()
    add_lineup(session_id, rows)
    tell(SessionEdited(session_id=session_id, what="lineup"))
    follow_in_place(row, "lineup")
    return len(rows)


@command(P.SESSION_EDIT)
def duplicate_session(session_id: int, start: datetime, override_reason: str = "") -> int:
    """The same show at another time: crew (who still can work in it), targets, tags, lineup and notes come along."""
    old = db.one(LiveSession, session_id)
    by = start - old.planned_start
    here = {p.user_id for p in people.people() if can_work(p)}
    places = {p.id for p in people.positions()}
    crew = [
        ShiftIn(s.position_id, s.user_id, s.start + by, s.end + by)
        for s in queries.shifts(session_id)
        if s.user_id in here and s.position_id in places
    ]
    studio = old.studio_id if old.studio_id in db.some(Studio, [old.studio_id or 0]) else None
    return schedule_session(
        old.theme,
        old.weight,
        old.channel_id,
        studio,
        start,
        int((old.planned_end - old.planned_start).total_seconds() // 60),
        queries.targets(session_id),
        crew,
        queries.tags(session_id),
        old.notes,
        override_reason,
        [row_of(item) for item in queries.lineup(session_id)],
    )
