"""What somebody is to be reminded of: lower columns answer what is open, notifications says when to say so.

An answer is asked with the scope of one team, as the program, and tells everything that is still to be done and due
between two instants. What is done, called off, deleted, or nobody's is left out: so reminders stop by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from planner.base.ports import Port
from planner.base.telling import Sort


@dataclass(frozen=True)
class Due:
    """Something of a person that is due at an instant (`at`) or in the course of a business day (`day`).

    `sort` is SHIFT for one's own show, which begins at `at` and is never late, and DUE for all that is to be done.
    """

    user_id: int
    kind: str
    id: int
    title: str
    at: datetime | None
    day: date | None
    sort: Sort
    count: int = 0
    """Of items of a list that are due together: how many; `title` is then what they belong to."""


due_between: Port[Callable[[datetime, datetime], list[Due]]] = Port("base.due_between")
