"""The call of a bot, and what comes round for all of them."""

from __future__ import annotations

from datetime import timedelta

from planner.base import jobs, outgoing
from planner.base.actor import acting
from planner.base.words import _l
from planner.bots import queries, rules, services
from planner.bots.rules import Fault
from planner.bots.services.gathering import BATCH
from planner.bots.words import fault_message
from planner.kernel import clock
from planner.kernel.errors import PlannerError, Refused

MOST_MESSAGES = 8
LINES_KEPT, PUSHES_KEPT = timedelta(days=7), timedelta(days=14)


@jobs.job("bots.push", _l("Tell a group bot"))
def push(bot_id: int) -> None:
    """Send what waits, message by message; a failure stands in the list of jobs and on the page of the bot."""
    for _number in range(MOST_MESSAGES):
        push_id = services.make_push(bot_id)
        if push_id is None:
            return
        _send(queries.parcel(push_id))


def _send(parcel: queries.Parcel) -> None:
    now = clock.now()
    address, body = rules.signed(parcel.vendor, parcel.address, parcel.secret, parcel.body, now)
    try:
        answer = outgoing.post(address, body)
    except PlannerError as fault:
        services.note_failed(parcel.push_id, Fault.AWAY, fault.message.as_json())
        raise Refused(fault.message) from None
    found = rules.verdict(parcel.vendor, answer.status, answer.told())
    if found is None:
        services.note_taken(parcel.push_id)
        return
    why = fault_message(*found)
    services.note_failed(parcel.push_id, found[0], why.as_json())
    raise Refused(why)


def tell_bots() -> None:
    """Lay by what happened, and let the worker tell what has waited long enough."""
    if not outgoing.is_on():
        return
    with acting(jobs.program_for(None)):
        while services.gather_news() == BATCH:
            pass
        teams = services.listening_teams()
    for team_id in teams:
        with acting(jobs.program_for(team_id)):
            services.foresee()
    with acting(jobs.program_for(None)):
        due = queries.due(clock.now())
    for team_id, bot_id in due:
        with acting(jobs.program_for(team_id)):
            services.ask_push(bot_id)


def forget_bots() -> None:
    """What was told leaves after a while."""
    with acting(jobs.program_for(None)):
        while services.forget_lines(LINES_KEPT):
            pass
        while services.forget_pushes(PUSHES_KEPT):
            pass
