"""What finance takes away: requests as a list shows them, with their lines and payments; a ledger; an envelope."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from planner.base import db, kinds, show
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan.models import Period
from planner.resources.models import (
    ApprovalSeat,
    Budget,
    LedgerEntry,
    RequestAct,
    RequestEvent,
    RequestLine,
    ResourceRequest,
)
from planner.resources.queries import budgets, lists
from planner.resources.queries.lists import Tab
from planner.resources.rules import (
    DECIDABLE,
    Act,
    Booking,
    Entry,
    Fact,
    Kind,
    PayWay,
    SeatState,
    Standing,
    State,
)

MOST_REQUESTS = 10_000
MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class Payment:
    """Money that went for a request, on a day: below zero where it was taken back. Minor units."""

    request_id: int
    day: date
    amount: int
    way: PayWay | None
    number: str
    note: str
    by: int | None
    session_id: int | None


@dataclass(frozen=True)
class Signature:
    """Who said the last yes to a request, and for whom where they stood in for somebody."""

    by: int
    for_user: int | None
    at: datetime


@dataclass(frozen=True)
class RequestsTaken:
    """Requests with all that a sheet says of them; names are by id. `more` is whether there are older ones."""

    rows: list[ResourceRequest]
    more: bool
    sums: dict[int, Standing]
    periods: dict[int, str]
    """Of budgets."""
    people: dict[int, str]
    categories: dict[int, str]
    titles: dict[tuple[str, int], str]
    numbers: dict[int, int]
    """Of the requests that others add to."""
    asked: dict[int, list[str]]
    approved: dict[int, Signature]
    """Of those that were approved, the signature that made them so."""
    lines: list[RequestLine]
    received: dict[int, Decimal]
    payments: list[Payment]


def _sums(ids: list[int]) -> dict[int, Standing]:
    sums = (func.sum(LedgerEntry.reserved), func.sum(LedgerEntry.committed), func.sum(LedgerEntry.spent))
    asked = select(LedgerEntry.request_id, *sums).where(LedgerEntry.request_id.in_(ids))
    rows: Any = db.session().execute(asked.group_by(LedgerEntry.request_id))
    return {row[0]: Standing(0, *(int(each) for each in row[1:])) for row in rows}


APPROVED = (State.APPROVED, State.CLOSED, State.CANCELLING, State.CANCELLED)


def _signed(ids: list[int]) -> dict[int, Signature]:
    """The last signature of the round in which each was approved: what was signed later is about its cancellation."""
    seat, row = ApprovalSeat, ResourceRequest
    cancelled = (RequestAct.request_id == row.id, RequestAct.act == Act.CANCEL)
    first = select(func.min(RequestAct.round)).where(*cancelled).correlate(row).scalar_subquery()
    asked = (
        select(seat.request_id, seat.acted_by, seat.user_id, seat.acted_at)
        .join(row, row.id == seat.request_id)
        .where(
            seat.request_id.in_(ids), row.state.in_(APPROVED), seat.state == SeatState.APPROVED,
            seat.round == func.coalesce(first, row.round),
        )
        .order_by(seat.acted_at, seat.id)
    )  # fmt: skip
    rows: Any = db.session().execute(asked)
    return {request_id: Signature(by, user_id if user_id != by else None, at) for request_id, by, user_id, at in rows}


def _periods(ids: set[int]) -> dict[int, str]:
    asked = select(Budget.id, Period.name).join(Period, Period.id == Budget.period_id).where(Budget.id.in_(ids))
    return {row[0]: row[1] for row in db.session().execute(asked)}


def _events(ids: list[int]) -> list[RequestEvent]:
    kept = RequestEvent.fact.in_([Fact.PAY, Fact.RECEIVE, Fact.REVERSE])
    asked = select(RequestEvent).where(RequestEvent.request_id.in_(ids), kept).order_by(RequestEvent.id)
    return list(db.session().scalars(asked))


def _received(events: list[RequestEvent]) -> dict[int, Decimal]:
    """So much of each line as is here, without what was taken back."""
    back = {each.reverses_id for each in events}
    found: dict[int, Decimal] = defaultdict(Decimal)
    for each in events:
        if each.fact is Fact.RECEIVE and each.id not in back and each.line_id is not None:
            found[each.line_id] += each.quantity or Decimal()
    return dict(found)


def _paid(events: list[RequestEvent]) -> list[Payment]:
    paid = {each.id: each for each in events if each.fact is Fact.PAY}
    found: list[Payment] = []
    for each in events:
        first = paid.get(each.reverses_id or 0)
        if each.fact is Fact.PAY or first is not None:
            was = first or each
            amount = -was.amount if first else was.amount
            told = (was.way, was.number or "", each.note or "", each.created_by, None)
            found.append(Payment(each.request_id, each.day, amount, *told))
    return found


def _booked(rows: list[ResourceRequest]) -> list[Payment]:
    """What was spent without a payment of its own: before it was approved, or by the shows of an envelope."""
    held = {row.id: row for row in rows if row.kind in (Kind.AFTERWARDS, Kind.ENVELOPE)}
    mine = (LedgerEntry.request_id.in_(list(held)), LedgerEntry.spent != 0)
    found: list[Payment] = []
    for each in db.session().scalars(select(LedgerEntry).where(*mine).order_by(LedgerEntry.id)):
        row = held[each.request_id or 0]
        spent_on = row.spent_on if each.kind is Entry.SPEND else None
        day = spent_on or show.local(each.created_at).date()
        told = (row.pay_way, row.invoice_number, each.note or "", each.created_by, each.session_id)
        found.append(Payment(row.id, day, each.spent, *told))
    return found


@query(P.REQUEST_VIEW)
def requests_to_take(tab: Tab, state: State | None = None) -> RequestsTaken:
    """The requests of a tab, the latest first; drafts are only one's own."""
    asked = select(ResourceRequest).where(*lists.conditions(tab, state)).order_by(ResourceRequest.id.desc())
    found = list(db.session().scalars(asked.limit(MOST_REQUESTS + 1)))
    rows = found[:MOST_REQUESTS]
    ids = [row.id for row in rows]
    events = _events(ids)
    payments = sorted([*_paid(events), *_booked(rows)], key=lambda each: (each.day, each.request_id))
    lines = db.session().scalars(
        select(RequestLine)
        .where(RequestLine.request_id.in_(ids))
        .order_by(RequestLine.request_id.desc(), RequestLine.sort, RequestLine.id)
    )
    signed = _signed(ids)
    who = {row.requester_id for row in rows} | {row.payee_id for row in rows} | {each.by for each in payments}
    who |= {user_id for each in signed.values() for user_id in (each.by, each.for_user)}
    follows = db.some(ResourceRequest, {row.follows_id for row in rows if row.follows_id}, with_trash=True)
    return RequestsTaken(
        rows, len(found) > len(rows), _sums(ids), _periods({row.budget_id for row in rows if row.budget_id}),
        people.names(who), budgets.category_names({row.category_id for row in rows if row.category_id}),
        kinds.titles(_things(rows, payments)), {row.id: row.number for row in follows.values()},
        lists.asked_names([row.id for row in rows if row.state in DECIDABLE]), signed, list(lines),
        _received(events), payments,
    )  # fmt: skip


def _things(rows: list[ResourceRequest], payments: list[Payment]) -> set[tuple[str, int]]:
    named = [pair for r in rows for pair in (("goal", r.goal_id), ("session", r.session_id), ("step", r.step_id))]
    named += [("session", each.session_id) for each in payments]
    return {(kind, row_id) for kind, row_id in named if row_id is not None}


@dataclass(frozen=True)
class EntryTaken:
    """An entry of a ledger; `left` is what was available after it, in minor units."""

    id: int
    at: datetime
    budget_id: int
    booking: Booking
    left: int
    request_id: int | None
    session_id: int | None
    note: str
    by: int | None
    reverses_id: int | None
    key: str


@dataclass(frozen=True)
class BudgetTaken:
    """A budget of the ledger that is taken away."""

    id: int
    category: str
    standing: Standing
    frozen: bool


@dataclass(frozen=True)
class LedgerTaken:
    """The ledger of a period or of one budget, in the order in which it was written."""

    period: Any
    budgets: dict[int, BudgetTaken]
    entries: list[EntryTaken]
    more: bool
    people: dict[int, str]
    requests: dict[int, tuple[int, str]]
    titles: dict[tuple[str, int], str]


@query(P.BUDGET_VIEW)
def ledger_to_take(budget_id: int) -> LedgerTaken:
    """One budget, entry by entry."""
    row = db.one(Budget, budget_id)
    return _ledger(db.one(Period, row.period_id), [row])


@query(P.BUDGET_VIEW)
def period_to_take(period_id: int) -> LedgerTaken:
    """All budgets of a period, entry by entry."""
    period = db.one(Period, period_id)
    asked = select(Budget).where(Budget.period_id == period_id).order_by(Budget.id)
    return _ledger(period, list(db.session().scalars(asked)))


def _ledger(period: Period, rows: list[Budget]) -> LedgerTaken:
    order = {c.id: place for place, c in enumerate(budgets.categories())}
    rows = sorted(rows, key=lambda b: (order.get(b.category_id, len(order)), b.id))
    called = budgets.category_names({b.category_id for b in rows})
    asked = select(LedgerEntry).where(LedgerEntry.budget_id.in_([b.id for b in rows]))
    found = list(db.session().scalars(asked.order_by(LedgerEntry.id.desc()).limit(MOST_ENTRIES + 1)))
    entries = _with_left(found[:MOST_ENTRIES], {b.id: b.standing.available for b in rows})
    shows = {("session", each.session_id) for each in entries if each.session_id is not None}
    return LedgerTaken(
        period, {b.id: BudgetTaken(b.id, called[b.category_id], b.standing, b.frozen_at is not None) for b in rows},
        entries, len(found) > len(entries), people.names({each.by for each in entries}),
        budgets.request_titles({each.request_id for each in entries if each.request_id}), kinds.titles(shows),
    )  # fmt: skip


def _with_left(found: list[LedgerEntry], left: dict[int, int]) -> list[EntryTaken]:
    """Entries that come latest first, each with what was available after it, in the order they were written."""
    told: list[EntryTaken] = []
    for e in found:
        booking = budgets.booking_of(e)
        told.append(
            EntryTaken(
                e.id, e.created_at, e.budget_id, booking, left[e.budget_id], e.request_id, e.session_id, e.note or "",
                e.created_by, e.reverses_id, e.key,
            )
        )  # fmt: skip
        left[e.budget_id] += booking.takes
    return told[::-1]
