"""Figures read on air, as they stand now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.live.models import Reading
from planner.live.queries.briefs import brief
from planner.live.rules import FIGURES, Figures, Point
from planner.people.models import User

MOST = 2000


@dataclass(frozen=True)
class ReadingRow:
    """A reading: its id, the row that counts for it now, when it was read, the figures, and who read them."""

    id: int
    row_id: int
    session_id: int
    at: datetime
    figures: Figures
    who: str
    corrected: bool


_COLUMNS = (
    Reading.id, Reading.root_id, Reading.session_id, Reading.at, Reading.withdrawn, User.name,
    Reading.online, Reading.gmv, Reading.orders, Reading.viewers, Reading.ad_spend,
)  # fmt: skip


def _asked() -> Any:
    return select(*_COLUMNS).select_from(Reading).outerjoin(User, User.id == Reading.created_by).order_by(Reading.id)


@ready
def _of_session() -> Any:
    return _asked().where(Reading.session_id == bindparam("id")).limit(MOST)


@ready
def _of_one() -> Any:
    return _asked().where((Reading.id == bindparam("id")) | (Reading.root_id == bindparam("id")))


def _standing(rows: Any) -> list[ReadingRow]:
    """The newest row of each reading, in order of the moments; withdrawn ones are left out."""
    found: dict[int, ReadingRow | None] = {}
    for row_id, root, session_id, at, gone, who, *values in rows:
        figures: dict[str, int | None] = dict(zip(FIGURES, values, strict=True))
        key = root or row_id
        found[key] = None if gone else ReadingRow(key, row_id, session_id, at, figures, who or "", root is not None)
    return sorted((r for r in found.values() if r is not None), key=lambda r: (r.at, r.id))


@query(P.SESSION_VIEW)
def readings(session_id: int) -> list[ReadingRow]:
    """The readings of a session that stand, in order."""
    return _standing(_of_session.rows(id=session_id))


@query(P.SESSION_VIEW)
def reading(reading_id: int) -> ReadingRow:
    """One reading that stands."""
    if not 0 < reading_id <= db.LARGEST_ID:
        raise NotFound()
    found = _standing(_of_one.rows(id=reading_id))
    if not found:
        raise NotFound()
    brief(found[0].session_id)
    return found[0]


def points_of(rows: list[ReadingRow], key: str) -> list[Point]:
    """One figure over the show."""
    return [Point(r.at, value) for r in rows if (value := r.figures[key]) is not None]
