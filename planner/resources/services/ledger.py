"""Writing into the ledger: the one place where the sums of a budget move."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select

from planner.base import db
from planner.base.claim import Counting
from planner.base.models import table_of
from planner.base.news import tell
from planner.base.ready import ready
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


@functools.cache
def _moving(more: tuple[str, ...], less: tuple[str, ...], takes: bool, unfrozen: bool) -> Counting:
    """The update of a booking that adds to some sums and takes from others; built once a shape."""
    budget = table_of(Budget).c
    holds: list[Any] = [budget[name] >= bindparam(f"least_{name}", type_=BigInteger()) for name in less]
    if takes:
        free = budget.allocated - budget.committed - budget.spent
        holds.append(free >= bindparam("takes", type_=BigInteger()))
    if unfrozen:
        holds.append(budget.frozen_at.is_(None))
    return Counting(Budget, (*more, *less), holds, LedgerEntry)


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
    more, less = (tuple(name for name in SUMS if sign * moved[name] > 0) for sign in (1, -1))
    least = {f"least_{name}": -moved[name] for name in less}
    added = {f"add_{name}": moved[name] for name in (*more, *less)}
    takes = {"takes": booking.takes} if booking.takes > 0 else {}
    if not _moving(more, less, bool(takes), booking.kind in TAKING).run(budget_id, **added, **least, **takes):
        return False
    db.note(
        LedgerEntry, budget_id=budget_id, kind=booking.kind, key=key, note=note[:200], request_id=request_id,
        session_id=session_id, transfer_id=transfer_id, reverses_id=reverses_id, **moved,
    )  # fmt: skip
    tell(BudgetMoved(budget_id, str(booking.kind), booking.amount), flush=False)
    return True


@dataclass(frozen=True)
class Held:
    """What the ledger has of a request: how many entries, the last of them, and what waits and is committed."""

    request_id: int
    entries: int
    last: int
    reserved: int
    committed: int

    @property
    def key(self) -> str:
        """The key of the next entry."""
        return f"request/{self.request_id}/{self.entries}"


def held_of() -> Any:
    """The statement of what the ledger has of `request_id`, in the order of `Held`."""
    entry = LedgerEntry
    sums = (func.sum(entry.reserved).label("reserved"), func.sum(entry.committed).label("committed"))
    asked = select(func.count(entry.id).label("entries"), func.max(entry.id).label("last"), *sums)
    return asked.where(entry.request_id == bindparam("request_id"))


_held = ready(held_of)


def read_held(request_id: int, row: Iterable[Any]) -> Held:
    """A row of that statement."""
    return Held(request_id, *(int(each or 0) for each in row))


def held_by(request_id: int) -> Held:
    """What the ledger has of a request by now; under the request's lock."""
    return read_held(request_id, _held.first(request_id=request_id))


def key_of(request_id: int) -> str:
    """The key of the next entry of a request; under the request's lock."""
    return held_by(request_id).key


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


__all__ = ["Held", "book", "held_by", "held_of", "key_of", "lacks", "read_held", "take_back"]
