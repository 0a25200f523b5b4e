"""What comes up for renewal in the next twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from planner.base import db, show
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.resources.models import ResourceRequest
from planner.resources.queries.afterwards import may_work
from planner.resources.rules import STAGES, Every, Kind, State, a_year, days_until, nth_renewal

GONE_AGAIN = (State.DRAFT, State.REFUSED, State.CANCELLED)
"""A renewal in these states renews nothing: it is not handed in, or came to nothing."""


@dataclass(frozen=True)
class Renewal:
    """Something that comes up on a day. `first` is the next time, which somebody acts on; later ones are a forecast."""

    id: int
    number: int
    title: str
    owner: str
    total: int
    every: Every
    day: date
    left: int
    first: bool
    mine: bool


@dataclass(frozen=True)
class Month:
    """What comes up in a month, and what it comes to in minor units."""

    first: date
    rows: list[Renewal]
    total: int


@dataclass(frozen=True)
class Renewals:
    """The calendar of renewals; `a_year` is what all of it costs a year, in minor units."""

    months: list[Month]
    a_year: int


def is_open() -> Any:
    """The condition of recurring requests that are neither renewed nor given up; drafts renew nothing."""
    again = aliased(ResourceRequest)
    renewed = select(again.id).where(
        again.id == ResourceRequest.renewed_by, again.trashed_at.is_(None), again.state.not_in(GONE_AGAIN)
    )
    return and_(
        ResourceRequest.kind == Kind.RECURRING,
        ResourceRequest.state.in_([State.APPROVED, State.CLOSED]),
        ResourceRequest.renews_on.is_not(None),
        ResourceRequest.every.is_not(None),
        ResourceRequest.lapsed_at.is_(None),
        or_(ResourceRequest.renewed_by.is_(None), ~renewed.exists()),
    )


@query(P.REQUEST_VIEW)
def renewals() -> Renewals:
    """What comes up in the next twelve months, by month; what is overdue stands first."""
    today = show.today()
    until = nth_renewal(today, Every.YEAR, 1)
    asked = select(ResourceRequest, User.name).join(User, User.id == ResourceRequest.requester_id).where(is_open())
    asked = asked.where(db.alive(ResourceRequest))
    asked = asked.where(ResourceRequest.renews_on <= until).order_by(ResourceRequest.renews_on, ResourceRequest.id)
    rows: list[Renewal] = []
    cost = 0
    found: Any = db.session().execute(asked).all()
    for row, owner in found:
        cost += a_year(row.total, row.every)
        for place, day in enumerate(days_until(row.renews_on, row.every, until)):
            if place and day < today:
                continue
            rows.append(
                Renewal(
                    row.id, row.number, row.title, owner, row.total, row.every, day, (day - today).days, not place,
                    may_work(row),
                )
            )  # fmt: skip
    by_month: dict[date, list[Renewal]] = {}
    for each in sorted(rows, key=lambda one: (one.day, one.id)):
        by_month.setdefault(each.day.replace(day=1), []).append(each)
    return Renewals([Month(first, held, sum(r.total for r in held)) for first, held in by_month.items()], cost)


@query(P.REQUEST_VIEW)
def near_renewals() -> list[int]:
    """The requests that come up so soon that people are reminded of them, or have come up."""
    last = show.today() + timedelta(days=max(STAGES))
    asked = select(ResourceRequest.id).where(is_open(), db.alive(ResourceRequest), ResourceRequest.renews_on <= last)
    return list(db.session().scalars(asked.order_by(ResourceRequest.id)))
