"""What comes round here: files that were brought and never taken over."""

from __future__ import annotations

from planner.base import jobs
from planner.base.actor import acting
from planner.outcomes import services


def forget_uploads() -> None:
    """For every team, one file a transaction."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            while services.forget_upload():
                pass
