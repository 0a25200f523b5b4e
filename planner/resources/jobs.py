"""Work that comes round: requests that wait are chased, and ledgers are added up anew, in every team."""

from __future__ import annotations

import logging

from planner.base import jobs
from planner.base.actor import acting
from planner.resources import queries, services

log = logging.getLogger("planner.resources")


def chase() -> None:
    """Remind whoever lets a request wait, in every team by its own clock; one request at a time, so that a long queue
    keeps nobody from deciding."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for request_id in queries.being_decided():
                services.remind(request_id)


def remind_renewals() -> None:
    """Remind people of what is renewed soon, in every team by its own days."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for request_id in queries.near_renewals():
                services.remind_renewal(request_id)


def check_ledgers() -> None:
    """Whether every budget stands at what its ledger comes to; each that does not is told in the log."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for budget_id, stands, comes_to in queries.unsound():
                log.error("budget %s of team %s stands at %s, its ledger at %s", budget_id, team_id, stands, comes_to)


def pass_calls_on() -> None:
    """Whoever is on duty and does not decide is passed over: the next one is told, in every team."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            if queries.calls_wait():
                services.pass_calls_on()


def close_envelopes() -> None:
    """Envelopes whose shows are over, with final figures, give their rest back."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            services.settle_all()
