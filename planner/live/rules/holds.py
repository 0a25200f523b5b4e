"""What holds a show up from outside its checklist, such as money that nobody has approved yet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

HELD_BEFORE = timedelta(days=1)
"""What holds a show up is late from a day before it starts: until then there is time to decide."""


@dataclass(frozen=True)
class Hold:
    """One thing a show waits for: an object of a kind, the words for it as a stored message, whether it is there, and
    who is asked for it now."""

    kind: str
    id: int
    words: Mapping[str, Any]
    passed: bool = False
    asked: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """Its name among the checks of the gate."""
        return f"{self.kind}-{self.id}"

    def as_json(self) -> dict[str, Any]:
        """As the show keeps it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "words": dict(self.words),
            "passed": self.passed,
            "asked": [] if self.passed else [*self.asked],
        }


def held(kept: Sequence[Mapping[str, Any]] | None) -> list[Hold]:
    """What a show keeps, read."""
    return [
        Hold(each["kind"], each["id"], each["words"], each["passed"], tuple(each.get("asked", ())))
        for each in kept or ()
    ]


def with_hold(kept: Sequence[Mapping[str, Any]] | None, one: Hold) -> list[dict[str, Any]]:
    """The same with one more, or with another word of one that is there."""
    others = [each for each in held(kept) if each.key != one.key]
    return [each.as_json() for each in (*others, one)]


def without_hold(kept: Sequence[Mapping[str, Any]] | None, kind: str, row_id: int) -> list[dict[str, Any]] | None:
    """The same without one; None where nothing is left."""
    return [each.as_json() for each in held(kept) if (each.kind, each.id) != (kind, row_id)] or None


def due_of(planned_start: datetime) -> datetime:
    """From when on it is late."""
    return planned_start - HELD_BEFORE
