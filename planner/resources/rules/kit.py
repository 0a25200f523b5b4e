"""Kit of studios: what is in use, in repair, or gone, and how much of what came may be put away. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from planner.kernel.errors import Invalid
from planner.kernel.machine import Machine, Move
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg

LONGEST_NUMBER = 60
MOST_PIECES = 200
"""Numbers that are typed at once."""


class Use(StrEnum):
    """Whether a piece of kit can be used."""

    IN_USE = "in_use"
    REPAIR = "repair"
    GIVEN = "given"
    """Given away, sold or sent back."""
    RETIRED = "retired"
    """Broken for good, or lost."""


HERE = frozenset({Use.IN_USE, Use.REPAIR})
"""The team still has it."""

KIT: Machine[Use] = Machine(
    Use,
    [
        Move("repair_kit", frozenset({Use.IN_USE}), Use.REPAIR, P.CHANNEL_EDIT),
        Move("repaired_kit", frozenset({Use.REPAIR}), Use.IN_USE, P.CHANNEL_EDIT),
        Move("give_kit", HERE, Use.GIVEN, P.CHANNEL_EDIT),
        Move("retire_kit", HERE, Use.RETIRED, P.CHANNEL_EDIT),
        Move("bring_kit_back", frozenset({Use.GIVEN, Use.RETIRED}), Use.IN_USE, P.CHANNEL_EDIT),
    ],
)


def still_to_put(received: Mapping[int, Decimal], put: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Of each line, how much has come and stands in no studio yet; never below zero."""
    return {line: max(came - put.get(line, Decimal()), Decimal()) for line, came in received.items()}


def read_numbers(typed: str) -> tuple[str, ...]:
    """Serial or asset numbers, one a line."""
    return tuple(found for line in typed.splitlines() if (found := clean_line(line)))


def fault_of_numbers(numbers: Iterable[str], quantity: Decimal) -> Message | None:
    """What is wrong with the numbers of so many pieces: each names one of them."""
    held = list(numbers)
    if len(set(held)) < len(held):
        return msg("The same number stands here twice.")
    if any(len(each) > LONGEST_NUMBER for each in held):
        return msg("A number has at most %(most)s characters.", most=LONGEST_NUMBER)
    if len(held) > min(quantity, MOST_PIECES):
        return msg("There are more numbers than pieces.")
    return None


def check_quantity(quantity: Decimal | None, most: Decimal | None = None) -> Decimal:
    """A quantity that makes sense, of at most `most`; Invalid at `quantity`."""
    if quantity is None or not quantity.is_finite() or not 0 < quantity <= 1_000_000:
        raise Invalid.at("quantity", msg("The quantity is more than 0."))
    if most is not None and quantity > most:
        raise Invalid.at("quantity", msg("There are only %(most)s.", most=f"{most.normalize():f}"))
    return quantity


@dataclass(frozen=True)
class Piece:
    """What of a line is put away: how much, and the numbers of single pieces among it."""

    line_id: int
    quantity: Decimal
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class KitWish:
    """What somebody types about kit; `unit_price` in minor units, None where nobody knows it."""

    name: str
    studio_id: int
    quantity: Decimal | None
    unit_price: int | None = None
    acquired_on: date | None = None
    serial: str = ""
    note: str = ""
