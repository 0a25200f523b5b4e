"""Who is behind a request: the column people answers through this port, before any view runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from planner.base import actor
from planner.base.actor import NOBODY, Actor
from planner.base.ports import Port

log = logging.getLogger("planner.base")
load: Port[Callable[[], Actor | None]] = Port("base.identity")

count: Port[Callable[[Actor], Actor]] = Port("base.count")
"""The same person with what waits for them counted."""


def of_request() -> Actor:
    """The first answer, or nobody."""
    for answer in load:
        who = answer()
        if who is not None:
            return who
    return NOBODY


def counted() -> Actor:
    """Whoever acts, with what waits for them. A page counts it in the statement that says who asks; after a write it
    is counted only here, where a page is shown all the same."""
    who = actor.current()
    if who.told < 0 and who.signed_in and who.team_id and not who.station:
        try:
            for answer in count:
                who = answer(who)
        except Exception:
            log.warning("what waits could not be counted", exc_info=True)  # the page that says so is shown without it
            who = replace(who, told=0, told_first=0, asked=0)
        actor.enter(who)
    return who
