"""Figures read on air: taken, set right, withdrawn, put back. Rows are only ever added, so no phone loses a figure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from planner.base import db, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live import ports, queries, rules
from planner.live.models import LiveSession, Reading
from planner.live.news import FiguresRead
from planner.live.rules import Doubt, Figures, Point
from planner.live.rules.readings import doubt
from planner.live.services.air import AHEAD
from planner.live.services.log import LATE_TAP
from planner.live.services.steps import must_be_crew
from planner.live.words import figure_word, reading_words

_QUESTIONS = {
    Doubt.LESS: msg("Less than the %(last)s of %(time)s. Is it right?"),
    Doubt.FAST: msg("Grown far faster than before: %(last)s at %(time)s. Is it right?"),
    Doubt.MANY: msg("At least three times the %(last)s of %(time)s. Is it right?"),
    Doubt.FEW: msg("A third or less of the %(last)s of %(time)s. Is it right?"),
}


@dataclass(frozen=True)
class ReadingIn:
    """What somebody read, and when if they say so; `sure` answers the questions about jumps."""

    figures: Figures
    at: datetime | None = None
    sure: bool = False


def _held(reading_id: int) -> list[Reading]:
    """All rows of a reading, by the id of any of them, the newest last."""
    root = db.one(Reading, reading_id).root_id or reading_id
    asked = select(Reading).where(or_(Reading.id == root, Reading.root_id == root)).order_by(Reading.id)
    return list(db.session().scalars(asked))


def _check(figures: Figures) -> None:
    if all(figures.get(key) is None for key in rules.FIGURES):
        raise Invalid.at("online", msg("Type at least one figure."))
    faults: dict[str, Message] = {}
    for key in rules.FIGURES:
        value = figures.get(key)
        if value is not None and not 0 <= value <= rules.LARGEST:
            faults[key] = msg("Type a number that is not below 0 and not too large.")
    if faults:
        raise Invalid(faults)


def _ask(row: LiveSession, wanted: ReadingIn, at: datetime, but: int | None) -> None:
    """Jumps are asked about beside their fields; whoever is sure says so at `sure`."""
    assert row.real_start is not None
    if wanted.sure:
        return
    earlier = [r for r in queries.readings(row.id) if r.id != but and r.at <= at]
    asked: dict[str, Message] = {}
    for key in rules.FIGURES:
        value = wanted.figures.get(key)
        last = next((Point(r.at, v) for r in reversed(earlier) if (v := r.figures[key]) is not None), None)
        why = doubt(key, value, at, last, row.real_start) if value is not None else None
        if why is not None and last is not None:
            told = {"last": figure_word(last.value, key), "time": show.clock_of(last.at)}
            asked[key] = msg(_QUESTIONS[why].text, **told)
    if asked:
        raise Invalid(asked | {"sure": msg("Look again, and say that these figures are right.")})


def _moment(row: LiveSession, typed: datetime | None, now: datetime) -> datetime:
    if typed is None:
        return now
    if typed > now + AHEAD:
        raise Invalid.at("at", msg("The figures were read in the past."))
    if row.real_start is None or typed < row.real_start.replace(second=0, microsecond=0):
        raise Invalid.at("at", msg("The figures are read from the start of the show on."))
    return min(max(typed, row.real_start), now)


def _add(session_id: int, at: datetime, figures: Mapping[str, int | None], client_id: str, root: int | None) -> Reading:
    values = {key: figures.get(key) for key in rules.FIGURES}
    return db.add(Reading(session_id=session_id, root_id=root, at=at, client_id=client_id, withdrawn=False, **values))


def _follow(rows: list[Reading], stands: bool) -> None:
    last = rows[-1]
    words = reading_words({key: getattr(last, key) for key in rules.FIGURES})
    kept = ports.ReadingKept(last.session_id, last.at, tuple(r.client_id for r in rows), words, stands)
    for follow in ports.on_reading:
        follow(kept)


@command(P.SESSION_RUN)
def take_reading(session_id: int, wanted: ReadingIn, client_id: str, tapped_at: datetime | None = None) -> int:
    """Keep figures as they were read; the same client id has the same effect. Answers the reading.

    A jump is asked about (`sure`), never refused. The list's open reading is ticked with it.
    """
    lock("reading", session_id)
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    known = db.session().scalar(select(Reading.id).where(Reading.client_id == client_id))
    if known is not None:
        return known
    if row.real_start is None:
        raise Refused(msg("Figures are read from the start of the show on."))
    now = clock.now()
    _check(wanted.figures)
    tapped = tapped_at if tapped_at is not None and now - LATE_TAP < tapped_at <= now else now
    at = _moment(row, wanted.at, now) if wanted.at is not None else max(tapped, row.real_start)
    _ask(row, wanted, at, None)
    made = _add(session_id, at, wanted.figures, client_id, None)
    tell(FiguresRead(session_id=session_id, act="taken"))
    _follow([made], stands=True)
    return made.id


@command(P.SESSION_RUN)
def correct_reading(reading_id: int, version: int, wanted: ReadingIn) -> int:
    """Other figures, or another moment, count instead; `version` is the row the form started from. Answers the row."""
    rows = _open(reading_id)
    last = rows[-1]
    if last.id != version:
        theirs = {key: getattr(last, key) for key in rules.FIGURES} | {"at": last.at}
        raise Stale(theirs, last.id, last.created_by, last.created_at)
    row = db.one(LiveSession, last.session_id)
    _check(wanted.figures)
    same = wanted.at is None or wanted.at == last.at.replace(second=0, microsecond=0)
    at = last.at if same else _moment(row, wanted.at, clock.now())
    _ask(row, wanted, at, rows[0].id)
    made = _add(last.session_id, at, wanted.figures, secrets.token_hex(16), rows[0].id)
    tell(FiguresRead(session_id=last.session_id, act="corrected"))
    return made.id


def _open(reading_id: int) -> list[Reading]:
    """The rows of a reading that somebody of the crew may change, held until the end of the command."""
    session_id = db.one(Reading, reading_id).session_id
    lock("reading", session_id)
    db.one(LiveSession, session_id)
    must_be_crew(session_id)
    rows = _held(reading_id)
    if not rows:
        raise NotFound()
    return rows


@command(P.SESSION_RUN)
def withdraw_reading(reading_id: int) -> int:
    """It was none. Answers the row that says so."""
    rows = _open(reading_id)
    return rows[-1].id if rows[-1].withdrawn else _withdraw(rows)


def _withdraw(rows: list[Reading]) -> int:
    last = rows[-1]
    values = {key: getattr(last, key) for key in rules.FIGURES}
    made = db.add(
        Reading(
            session_id=last.session_id, root_id=rows[0].id, at=last.at, client_id=secrets.token_hex(16),
            withdrawn=True, **values,
        )
    )  # fmt: skip
    tell(FiguresRead(session_id=last.session_id, act="withdrawn"))
    _follow([*rows, made], stands=False)
    return made.id


@command(P.SESSION_RUN)
def take_back_reading(row_id: int) -> int:
    """Undo what one row did: a reading is withdrawn, a correction or a withdrawal gives way to what stood before.

    Answers the session.
    """
    rows = _open(row_id)
    if rows[-1].id != row_id:
        raise Refused(msg("These figures were changed again since then."))
    if len(rows) == 1:
        _withdraw(rows)
        return rows[0].session_id
    before = rows[-2]
    if before.withdrawn:
        _withdraw(rows)
        return before.session_id
    values = {key: getattr(before, key) for key in rules.FIGURES}
    made = _add(before.session_id, before.at, values, secrets.token_hex(16), rows[0].id)
    tell(FiguresRead(session_id=before.session_id, act="restored"))
    if rows[-1].withdrawn:
        _follow([*rows, made], stands=True)
    return before.session_id
