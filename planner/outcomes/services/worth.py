"""A person's word on whether money was worth it, with what the figures said at that moment."""

from __future__ import annotations

from planner.base.verbs import command
from planner.kernel.permissions import P
from planner.outcomes.queries.worth import worth_page
from planner.resources import queries as resources
from planner.resources import services as requests
from planner.resources.rules import Worth
from planner.resources.services import Measured


@command(P.REQUEST_MAKE)
def give_verdict(request_id: int, version: int, worth: Worth, words: str = "") -> int:
    """Say whether it was worth it, or say something else; `version` is 0 where one has said nothing yet. What was
    measured is kept beside it, so that later figures don't change what it was said of."""
    row = resources.one_request(request_id)
    view = worth_page(request_id)
    if view is None:
        return requests.keep_verdict(row, version, worth, words, Measured())
    found, measured = view.compared, Measured()
    if found is not None and found.before is not None and found.after is not None:
        measured = Measured(found.before.mean, found.after.mean, found.before.n, found.after.n)
    return requests.keep_verdict(row, version, worth, words, measured)
