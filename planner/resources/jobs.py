"""Work that comes round: requests that wait are chased in every team."""

from __future__ import annotations

from planner.base import jobs
from planner.base.actor import acting
from planner.resources import services
from planner.resources.rules import USUAL_HOURS


def chase() -> None:
    """Remind whoever lets a request wait, in every team by its own clock."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            services.remind(USUAL_HOURS)
