"""What of a request is kept in a template, as JSON, and read out of it again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from planner.kernel.permissions import Role
from planner.resources.rules.envelopes import Drawers, Scope, Terms
from planner.resources.rules.requests import Line

LONGEST_TEMPLATE = 60
A_WEEK = 7


def lines_to_keep(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines of a request: the quantity as text, so that it stays exact."""
    return [
        {
            "item": one.item, "quantity": f"{one.quantity:f}", "unit_price": one.unit_price, "supplier": one.supplier,
            "link": one.link,
        }
        for one in lines
    ]  # fmt: skip


def lines_kept(held: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """The same as lines again."""
    return tuple(
        Line(one["item"], Decimal(one["quantity"]), one["unit_price"], one["supplier"], one["link"]) for one in held
    )


def terms_to_keep(terms: Terms) -> dict[str, Any]:
    """What an envelope allows, for how many days; not which days and sessions."""
    days = (terms.last - terms.first).days + 1 if terms.first and terms.last else A_WEEK
    return {
        "days": days, "session_cap": terms.session_cap, "channels": list(terms.channels),
        "users": list(terms.drawers.users), "roles": [str(role) for role in terms.drawers.roles],
        "positions": list(terms.drawers.positions), "floor": None if terms.floor is None else f"{terms.floor:f}",
        "seconds": terms.seconds, "duty": list(terms.duty),
    }  # fmt: skip


def terms_kept(held: Mapping[str, Any], total: int, first: date) -> Terms:
    """The same from a day on."""
    drawers = Drawers(tuple(held["users"]), tuple(Role(role) for role in held["roles"]), tuple(held["positions"]))
    floor = None if held["floor"] is None else Decimal(held["floor"])
    return Terms(
        Scope.DAYS, total, held["session_cap"], drawers, first, first + timedelta(days=max(held["days"], 1) - 1),
        tuple(held["channels"]), (), floor, held["seconds"], tuple(held["duty"]),
    )  # fmt: skip
