"""What waits for my decision, brought to the first page: the most urgent ones as cards; and what came back to me."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db, show
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people.models import User
from planner.resources.models import Budget, RequestAct, ResourceRequest
from planner.resources.queries.transfers import transfers_for_me
from planner.resources.queries.waiting import asked_of_me, by_need, for_whom, is_waiting
from planner.resources.rules import Act, Kind, State

SHOWN, MOST_RETURNED = 3, 20


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
    reserved: int | None
    """What waits in it, this one among it."""
    on_behalf: str = ""

    @property
    def after(self) -> int | None:
        """What would be left, in minor units; a cancellation takes nothing."""
        if self.left is None:
            return None
        return self.left if self.state is State.CANCELLING else self.left - self.total

    @property
    def crowded(self) -> int:
        """How much its budget would lack if all that waits was approved, where it holds this one."""
        holds = self.left is not None and self.state is State.PENDING and self.left >= self.total
        return max(0, (self.reserved or 0) - (self.left or 0)) if holds else 0


@dataclass(frozen=True)
class Returned:
    """A request of mine that somebody gave back: who, and why."""

    id: int
    title: str
    total: int
    by: str
    why: str


@ready
def _cards() -> Any:
    r = ResourceRequest
    left = Budget.allocated - Budget.committed - Budget.spent
    columns = (
        r.id, r.title, r.kind, r.state, r.total, User.name, r.waits_since, r.needed_by, r.seen, r.purpose, left,
        Budget.reserved, func.count().over(),
    )  # fmt: skip
    asked = select(*columns).join(User, User.id == r.requester_id).outerjoin(Budget, Budget.id == r.budget_id)
    return asked.where(is_waiting(bindparam("me"), bindparam("day"))).order_by(*by_need()).limit(SHOWN)


@query(P.REQUEST_DECIDE)
def cards_place(_user_id: int) -> dict[str, Any] | None:
    """The panel's answer: a place that asks for the cards once the page is there, which has no statement to spare, and
    that is as high as what will come, so that nothing moves under a finger."""
    waiting = asked_of_me()
    return {"count": waiting, "rows": min(waiting, SHOWN)}


@query(P.REQUEST_DECIDE)
def cards() -> dict[str, Any] | None:
    """The most urgent ones, how many there are in all, and what came back to me; None where nothing waits."""
    found, back = _cards.rows(me=actor.current().user_id or 0, day=show.today()), returned_to_me()
    moves = transfers_for_me()
    if not found and not back and not moves:
        return None
    names = for_whom([row[0] for row in found]) if found else {}
    shown = [replace(Card(*row[:-1]), on_behalf=names.get(row[0], "")) for row in found]
    return {"cards": shown, "count": found[0][-1] if found else 0, "returned": back, "transfers": moves}


@query(P.REQUEST_VIEW)
def returned_to_me() -> list[Returned]:
    """What was given back to me to be changed and handed in again, the latest first, in one statement."""
    r, act, later = ResourceRequest, RequestAct, aliased(RequestAct)
    again = select(later.id).where(later.request_id == act.request_id, later.id > act.id, later.act == Act.GIVE_BACK)
    asked = (
        select(r.id, r.title, r.total, User.name, act.note)
        .select_from(r)
        .join(act, act.request_id == r.id)
        .outerjoin(User, User.id == act.created_by)
        .where(r.requester_id == actor.current().user_id, r.state == State.RETURNED)
        .where(act.act == Act.GIVE_BACK, ~again.correlate(act).exists())
        .order_by(r.id.desc())
        .limit(MOST_RETURNED)
    )
    return [Returned(row[0], row[1], row[2], row[3] or "", row[4] or "") for row in db.session().execute(asked)]
