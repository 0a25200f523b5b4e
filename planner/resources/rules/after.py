"""What follows an approval: facts that fold into what is ordered, received, paid and closed. Pure.

Facts are never changed: one that was wrong is taken back by another (冲回), which names it. Amounts are integers in
minor units (分); quantities are decimals of the request's lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from planner.resources.rules.requests import Kind


class Fact(StrEnum):
    """What happened to something that was approved."""

    ORDER = "order"
    """下单: at the supplier, with the number of the order."""
    RECEIVE = "receive"
    """收货: so much of one line, perhaps in part."""
    PAY = "pay"
    """付款: an amount, a day, a way, the number of its receipt."""
    CLOSE = "close"
    """Nothing more comes: what is not spent is free again."""
    REVERSE = "reverse"
    """冲回: an earlier fact was wrong; of a close: it is open again."""


@dataclass(frozen=True)
class Happened:
    """One fact as the folding sees it."""

    id: int
    fact: Fact
    line_id: int | None = None
    quantity: Decimal | None = None
    amount: int = 0
    reverses_id: int | None = None


@dataclass(frozen=True)
class Done:
    """What the facts come to: how often it was ordered, what of which line has come, what was paid (minor units)."""

    orders: int = 0
    received: Mapping[int, Decimal] = field(default_factory=dict[int, Decimal])
    paid: int = 0
    closed: bool = False


def fold(facts: Iterable[Happened]) -> Done:
    """What the facts come to; one that was taken back counts for nothing."""
    rows = list(facts)
    back = {row.reverses_id for row in rows}
    orders, paid, closed = 0, 0, False
    received: dict[int, Decimal] = {}
    for row in rows:
        if row.id in back:
            continue
        if row.fact is Fact.ORDER:
            orders += 1
        elif row.fact is Fact.RECEIVE and row.line_id is not None:
            received[row.line_id] = received.get(row.line_id, Decimal()) + (row.quantity or Decimal())
        elif row.fact is Fact.PAY:
            paid += row.amount
        elif row.fact is Fact.CLOSE:
            closed = True
    return Done(orders, received, paid, closed)


def missing_of(asked: Mapping[int, Decimal], done: Done) -> dict[int, Decimal]:
    """What of each line has not come yet; never below zero."""
    return {line: max(wanted - done.received.get(line, Decimal()), Decimal()) for line, wanted in asked.items()}


def tolerance(approved: int, percent: int, most: int) -> int:
    """By how much more than approved may be paid without asking again: the smaller of a share and an amount, in minor
    units; a share is rounded down, because in doubt one asks."""
    return max(0, min(approved * percent // 100, most))


class Next(StrEnum):
    """What is to be done next with something that was approved."""

    ORDER = "order"
    RECEIVE = "receive"
    PAY = "pay"
    CLOSE = "close"


def next_of(asked: Mapping[int, Decimal], done: Done, paid: int, approved: int) -> Next | None:
    """The next thing to do, in the office's order; None once it is closed. What came needs no order any more."""
    if done.closed:
        return None
    if not done.orders and not done.received and not paid:
        return Next.ORDER
    if any(missing_of(asked, done).values()):
        return Next.RECEIVE
    return Next.PAY if paid < approved else Next.CLOSE


SERVICES = frozenset({"training", "software", "ads", "people", "guests"})
"""The built-in categories of which nothing is delivered, so that nobody has to record a receipt."""


def is_delivered(kind: Kind, category: str) -> bool:
    """Whether somebody has to record that it came: of goods; `category` is the key of a built-in one."""
    return kind not in (Kind.RECURRING, Kind.AFTERWARDS) and category not in SERVICES


def share(part: int, whole: int) -> float:
    """A difference as a share of what was approved: 0.05 is five percent more."""
    return part / whole if whole else 0.0
