"""What becomes of a running list when it goes over to another version of its SOP. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.checklists.rules.states import ItemState
from planner.checklists.rules.versions import FIELDS

TOUCHED = frozenset({ItemState.DONE, ItemState.SKIPPED})


@dataclass(frozen=True)
class Upgrade:
    """By the keys of the lines: what comes, what goes while it is open, what goes done, what changes, what stays."""

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    dropped_done: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    ticked: int = 0
    """How many items that somebody has worked on keep what they have."""

    @property
    def does_nothing(self) -> bool:
        """Whether nobody would see a difference."""
        return not (self.added or self.dropped or self.dropped_done or self.changed)


def upgrade_of(
    before: Mapping[str, Mapping[str, Any]],
    after: Mapping[str, Mapping[str, Any]],
    items: Iterable[tuple[str, ItemState]],
) -> Upgrade:
    """The lines of both versions by key, what they say by `FIELDS`; and the items of the list: line and state."""
    states: dict[str, list[ItemState]] = {}
    for key, state in items:
        states.setdefault(key, []).append(state)
    touched = {key for key, held in states.items() if TOUCHED & set(held)}
    both = [key for key in after if key in before]
    changed = {key for key in both if any(before[key].get(name) != after[key].get(name) for name in FIELDS)}
    gone = [key for key in before if key not in after]
    return Upgrade(
        added=tuple(key for key in after if key not in before),
        dropped=tuple(key for key in gone if ItemState.OPEN in states.get(key, ())),
        dropped_done=tuple(key for key in gone if key in touched),
        changed=tuple(key for key in both if key in changed),
        kept=tuple(key for key in both if key not in changed),
        ticked=sum(1 for held in states.values() for state in held if state in TOUCHED),
    )
