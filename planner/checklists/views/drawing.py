"""Rows of checklists, each drawn once for all it shows: of a list one row changes with a tick, and the others are asked
for again by every phone that looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup

from planner.base import shell, show
from planner.base.pieces import drawn
from planner.checklists.queries import ItemRow
from planner.checklists.rules import ItemState
from planner.kernel.permissions import P

TEMPLATE = "checklists/_row.html"
KEPT = Markup("<!--keys-->")
"""Stands in a drawn row where each of its forms has its keys, which are new each time."""
CLIENT_ID = Markup('<input type="hidden" name="client_id" value="">')
NO_FAULTS: Mapping[str, Any] = {"faults": {}}


class Shown:
    """An item as a key: two are the same where they show the same."""

    __slots__ = ("item", "key")

    def __init__(self, item: ItemRow) -> None:
        self.item = item
        self.key = tuple(repr(value) if isinstance(value, dict) else value for value in vars(item).values())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shown) and self.key == other.key


def tick_row(
    item: ItemRow,
    now: datetime,
    view: str = "",
    titles: Mapping[str, str] | None = None,
    typed: Mapping[int, Mapping[str, Any]] | None = None,
) -> Markup:
    """An item in a list. `view` is which part of a list is looked at, `work` for a list of all sorts of work. `titles`
    are those of the lines by their keys; `typed` is what was sent and refused, by item."""
    asked = item.condition.item
    looks: dict[str, Any] = {
        "late": item.late_minutes(now),
        "missed": item.missed(now),
        "can": shell.may("checklists.tick"),
        "acts": "" if view == "work" else " ".join(acts_of(item, now)),
        "show": view,
        "titles": ((asked, (titles or {}).get(asked, "")),) if asked else (),
        "today": show.today(),
    }
    faults = (typed or {}).get(item.id)
    if faults is None:
        row = drawn(TEMPLATE, i=Shown(item), **looks)
    else:
        row = Markup(_fresh(i=Shown(item), t=faults, **looks))  # nosec B704: it escapes itself
    return Markup(row.replace(KEPT, shell.csrf_field() + shell.once_field() + CLIENT_ID))  # nosec B704


def acts_of(item: ItemRow, now: datetime) -> list[str]:
    """What can be done to an item besides its tick, as the parts of `_acts.html` are called; nothing for who reads."""
    if item.state is ItemState.NOT_APPLICABLE or not shell.may("checklists.tick"):
        return []
    if item.state is not ItemState.OPEN:
        return ["reopen"]
    missed, asks = item.missed(now), item.evidence.fields
    can = {
        "after": missed,
        "note": not missed and not asks,
        "skip": not item.blocks or shell.may(P.SESSION_OVERRIDE.name),
        "unpin": not missed and item.pinned and item.due is not None and shell.may("checklists.pin"),
        "pin": not missed and not item.pinned and item.due is not None and shell.may("checklists.pin"),
        "hand": not missed,
        "earlier": not missed and not item.identity,
    }
    return [act for act, possible in can.items() if possible]


def _fresh(**shown: Any) -> str:
    return current_app.jinja_env.get_template(TEMPLATE).render(shown)


GLOBALS = {"tick_row": tick_row, "acts_of": acts_of}
"""For templates of this column and of higher ones."""
