"""What happens to results and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class _OfSession(News):
    session_id: int
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class FiguresStored(_OfSession):
    """Figures came in, from a file or typed."""

    source: str


@dataclass(frozen=True)
class FiguresWithdrawn(_OfSession):
    """An import was withdrawn; what counted before it counts again, if anything did."""


@dataclass(frozen=True)
class ReviewClosed(_OfSession):
    """A review was closed."""


@dataclass(frozen=True)
class ReviewReopened(_OfSession):
    """A closed review is open again."""


@dataclass(frozen=True)
class ActionAgreed(_OfSession):
    """A review ended in an action."""

    step_id: int


@dataclass(frozen=True)
class VerdictSigned(_OfSession):
    """Somebody signed what became of an action."""

    verdict: str


@dataclass(frozen=True)
class OthersVerify(_OfSession):
    """Other sessions will show whether an action worked."""
