"""What happens to live sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from planner.kernel.news import News


@dataclass(frozen=True)
class _OfSession(News):
    session_id: int
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


@dataclass(frozen=True)
class SessionScheduled(_OfSession):
    """A session was planned."""

    start: datetime


@dataclass(frozen=True)
class SessionDrafted(_OfSession):
    """A session was kept as a draft."""

    start: datetime


@dataclass(frozen=True)
class SessionEdited(_OfSession):
    """Theme, crew, targets or lineup were changed."""

    what: str


@dataclass(frozen=True)
class PersonSwapped(_OfSession):
    """Somebody's shifts went to somebody else, from an instant on; `positions` by their keys."""

    from_id: int
    to_id: int
    positions: tuple[str, ...]
    start: datetime


@dataclass(frozen=True)
class SessionMoved(_OfSession):
    """Another time or studio."""

    before: datetime
    after: datetime


@dataclass(frozen=True)
class StateChanged(_OfSession):
    """A step of the life of a session, with its note; `seen` are the open checks a go was given with."""

    before: str
    after: str
    note: str = ""
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class WentLive(_OfSession):
    """On air; `missing` are the checks that were open."""

    missing: tuple[str, ...]


@dataclass(frozen=True)
class TimesCorrected(_OfSession):
    """Real start or end were set right, by hand or by the platform's file."""

    source: str


@dataclass(frozen=True)
class Logged(_OfSession):
    """Something was noted on air."""

    kind: str


@dataclass(frozen=True)
class FiguresRead(_OfSession):
    """Figures were read on air; `act` of taken, corrected, withdrawn, restored."""

    act: str


class SlipPutRight(_OfSession):
    """What was put right after a slip on air is on record."""


@dataclass(frozen=True)
class HandedOver(_OfSession):
    """A shift wrote and signed what the next one has to know."""


@dataclass(frozen=True)
class TookOver(_OfSession):
    """The next shift signed for it."""
