"""Long rosters are planned here, in the name of whoever sent them."""

from __future__ import annotations

from dataclasses import replace

from planner.base import actor, jobs
from planner.base.actor import Actor, acting
from planner.base.words import _l
from planner.kernel.errors import Refused
from planner.kernel.text import msg
from planner.live import services
from planner.live.services.rosters import PLAN, Clashes
from planner.people import queries as people


def _sender(user_id: int) -> Actor:
    """Whoever sent it, as they are in the team by now: with what they may do, told of in history and in messages."""
    program = actor.current()
    found = next((p for p in people.people() if p.user_id == user_id and not p.disabled), None)
    if found is None:
        raise Refused(msg("Whoever sent this roster is no longer in the team."))
    one = {"user_id": found.user_id, "login": found.login, "name": found.name, "role": found.role}
    return replace(program, **one, is_system=False, is_admin=False)


@jobs.job(PLAN, _l("Plan a roster"))
def plan_roster(plan_id: int, user_id: int) -> None:
    """All of a long roster in one transaction, or nothing; done again, it changes nothing."""
    with acting(_sender(user_id)):
        try:
            services.finish_roster(plan_id)
        except Clashes as fault:
            services.refuse_roster(plan_id, fault.rows)
