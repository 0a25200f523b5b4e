"""What the worker does for notices: letters, the daily letter, reminders, and forgetting."""

from __future__ import annotations

from typing import Any

from flask import current_app

from planner.base import actor, jobs, mail
from planner.base.actor import acting
from planner.base.words import _l
from planner.kernel.errors import Refused
from planner.kernel.text import msg
from planner.notifications import queries, services


def _paths() -> dict[str, str]:
    """What every letter ends with; nobody's request writes it."""
    places = current_app.url_map.bind("")
    return {"inbox_path": places.build("notifications.inbox"), "habits_path": places.build("notifications.habits")}


@mail.letter("notices")
def notices(user_id: int, ids: list[int], site: str) -> dict[str, Any]:
    """What concerns somebody, while it still holds."""
    found = queries.letter(user_id, ids)
    if found is None:
        raise Refused(msg("It no longer holds, or was read before, so it was not sent."))
    return {"found": found, "site": site, **_paths()}


@mail.letter("daily")
def daily(user_id: int, site: str) -> dict[str, Any]:
    """The day of somebody, while there is something to say."""
    found = queries.daily(user_id)
    if found is None:
        raise Refused(msg("There was nothing left to say, so it was not sent."))
    return {"found": found, "site": site, **_paths()}


@jobs.job(services.LETTERS, _l("Write letters about messages"))
def letters() -> None:
    """What does not wait for the next round: somebody's own show is near.."""
    team_id = actor.current().team_id
    for user_id in queries.letters_wait().get(team_id or 0, []):
        services.write_letter(user_id)


@jobs.job(services.DAILY, _l("Write a daily letter"))
def write_daily(user_id: int, day: str) -> None:
    """The daily letter of somebody."""
    services.write_daily(user_id, day)


def send_letters() -> None:
    """Letters that have waited long enough."""
    with acting(jobs.program_for(None)):
        waiting = queries.letters_wait()
    for team_id, ids in waiting.items():
        with acting(jobs.program_for(team_id)):
            for user_id in ids:
                services.write_letter(user_id)


def send_dailies() -> None:
    """Daily letters whose hour has come."""
    if not mail.is_on():
        return
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            for user_id, day in queries.dailies_due():
                services.ask_daily(user_id, day)


def remind() -> None:
    """What people are to be reminded of; nothing is written where nothing is new."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            found = queries.look_round()
            if found.reminders or found.settled:
                services.write_reminders(found.reminders, found.settled)


def call_out() -> None:
    """What blocks shows that begin soon and is late, told to whom it waits for."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            found = queries.look_for_calls()
            if found.reminders or found.settled:
                services.write_reminders(found.reminders, found.settled)


def forget_notices() -> None:
    """Notices of what has been over for a while."""
    with acting(jobs.program_for(None)):
        while services.forget_notices():
            pass
