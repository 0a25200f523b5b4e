"""Finding sessions and steps by their words."""

from __future__ import annotations

from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.plan import queries as plan
from planner.plan.queries import StepRow


@query(P.SESSION_VIEW)
def find(text: str) -> tuple[list[SessionBrief], list[StepRow]]:
    """The latest sessions and the most urgent steps whose words hold the text."""
    return live.listed(None, 8, text), plan.find_steps(text, 8)
