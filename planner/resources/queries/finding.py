"""Requests by their words: which of them somebody may read, and what they look for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from planner.base import actor, db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.text import fold
from planner.resources.models import RequestLine, ResourceRequest
from planner.resources.rules import State

LONGEST_WORDS = 80
_NUMBER = re.compile(r"(?:no\.?|#|[^\x00-\x7f])?\s*([0-9]{1,9})\s*[^\x00-\x7f]?")
"""12, #12, no. 12, or with a character of the field's before and behind it."""


def readable_in(state: State | None) -> list[Any]:
    """What the reader may see, of one state where that is said: a draft is its writer's alone."""
    me = actor.current().user_id or 0
    readable = or_(ResourceRequest.state != State.DRAFT, ResourceRequest.requester_id == me)
    held = [readable, db.alive(ResourceRequest)]
    return held if state is None else [*held, ResourceRequest.state == state]


def holding(words: str) -> list[Any]:
    """Those whose title, payee, things or suppliers hold the words, or whose number they are; all for no words."""
    if not words:
        return []
    columns = (ResourceRequest.title, ResourceRequest.payee)
    things = (
        RequestLine.item.icontains(words, autoescape=True),
        RequestLine.supplier.icontains(words, autoescape=True),
    )
    found = [each.icontains(words, autoescape=True) for each in columns]
    found.append(ResourceRequest.id.in_(select(RequestLine.request_id).where(or_(*things))))
    if number := _NUMBER.fullmatch(fold(words)):
        found.append(ResourceRequest.number == int(number[1]))
    return [or_(*found)]


@dataclass(frozen=True)
class FoundRequest:
    """A request that somebody looked for; its total in minor units."""

    id: int
    number: int
    title: str
    state: State
    total: int


@query(P.REQUEST_VIEW)
def find_requests(words: str, most: int) -> list[FoundRequest]:
    """The latest requests that the reader may see and that hold the words."""
    r = ResourceRequest
    asked = select(r.id, r.number, r.title, r.state, r.total).where(*readable_in(None), *holding(words))
    rows: Any = db.session().execute(asked.order_by(r.id.desc()).limit(most))
    return [FoundRequest(*row) for row in rows]


__all__ = ["LONGEST_WORDS", "FoundRequest", "find_requests", "holding", "readable_in"]
