"""What the team turns on in its plan."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Stale
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.plan import queries
from planner.plan.models import PlanHabits
from planner.plan.rules import MOST_CARDS, PlanRules


@command(P.TEAM_EDIT)
def set_plan_rules(version: int, wanted: PlanRules) -> None:
    """Estimates, helpers, criteria of phases, and how many cards are too many; what was typed before is kept."""
    lock("plan habits")
    words = msg("Choose a number between %(low)s and %(high)s.", low=0, high=MOST_CARDS)
    values = asdict(wanted)
    faults = {name: words for name, value in values.items() if name[:5] == "most_" and not 0 <= value <= MOST_CARDS}
    if faults:
        raise Invalid(faults)
    row = db.session().scalars(select(PlanHabits)).one_or_none()
    if (row.version if row else 0) != version:
        who, at = db.last_change(row) if row else (None, None)
        raise Stale(asdict(queries.plan_rules()), row.version if row else None, who, at)
    if row is None:
        db.add(PlanHabits(**values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
