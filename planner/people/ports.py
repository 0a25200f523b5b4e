"""What people asks higher columns: what a new team starts with, who stays signed in, what leavers leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from planner.base.ports import Port
from planner.kernel.spans import Span

on_team: Port[Callable[[], object]] = Port("people.on_team")
"""Called inside of the new team: its causes, its SOPs."""

near_a_shift: Port[Callable[[int, datetime], bool]] = Port("people.near_a_shift")
"""Whether somebody is between 4 h before and 2 h after a shift, and so is never signed out."""


@dataclass(frozen=True)
class Left:
    """One thing that still is somebody's, until when, and where."""

    title: str
    when: datetime | date | None
    url: str


@dataclass(frozen=True)
class Leftover:
    """All things of one kind that still are somebody's in the unit's team, and the first of them."""

    word: str
    count: int
    first: list[Left]


leavers: Port[Callable[[int], list[Leftover]]] = Port("people.leavers")
"""What in the unit's team still is somebody's who leaves: the page that confirms lists it."""


@dataclass(frozen=True)
class DeskShow:
    """A show of tonight as the lock screen of a station tells it; `word` is its readiness or state."""

    theme: str
    start: datetime
    since: datetime | None
    """Since when it is on air."""
    word: Any
    place: str
    ahead: bool = True
    """Whether it is still to begin."""


@dataclass(frozen=True)
class Tonight:
    """Tonight's shows, and who works in them, in the order of their shifts."""

    shows: list[DeskShow]
    crew: list[int]


tonight: Port[Callable[[], Tonight]] = Port("people.tonight")
"""What a locked station may show of tonight: asked with the rights of a viewer."""

own_data: Port[Callable[[int], dict[str, list[dict[str, Any]]]]] = Port("people.own_data")
"""What a column keeps under somebody's name in any team, section by section; asked with the scope lifted."""


@dataclass(frozen=True)
class Needed:
    """Something that needs somebody within a stretch of time: what, when, where it is re-planned."""

    title: str
    span: Span
    url: str


needed: Port[Callable[[int, Span], list[Needed]]] = Port("people.needed")
"""What in the unit's team needs somebody within a stretch of time, so that who is away learns who must be replaced."""

told: Port[Callable[[Any, Any], tuple[Any, Any]]] = Port("people.told")
"""Two numbers, for the statement every page asks: how much waits to be read by a person (a column) in a team, and how
much of it stands at the top of Today."""

asked: Port[Callable[[Any, Any], Any]] = Port("people.asked")
"""One number more for the same statement: how many requests wait for a person (a column) in a team to decide."""

erasing: Port[Callable[[int, str], None]] = Port("people.erasing")
"""Take somebody's name out of what a column has kept as text; asked inside the command that erases their data."""
