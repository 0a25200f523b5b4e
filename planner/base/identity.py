"""Who is behind a request: the column people answers through this port, before any view runs."""

from __future__ import annotations

from collections.abc import Callable

from planner.base.actor import NOBODY, Actor
from planner.base.ports import Port

load: Port[Callable[[], Actor | None]] = Port("base.identity")


def of_request() -> Actor:
    """The first answer, or nobody."""
    for answer in load:
        who = answer()
        if who is not None:
            return who
    return NOBODY
