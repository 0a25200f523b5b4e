"""Long files are taken over here, and files that were brought and never taken over go."""

from __future__ import annotations

from planner.base import jobs
from planner.base.actor import acting
from planner.base.words import _l
from planner.kernel.errors import Refused
from planner.outcomes import services


@jobs.job("outcomes.take_over", _l("Take figures over"))
def take_over(import_id: int) -> None:
    """All of a long file in one transaction; done again, it changes nothing."""
    services.finish_import(import_id)


@jobs.job("outcomes.take_back", _l("Withdraw an import"))
def take_back(import_id: int, user_id: int | None) -> None:
    """All of a long file in one transaction; where a closed review holds it, it stays and the page of jobs says why."""
    try:
        services.finish_withdrawal(import_id, user_id)
    except Refused:
        services.keep_import(import_id)
        raise


def forget_uploads() -> None:
    """For every team, one file a transaction."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            while services.forget_upload():
                pass
