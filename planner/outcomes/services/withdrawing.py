"""Withdrawing an import: its figures count no more, and what counted before counts again."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import actor, db, jobs, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import BEFORE_AIR, State
from planner.outcomes.models import FigureSet, ImportFile, ImportRow, Review
from planner.outcomes.news import FiguresWithdrawn
from planner.outcomes.queries import results
from planner.outcomes.services.figures import after_figures, held_by, store_set
from planner.outcomes.services.imports import opened
from planner.outcomes.services.storing import AT_ONCE, channels_by_account, count_rows, figures_of, place
from planner.outcomes.services.streams import counting, newest_row, told_by_rows

COUNTED = ("new", "replaced", "unchanged")
"""What became of rows whose figures count, or did."""

Stream = tuple[int, int]
"""A session and one of its streams."""


@command(P.SESSION_EDIT)
def withdraw_import(import_id: int) -> dict[str, int]:
    """The file was wrong: what it said counts no more, and what counted before it counts again. Answers the counts.

    Sessions it made go to the trash, the times it told give way to what people tapped, goals and findings follow, and
    all of it stays as history. A closed review that would be left without any figure has to be reopened first.
    """
    lock("import", import_id)
    file = opened(import_id, "stored", "undoing")
    count = count_rows(import_id, ImportRow.outcome.in_(COUNTED))
    if count > AT_ONCE:
        file.state = "undoing"
        jobs.enqueue("outcomes.take_back", import_id=import_id, user_id=actor.current().user_id)
        return {"waiting": count}
    return _take_back(file, actor.current().user_id)


@command(P.SESSION_EDIT)
def finish_withdrawal(import_id: int, user_id: int | None) -> None:
    """What the worker does with a long file; where a review holds it, the file stays as it was."""
    lock("import", import_id)
    file = db.one(ImportFile, import_id)
    if file.state == "undoing":
        _take_back(file, user_id)


@command(P.SESSION_EDIT)
def keep_import(import_id: int) -> None:
    """A withdrawal that could not be: the file counts as before."""
    lock("import", import_id)
    file = db.one(ImportFile, import_id)
    if file.state == "undoing":
        file.state = "stored"


def _take_back(file: ImportFile, user_id: int | None) -> dict[str, int]:
    asked = select(ImportRow).where(ImportRow.import_id == file.id, ImportRow.outcome.in_(COUNTED))
    rows = list(db.session().scalars(asked.order_by(ImportRow.start, ImportRow.number)))
    file.state, file.withdrawn_at, file.withdrawn_by = "withdrawn", clock.now(), user_id
    lock(*(("figures", row.session_id) for row in rows if row.session_id is not None))
    db.flush()
    known, touched, lost = channels_by_account(), dict[int, None](), dict[Stream, None]()
    for number, row in enumerate(rows):
        jobs.tell(number, 2 * len(rows))
        changed, left = _take_back_row(row, known)
        touched, lost = touched | dict.fromkeys(changed), lost | dict.fromkeys(left)
    bare = _left_bare([*touched])
    for session_id, airing_id in lost:
        _cut_loose(airing_id)
        sessions.forget_stream(session_id, airing_id, session_id not in bare)
    for number, session_id in enumerate(touched, start=len(rows)):
        jobs.tell(number, len(rows) + len(touched))
        after_figures(session_id)
        tell(FiguresWithdrawn(session_id=session_id))
    for session_id in {row.session_id for row in rows if row.made}:
        if session_id in bare:
            _forget_made(session_id)
    return {"back": len(touched) - len(bare), "gone": len(bare)}


def _take_back_row(row: ImportRow, channels: dict[str, int]) -> tuple[set[int], set[Stream]]:
    """Let a stream say what it would say without this row.

    Answers the sessions whose figures that changed, and the streams of sessions that nothing tells of any more.
    """
    assert row.start is not None
    told = told_by_rows(row.account, row.start)
    held = {one.id: one for one in [*told, *counting(row.account, row.start).values()] if one.current}
    streams = {(one.session_id, one.airing_id) for one in held.values()} | {(row.session_id, row.airing_id)}
    chosen = _chosen(row, told)
    for one in held.values():
        one.current = one is chosen
    db.flush()
    if chosen is not None:
        _letcount_rows(chosen, row, channels)
    elif (newest := newest_row(row.account, row.start)) is not None:
        chosen = _tell_again(*newest, channels)
    after = {(chosen.session_id, chosen.id)} if chosen else set[tuple[int, int]]()
    changed = {session_id for session_id, _set in {(one.session_id, one.id) for one in held.values()} ^ after}
    streams -= {(chosen.session_id, chosen.airing_id)} if chosen else set()
    return changed, {(one, other) for one, other in streams if one is not None and other is not None}


def _chosen(row: ImportRow, told: list[FigureSet]) -> FigureSet | None:
    """The figures that stand for a stream now: those of its newest row, or newer ones that no file brought."""
    assert row.start is not None
    asked = select(FigureSet).where(
        FigureSet.airing_id == row.airing_id, FigureSet.source == "file", FigureSet.import_row_id.is_(None)
    )
    plain = db.session().scalars(asked.order_by(FigureSet.taken_at.desc(), FigureSet.id.desc()).limit(1)).first()
    newest = newest_row(row.account, row.start)
    if newest is None or (plain is not None and plain.taken_at > newest[1].taken_at):
        return plain
    mine = [one for one in told if one.session_id == newest[0].session_id]
    own = [one for one in mine if one.import_row_id == newest[0].id]
    same = own or [one for one in mine if held_by(one.id) == figures_of(newest[0])]
    return same[-1] if same and _maycount_rows(newest[0]) else None


def _maycount_rows(row: ImportRow) -> bool:
    b = live.briefs([row.session_id or 0]).get(row.session_id or 0)
    return b is not None and b.state is not State.CANCELLED


def _letcount_rows(chosen: FigureSet, gone: ImportRow, channels: dict[str, int]) -> None:
    """Figures count again, as of the file that says them, with its times."""
    assert gone.start is not None
    chosen.current = True
    newest = newest_row(gone.account, gone.start)
    if chosen.import_row_id is None or newest is None:
        return
    row, file = newest
    chosen.taken_at = file.taken_at
    db.flush()
    row.airing_id = chosen.airing_id = place(row, live.brief(chosen.session_id), file.taken_at, channels)
    db.flush()


def _tell_again(row: ImportRow, file: ImportFile, channels: dict[str, int]) -> FigureSet | None:
    """A row whose figures were never stored, because newer ones were there, counts now."""
    if not _maycount_rows(row) or row.session_id is None:
        return None
    row.airing_id = place(row, live.brief(row.session_id), file.taken_at, channels)
    store_set(row.session_id, row.airing_id, "file", file.taken_at, figures_of(row), row.id)
    asked = select(FigureSet).where(FigureSet.import_row_id == row.id, FigureSet.current)
    return db.session().scalars(asked).first()


def _cut_loose(airing_id: int) -> None:
    """History keeps figures and rows of a stream that goes, without it."""
    for model in (FigureSet, ImportRow):
        for one in db.session().scalars(select(model).where(model.airing_id == airing_id)):
            one.airing_id = None
    db.flush()


def _left_bare(session_ids: list[int]) -> set[int]:
    """The sessions that have no figures any more; Refused where their review is closed."""
    known = live.briefs(session_ids)
    found = results.results_for(session_ids, known)
    bare = {session_id for session_id in known if session_id not in found}
    closed = [known[session_id] for session_id in bare if known[session_id].state is State.REVIEWED]
    if closed:
        named: tuple[Message, ...] = tuple(
            msg("%(theme)s, %(day)s", theme=b.theme, day=show.day(b.planned_start)) for b in closed[:10]
        )
        raise Refused(msg("Closed reviews rest on these figures alone. Reopen them first."), named)
    return bare


def _forget_made(session_id: int | None) -> None:
    """A session that only this file knew of goes to the trash, unless somebody has gone on working with it."""
    if session_id is None or live.brief(session_id).state not in BEFORE_AIR:
        return
    worked_on = db.session().scalar(select(Review.id).where(Review.session_id == session_id).limit(1))
    if worked_on is None and not live.shifts(session_id) and not live.targets(session_id):
        sessions.trash_session(session_id)
