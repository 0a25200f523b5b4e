"""Panels: a higher column's block on a lower object's page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from planner.base import actor
from planner.base.verbs import verb_of


@dataclass(frozen=True)
class Panel:
    """`query(id)` answers what the template needs as `panel`, or None to show nothing."""

    on: str
    place: str
    order: int
    query: Callable[[int], dict[str, Any] | None]
    template: str


@dataclass(frozen=True)
class Shown:
    """A panel with its answer."""

    template: str
    data: dict[str, Any]


PANELS: list[Panel] = []


def register(panel: Panel) -> None:
    """Make a panel known; wiring does."""
    verb_of(panel.query)
    if panel not in PANELS:
        PANELS.append(panel)
        PANELS.sort(key=lambda p: (p.on, p.place, p.order))


def shown(on: str, place: str, row_id: int = 0) -> list[Shown]:
    """The panels of one place that the actor may see, asked now, in order; a list's template asks by `panels(…)`."""
    who = actor.current()
    mine = [p for p in PANELS if p.on == on and p.place == place and who.may(verb_of(p.query).permission)]
    found = [(p.template, p.query(row_id)) for p in mine]
    return [Shown(template, data) for template, data in found if data is not None]
