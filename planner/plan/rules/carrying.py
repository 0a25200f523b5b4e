"""Closing a period: what is left open is carried over, left or cancelled, row by row. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planner.kernel.errors import Invalid, Refused
from planner.kernel.text import Message, clean_line, msg

LONGEST_REASON = 200


class Choice(StrEnum):
    """What becomes of something that is open when its period is closed."""

    LEAVE = "leave"
    CARRY = "carry"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Wish:
    """What somebody chose for a row: for a step that is carried, also the phase it goes to."""

    choice: Choice
    reason: str = ""
    phase_id: int | None = None


Key = tuple[str, int]
"""`("goal", 3)` or `("step", 17)`."""


def sort_out(open_rows: Sequence[Key], wishes: Mapping[Key, Wish], into: int | None) -> dict[Key, Wish]:
    """One wish for each open row, what nobody chose being left; faults at the place of the row that has them.

    A row that is not open any more is told, for somebody finished or added it while the form was open.
    """
    strange = set(wishes) - set(open_rows)
    if strange:
        raise Refused(msg("Something here was finished or moved meanwhile. Look at the list again."))
    faults: dict[str, Message] = {}
    found: dict[Key, Wish] = {}
    for place, key in enumerate(open_rows):
        wish = wishes.get(key, Wish(Choice.LEAVE))
        reason = clean_line(wish.reason)
        if wish.choice is Choice.CANCEL and not reason:
            faults[f"rows.{place}"] = msg("Say why it is cancelled.")
        if len(reason) > LONGEST_REASON:
            faults[f"rows.{place}"] = msg("Use at most %(n)s characters.", n=LONGEST_REASON)
        if wish.choice is Choice.CARRY and into is None:
            faults[f"rows.{place}"] = msg("Choose the period it is carried into.")
        found[key] = Wish(wish.choice, reason, wish.phase_id if wish.choice is Choice.CARRY else None)
    if faults:
        raise Invalid(faults)
    return found


def carried_by(before: date, after: date) -> timedelta:
    """How far the days of a step move that is carried along: never back."""
    return max(after - before, timedelta())
