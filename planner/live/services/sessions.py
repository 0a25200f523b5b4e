"""Planning, changing and closing sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command, query
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import clean_line, clean_text, msg
from planner.live import ports, queries, rules
from planner.live.models import Channel, LineupItem, LiveSession, SessionTag, SessionTarget, Shift, Studio
from planner.live.news import SessionEdited, SessionMoved, SessionScheduled, StateChanged
from planner.live.rules import State, Weight
from planner.live.services.crew import ShiftIn, check_place, lock_room, write_crew


def change_state(row: LiveSession, move: str, note: str = "") -> None:
    """One step of a session's life, by the declared machine, with its news."""
    after = rules.MACHINE.take(move, row.state)
    tell(StateChanged(session_id=row.id, before=str(row.state), after=str(after), note=note))
    row.state = after


def _theme(theme: str) -> str:
    found = clean_line(theme)
    if not 1 <= len(found) <= 80:
        raise Invalid.at("theme", msg("Say in at most 80 characters what the show is about."))
    return found


def _write_tags(session_id: int, tags: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(clean_line(t)[:30] for t in tags if clean_line(t)))[:12]
    old = {row.tag: row for row in db.session().scalars(select(SessionTag).where(SessionTag.session_id == session_id))}
    for tag, row in old.items():
        if tag not in wanted:
            db.session().delete(row)
    db.session().add_all([SessionTag(session_id=session_id, tag=t) for t in wanted if t not in old])


def _write_targets(session_id: int, targets: Mapping[str, Decimal]) -> None:
    old = {t.metric: t for t in db.session().scalars(select(SessionTarget).where(SessionTarget.session_id == session_id))}
    for metric, row in old.items():
        if metric not in targets:
            db.session().delete(row)
    for metric, value in targets.items():
        if value < 0 or value > 10**12:
            raise Invalid.at("targets", msg("A target is a number from 0 up."))
        if metric in old:
            old[metric].value = value
        else:
            db.session().add(SessionTarget(session_id=session_id, metric=metric, value=value))


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
) -> int:
    """Plan a session. Studio, channel and people must be free then; its checklist is made at once."""
    span = rules.check_times(start, minutes)
    db.one(Channel, channel_id)
    if studio_id is not None:
        db.one(Studio, studio_id)
    lock_room({studio_id}, {channel_id}, {s.user_id for s in shifts})
    check_place(span, channel_id, studio_id, None)
    row = db.add(
        LiveSession(
            theme=_theme(theme),
            weight=weight,
            state=State.SCHEDULED,
            channel_id=channel_id,
            studio_id=studio_id,
            planned_start=span.start,
            planned_end=span.end,
            notes=clean_text(notes)[:4000],
        )
    )
    write_crew(row.id, span, list(shifts), override_reason)
    _write_targets(row.id, targets or {})
    _write_tags(row.id, tags)
    tell(SessionScheduled(session_id=row.id, start=span.start))
    db.flush()
    for follow in ports.on_scheduled:
        follow(row.id)
    return row.id


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
    row.theme, row.weight = _theme(theme), weight
    row.notes, row.no_compare = clean_text(notes)[:4000], no_compare
    _write_tags(session_id, tags)
    tell(SessionEdited(session_id=session_id, what="session"))


@command(P.SESSION_EDIT)
def set_targets(session_id: int, targets: Mapping[str, Decimal]) -> None:
    """What the session is meant to reach."""
    row = db.one(LiveSession, session_id)
    if row.state is State.REVIEWED:
        raise Refused(msg("The review of this session is closed; its targets stand."))
    _write_targets(session_id, targets)
    tell(SessionEdited(session_id=session_id, what="targets"))


@command(P.SESSION_EDIT)
def set_lineup(session_id: int, rows: Sequence[rules.LineupRow]) -> int:
    """The products of the show as a whole, in order; checks that hang on the lineup open again."""
    row = db.one(LiveSession, session_id)
    old = list(db.session().scalars(select(LineupItem).where(LineupItem.session_id == session_id)))
    before = [(i.number, i.name, i.link_no, i.live_price, i.usual_price, i.stock, i.mechanism) for i in sorted(old, key=lambda i: i.sort)]
    after = [(r.number, r.name, r.link_no, r.live_price, r.usual_price, r.stock, r.mechanism) for r in rows]
    if before == after:
        return len(after)
    for item in old:
        db.session().delete(item)
    db.flush()
    for sort, r in enumerate(rows, start=1):
        db.session().add(
            LineupItem(
                session_id=session_id,
                sort=sort,
                number=r.number,
                name=r.name,
                link_no=r.link_no,
                live_price=r.live_price,
                usual_price=r.usual_price,
                stock=r.stock,
                mechanism=r.mechanism,
            )
        )
    tell(SessionEdited(session_id=session_id, what="lineup"))
    db.flush()
    span = (row.planned_start, row.planned_start, row.planned_end, row.planned_end)
    for follower in ports.followers:
        follower.apply(ports.SessionChange(session_id, frozenset({"lineup"}), *span))
    return len(after)


@command(P.SESSION_EDIT)
def duplicate_session(session_id: int, start: datetime) -> int:
    """The same show at another time: crew, targets, tags, lineup and notes come along."""
    old = db.one(LiveSession, session_id)
    by = start - old.planned_start
    crew = [ShiftIn(s.position_id, s.user_id, s.start + by, s.end + by) for s in queries.shifts(session_id)]
    made = schedule_session(
        old.theme,
        old.weight,
        old.channel_id,
        old.studio_id,
        start,
        int((old.planned_end - old.planned_start).total_seconds() // 60),
        queries.targets(session_id),
        crew,
        queries.tags(session_id),
        old.notes,
    )
    items = [
        rules.LineupRow(i.number, i.name, i.link_no, i.live_price, i.usual_price, i.stock, i.mechanism)
        for i in queries.lineup(session_id)
    ]
    if items:
        set_lineup(made, items)
    return made


def _change(row: LiveSession, span: Span, studio_id: int | None) -> ports.SessionChange:
    kinds = set[str]()
    if span.start != row.planned_start or span.end != row.planned_end:
        kinds.add("move")
    if studio_id != row.studio_id:
        kinds.add("studio")
    return ports.SessionChange(row.id, frozenset(kinds), row.planned_start, span.start, row.planned_end, span.end)


@query(P.SESSION_EDIT)
def move_preview(session_id: int, start: datetime, minutes: int, studio_id: int | None) -> list[ports.FollowerLine]:
    """What would move, reopen or stay, before anybody decides."""
    row = db.one(LiveSession, session_id)
    change = _change(row, rules.check_times(start, minutes), studio_id)
    return [line for follower in ports.followers for line in follower.preview(change)]


@command(P.SESSION_EDIT)
def move_session(
    session_id: int, version: int, start: datetime, minutes: int, studio_id: int | None, override_reason: str = ""
) -> None:
    """Another time or studio; the crew's shifts and what hangs on the anchors move along."""
    row = db.edit(LiveSession, session_id, version)
    if row.state not in rules.BEFORE_AIR:
        raise Refused(msg("Only a session that has not been on air can be moved."))
    span = rules.check_times(start, minutes)
    if studio_id is not None:
        db.one(Studio, studio_id)
    change = _change(row, span, studio_id)
    if not change.kinds:
        return
    shifts = list(db.session().scalars(select(Shift).where(Shift.session_id == session_id)))
    lock_room({studio_id}, {row.channel_id}, {s.user_id for s in shifts})
    check_place(span, row.channel_id, studio_id, session_id)
    by = span.start - row.planned_start
    grown = span.end - row.planned_end
    moved = [
        ShiftIn(s.position_id, s.user_id, s.start + by, s.end + (grown if s.end == row.planned_end else by)) for s in shifts
    ]
    tell(SessionMoved(session_id=session_id, before=row.planned_start, after=span.start))
    row.planned_start, row.planned_end, row.studio_id = span.start, span.end, studio_id
    if row.state is State.READY:
        change_state(row, "withdraw_go")
    for s, m in zip(shifts, moved, strict=True):
        s.start, s.end = m.start, max(m.end, m.start + timedelta(minutes=5))
    db.flush()
    again = [ShiftIn(s.position_id, s.user_id, s.start, s.end) for s in shifts]
    write_crew(session_id, span, again, override_reason)
    for follower in ports.followers:
        follower.apply(change)


@command(P.SESSION_EDIT)
def cancel_session(session_id: int, version: int, reason: str) -> None:
    """Call a session off, with the reason; it stays in the calendar, struck from every count."""
    row = db.edit(LiveSession, session_id, version)
    why = clean_line(reason)[:300]
    if not why:
        raise Invalid.at("reason", msg("Say why; the crew reads it."))
    change_state(row, "cancel", why)
    row.go_note = why
    span = (row.planned_start, row.planned_start, row.planned_end, row.planned_end)
    for follower in ports.followers:
        follower.apply(ports.SessionChange(session_id, frozenset({"cancel"}), *span))


@command(P.SESSION_EDIT)
def restore_session(session_id: int) -> None:
    """A cancelled session is on again, if its place and people are still free."""
    row = db.one(LiveSession, session_id)
    crew = [ShiftIn(s.position_id, s.user_id, s.start, s.end) for s in queries.shifts(session_id)]
    lock_room({row.studio_id}, {row.channel_id}, {s.user_id for s in crew})
    span = Span(row.planned_start, row.planned_end)
    check_place(span, row.channel_id, row.studio_id, session_id)
    change_state(row, "restore")
    db.flush()
    write_crew(session_id, span, crew)
    for follow in ports.on_scheduled:
        follow(session_id)


@command(P.SESSION_EDIT)
def trash_session(session_id: int) -> None:
    """Delete a session that never was on air; it can be restored for 30 days."""
    row = db.one(LiveSession, session_id)
    if row.state not in rules.BEFORE_AIR and row.state is not State.CANCELLED:
        raise Refused(msg("A session that was on air is part of the record and can't be deleted."))
    trashing.trash(row)


@command(P.SESSION_RUN)
def give_go(session_id: int, note: str = "") -> None:
    """A person's go, with the checks as seen. While a blocking check has failed, only a lead, and with a reason."""
    row = db.one(LiveSession, session_id)
    now, who = clock.now(), actor.current()
    checks = queries.checks_of([session_id], now)[session_id]
    why = clean_line(note)[:300]
    if queries.go_of(checks, now) is rules.Go.BLOCKED:
        if not who.may(P.SESSION_OVERRIDE):
            raise Forbidden(msg("A blocking check has failed. A team lead can override it, with a reason."))
        if not why:
            raise Invalid.at("note", msg("Say why the show can start although a blocking check has failed."))
    change_state(row, "give_go", why)
    row.go_by, row.go_at, row.go_note = who.user_id, now, why


@command(P.SESSION_RUN)
def withdraw_go(session_id: int) -> None:
    """The go is taken back."""
    row = db.one(LiveSession, session_id)
    change_state(row, "withdraw_go")
    row.go_by = row.go_at = None


@command(P.REVIEW_CLOSE)
def mark_reviewed(session_id: int) -> None:
    """The review is closed; called by it."""
    change_state(db.one(LiveSession, session_id), "review")


@command(P.REVIEW_CLOSE)
def reopen_review(session_id: int) -> None:
    """The review is open again."""
    change_state(db.one(LiveSession, session_id), "reopen_review")
