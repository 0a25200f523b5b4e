"""What a spending has changed: its figure before and since, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from planner.base import actor
from planner.base.verbs import query
from planner.figures import queries as team_figures
from planner.figures import rules as figures
from planner.figures.rules import METRICS
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.outcomes.queries.execution import carried_out
from planner.outcomes.queries.sets import results_for
from planner.outcomes.rules import worth as rules
from planner.outcomes.rules.worth import Compared
from planner.resources import queries as resources
from planner.resources.models import ResourceRequest
from planner.resources.queries import Since, VerdictRow
from planner.resources.rules import JUDGE_AFTER_DAYS, JUDGE_AFTER_SESSIONS

LOOKED_AT = rules.MOST * 3
"""Some sessions have no figures, or provisional ones: so many of each side are looked at to find enough."""


@dataclass(frozen=True)
class WorthPage:
    """What a spending has brought so far. `compared` is None where no figure was expected to move; `waits` is whether
    the time has come for a word and nobody has said one; `mine` is what the actor has said."""

    request: ResourceRequest
    since: Since
    channel: str
    compared: Compared | None
    may_judge: bool
    waits: bool
    days: int
    mine: VerdictRow | None

    @property
    def verdicts(self) -> list[VerdictRow]:
        """What was said, the first word first."""
        return self.since.verdicts


def _base_figures(since: Since, metric: str) -> tuple[list[Mapping[str, Decimal]], list[Mapping[str, Decimal]], str]:
    """The base figures before, the latest first, and since, the earliest first; provisional results don't count. How a
    show was carried out is known at once, and final when the show is over."""
    briefs = {b.id: b for b in live.briefs_beside(since.at, since.channel_id, LOOKED_AT)}
    held: dict[int, Mapping[str, Decimal]] = {}
    if METRICS[metric].watched:
        held = dict(carried_out(briefs))
    else:
        held = {key: found.base for key, found in results_for(briefs, briefs).items() if not found.provisional}
    before = [held[b.id] for b in reversed(briefs.values()) if b.planned_start < since.at and b.id in held]
    after = [held[b.id] for b in briefs.values() if b.planned_start >= since.at and b.id in held]
    named = next((b.channel_name for b in briefs.values()), "") if since.channel_id is not None else ""
    return before, after, named


@query(P.REQUEST_VIEW)
def worth_page(request_id: int) -> WorthPage | None:
    """What a request's money has brought; None while nothing was approved."""
    row = resources.one_request(request_id)
    since = resources.since_when(row)
    if since is None:
        return None
    compared, channel = None, ""
    if row.metric in METRICS:
        before, after, channel = _base_figures(since, row.metric)
        counted = METRICS[row.metric].of_interactions
        interactions = team_figures.team_rules().interactions if counted else figures.INTERACTIONS
        compared = rules.compare(row.metric, before, after, row.effect, interactions)
    days = max(0, (clock.now() - since.at) // timedelta(days=1))
    shown = compared is not None and compared.after is not None and compared.after.n >= JUDGE_AFTER_SESSIONS
    waits = not since.verdicts and (shown or days >= JUDGE_AFTER_DAYS)
    me = actor.current().user_id
    mine = next((said for said in since.verdicts if said.user_id == me), None)
    return WorthPage(row, since, channel, compared, resources.may_judge(row), waits, days, mine)


@query(P.REQUEST_VIEW)
def place(request_id: int) -> dict[str, Any] | None:
    """The panel's answer: a place that asks for it by itself: the page of a request has no statement to spare."""
    return {"request_id": request_id}


@query(P.REQUEST_VIEW)
def on_request(request_id: int) -> dict[str, Any] | None:
    """What stands below a request: nothing while no money is approved, or nothing was expected and it is too soon."""
    view = worth_page(request_id)
    if view is None or (view.compared is None and not view.verdicts and not view.waits):
        return None
    return {"view": view}
