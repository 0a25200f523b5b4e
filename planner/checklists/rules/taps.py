"""Acts as a phone kept them while it was away, and their time by the server's clock. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from planner.checklists.rules.evidence import Given
from planner.checklists.rules.states import Act


@dataclass(frozen=True)
class Tap:
    """One act as a phone kept it; `act` is None for what can't be read."""

    client_id: str
    item_id: int
    act: Act | None
    note: str
    at: datetime | None
    given: Given = field(default_factory=Given)


def corrected(tapped: datetime | None, told: datetime | None, now: datetime) -> datetime | None:
    """When somebody tapped by the server's clock: `told` is what the phone's clock said when it sent the tap."""
    if tapped is None or told is None:
        return tapped
    try:
        return tapped + (now - told)
    except OverflowError:
        return None
