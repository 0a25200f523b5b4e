"""What comes round here."""

from __future__ import annotations

from planner.base import jobs
from planner.base.actor import acting
from planner.checklists import queries, services
from planner.kernel import clock


def read_on() -> None:
    """Shows that run over their planned length are read on."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for session_id in queries.running_over(clock.now()):
                services.read_on(session_id)
