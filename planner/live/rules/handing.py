"""Who signs when a shift is handed over. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def follows(giver: int | None, taker: int | None, held: Sequence[tuple[int, int]]) -> bool:
    """Whether somebody may sign for taking over: who holds a position of the giver's; `held` are (person, position).

    Where the giver holds none, anybody of the crew may.
    """
    given = {position for person, position in held if person == giver}
    taken = {position for person, position in held if person == taker}
    return bool(taken & given) if given else bool(taken)
