"""What live asks higher columns while it acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from planner.base.ports import Port
from planner.live.rules import Phase, Telling

if TYPE_CHECKING:
    from planner.live.queries import ShiftRow


@dataclass(frozen=True)
class GateCheck:
    """Something that must hold before air: what, who, until when; and whether it holds."""

    key: str
    text: str
    due: datetime | None
    passed: bool
    blocking: bool
    who: str
    url: str
    who_id: int | None = None
    """The person it waits for; None where it waits for a position."""
    own: tuple[str, str] = ("", "")
    """Its text as it was written, and in English where somebody wrote it: for those who read it in another language."""
    asked: tuple[int, ...] = ()
    """All whose answer it waits for, where these may be several."""
    about: tuple[str, int] | None = None
    """The object it waits for, where that is not part of the show."""


@dataclass(frozen=True)
class SessionChange:
    """What is about to change on a session.

    `kinds` of move, studio, channel, host, lineup, crew, weight, tags, cancel, trash. A preview names the crew as it
    would be; when the change is made the session itself tells it.
    """

    session_id: int
    kinds: frozenset[str]
    start_before: datetime
    start_after: datetime
    end_before: datetime
    end_after: datetime
    crew_after: tuple[ShiftRow, ...] | None = None
    since: datetime | None = None
    """Set where a change is taken back that was made then: what was done before it stands as it did."""

    @property
    def minutes_moved(self) -> int:
        """How far the start moves, without direction."""
        return int(abs((self.start_after - self.start_before).total_seconds()) // 60)


@dataclass(frozen=True)
class FollowerLine:
    """One thing that follows a change: it `moves`, `reopens`, stays `pinned` or `done`; the `go` that is withdrawn."""

    group: str
    text: str
    before: datetime | None = None
    after: datetime | None = None
    blocks: bool = False


class Follower(Protocol):
    """Somebody whose things hang on a session's times or people."""

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """What would happen."""
        ...

    def apply(self, change: SessionChange) -> None:
        """Make it happen, inside the command."""
        ...


@dataclass(frozen=True)
class Primary:
    """The one primary button of the session page."""

    url: str
    label: str
    icon: str


@dataclass(frozen=True)
class ReadingKept:
    """A reading that was taken (`stands`), or does not stand any more.

    `client_ids` are those of all its rows, the newest last; `words` are its figures as they were read.
    """

    session_id: int
    at: datetime
    client_ids: tuple[str, ...]
    words: str
    stands: bool


gate_checks: Port[Callable[[list[int], datetime], dict[int, list[GateCheck]]]] = Port("live.gate_checks")
followers: Port[Follower] = Port("live.followers")
on_scheduled: Port[Callable[[int], object]] = Port("live.on_scheduled")
on_live: Port[Callable[[int], None]] = Port("live.on_live")
on_ended: Port[Callable[[int], None]] = Port("live.on_ended")
primary: Port[Callable[[int, Phase], Primary | None]] = Port("live.primary")
concerned: Port[Callable[[Sequence[Telling]], object]] = Port("live.concerned")
"""Tell people what one act did that concerns them: asked once, at the end of the act, with one telling a person."""

reached: Port[Callable[[list[int]], dict[int, Decimal]]] = Port("live.reached")
"""The GMV of many sessions; those without a result are left out."""
on_reading: Port[Callable[[ReadingKept], None]] = Port("live.on_reading")
on_habits: Port[Callable[[], None]] = Port("live.on_habits")
"""The team reads its figures by another rhythm from now on."""
nudged: Port[Callable[[int], dict[str, datetime]]] = Port("live.nudged")
"""When somebody was asked for a check of a session just now, by the key of the check."""
read_by_hand: Port[Callable[[int], list[datetime]]] = Port("live.read_by_hand")
"""The moments of a session's rhythm that are done with for the crew, whether figures were kept or not."""
totals: Port[Callable[[int], dict[str, Decimal]]] = Port("live.totals")
"""The base figures a session came to in the end; empty while nobody knows."""
