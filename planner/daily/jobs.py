"""Daily reports go out at the hour of each team."""

from __future__ import annotations

from planner.base import jobs
from planner.base.actor import acting
from planner.daily import queries, services


def send_reports() -> None:
    """Look at every team that wants it; what has gone out does not go out again."""
    with acting(jobs.program_for(None)):
        teams = queries.sending_teams()
    for team_id in teams:
        with acting(jobs.program_for(team_id)):
            services.send_day()
