"""What comes up for renewal in the next twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, union_all
from sqlalchemy.orm import aliased

from planner.base import db, show
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.resources.models import ResourceRequest
from planner.resources.queries.afterwards import may_work
from planner.resources.rules import STAGES, Every, Kind, State, a_year, days_until, nth_renewal

GONE_AGAIN = (State.DRAFT, State.RETURNED, State.REFUSED, State.CANCELLED)
"""A renewal in these states renews nothing: it is not handed in, or came to nothing."""
RENEWED = (State.APPROVED, State.CANCELLING, State.CLOSED)
"""A renewal in these states takes the place of what it renews."""


@dataclass(frozen=True)
class Again:
    """The request that renews another one, or is renewed by it."""

    id: int
    number: int
    title: str
    state: State

    @property
    def waits(self) -> bool:
        """Whether it is being decided: it renews nothing yet, and nobody has to act."""
        return self.state not in (*GONE_AGAIN, *RENEWED)

    @property
    def renews(self) -> bool:
        """Whether it has taken the place of what it renews."""
        return self.state in RENEWED


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
    again: Again | None = None
    """What renews it, once that is handed in."""


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


def is_open(waiting: bool = False) -> Any:
    """The condition of recurring requests that are neither renewed nor given up; drafts renew nothing. `waiting`: also
    those whose renewal is handed in and not approved yet."""
    again = aliased(ResourceRequest)
    over = again.state.in_(RENEWED) if waiting else again.state.not_in(GONE_AGAIN)
    renewed = select(again.id).where(again.id == ResourceRequest.renewed_by, again.trashed_at.is_(None), over)
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
    """What comes up in the next twelve months, by month; what is overdue stands first. What is being renewed stays,
    with the request that renews it, until that is approved."""
    today = show.today()
    until = nth_renewal(today, Every.YEAR, 1)
    new = aliased(ResourceRequest)
    asked = select(ResourceRequest, User.name, new.id, new.number, new.title, new.state)
    asked = asked.join(User, User.id == ResourceRequest.requester_id)
    shown = (new.id == ResourceRequest.renewed_by, new.trashed_at.is_(None), new.state != State.DRAFT)
    asked = asked.outerjoin(new, and_(*shown)).where(is_open(waiting=True), db.alive(ResourceRequest))
    asked = asked.where(ResourceRequest.renews_on <= until).order_by(ResourceRequest.renews_on, ResourceRequest.id)
    rows: list[Renewal] = []
    cost = 0
    found: Any = db.session().execute(asked).all()
    for row, owner, *told in found:
        again = Again(*told) if told[0] is not None else None
        cost += a_year(row.total, row.every)
        for place, day in enumerate(days_until(row.renews_on, row.every, until)):
            if place and day < today:
                continue
            rows.append(
                Renewal(
                    row.id, row.number, row.title, owner, row.total, row.every, day, (day - today).days, not place,
                    may_work(row) and not (again and again.waits), None if place else again,
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


@query(P.REQUEST_VIEW)
def renewal_of(row: ResourceRequest) -> tuple[Again | None, Again | None]:
    """Which request this one renews, and which renews it; what others hold as a draft is not told."""
    if row.every is None:
        return None, None
    r, old, new = ResourceRequest, aliased(ResourceRequest), aliased(ResourceRequest)
    before = select(old.id).where(old.renewed_by == row.id, old.renews_on.is_not(None), old.lapsed_at.is_(None))
    after = select(new.id).where(new.id == (row.renewed_by or 0), new.state != State.DRAFT)
    ids = union_all(select(before.subquery().c.id), select(after.subquery().c.id))
    asked = select(r.id, r.number, r.title, r.state, r.renewed_by).where(r.id.in_(ids), db.alive(r))
    found: Any = list(db.session().execute(asked))
    renews = next((Again(*told[:4]) for told in found if told[4] == row.id), None)
    return renews, next((Again(*told[:4]) for told in found if told[0] == row.renewed_by), None)
