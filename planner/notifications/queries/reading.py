"""What notices name: read once for all of them, with the names people have now and the comments that still stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planner.discussions import queries as discussions
from planner.notifications.words import comments_in, people_in
from planner.people import queries as people


def names_in(words: Iterable[dict[str, Any]], *more: int | None) -> dict[Any, str]:
    """People by their id, comments by `("comment", id)`; `more` people are named elsewhere."""
    told = list(words)
    ids = {row_id for kept in told for row_id in comments_in(kept)}
    found: dict[Any, str] = dict(people.names({*more, *(user_id for kept in told for user_id in people_in(kept))}))
    if ids:
        found |= {("comment", row_id): text for row_id, text in discussions.excerpts(ids).items()}
    return found
