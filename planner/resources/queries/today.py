"""What waits for my decision, brought to the first page: the most urgent ones as cards, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from planner.base import actor, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.resources.models import Budget, ResourceRequest
from planner.resources.queries.lists import by_need, is_waiting
from planner.resources.rules import Kind, State

SHOWN = 3


@dataclass(frozen=True)
class Card:
    """A request that waits for me, with what its budget has left before and after it; both None without a budget."""

    id: int
    title: str
    kind: Kind
    state: State
    total: int
    requester: str
    waits_since: datetime | None
    needed_by: date | None
    seen: str
    purpose: str
    left: int | None

    @property
    def after(self) -> int | None:
        """What would be left, in minor units; a cancellation takes nothing."""
        if self.left is None:
            return None
        return self.left if self.state is State.CANCELLING else self.left - self.total


@ready
def _cards() -> Any:
    r = ResourceRequest
    left = Budget.allocated - Budget.committed - Budget.spent
    columns = (
        r.id, r.title, r.kind, r.state, r.total, User.name, r.waits_since, r.needed_by, r.seen, r.purpose, left,
        func.count().over(),
    )  # fmt: skip
    asked = select(*columns).join(User, User.id == r.requester_id).outerjoin(Budget, Budget.id == r.budget_id)
    return asked.where(is_waiting(bindparam("me"), bindparam("day"))).order_by(*by_need()).limit(SHOWN)


@query(P.REQUEST_DECIDE)
def cards_place(_user_id: int) -> dict[str, Any] | None:
    """The panel's answer: a place that asks for the cards once the page is there, which has no statement to spare."""
    return {}


@query(P.REQUEST_DECIDE)
def cards() -> dict[str, Any] | None:
    """The most urgent ones, and how many there are in all; None where nothing waits."""
    found = _cards.rows(me=actor.current().user_id or 0, day=show.today())
    if not found:
        return None
    return {"cards": [Card(*row[:-1]) for row in found], "count": found[0][-1]}
