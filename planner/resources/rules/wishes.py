"""What somebody types into a request. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.resources.rules.requests import Every, Invoice, Kind, Line, PayWay


@dataclass(frozen=True)
class Quote:
    """What a supplier offers, in minor units."""

    supplier: str
    amount: int
    note: str = ""


@dataclass(frozen=True)
class Wish:
    """What somebody types into a request. A draft may lack anything but a title; what is there must make sense."""

    kind: Kind
    title: str
    purpose: str = ""
    category_id: int | None = None
    needed_by: date | None = None
    lines: tuple[Line, ...] = ()
    quotes: tuple[Quote, ...] = ()
    goal_id: int | None = None
    session_id: int | None = None
    step_id: int | None = None
    payee: str = ""
    payee_id: int | None = None
    pay_way: PayWay | None = None
    invoice: Invoice = Invoice.NONE
    invoice_number: str = ""
    tax: int = 0
    metric: str = ""
    effect: Decimal | None = None
    effect_note: str = ""
    every: Every | None = None
    renews_on: date | None = None
    spent_on: date | None = None
    reason: str = ""
    incident_id: int | None = None
    gates: bool = False
    follows_id: int | None = None
    """The approved request it asks more money for."""
