"""Input against output of a period: money, hours and sessions against what they sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.base import actor
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import Span, day_span
from planner.live import queries as live
from planner.live.rules import AFTER_AIR
from planner.outcomes.queries.sets import results_for
from planner.outcomes.rules.output import Output, output_of
from planner.plan import queries as plan
from planner.resources import queries as resources

ADS = "ads"


@dataclass(frozen=True)
class OutputPage:
    """A period's input and output; `spent` is by category but for ads, in minor units, and `provisional` how many
    results may still change."""

    period: Any
    periods: list[Any]
    output: Output
    spent: list[tuple[str, int]]
    people: int
    provisional: int


@query(P.BUDGET_VIEW)
def output_page(period_id: int) -> OutputPage:
    """Of the days of a period that are over or run: sessions that were on air, shifts that have begun."""
    chosen, who = plan.period(period_id), actor.current()
    start = day_span(chosen.start, who.timezone, who.day_start).start
    end = day_span(chosen.end, who.timezone, who.day_start).end
    known = {b.id: b for b in live.briefs_between(start, end, AFTER_AIR)}
    found = results_for(known, known)
    worked = live.worked_between(Span(start, max(start, min(end, clock.now()))))
    seconds = sum((s.end - s.start).total_seconds() for held in worked.values() for _session, s in held)
    sums = {category: spent for category, _committed, spent in resources.spent_by_category(chosen.id)}
    keys = {row.id: row.key for row in resources.categories()}
    names = resources.category_names(set(sums))
    spent = [(names.get(row_id, ""), sum_of) for row_id, sum_of in sums.items() if sum_of and keys.get(row_id) != ADS]
    output = output_of(len(known), (one.base for one in found.values()), seconds, sum(each for _name, each in spent))
    provisional = sum(one.provisional for one in found.values())
    return OutputPage(chosen, plan.every_period(), output, spent, len(worked), provisional)
