"""Where the sessions of a week stand between its hours: quarters of an hour down, lanes across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from planner.base import actor, show
from planner.kernel.spans import day_span
from planner.live import rules
from planner.live.queries import SessionBrief
from planner.live.rules import State

HOUR = 4
LEAST_HOURS = 8
LEAST_QUARTERS = 2
MOST_LANES = 6


@dataclass(frozen=True)
class Block:
    """A session between the hours of a day: from the row `at`, `length` rows long, in one of so many lanes.

    `came` from the business day before, `goes` on into the next one.
    """

    session: SessionBrief
    at: int
    length: int
    lane: int
    lanes: int
    came: bool
    goes: bool


@dataclass(frozen=True)
class Week:
    """The hours that are shown, what stands between them by day, and the row of this moment on its day."""

    hours: list[int]
    blocks: dict[date, list[Block]]
    now: tuple[date, int] | None


def quarter(instant: datetime, day: date) -> int:
    """Quarters of an hour on the wall since the midnight a business day is named after."""
    wall = show.local(instant)
    return ((wall.date() - day).days * 24 + wall.hour) * HOUR + wall.minute // 15


@dataclass(frozen=True)
class Piece:
    """What of a session lies in one business day: from one quarter to another."""

    session: SessionBrief
    top: int
    bottom: int
    came: bool
    goes: bool


def piece_of(row: SessionBrief, day: date, now: datetime) -> Piece | None:
    """None where nothing of it lies in this day; a session that is on air still runs at this moment."""
    who = actor.current()
    span = day_span(day, who.timezone, who.day_start)
    end = max(row.planned_end, now) if row.state is State.LIVE else row.planned_end
    if end <= span.start:
        return None
    first, last = who.day_start // 15, -(-who.day_start // 15) + 24 * HOUR
    top = max(quarter(row.planned_start, day), first)
    bottom = min(max(quarter(end + timedelta(minutes=14), day), top + LEAST_QUARTERS), last)
    if bottom <= top:
        return None
    return Piece(row, top, bottom, row.planned_start < span.start, end > span.end)


def blocks_from(pieces: Sequence[Piece], first: int) -> list[Block]:
    """Side by side where they overlap; `first` is the hour at the top."""
    lanes = rules.lanes([(piece.top, piece.bottom) for piece in pieces])
    found: list[Block] = []
    for piece, (lane, of) in zip(pieces, lanes, strict=True):
        at, length = piece.top - first * HOUR + 1, piece.bottom - piece.top
        across = (min(lane, MOST_LANES - 1), min(of, MOST_LANES))
        found.append(Block(piece.session, at, length, *across, piece.came, piece.goes))
    return found


def _hours(pieces: Sequence[Piece]) -> list[int]:
    """The hours that are shown: what is needed, and so many that a short day still looks like one."""
    first = min((piece.top for piece in pieces), default=12 * HOUR) // HOUR
    last = -(-max((piece.bottom for piece in pieces), default=0) // HOUR)
    return list(range(first, max(last, first + LEAST_HOURS)))


def week_of(days: Sequence[tuple[date, list[SessionBrief]]], before: Sequence[SessionBrief], now: datetime) -> Week:
    """The blocks of these days; `before` are the sessions of the day before the first, which may run into it."""
    pieces: dict[date, list[Piece]] = {}
    past = list(before)
    for day, rows in days:
        pieces[day] = [piece for row in [*past, *rows] if (piece := piece_of(row, day, now))]
        past = rows
    hours = _hours([piece for held in pieces.values() for piece in held])
    today, blocks = show.today(), {day: blocks_from(held, hours[0]) for day, held in pieces.items()}
    at = quarter(now, today) - hours[0] * HOUR + 1
    inside = today in pieces and 1 <= at <= len(hours) * HOUR
    return Week(hours, blocks, (today, at) if inside else None)
