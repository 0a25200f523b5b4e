"""State machines, declared once: buttons, guards and tests read the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg

S = TypeVar("S", bound=StrEnum)
Facts = object


def _always(facts: object) -> Message | None:
    return None


@dataclass(frozen=True)
class Move(Generic[S]):
    """One transition: from where, to where, who may, and a guard that answers None or the reason why not."""

    name: str
    sources: frozenset[S]
    target: S
    permission: P
    guard: Callable[[object], Message | None] = _always


class Machine(Generic[S]):
    """All moves of one kind of object."""

    def __init__(self, states: type[S], moves: Iterable[Move[S]]) -> None:
        self.states = states
        self.moves = {move.name: move for move in moves}

    def open_moves(self, state: S) -> list[Move[S]]:
        """The moves that start at this state."""
        return [move for move in self.moves.values() if state in move.sources]

    def why_not(self, name: str, state: S, facts: object = None) -> Message | None:
        """None when the move can be made now, else the reason a person can read."""
        move = self.moves[name]
        if state not in move.sources:
            return msg("This is not possible any more: the state has changed.")
        return move.guard(facts)

    def take(self, name: str, state: S, facts: object = None) -> S:
        """The state after the move; Refused with the reason where it can't be made."""
        reason = self.why_not(name, state, facts)
        if reason is not None:
            raise Refused(reason)
        return self.moves[name].target
