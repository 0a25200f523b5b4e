"""What comes round for the plan: the next copies of steps that come again."""

from __future__ import annotations

import logging

from planner.base import jobs
from planner.base.actor import acting
from planner.kernel.errors import PlannerError
from planner.plan import queries, services

log = logging.getLogger("planner.plan")


def bring_steps() -> None:
    """The copies whose day to appear has come, in every team by its own day; one that fails holds up no other."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for series_id in queries.series_due():
                try:
                    services.bring_next(series_id)
                except PlannerError:
                    log.warning("the next copy of series %s could not be made", series_id, exc_info=True)
