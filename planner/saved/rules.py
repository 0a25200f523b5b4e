"""Which lists can be kept as somebody narrowed them, and what of an address is kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from planner.kernel.permissions import P
from planner.kernel.text import clean_line

LONGEST_NAME = 40
LONGEST_QUERY = 500
MOST_VIEWS = 20
"""What one person keeps of one list."""

PLAIN = "plain"
"""The parameter of a list as it is without a view, for whom a view opens by default."""

NOT_KEPT = frozenset({PLAIN, "after", "skip", "day", "pick", "ids", "next", "part"})
"""Where one stands in a list, and what one is about to do: no way of looking at it."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Listed:
    """A list: who may look at it, who may share a view of it, and what is usual, so that it need not be asked for."""

    view: P
    share: P
    usual: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


PAGES: dict[str, Listed] = {
    "plan.steps": Listed(P.PLAN_VIEW, P.PLAN_EDIT, MappingProxyType({"show": "unfinished", "sort": "due"})),
    "plan.board": Listed(P.PLAN_VIEW, P.PLAN_EDIT, MappingProxyType({"by": "state"})),
    "live.sessions": Listed(P.SESSION_VIEW, P.SESSION_EDIT, MappingProxyType({"view": "week"})),
}
"""The lists by their endpoints, in the order in which they are shown."""


def pairs_of(page: str, given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What of an address says how the list is looked at: nothing empty, usual or passing; each once, in order."""
    usual = PAGES[page].usual
    kept = {
        (name, value)
        for name, text in given
        if _NAME.fullmatch(name) and name not in NOT_KEPT and (value := clean_line(text)) and usual.get(name) != value
    }
    return sorted(kept)


def query_of(page: str, given: Iterable[tuple[str, str]]) -> str:
    """The same as it is kept: two addresses that show the same have one form."""
    return urlencode(pairs_of(page, given))


def normal(page: str, query: str) -> str:
    """A query that came from somewhere, in that form."""
    return query_of(page, parse_qsl(query[: LONGEST_QUERY * 4], max_num_fields=200))


def clean_query(page: str, query: str) -> str | None:
    """The same; None where it holds nothing to keep, or too much."""
    found = normal(page, query)
    return found if 0 < len(found) <= LONGEST_QUERY else None


def values_of(query: str) -> dict[str, Any]:
    """A kept query as values for an address."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query):
        held = found.get(name)
        found[name] = value if held is None else [*held, value] if isinstance(held, list) else [held, value]
    return found
