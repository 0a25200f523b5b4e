"""What a row would do to the figures that count already, before it is taken over. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Values = Mapping[str, Decimal]


@dataclass(frozen=True)
class Stream:
    """A stream of a session: by a file or by people, and the figures of a file that count for it, if any."""

    id: int
    start: datetime
    by_file: bool
    taken_at: datetime | None
    values: Values


@dataclass(frozen=True)
class Foreseen:
    """What becomes of a row, as storing it would say; where it replaces: the old and new values that differ."""

    outcome: str
    before: Values
    after: Values

    @property
    def changes(self) -> bool:
        """Whether taking the row over changes any figure."""
        return self.outcome in ("new", "replaced")

    @property
    def count(self) -> int:
        """How many figures get another value."""
        return len(self.before.keys() | self.after.keys())


def outcome_of(old: Values, old_taken_at: datetime, new: Values, taken_at: datetime) -> str:
    """What becomes of figures beside those that are there: the same again, older than these, or in their place."""
    if old == new:
        return "unchanged"
    return "older" if old_taken_at > taken_at else "replaced"


def against(old: Stream | None, told: Values, taken_at: datetime) -> Foreseen:
    """A row beside the figures of a file that count for its stream."""
    if old is None or old.taken_at is None:
        return Foreseen("new", {}, {})
    outcome = outcome_of(old.values, old.taken_at, told, taken_at)
    if outcome != "replaced":
        return Foreseen(outcome, {}, {})
    return _replacing(old.values, told, old.values.keys() | told.keys())


def against_typed(typed: Values, told: Values) -> Foreseen:
    """A session's first figures of a file beside those typed by hand: they give way where the file says them too."""
    found = _replacing(typed, told, typed.keys() & told.keys())
    return found if found.count else Foreseen("new", {}, {})


def _replacing(old: Values, new: Values, keys: set[str]) -> Foreseen:
    differ = {key for key in keys if old.get(key) != new.get(key)}
    before = {key: old[key] for key in differ if key in old}
    return Foreseen("replaced", before, {key: new[key] for key in differ if key in new})
