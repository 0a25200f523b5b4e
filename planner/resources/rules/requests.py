"""Requests for money: their kinds and states, what their lines come to, and what an approver has seen. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from planner.kernel.errors import Invalid
from planner.kernel.machine import Machine, Move
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg


class Kind(StrEnum):
    """What kind of need it is."""

    ONE_OFF = "one_off"
    PER_SESSION = "per_session"
    RECURRING = "recurring"
    AFTERWARDS = "afterwards"
    """补审批: spent already, in an emergency."""
    ENVELOPE = "envelope"
    """专项额度: ad spend of many sessions, drawn while they are on air."""


class State(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    REFUSED = "refused"
    APPROVED = "approved"
    CANCELLING = "cancelling"
    """Approved, and its requester wants it cancelled: that is to be approved itself."""
    CANCELLED = "cancelled"
    CLOSED = "closed"


OPEN = frozenset({State.DRAFT, State.PENDING, State.RETURNED, State.CANCELLING})
WAITED_FOR = frozenset({State.PENDING, State.RETURNED, State.REFUSED})
"""Where a step or a show can wait for it: it was handed in, and is not approved."""
DECIDABLE = frozenset({State.PENDING, State.CANCELLING})
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
STANDING = frozenset({State.APPROVED, State.CANCELLING})
"""Money is committed for it."""


class PayWay(StrEnum):
    """How it is paid."""

    TRANSFER = "transfer"
    """对公转账."""
    REIMBURSE = "reimburse"
    """垫付报销: a person has paid and gets it back."""
    PETTY_CASH = "petty_cash"
    """备用金."""


class Invoice(StrEnum):
    """Which invoice (发票) comes with it."""

    NONE = "none"
    ORDINARY = "ordinary"
    SPECIAL = "special"
    """专票: its tax can be deducted."""


class Every(StrEnum):
    """How often something recurs."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Asked:
    """What guards look at: whose it is, and whether anybody has decided."""

    mine: bool
    decided: bool = False


def _mine(facts: object) -> Message | None:
    return None if not isinstance(facts, Asked) or facts.mine else msg("Only whoever asked for it can do this.")


def _undecided(facts: object) -> Message | None:
    if isinstance(facts, Asked) and facts.mine and facts.decided:
        return msg("Somebody has decided already: ask them to return it, or ask to cancel it once it is approved.")
    return _mine(facts)


REQUESTS: Machine[State] = Machine(
    State,
    [
        Move("submit", frozenset({State.DRAFT, State.RETURNED}), State.PENDING, P.REQUEST_MAKE, _mine),
        Move("recall", frozenset({State.PENDING}), State.DRAFT, P.REQUEST_MAKE, _undecided),
        Move("approve", frozenset({State.PENDING}), State.APPROVED, P.REQUEST_DECIDE),
        Move("refuse", frozenset({State.PENDING}), State.REFUSED, P.REQUEST_DECIDE),
        Move("give_back", frozenset({State.PENDING}), State.RETURNED, P.REQUEST_DECIDE),
        Move("cancel", frozenset({State.APPROVED}), State.CANCELLING, P.REQUEST_MAKE, _mine),
        Move("cancel_approved", frozenset({State.CANCELLING}), State.CANCELLED, P.REQUEST_DECIDE),
        Move("keep", frozenset({State.CANCELLING}), State.APPROVED, P.REQUEST_DECIDE),
        Move("close", frozenset({State.APPROVED}), State.CLOSED, P.REQUEST_MAKE),
        Move("open_again", frozenset({State.CLOSED}), State.APPROVED, P.BUDGET_EDIT),
    ],
)


MOST_LINES = 50
LARGEST_QUANTITY = Decimal(1_000_000)


@dataclass(frozen=True)
class Line:
    """One line: so many of something at a price, in minor units each."""

    item: str
    quantity: Decimal
    unit_price: int
    supplier: str = ""
    link: str = ""

    @property
    def amount(self) -> int:
        """Minor units, rounded half up."""
        return int((self.quantity * self.unit_price).to_integral_value(ROUND_HALF_UP))


def check_lines(lines: Sequence[Line]) -> int:
    """What the lines come to in minor units; Invalid at `lines.<place>.<field>` or `lines`."""
    if not lines:
        raise Invalid.at("lines", msg("Say what it is for: at least one line."))
    if len(lines) > MOST_LINES:
        raise Invalid.at("lines", msg("At most %(most)s lines.", most=MOST_LINES))
    faults: dict[str, Message] = {}
    for place, line in enumerate(lines):
        if not line.item:
            faults[f"lines.{place}.item"] = msg("Say what it is.")
        elif not line.quantity.is_finite() or not 0 < line.quantity <= LARGEST_QUANTITY:
            faults[f"lines.{place}.quantity"] = msg("The quantity is more than 0.")
        elif line.unit_price <= 0:
            faults[f"lines.{place}.price"] = msg("The price is more than 0.")
        elif line.amount <= 0:
            faults[f"lines.{place}.price"] = msg("The amount is more than 0.")
    if faults:
        raise Invalid(faults)
    total = sum(line.amount for line in lines)
    if total > LARGEST:
        raise Invalid.at("lines", msg("This amount is too large."))
    return total


def digest(seen: Mapping[str, Any]) -> str:
    """The name of what an approver sees: amount, payee, way of paying, lines, papers."""
    told = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()
