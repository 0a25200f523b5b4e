"""Entries of an ad account's credit, of which none is ever changed: what counts after all that followed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def chains(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """By each entry the rows that took it back, brought it back and so on, in order; rows have an `id`, and those that
    take another one back name it as `reverses_id`."""
    held = list(rows)
    back = {row.reverses_id: row for row in held if row.reverses_id is not None}
    found: dict[int, list[Any]] = {}
    for row in held:
        if row.reverses_id is None:
            chain: list[Any] = []
            last = row.id
            while last in back:
                chain.append(back[last])
                last = back[last].id
            found[row.id] = chain
    return found


def stands(chain: Sequence[object]) -> bool:
    """Whether an entry counts: it was taken back as often as it was brought back."""
    return len(chain) % 2 == 0
