"""What the team agreed on about its shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import ShowRules
from planner.live.rules import Habits


@ready
def _held() -> Any:
    return select(
        ShowRules.version,
        ShowRules.reading_minutes,
        ShowRules.changeover_minutes,
        ShowRules.longest_hours,
        ShowRules.least_rest_hours,
    )


@query(P.SESSION_VIEW, remember=True)
def versioned_habits() -> tuple[int, Habits]:
    """The team's rules for its shows and their version; the usual ones, at version 0, where it never said."""
    for version, *values in _held.rows():
        return version, Habits(*values)
    return 0, Habits()


@query(P.SESSION_VIEW)
def habits() -> Habits:
    """The team's rules for its shows."""
    return versioned_habits()[1]
