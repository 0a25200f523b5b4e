"""Finding sessions, steps, requests and people by their words."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.base import actor
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.text import fold
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.people import queries as people
from planner.people.queries import Person
from planner.plan import queries as plan
from planner.plan.queries import StepRow
from planner.resources import queries as resources
from planner.resources.queries import FoundRequest


@dataclass(frozen=True)
class Found:
    """What a few words lead to."""

    sessions: list[SessionBrief]
    steps: list[StepRow]
    people: list[Person]
    apart: dict[int, str] = field(default_factory=dict[int, str])
    """What tells steps with the same title apart, by their ids."""
    requests: list[FoundRequest] = field(default_factory=list[FoundRequest])


MOST = 8


@query(P.SESSION_VIEW)
def find(text: str) -> Found:
    """The latest sessions and requests, the most urgent steps and the people of the team whose words hold the text."""
    asked, who = fold(text), actor.current()
    held = people.people() if who.may(P.PEOPLE_VIEW) else []
    steps = plan.find_steps(text, MOST) if who.may(P.PLAN_VIEW) else []
    asked_for = resources.find_requests(text, MOST) if who.may(P.REQUEST_VIEW) else []
    known = [p for p in held if not p.disabled and (asked in fold(p.name) or asked in p.login)]
    shows = live.listed(None, MOST, live.ListWanted(text))
    return Found(shows, steps, known[:MOST], plan.told_apart(steps) if steps else {}, asked_for)
