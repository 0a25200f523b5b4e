"""What is another in one version of a SOP than in the other. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    """What became of a line."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    DROPPED = "dropped"


FIELDS = (
    "title", "title_en", "position_id", "stage", "anchor", "offset_minutes", "blocks", "evidence", "recheck",
    "help", "help_en", "law", "expires_minutes", "condition", "identity",
)  # fmt: skip
"""What a line says; its place is told apart."""


@dataclass(frozen=True)
class Difference:
    """One line that is another; `fields` are those that differ."""

    key: str
    mark: Mark
    fields: tuple[str, ...] = ()


Lines = Sequence[tuple[str, Mapping[str, Any]]]
"""Lines in their order: their keys, and what they say by the names of `FIELDS`."""


def compare(before: Lines, after: Lines) -> list[Difference]:
    """What differs, in the order of the lines after, each dropped one behind the line it stood behind."""
    old, new = dict(before), dict(after)
    found: dict[str, Difference] = {}
    for key, said in after:
        if key not in old:
            found[key] = Difference(key, Mark.ADDED)
            continue
        fields = tuple(name for name in FIELDS if said.get(name) != old[key].get(name))
        if fields:
            found[key] = Difference(key, Mark.CHANGED, fields)
    same = [key for key, _said in after if key in old and key not in found]
    stayed = _in_order([key for key, _said in before if key in same], same)
    found |= {key: Difference(key, Mark.MOVED) for key in same if key not in stayed}
    order = [key for key, _said in after]
    at = -1
    for key, _said in before:
        if key in new:
            at = order.index(key)
        else:
            at += 1
            order.insert(at, key)
            found[key] = Difference(key, Mark.DROPPED)
    return [found[key] for key in order if key in found]


def _in_order(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The most keys that stand in the same order in both: the others have been moved."""
    place = {key: number for number, key in enumerate(before)}
    ends: list[int] = []
    last: list[str] = []
    back: dict[str, str | None] = {}
    for key in after:
        at = bisect_left(ends, place[key])
        back[key] = last[at - 1] if at else None
        if at == len(ends):
            ends.append(place[key])
            last.append(key)
        else:
            ends[at], last[at] = place[key], key
    kept = set[str]()
    walk = last[-1] if last else None
    while walk is not None:
        kept.add(walk)
        walk = back[walk]
    return kept
