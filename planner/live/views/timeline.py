"""The studios of a business day: rooms down, quarters of an hour across, lanes where shows overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from planner.base import actor, show
from planner.live.queries import SessionBrief
from planner.live.views.calendar import HOUR, Block, blocks_from, piece_of, quarter


@dataclass(frozen=True)
class Room:
    """A studio with its shows of the day, in so many lanes; without a name the shows that need none."""

    id: int | None
    name: str
    blocks: list[Block]
    lanes: int


@dataclass(frozen=True)
class StudioDay:
    """The hours of a business day, its rooms, and the column of this moment if it lies in it."""

    hours: list[int]
    rooms: list[Room]
    now: int | None


def _rooms(studios: Sequence[tuple[int, str]], rows: Sequence[SessionBrief]) -> list[tuple[int | None, str]]:
    """The studios, those in the trash that still have a show, and last what needs none."""
    known = dict(studios)
    gone = {b.studio_id: b.studio_name for b in rows if b.studio_id is not None and b.studio_id not in known}
    found: list[tuple[int | None, str]] = [*studios, *gone.items()]
    return [*found, (None, "")] if any(b.studio_id is None for b in rows) else found


def studio_day(day: date, studios: Sequence[tuple[int, str]], rows: Sequence[SessionBrief], now: datetime) -> StudioDay:
    """The shows of one business day by studio; `rows` may hold those of the day before, which run into it."""
    first = actor.current().day_start // 60
    pieces = [piece for row in rows if (piece := piece_of(row, day, now))]
    rooms: list[Room] = []
    for studio_id, name in _rooms(studios, [piece.session for piece in pieces]):
        blocks = blocks_from([piece for piece in pieces if piece.session.studio_id == studio_id], first)
        rooms.append(Room(studio_id, name, blocks, max((b.lanes for b in blocks), default=1)))
    hours = list(range(first, first + 24 + (actor.current().day_start % 60 > 0)))
    return StudioDay(hours, rooms, quarter(now, day) - first * HOUR + 1 if day == show.today() else None)


def studio_days(
    first: date, studios: Sequence[tuple[int, str]], days: Sequence[tuple[date, list[SessionBrief]]]
) -> list[tuple[int | None, str, list[list[SessionBrief]]]]:
    """Seven days beside each other: of each studio (None: of what needs none), what begins on each of them."""
    rows = [b for _day, held in days for b in held]
    wanted = [first + timedelta(days=n) for n in range(len(days))]
    held = dict(days)
    return [
        (studio_id, name, [[b for b in held[day] if b.studio_id == studio_id] for day in wanted])
        for studio_id, name in _rooms(studios, rows)
    ]
