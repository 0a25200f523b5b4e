"""Whom an act concerns is laid by while it runs, and told once when it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from planner.base import unit as units
from planner.kernel import clock
from planner.live import ports
from planner.live.models import LiveSession, Shift
from planner.live.rules import SHIFT_ACTS, Act, Concern, State, tellings


class Held(Protocol):
    """A shift as asked for."""

    @property
    def position_id(self) -> int:
        """Which position."""
        ...

    @property
    def user_id(self) -> int:
        """Whose."""
        ...

    @property
    def start(self) -> datetime:
        """From when on."""
        ...


def concern(
    row: LiveSession, act: Act, shifts: Iterable[Shift | Held], note: str = "", to_id: int | None = None
) -> None:
    """These people are told of it, but for whoever acts; a draft, and a show that is over, concern nobody.

    What the program does by itself is nobody's act, so nobody is told.
    """
    unit = units.current()
    if unit.user_id is None or row.state is State.DRAFT or row.planned_end <= clock.now():
        return
    for s in shifts:
        if s.user_id != unit.user_id:
            at = s.start if act in SHIFT_ACTS else row.planned_start
            found = Concern(s.user_id, row.id, row.theme, row.planned_end, act, s.position_id, at, note, to_id)
            unit.gather(_tell, found)


def _tell(found: list[Concern]) -> None:
    for answer in ports.concerned:
        answer(tellings(found))
