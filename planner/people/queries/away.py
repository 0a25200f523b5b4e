"""Days on which people can't be planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.spans import Span, business_day, day_span
from planner.people import ports
from planner.people.models import Away
from planner.people.ports import Needed


@dataclass(frozen=True)
class AwayRow:
    """A stretch of days away, and the shifts within it that need somebody else."""

    id: int
    user_id: int
    first: date
    last: date
    reason: str
    needed: tuple[Needed, ...] = ()


def _days() -> Any:
    return select(Away.id, Away.user_id, Away.first, Away.last, Away.reason).order_by(Away.first, Away.id)


@ready
def _of_person() -> Any:
    return _days().where(Away.user_id == bindparam("user_id"), Away.last >= bindparam("since"))


@ready
def _of_people() -> Any:
    mine = Away.user_id.in_(bindparam("ids", expanding=True))
    return _days().where(mine, Away.last >= bindparam("first"), Away.first <= bindparam("last"))


def span_of(first: date, last: date) -> Span:
    """The instants of these business days in the team's zone."""
    who = actor.current()
    return Span(*(day_span(d, who.timezone, who.day_start).start for d in (first, last + timedelta(days=1))))


@query(P.PEOPLE_VIEW)
def days_away(user_id: int) -> list[AwayRow]:
    """Somebody's days away from today on, each with the shifts that need somebody else."""
    make: Any = AwayRow
    rows = [make(*row) for row in _of_person.rows(user_id=user_id, since=show.today())]
    if not rows:
        return []
    whole = span_of(min(r.first for r in rows), max(r.last for r in rows))
    needed = [n for answer in ports.needed for n in answer(user_id, whole)]
    return [make(*_plain(r), tuple(n for n in needed if n.span.overlaps(span_of(r.first, r.last)))) for r in rows]


def _plain(row: AwayRow) -> tuple[Any, ...]:
    return row.id, row.user_id, row.first, row.last, row.reason


@query(P.PEOPLE_VIEW)
def away_within(ids: Iterable[int], span: Span) -> dict[int, list[Span]]:
    """When these people are away, of what touches a stretch of time; one statement."""
    who, wanted = actor.current(), sorted(set(ids))
    days = {"first": business_day(span.start, who.timezone, who.day_start)}
    days["last"] = business_day(span.end, who.timezone, who.day_start)
    found: dict[int, list[Span]] = {}
    for row in _of_people.rows(ids=wanted, **days) if wanted else ():
        found.setdefault(row.user_id, []).append(span_of(row.first, row.last))
    return found
