"""Writing into the ledger: the one place where the sums of a budget move."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from planner.base import db
from planner.base.claim import count
from planner.base.news import tell
from planner.kernel.errors import Refused
from planner.kernel.money import show_money
from planner.kernel.text import Message, msg
from planner.resources.models import Budget, LedgerEntry
from planner.resources.news import BudgetMoved
from planner.resources.queries.budgets import booking_of
from planner.resources.rules import Entry, reverse
from planner.resources.rules.budgets import Booking

SUMS = ("allocated", "reserved", "committed", "spent")
TAKING = frozenset({Entry.RESERVE, Entry.COMMIT})
"""What a frozen budget refuses; what was committed before can still be spent or released."""


def book(
    budget_id: int,
    booking: Booking,
    key: str,
    *,
    note: str = "",
    request_id: int | None = None,
    session_id: int | None = None,
    transfer_id: int | None = None,
    reverses_id: int | None = None,
) -> bool:
    """Write one entry and move the sums with it, in one conditional update; False where the budget lacks the money,
    or is frozen. `key` names what it is of: the same entry can't be written twice."""
    moved = {name: getattr(booking, name) for name in SUMS}
    holds: list[Any] = [getattr(Budget, name) >= -change for name, change in moved.items() if change < 0]
    if booking.takes > 0:
        holds.append(Budget.allocated - Budget.committed - Budget.spent >= booking.takes)
    if booking.kind in TAKING:
        holds.append(Budget.frozen_at.is_(None))
    if not count(Budget, budget_id, {name: change for name, change in moved.items() if change}, holds, LedgerEntry):
        return False
    row = LedgerEntry(
        budget_id=budget_id, kind=booking.kind, key=key, note=note[:200], request_id=request_id,
        session_id=session_id, transfer_id=transfer_id, reverses_id=reverses_id, **moved,
    )  # fmt: skip
    db.add(row)
    tell(BudgetMoved(budget_id, str(booking.kind), booking.amount))
    return True


def key_of(request_id: int) -> str:
    """The key of the next entry of a request; under the request's lock."""
    asked = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.request_id == request_id)
    return f"request/{request_id}/{db.session().scalar(asked) or 0}"


def take_back(entry: LedgerEntry, note: str = "") -> bool:
    """The opposite of an entry, once; False where the budget lacks the money for it (an allocation that is used)."""
    held = db.session().scalar(select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry.id))
    if held is not None:
        raise Refused(msg("This entry was reversed already."))
    return book(
        entry.budget_id, reverse(booking_of(entry)), f"reverse/{entry.id}", note=note, request_id=entry.request_id,
        session_id=entry.session_id, transfer_id=entry.transfer_id, reverses_id=entry.id,
    )  # fmt: skip


def lacks(budget_id: int, amount: int) -> Message:
    """Why a budget does not take an amount, in words."""
    row = db.one(Budget, budget_id)
    if row.frozen_at is not None:
        return msg("The budget is frozen: nothing can be committed from it.")
    left = row.standing.available
    return msg(
        "The budget has %(left)s left; this needs %(asked)s, so %(short)s are missing.",
        left=show_money(left), asked=show_money(amount), short=show_money(amount - left),
    )  # fmt: skip


__all__ = ["book", "key_of", "lacks", "take_back"]
