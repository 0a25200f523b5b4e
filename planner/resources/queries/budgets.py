"""Budgets: what a team may spend, what became of it, and which budget a request is paid from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.plan import queries as plan
from planner.plan.models import Period
from planner.plan.rules import PeriodState
from planner.resources.models import Budget, BudgetCategory, BudgetTransfer, LedgerEntry, ResourceRequest
from planner.resources.queries.reading import readable
from planner.resources.rules import BY_HAND, Burn, Entry, Standing, TransferState, burn, sum_of
from planner.resources.rules.budgets import Booking
from planner.resources.words import category_name


@dataclass(frozen=True)
class CategoryRow:
    """A category with its name in the reader's language."""

    id: int
    key: str
    name: str
    version: int


@dataclass(frozen=True)
class BudgetRow:
    """A budget as a page shows it."""

    id: int
    category_id: int
    category: str
    standing: Standing
    frozen: bool
    burn: Burn


@dataclass(frozen=True)
class BudgetPage:
    """The budgets of one period, and what they come to together."""

    period: Any
    periods: list[Any]
    rows: list[BudgetRow]
    total: Standing
    burn: Burn
    free: list[CategoryRow]
    """Categories without a budget in this period."""
    transfers: list[TransferRow]


@dataclass(frozen=True)
class TransferRow:
    """A transfer that waits, or was decided."""

    id: int
    amount: int
    source: str
    target: str
    reason: str
    state: TransferState
    by: int | None
    version: int
    source_available: int
    frozen: bool
    """Whether the source is frozen: nothing moves out of it until it is opened again."""


@dataclass(frozen=True)
class EntryRow:
    """An entry of the ledger as a page shows it."""

    id: int
    at: Any
    booking: Booking
    note: str
    by: int | None
    request_id: int | None
    session_id: int | None
    reverses_id: int | None
    reversed_by: int | None
    by_hand: bool
    """Whether a person allocated it, and may take it back."""
    key: str
    left: int
    """What was available after it, in minor units."""


@query(P.REQUEST_VIEW, remember=True)
def categories() -> list[CategoryRow]:
    """The categories that are offered, in their order."""
    rows = db.session().scalars(select(BudgetCategory).order_by(BudgetCategory.sort, BudgetCategory.id))
    return [CategoryRow(row.id, row.key, category_name(row.key, row.name), row.version) for row in rows]


@query(P.REQUEST_VIEW)
def category_names(ids: set[int]) -> dict[int, str]:
    """The names of categories, those in the trash, too."""
    rows = db.some(BudgetCategory, ids, with_trash=True).values()
    return {row.id: category_name(row.key, row.name) for row in rows}


@query(P.REQUEST_VIEW)
def budget_for(category_id: int, day: date) -> Budget | None:
    """The budget something of a day is paid from: of the open periods that hold the day and have a budget for the
    category, the shortest; None where there is none."""
    return named_budget_for(category_id, day)[0]


def named_budget_for(category_id: int, day: date) -> tuple[Budget | None, str]:
    """The same budget with the name of its period."""
    asked = (
        select(Budget, Period.start, Period.end, Period.name)
        .join(Period, Period.id == Budget.period_id)
        .where(
            Budget.category_id == category_id,
            Period.start <= day,
            Period.end >= day,
            Period.state == PeriodState.OPEN,
            db.alive(Period),
        )
    )
    rows: Any = db.session().execute(asked).all()
    if not rows:
        return None, ""
    budget, _start, _end, period = min(rows, key=lambda row: (row[2] - row[1], row[0].id))
    return budget, period


def named_budget(budget_id: int) -> tuple[Budget, str]:
    """A budget with the name of its period."""
    asked = select(Budget, Period.name).join(Period, Period.id == Budget.period_id).where(Budget.id == budget_id)
    found = db.session().execute(asked).one()
    return found[0], found[1]


@query(P.REQUEST_VIEW)
def standing_of(budget_id: int) -> Standing:
    """What a budget stands at."""
    return db.one(Budget, budget_id).standing


@query(P.BUDGET_VIEW)
def budget_page(period_id: int | None) -> BudgetPage | None:
    """The budgets of a period, of the one that runs where none is named; None for a team without periods."""
    periods = plan.every_period()
    chosen = next((p for p in periods if p.id == period_id), None) if period_id else plan.current_period()
    if chosen is None:
        return None
    names = {row.id: row for row in categories()}
    asked = select(Budget).where(Budget.period_id == chosen.id)
    found = db.session().scalars(asked)
    budgets = [
        b for b in found if b.category_id in names or b.standing != Standing()
    ]  # else deleted with nothing in it
    told = names.keys() | {b.category_id for b in budgets}
    called = category_names(told)
    order = {row_id: place for place, row_id in enumerate(names)}
    today = show.today()

    def pace(standing: Standing) -> Burn:
        return burn(standing, chosen.start, chosen.end, today)

    rows = [
        BudgetRow(
            b.id, b.category_id, called[b.category_id], b.standing, b.frozen_at is not None, pace(b.standing)
        )
        for b in sorted(budgets, key=lambda b: (order.get(b.category_id, len(order)), b.id))
    ]  # fmt: skip
    total = Standing(
        sum(row.standing.allocated for row in rows),
        sum(row.standing.reserved for row in rows),
        sum(row.standing.committed for row in rows),
        sum(row.standing.spent for row in rows),
    )
    held = {row.category_id for row in rows}
    free = [row for row in names.values() if row.id not in held]
    moves = _transfers({row.id: row for row in rows})
    return BudgetPage(chosen, periods, rows, total, pace(total), free, moves)


def _transfers(rows: dict[int, BudgetRow]) -> list[TransferRow]:
    asked = (
        select(BudgetTransfer)
        .where(BudgetTransfer.from_id.in_(list(rows)), BudgetTransfer.state == TransferState.PROPOSED)
        .order_by(BudgetTransfer.id)
    )
    return [
        TransferRow(
            row.id, row.amount, rows[row.from_id].category, rows[row.to_id].category if row.to_id in rows else "",
            row.reason, row.state, row.created_by, row.version, rows[row.from_id].standing.available,
            rows[row.from_id].frozen,
        )
        for row in db.session().scalars(asked)
    ]  # fmt: skip


ENTRIES = 100
"""So many entries a page of a ledger shows."""


@query(P.BUDGET_VIEW)
def ledger(budget_id: int, before: int | None = None) -> tuple[Any, BudgetRow, list[EntryRow]]:
    """The period, the budget, and its entries, the latest first; `before` an entry for the older ones."""
    row = db.one(Budget, budget_id)
    chosen = plan.period(row.period_id)
    name = category_names({row.category_id})[row.category_id]
    pace = burn(row.standing, chosen.start, chosen.end, show.today())
    told = BudgetRow(row.id, row.category_id, name, row.standing, row.frozen_at is not None, pace)
    asked = select(LedgerEntry).where(LedgerEntry.budget_id == budget_id)
    if before:
        asked = asked.where(LedgerEntry.id < before)
    entries = list(db.session().scalars(asked.order_by(LedgerEntry.id.desc()).limit(ENTRIES + 1)))
    back = _reversed({entry.id for entry in entries})
    left = row.standing.available + (_taken_since(budget_id, before) if before else 0)
    shown: list[EntryRow] = []
    for entry in entries:
        shown.append(_entry(entry, back.get(entry.id), left))
        left += shown[-1].booking.takes
    return chosen, told, shown


def _taken_since(budget_id: int, first: int) -> int:
    """What an entry and those after it took of the available."""
    took = func.sum(LedgerEntry.committed + LedgerEntry.spent - LedgerEntry.allocated)
    asked = select(took).where(LedgerEntry.budget_id == budget_id, LedgerEntry.id >= first)
    return int(db.session().scalar(asked) or 0)


def _reversed(ids: set[int]) -> dict[int, int]:
    asked = select(LedgerEntry.reverses_id, LedgerEntry.id).where(LedgerEntry.reverses_id.in_(ids))
    return {old: new for old, new in db.session().execute(asked) if old is not None}


def booking_of(entry: LedgerEntry) -> Booking:
    """By how much an entry moves each sum."""
    return Booking(entry.kind, entry.allocated, entry.reserved, entry.committed, entry.spent)


def _entry(entry: LedgerEntry, back: int | None, left: int) -> EntryRow:
    return EntryRow(
        entry.id, entry.created_at, booking_of(entry), entry.note or "", entry.created_by, entry.request_id,
        entry.session_id, entry.reverses_id, back, entry.kind is Entry.ALLOCATE and entry.key.startswith(BY_HAND),
        entry.key, left,
    )  # fmt: skip


@query(P.BUDGET_VIEW)
def unsound() -> list[tuple[int, Standing, Standing]]:
    """Budgets whose sums are not what their ledger comes to: the id, what stands, what it comes to. Never any."""
    summed = (
        select(
            LedgerEntry.budget_id,
            func.sum(LedgerEntry.allocated),
            func.sum(LedgerEntry.reserved),
            func.sum(LedgerEntry.committed),
            func.sum(LedgerEntry.spent),
        )
        .group_by(LedgerEntry.budget_id)
        .order_by(LedgerEntry.budget_id)
    )
    told = {row[0]: Standing(*(int(each) for each in row[1:])) for row in db.session().execute(summed)}
    return [
        (row.id, row.standing, told.get(row.id, Standing()))
        for row in db.session().scalars(select(Budget).order_by(Budget.id))
        if row.standing != told.get(row.id, Standing()) or not row.standing.sound
    ]


@query(P.REQUEST_VIEW)
def of_request(request_id: int) -> Standing:
    """What is reserved, committed and spent for one request."""
    asked = select(LedgerEntry).where(LedgerEntry.request_id == request_id).order_by(LedgerEntry.id)
    return sum_of(booking_of(entry) for entry in db.session().scalars(asked))


@query(P.BUDGET_VIEW)
def category(category_id: int) -> CategoryRow:
    """A category that is offered."""
    row = db.one(BudgetCategory, category_id)
    return CategoryRow(row.id, row.key, category_name(row.key, row.name), row.version)


@query(P.BUDGET_VIEW)
def newest_entry() -> int:
    """The last allocation that was written by whoever acts."""
    mine = (LedgerEntry.created_by == actor.current().user_id, LedgerEntry.kind == Entry.ALLOCATE)
    return db.session().scalar(select(func.max(LedgerEntry.id)).where(*mine)) or 0


@query(P.BUDGET_VIEW)
def transfer_period(transfer_id: int) -> int:
    """The period whose budgets a transfer is about."""
    row = db.one(BudgetTransfer, transfer_id)
    return db.one(Budget, row.from_id).period_id


@query(P.BUDGET_VIEW)
def request_titles(ids: set[int]) -> dict[int, tuple[int, str]]:
    """Number and title of requests, for a ledger that names them; what is a draft again has no title for others."""
    rows = db.some(ResourceRequest, ids, with_trash=True).values()
    return {row.id: (row.number, row.title if readable(row) else "") for row in rows}
