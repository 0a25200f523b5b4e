"""What followed the approval of a request: what is ordered, received and paid, and what is to be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P, Role
from planner.kernel.text import Message, msg
from planner.resources.models import BudgetCategory, LedgerEntry, RequestEvent, RequestLine, ResourceRequest
from planner.resources.queries import policies
from planner.resources.queries.reading import readable
from planner.resources.queries.seen import lines_of
from planner.resources.rules import (
    Done,
    Fact,
    Happened,
    Kind,
    Next,
    PayWay,
    Standing,
    State,
    fold,
    is_delivered,
    missing_of,
    next_of,
    share,
    tolerance,
)

CARRIED = frozenset({State.APPROVED, State.CANCELLING, State.CLOSED})
"""The states in which the facts after an approval are shown."""


@dataclass(frozen=True)
class FactRow:
    """A fact as the page shows it. `amount` in minor units; `open` is whether it can still be taken back."""

    id: int
    fact: Fact
    day: date
    at: datetime
    by: int | None
    line: str
    quantity: Decimal | None
    amount: int
    way: PayWay | None
    number: str
    note: str
    reverses_id: int | None
    open: bool


@dataclass(frozen=True)
class Addition:
    """A request for more money for the same thing (追加)."""

    id: int
    number: int
    title: str
    state: State
    total: int


@dataclass(frozen=True)
class LineRow:
    """A line with what has come of it."""

    line: RequestLine
    received: Decimal
    missing: Decimal


@dataclass(frozen=True)
class After:
    """All that followed an approval. Sums are minor units, over the request and what was added to it."""

    row: ResourceRequest
    facts: list[FactRow]
    done: Done
    lines: list[LineRow]
    additions: list[Addition]
    approved: int
    paid: int
    committed: int
    next: Next | None
    last: int
    """The id of the last fact: what a form was shown with."""
    may_work: bool
    may_pay: bool
    delivered: bool = True
    """Whether something is to come, whose receipt is recorded."""

    @property
    def added(self) -> int:
        """What was approved besides for the same thing, in minor units."""
        return self.approved - self.row.total

    @property
    def difference(self) -> int:
        """Paid less approved: below zero where it cost less."""
        return self.paid - self.approved

    @property
    def share(self) -> float:
        """The difference as a share of what was approved."""
        return share(self.difference, self.approved)

    @property
    def all_here(self) -> bool:
        """Whether everything that was asked for has come."""
        return not any(each.missing for each in self.lines)


def may_work(row: ResourceRequest) -> bool:
    """Who writes orders and receipts: whoever asked for it, leads and managers."""
    who = actor.current()
    return who.may(P.REQUEST_MAKE) and (row.requester_id == who.user_id or who.role in (Role.LEAD, Role.MANAGER))


def may_pay(row: ResourceRequest) -> bool:
    """Who records payments: leads and managers, but never of what they are paid themselves."""
    who = actor.current()
    return who.may(P.REQUEST_PAY) and row.payee_id != who.user_id


def facts_of(request_id: int) -> list[RequestEvent]:
    """The facts of a request, in order."""
    asked = select(RequestEvent).where(RequestEvent.request_id == request_id).order_by(RequestEvent.id)
    return list(db.session().scalars(asked))


def happened(rows: list[RequestEvent]) -> list[Happened]:
    """As the folding sees them."""
    return [Happened(r.id, r.fact, r.line_id, r.quantity, r.amount, r.reverses_id) for r in rows]


def additions_to(request_id: int) -> list[ResourceRequest]:
    """What asks for more money for the same thing, once handed in; drafts are nobody else's business."""
    asked = select(ResourceRequest).where(
        ResourceRequest.follows_id == request_id, ResourceRequest.state != State.DRAFT
    )
    return list(db.session().scalars(asked.order_by(ResourceRequest.id)))


def _sums(ids: list[int]) -> tuple[int, int]:
    """What is committed and what is spent for these requests."""
    sums = (func.sum(LedgerEntry.committed), func.sum(LedgerEntry.spent))
    committed, spent = db.session().execute(select(*sums).where(LedgerEntry.request_id.in_(ids))).one()
    return int(committed or 0), int(spent or 0)


@query(P.REQUEST_VIEW)
def after(request_id: int) -> After:
    """All that followed the approval of a request; NotFound where it may not be read."""
    row = db.one(ResourceRequest, request_id)
    if not readable(row):
        raise NotFound()
    return after_of(row)


def _is_delivered(row: ResourceRequest) -> bool:
    """Whether its goods are received; what is bought is asked only while something can be recorded."""
    if row.state is not State.APPROVED or not is_delivered(row.kind, ""):
        return is_delivered(row.kind, "")
    key = select(BudgetCategory.key).where(BudgetCategory.id == row.category_id).execution_options(with_trash=True)
    return is_delivered(row.kind, db.session().scalar(key) or "")


def after_of(row: ResourceRequest, own: Standing | None = None) -> After:
    """The same of one that may be read; `own` is what the ledger comes to for it, where that is known."""
    rows = facts_of(row.id)
    done = fold(happened(rows))
    more = additions_to(row.id)
    counted = [each for each in more if each.state in CARRIED]
    if own is None or counted:
        committed, paid = _sums([row.id, *(each.id for each in counted)])
    else:
        committed, paid = own.committed, own.spent
    approved = row.total + sum(each.total for each in counted)
    lines = lines_of(row.id)
    asked = {line.id: line.quantity for line in lines}
    missing = missing_of(asked, done)
    delivered = bool(done.received) or _is_delivered(row)
    back = {each.reverses_id for each in rows}
    items = {line.id: line.item for line in lines}
    told = [
        FactRow(
            e.id, e.fact, e.day, e.created_at, e.created_by, items.get(e.line_id or 0, ""), e.quantity, e.amount, e.way,
            e.number or "", e.note or "", e.reverses_id,
            e.fact not in (Fact.REVERSE, Fact.CLOSE) and e.id not in back and row.state is State.APPROVED,
        )
        for e in rows
    ]  # fmt: skip
    return After(
        row, told, done, [LineRow(line, done.received.get(line.id, Decimal()), missing[line.id]) for line in lines],
        [Addition(each.id, each.number, each.title, each.state, each.total) for each in more], approved, paid,
        committed, next_of(asked if delivered else {}, done, paid, approved) if row.state is State.APPROVED else None,
        rows[-1].id if rows else 0, may_work(row), may_pay(row) and row.kind is not Kind.AFTERWARDS, delivered,
    )  # fmt: skip


@query(P.REQUEST_VIEW)
def may_exceed(row: ResourceRequest, approved: int) -> int:
    """By how much more than approved may be paid under the policy of the day it was handed in, in minor units."""
    held = policies.policy(row.policy_id)
    return tolerance(approved, held.over_percent, held.over_amount)


def why_not_recorded(row: ResourceRequest) -> Message | None:
    """Why nothing can be recorded for a request now; None where something can."""
    if row.kind is Kind.ENVELOPE:
        return msg("What an envelope spends comes from the results of its shows.")
    if row.state is State.CLOSED:
        return msg("It is closed: a manager opens it again first.")
    if row.state is not State.APPROVED:
        return msg("Only what is approved is ordered, received and paid.")
    first = followed(row)
    if first is not None:
        return msg("It adds to request %(number)s: record it there.", number=first.number)
    return None


def why_not_paid(row: ResourceRequest) -> Message | None:
    """Why the actor records no payment for it; None where they may."""
    if actor.current().user_id is not None and row.payee_id == actor.current().user_id:
        return msg("Nobody records a payment to themselves: another lead or a manager does.")
    if row.kind is Kind.AFTERWARDS:
        return msg("It was paid before it was asked for: the payment is recorded.")
    return why_not_recorded(row)


@query(P.REQUEST_VIEW)
def why_no_fact(request_id: int, what: Fact) -> Message | None:
    """Why the actor can't record such a fact now, to be said instead of a form; None where they can."""
    row = db.one(ResourceRequest, request_id)
    if what is Fact.PAY:
        return why_not_paid(row)
    if not may_work(row):
        return msg("Whoever asked for it, a lead or a manager records this.")
    return why_not_recorded(row)


@query(P.REQUEST_VIEW)
def last_fact(request_id: int) -> int:
    """The id of the last fact of a request; 0 where there is none."""
    asked = select(func.max(RequestEvent.id)).where(RequestEvent.request_id == request_id)
    return db.session().scalar(asked) or 0


@query(P.REQUEST_VIEW)
def fact(event_id: int) -> tuple[RequestEvent, ResourceRequest]:
    """A fact and the request it is of."""
    row = db.one(RequestEvent, event_id)
    return row, db.one(ResourceRequest, row.request_id)


@query(P.REQUEST_VIEW)
def followed(row: ResourceRequest) -> Addition | None:
    """The request that this one asks more money for."""
    if row.follows_id is None:
        return None
    first = db.one(ResourceRequest, row.follows_id, with_trash=True)
    return Addition(first.id, first.number, first.title, first.state, first.total)
