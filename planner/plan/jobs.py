"""What comes round for the plan: the next copies of steps that come again."""

from __future__ import annotations

import logging
from datetime import timedelta

from planner.base import jobs, show
from planner.base.actor import acting
from planner.kernel.errors import PlannerError
from planner.plan import queries, services

log = logging.getLogger("planner.plan")
FOLLOWED = timedelta(days=8)
"""So many days after a show its list is worked on: the last item of the built-in ones is due three days after air."""


def follow_shows() -> None:
    """What is counted of how shows were carried out moves the goals that ask for it, while they are worked on."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            services.follow_carried_out(show.today() - FOLLOWED, show.today())


def bring_steps() -> None:
    """The copies whose day to appear has come, in every team by its own day; one that fails holds up no other."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for series_id in queries.series_due():
                try:
                    services.bring_next(series_id)
                except PlannerError:
                    log.warning("the next copy of series %s could not be made", series_id, exc_info=True)
