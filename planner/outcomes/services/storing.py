"""Taking a file over: all rows in one transaction, and older figures never replace newer ones."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, or_, select

from planner.base import db, jobs, show
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.queries import SessionBrief
from planner.live.queries.clashes import place_clashes
from planner.live.rules import Platform, State, Weight, check_times
from planner.outcomes.models import FigureSet, ImportFile, ImportRow
from planner.outcomes.rules import linking
from planner.outcomes.rules.linking import TOLERANCE_MINUTES
from planner.outcomes.services.figures import after_figures, store_set
from planner.outcomes.services.imports import MAKE, channel_of, opened
from planner.outcomes.services.streams import counting

AT_ONCE = 200
"""More rows than this are taken over by the worker, so that nobody waits for an answer."""


def count_rows(import_id: int, *conditions: object) -> int:
    """How many rows of a file are so."""
    asked = select(func.count(ImportRow.id)).where(ImportRow.import_id == import_id, *conditions)  # type: ignore[arg-type]
    return db.session().scalar(asked) or 0


@command(P.FIGURES_EDIT)
def store_import(import_id: int) -> dict[str, int]:
    """Take the rows over, all in one transaction; the same file twice changes nothing. Answers the counts.

    A long file waits for the worker: then the only count is `waiting`.
    """
    lock("import", import_id)
    file = opened(import_id, "preview", "waiting")
    count = count_rows(import_id, or_(ImportRow.session_id.is_not(None), ImportRow.outcome == MAKE))
    if count > AT_ONCE:
        file.state = "waiting"
        jobs.enqueue("outcomes.take_over", import_id=import_id)
        return {"waiting": count}
    return _take_over(file)


@command(P.FIGURES_EDIT)
def finish_import(import_id: int) -> None:
    """What the worker does with a long file; nothing where it is done already, or was dropped meanwhile."""
    lock("import", import_id)
    file = db.one(ImportFile, import_id)
    if file.state == "waiting":
        _take_over(file)


def _take_over(file: ImportFile) -> dict[str, int]:
    asked = select(ImportRow).where(ImportRow.import_id == file.id).order_by(ImportRow.start, ImportRow.number)
    known = channels_by_account()
    counts: dict[str, int] = {}
    touched: dict[int, None] = {}
    rows = db.session().scalars(asked).all()
    sessions_of_rows = len({row.session_id for row in rows} - {None})
    for number, row in enumerate(rows):
        jobs.tell(number, len(rows) + sessions_of_rows)
        row.outcome, moved = _store_row(row, file.taken_at, known)
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
        touched |= dict.fromkeys(moved)
    file.state, file.stored_at = "stored", clock.now()
    db.flush()
    for number, session_id in enumerate(touched, start=len(rows)):
        jobs.tell(number, len(rows) + len(touched))
        after_figures(session_id)
    return counts


def channels_by_account() -> dict[str, int]:
    """Channels by account; an account that several platforms know is Douyin's."""
    return {c.account: c.id for c in sorted(live.channels(), key=lambda c: c.platform is Platform.DOUYIN)}


def _store_row(row: ImportRow, taken_at: datetime, channels: dict[str, int]) -> tuple[str, list[int]]:
    """What became of a row, and the sessions whose figures it changed.

    A stream counts for one session only: where it was linked to another one before, its figures leave that one.
    """
    if row.faults:
        return "error", []
    if row.outcome == MAKE and not _make_session(row):
        return "clash", []
    if row.session_id is None or row.start is None:
        return "skip", []
    b = live.brief(row.session_id)
    if b.state is State.CANCELLED:
        return "skip", []
    others = [one for one in counting(row.account, row.start).values() if one.session_id != b.id]
    if any(one.taken_at > taken_at for one in others):
        return "older", []
    for one in others:
        one.current = False
    row.airing_id = place(row, b, taken_at, channels)
    outcome = store_set(b.id, row.airing_id, "file", taken_at, figures_of(row), row.id)
    mine = [b.id] if outcome in ("new", "replaced") else []
    return outcome, [*mine, *(one.session_id for one in others)]


def figures_of(row: ImportRow) -> dict[str, Decimal]:
    """The base figures a row tells."""
    return {key: Decimal(value) for key, value in row.figures.items()}


def _make_session(row: ImportRow) -> bool:
    """Plan the missing session, named by channel and day; rows of one show share it. Answers whether there is one."""
    if row.start is None:
        return False
    near = live.match_airing(row.account, row.start, TOLERANCE_MINUTES)
    held = next((hit.session.id for hit in near if hit.session.platform is Platform.DOUYIN), None)
    if held is not None:
        row.session_id = held
        return True
    minutes = max(5, min(1440, int((row.end - row.start).total_seconds() // 60) if row.end else 240))
    try:
        channel = channel_of(row)
        lock("channel", channel.id)
        if place_clashes(check_times(row.start, minutes), channel.id, None, None):
            return False  # before anything is made: what a refusal leaves half done would be stored with the others
        theme = f"{channel.name} {show.day(row.start)}"[:80]
        row.session_id = sessions.schedule_session(theme, Weight.DAILY, channel.id, None, row.start, minutes)
    except (Invalid, Refused):
        return False
    row.made = True
    return True


def place(row: ImportRow, b: SessionBrief, taken_at: datetime, channels: dict[str, int]) -> int:
    """The stream of the session that a row tells of, with the times of the newest file."""
    assert row.start is not None
    start = row.start
    held = live.airings(b.id)
    chosen = linking.stream_of(start, [(a.real_start, a.source == "file", a) for a in held])
    if chosen is not None and (
        (chosen.real_start, chosen.real_end, chosen.source) == (start, row.end, "file") or _newer(chosen.id, taken_at)
    ):
        return chosen.id
    channel = channels.get(row.account, b.channel_id)
    return sessions.set_airing(b.id, chosen.id if chosen else None, channel, start, row.end, "file")


def _newer(airing_id: int, taken_at: datetime) -> bool:
    asked = select(FigureSet.id).where(
        FigureSet.airing_id == airing_id, FigureSet.source == "file", FigureSet.current, FigureSet.taken_at > taken_at
    )
    return db.session().scalar(asked.limit(1)) is not None
