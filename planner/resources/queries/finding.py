"""Requests by their words: what somebody looks for in their lists, and in the search of the whole program."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import or_, select

from planner.kernel.text import fold
from planner.resources.models import RequestLine, ResourceRequest

LONGEST_WORDS = 80
_NUMBER = re.compile(r"(?:no\.?|#|[^\x00-\x7f])?\s*([0-9]{1,9})\s*[^\x00-\x7f]?")
"""12, #12, no. 12, or with a character of the field's before and behind it."""


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
