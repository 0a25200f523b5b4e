"""The show log: kinds of notes, how long something took, where a clip lies in its stream. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LogKind(StrEnum):
    """The kinds of notes every team begins with, by their keys. A team adds its own and removes what it never notes."""

    SOUND = "sound"
    PICTURE = "picture"
    NETWORK = "network"
    PRICE = "price"
    STOCK = "stock"
    VIOLATION = "violation"
    CHAT = "chat"
    PERSON = "person"
    SLIP = "slip"
    HIGHLIGHT = "highlight"


@dataclass(frozen=True)
class Asks:
    """What a kind of note says: whether it is a fault, and whether the end of it is noted too."""

    fault: bool = False
    restores: bool = False


USUAL_KINDS: dict[LogKind, Asks] = {
    LogKind.SOUND: Asks(fault=True, restores=True),
    LogKind.PICTURE: Asks(fault=True, restores=True),
    LogKind.NETWORK: Asks(fault=True, restores=True),
    LogKind.PRICE: Asks(fault=True, restores=True),
    LogKind.STOCK: Asks(fault=True, restores=True),
    LogKind.VIOLATION: Asks(fault=True),
    LogKind.CHAT: Asks(),
    LogKind.PERSON: Asks(),
    LogKind.SLIP: Asks(),
    LogKind.HIGHLIGHT: Asks(),
}
"""The list every team begins with, in its order."""

KIND_ICONS = (
    "flag", "zap", "triangle-alert", "mic", "video", "smartphone", "package", "wallet", "users", "trophy", "lightbulb",
    "timer",
)  # fmt: skip
"""The pictures a kind of the team's own may have."""

MOST_TILES = 12
"""How many kinds are offered: what a thumb finds without looking for it."""


class Moment(StrEnum):
    """What may be set right or told later about a note: when it happened, and when it was over."""

    HAPPENED = "happened"
    ENDED = "ended"


CLIP_BACK = timedelta(seconds=30)
"""How long before the tap a highlight began: who taps has seen it already."""
LONGEST_BACK = timedelta(minutes=10)


def clip_start(tapped: datetime, real_start: datetime, back: timedelta = CLIP_BACK) -> datetime:
    """Where a clip begins: some seconds before the tap, never before the show."""
    return min(tapped, max(real_start, tapped - back))


@dataclass(frozen=True)
class Stream:
    """A stream with its number among those of the session."""

    number: int
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Clip:
    """Where a mark lies in a stream, from the start of that stream; a mark in none has no stream and no times."""

    mark: int
    stream: int | None
    start: timedelta
    end: timedelta | None


def clips(streams: Sequence[Stream], marks: Sequence[tuple[datetime, datetime, datetime | None]]) -> list[Clip]:
    """The marks (start, tap, end) by the streams they lie in; a mark is told once for each stream that had it.

    A start or an end outside of a stream is drawn to its edge: what was not sent can't be cut.
    """
    found: list[Clip] = []
    for place, (start, tapped, end) in enumerate(marks):
        last = end or max(start, tapped)
        held = [s for s in streams if s.start <= last and (s.end is None or start < s.end)]
        for s in held:
            until = None if end is None else (end if s.end is None else min(end, s.end)) - s.start
            found.append(Clip(place, s.number, max(start, s.start) - s.start, until))
        if not held:
            found.append(Clip(place, None, timedelta(), None))
    return sorted(found, key=lambda c: (c.stream is None, c.stream or 0, c.start, c.mark))


def timecode(since: timedelta) -> str:
    """As editors of video write it: hours, minutes, seconds."""
    seconds = max(0, int(since.total_seconds()))
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


class Signature(StrEnum):
    """What became of a handover: countersigned by who takes over, or taken back by who wrote it."""

    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


HANDING_OVER = timedelta(minutes=15)
"""How long before the end of a host's shift a handover is offered."""


def promises(text: str) -> list[str]:
    """What was promised on air: one on each line."""
    return [line.strip() for line in text.split("\n") if line.strip()]
