"""What the team agrees on about its shows."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Stale
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live import ports, queries, rules
from planner.live.models import ShowRules
from planner.live.rules import Habits


@command(P.TEAM_EDIT)
def set_habits(version: int, wanted: Habits) -> None:
    """How often figures are read, and from when on a plan warns: from now on, for every session of the team."""
    lock("show rules")
    faults: dict[str, Message] = {}
    for name, value in asdict(wanted).items():
        low, high = rules.BOUNDS[name]
        if not low <= value <= high:
            faults[name] = msg("Choose a number between %(low)s and %(high)s.", low=low, high=high)
    if faults:
        raise Invalid(faults)
    row = db.session().scalars(select(ShowRules)).one_or_none()
    if (row.version if row else 0) != version:
        who, at = db.last_change(row) if row else (None, None)
        raise Stale(asdict(queries.habits()), row.version if row else None, who, at)
    if row is None:
        db.add(ShowRules(**asdict(wanted)))
    else:
        for name, value in asdict(wanted).items():
            setattr(row, name, value)
    db.flush()
    for follow in ports.on_habits:
        follow()
