"""What somebody has to answer within seconds: lower columns answer it, and every open page of theirs calls it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from planner.base.ports import Port


@dataclass(frozen=True)
class Urgent:
    """A question to the actor: what is asked, of what show, where it is answered, and until when."""

    key: str
    text: Any
    about: str
    url: str
    until: datetime


urgent: Port[Callable[[], list[Urgent]]] = Port("base.urgent")
"""What waits for the actor now, what ends first in front. It is asked every few seconds: while nothing waits, it costs
a statement at most."""
