"""Which sessions belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LiveSession, Series, SeriesPart
from planner.live.rules import BEFORE_AIR, Origin, Rhythm, Scope, State


@dataclass(frozen=True)
class SeriesMember:
    """A session of a series, in the order of their starts."""

    session_id: int
    start: Any
    state: State
    apart: bool


@dataclass(frozen=True)
class SeriesBrief:
    """A series as one of its sessions sees it."""

    id: int
    origin: Origin
    rhythm: Rhythm
    members: list[SeriesMember]
    mine: int

    @property
    def place(self) -> int:
        """Which of them it is, from 1."""
        return next(n for n, m in enumerate(self.members, start=1) if m.session_id == self.mine)

    def ids(self, scope: Scope) -> list[int]:
        """The sessions a change reaches: from this one on, or all of them, that have not been on air.

        Those that were changed on their own keep what they have.
        """
        return [m.session_id for m in self._reached(scope) if not m.apart or m.session_id == self.mine]

    def left_alone(self, scope: Scope) -> list[int]:
        """Those in reach that were changed on their own, so that they keep what they have unless somebody says so."""
        return [m.session_id for m in self._reached(scope) if m.apart and m.session_id != self.mine]

    def _reached(self, scope: Scope) -> list[SeriesMember]:
        held = self.members[self.place - 1 :] if scope == Scope.LATER else self.members
        return [m for m in held if m.state in BEFORE_AIR]


@ready
def _series() -> Any:
    mine = select(SeriesPart.series_id).where(SeriesPart.session_id == bindparam("id")).scalar_subquery()
    return (
        select(
            Series.id, Series.origin, Series.weekdays, Series.every, Series.first, Series.last,
            SeriesPart.session_id, LiveSession.planned_start, LiveSession.state, SeriesPart.apart,
        )
        .select_from(SeriesPart)
        .join(Series, Series.id == SeriesPart.series_id)
        .join(LiveSession, LiveSession.id == SeriesPart.session_id)
        .where(SeriesPart.series_id == mine, db.alive(LiveSession))
        .order_by(LiveSession.planned_start, LiveSession.id)
        .limit(1000)
    )  # fmt: skip


@query(P.SESSION_VIEW)
def series_of(session_id: int) -> SeriesBrief | None:
    """The series a session belongs to; None where it stands alone."""
    rows = list(_series.rows(id=session_id))
    members = [SeriesMember(*row[6:]) for row in rows]
    if not any(m.session_id == session_id for m in members):
        return None
    row_id, origin, weekdays, every, first, last = rows[0][:6]
    return SeriesBrief(row_id, origin, Rhythm(frozenset(weekdays), every, first, last), members, session_id)
