"""Requests that may ask for the same thing twice: the same amount for the same supplier, or under the same title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from planner.base import db
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.people.models import User
from planner.resources.models import RequestLine, ResourceRequest
from planner.resources.queries import seen
from planner.resources.queries.requests import one_request
from planner.resources.rules import Kind, State

LATELY = timedelta(days=30)
SHOWN, LOOKED_AT = 3, 1000
"""So many are named, and so many of the team's latest are looked at, however many there are."""
STANDS = (State.PENDING, State.RETURNED, State.APPROVED, State.CANCELLING, State.CLOSED)
"""What was handed in and is neither refused nor cancelled; nobody reads the drafts of others."""


@dataclass(frozen=True)
class Alike:
    """A request that may be for the same thing, in minor units; `titled` is whether its title is the same."""

    id: int
    number: int
    title: str
    state: State
    total: int
    submitted_at: datetime
    requester: str
    titled: bool


@query(P.REQUEST_VIEW)
def alike(request_id: int) -> list[Alike]:
    """Those of the team, handed in within thirty days of this one, that come to the same amount for the same supplier
    or under the same title, the latest first. What continues it (more money, a renewal) is none, nor what is for
    another show; nor are envelopes, which come to the same week by week."""
    row = one_request(request_id)
    if not row.total or row.kind is Kind.ENVELOPE:
        return []
    around = row.submitted_at or clock.now()
    r, lines = ResourceRequest, seen.lines_of(row.id)
    paid = row.payee if row.payee_id is None else ""  # else a person gets it back, who is no supplier
    suppliers = {name for name in (*(line.supplier for line in lines), paid) if name}
    sold = select(RequestLine.request_id).where(RequestLine.supplier.in_(suppliers), RequestLine.request_id == r.id)
    same = or_(r.title == row.title, r.payee.in_(suppliers), sold.correlate(r).exists())
    latest = select(r.id).order_by(r.id.desc()).limit(LOOKED_AT).subquery()
    others = [r.id != row.id, r.kind != Kind.ENVELOPE, _unlinked(row)]
    if row.session_id is not None:
        others.append(or_(r.session_id.is_(None), r.session_id == row.session_id))
    asked = (
        select(r.id, r.number, r.title, r.state, r.total, r.submitted_at, User.name)
        .join(User, User.id == r.requester_id)
        .where(
            r.id.in_(select(latest.c.id)), r.total == row.total, r.state.in_(STANDS), db.alive(r), same, *others,
            r.submitted_at >= around - LATELY, r.submitted_at <= around + LATELY,
        )
        .order_by(r.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    found: Any = db.session().execute(asked)
    return [Alike(*told, titled=told[2] == row.title) for told in found]


def _unlinked(row: ResourceRequest) -> Any:
    """That neither asks for more than the other, nor renews it."""
    r = ResourceRequest
    apart = [or_(r.follows_id.is_(None), r.follows_id != row.id), or_(r.renewed_by.is_(None), r.renewed_by != row.id)]
    apart += [r.id != other for other in (row.follows_id, row.renewed_by) if other is not None]
    return and_(*apart)
