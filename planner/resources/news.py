"""What happens to requests and budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class RequestMoved(News):
    """A request changed its state."""

    request_id: int
    before: str
    after: str
    about: ClassVar[tuple[str, str]] = ("request", "request_id")


@dataclass(frozen=True)
class RequestSigned(News):
    """Somebody has signed a level of a request; others are to sign next."""

    request_id: int
    level: str
    about: ClassVar[tuple[str, str]] = ("request", "request_id")


@dataclass(frozen=True)
class DrawMoved(News):
    """Money was drawn from an envelope in a show, or somebody is asked for it, or has decided."""

    session_id: int
    draw_id: int
    state: str
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class BudgetMoved(News):
    """An entry was written into the ledger of a budget."""

    budget_id: int
    entry: str
    amount: int
    about: ClassVar[tuple[str, str]] = ("budget", "budget_id")


@dataclass(frozen=True)
class RequestJudged(News):
    """Somebody has said whether a request's money was worth it."""

    request_id: int
    worth: str
    about: ClassVar[tuple[str, str]] = ("request", "request_id")
