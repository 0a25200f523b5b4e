"""What the plan asks higher columns while it acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from planner.base.ports import Port


@dataclass(frozen=True)
class SessionFigures:
    """What is known of a session that is over: base figures by metric, added up over `streams` streams."""

    session_id: int
    day: date
    base: Mapping[str, Decimal]
    streams: int


figures_of_days: Port[Callable[[date, date], list[SessionFigures]]] = Port("plan.figures_of_days")
"""The sessions with figures whose business day lies between the first and the last day."""
