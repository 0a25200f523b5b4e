"""What a result is compared with: the last shows of its channel and weight, without incident or promotion nights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from planner.base.verbs import query
from planner.figures import rules as figures
from planner.figures.rules import Spread
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import LeftOut, SessionBrief
from planner.outcomes.queries.execution import carried_out, with_execution
from planner.outcomes.queries.sets import Result, results_for

COMPARABLE = 8
LENGTH_ROOM = Decimal("0.2")
EVER = datetime(2000, 1, 1, tzinfo=UTC)

Past = list[tuple[SessionBrief, Result]]


def before(b: SessionBrief, limit: int) -> list[SessionBrief]:
    """What a result may be compared with; some of them have no figures, so twice as many are looked at."""
    return live.comparable_briefs(b, limit * 2)


@query(P.RESULT_VIEW)
def comparable(b: SessionBrief, limit: int = COMPARABLE) -> Past:
    """The sessions a result is compared with, each with its own."""
    past = {p.id: p for p in before(b, limit)}
    found = with_execution(results_for(past, past), carried_out(past))
    return [(p, found[p.id]) for p in past.values() if p.id in found][:limit]


def left_out(b: SessionBrief, past: Past) -> list[LeftOut]:
    """The nights beside those that were compared that no comparison counts; this one may be among them."""
    reached = len(past) == COMPARABLE
    return live.left_out(b, past[-1][0].planned_start if reached else EVER)


def spreads(result: Result | None, past: Past, keys: Iterable[str]) -> tuple[dict[str, Spread], bool]:
    """Mean and spread of the comparable sessions by figure; scaled by the hour when lengths differ a lot."""
    mine = result.base.get("minutes") if result else None
    lengths = [r.base["minutes"] for _b, r in past if r.base.get("minutes")]
    by_hour = bool(mine and lengths and any(abs(n - mine) > mine * LENGTH_ROOM for n in lengths))
    found: dict[str, Spread] = {}
    for key in keys:
        values: list[Decimal] = []
        for _b, r in past:
            value = r.figures.get(key)
            minutes = r.base.get("minutes")
            if value is None or (by_hour and not minutes):
                continue
            values.append(figures.per_hour(key, value, minutes) if by_hour and minutes else value)
        spread = figures.spread_of(values)
        if spread is not None:
            found[key] = _scaled(spread, key, mine) if by_hour and mine else spread
    return found, by_hour


def _scaled(s: Spread, key: str, minutes: Decimal) -> Spread:
    def back(value: Decimal) -> Decimal:
        probe = figures.per_hour(key, Decimal(1), minutes)
        return value / probe

    return Spread(s.n, back(s.mean), back(s.deviation), back(s.least), back(s.most))
