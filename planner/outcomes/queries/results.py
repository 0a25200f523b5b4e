"""The result of a session: base figures added up over its streams, derived ones, targets, comparable sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.figures import rules as figures
from planner.figures.rules import METRICS, Bound, Spread
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, day_span
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.outcomes.models import FigureSet, FigureValue
from planner.outcomes.rules.reviews import TOLERANCE

COMPARABLE = 8
LENGTH_ROOM = Decimal("0.2")
SHOWN = (
    "gmv", "paid_amount", "gmv_after_refund", "viewers", "avg_watch_seconds", "interactions", "new_fans", "orders",
    "product_ctr", "click_pay_rate", "view_pay_rate", "gpm", "ad_spend", "roi",
)  # fmt: skip
"""The figures a result shows even where no target names them."""


@dataclass(frozen=True)
class Result:
    """What came of one session. `figures` are base and derived ones; `streams` how many were added up."""

    session_id: int
    base: Mapping[str, Decimal]
    figures: Mapping[str, Decimal]
    streams: int
    taken_at: datetime
    provisional: bool
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ResultRow:
    """One figure against its target and its past."""

    metric: str
    value: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    missed: bool
    beyond: bool
    past: Spread | None
    bound: Bound


@dataclass(frozen=True)
class ResultPage:
    """A session's result as its page shows it."""

    session: SessionBrief
    result: Result | None
    rows: list[ResultRow]
    funnel: list[tuple[str, Decimal | None, Decimal | None]]
    compared: int
    by_hour: bool
    sets: list[Any] = field(default_factory=list[Any])


@dataclass(frozen=True)
class Taken:
    """Base figures of one stream as one source gave them."""

    source: str
    taken_at: datetime
    values: dict[str, Decimal]


def _sets(ids: Iterable[int]) -> dict[int, list[Taken]]:
    wanted = list(ids)
    if not wanted:
        return {}
    sets: dict[int, Taken] = {}
    found: dict[int, list[Taken]] = {}
    for set_id, session_id, source, taken_at, metric, value in _current.rows(ids=wanted):
        if set_id not in sets:
            sets[set_id] = Taken(source, taken_at, {})
            found.setdefault(session_id, []).append(sets[set_id])
        if metric is not None:
            sets[set_id].values[metric] = value
    return found


@ready
def _current() -> Any:
    return (
        select(
            FigureSet.id, FigureSet.session_id, FigureSet.source, FigureSet.taken_at,
            FigureValue.metric, FigureValue.value,
        )
        .select_from(FigureSet)
        .outerjoin(FigureValue, FigureValue.set_id == FigureSet.id)
        .where(FigureSet.session_id.in_(bindparam("ids", expanding=True)), FigureSet.current)
        .order_by(FigureSet.id)
    )  # fmt: skip


@ready
def _taken() -> Any:
    asked = select(*columns_of(FigureSet)).where(FigureSet.session_id == bindparam("id"))
    return asked.order_by(FigureSet.id.desc()).limit(20)


def _result(session_id: int, sets: list[Taken], b: SessionBrief) -> Result:
    streams = [one.values for one in sets if one.source == "file"]
    base = figures.add_up(streams)
    said = set(base)
    for one in sets:
        if one.source == "typed":
            base = {**one.values, **base}
    minutes = b.minutes_on_air
    if "minutes" not in base and minutes:
        base["minutes"] = Decimal(round(minutes))
    counting = [one for one in sets if one.source == "file" or not one.values.keys() <= said]
    taken_at = min(one.taken_at for one in counting or sets)
    who = actor.current()
    day = business_day(b.planned_start, who.timezone, who.day_start)
    final_from = day_span(day, who.timezone, who.day_start).end
    return Result(
        session_id,
        base,
        {**base, **figures.derive(base)},
        max(1, len(streams)),
        taken_at,
        taken_at < final_from,
        tuple(sorted({one.source for one in sets})),
    )


@query(P.RESULT_VIEW)
def results_for(ids: Iterable[int], briefs: Mapping[int, SessionBrief] | None = None) -> dict[int, Result]:
    """The results of many sessions; those without figures are left out."""
    sets = _sets(ids)
    known = briefs if briefs is not None else live.briefs(sets)
    return {
        session_id: _result(session_id, rows, known[session_id])
        for session_id, rows in sets.items()
        if session_id in known
    }


@query(P.RESULT_VIEW, remember=True)
def session_result(session_id: int) -> Result | None:
    """The result of one session."""
    b = live.brief(session_id)
    return results_for([session_id], {session_id: b}).get(session_id)


def _before(b: SessionBrief, limit: int) -> list[SessionBrief]:
    """What a result may be compared with; some of them have no figures, so twice as many are looked at."""
    return [p for p in live.comparable_briefs(b, limit * 2) if p.id != b.id]


@query(P.RESULT_VIEW)
def comparable(b: SessionBrief, limit: int = COMPARABLE) -> list[tuple[SessionBrief, Result]]:
    """The sessions a result is compared with, each with its own."""
    past = _before(b, limit)
    found = results_for([p.id for p in past], {p.id: p for p in past})
    return [(p, found[p.id]) for p in past if p.id in found][:limit]


def spreads(
    result: Result | None, past: list[tuple[SessionBrief, Result]], keys: Iterable[str]
) -> tuple[dict[str, Spread], bool]:
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
            values.append(figures.per_hour(key, value, minutes) * 1 if by_hour and minutes else value)
        spread = figures.spread_of(values)
        if spread is not None:
            found[key] = _scaled(spread, key, mine) if by_hour and mine else spread
    return found, by_hour


def _scaled(s: Spread, key: str, minutes: Decimal) -> Spread:
    def back(value: Decimal) -> Decimal:
        probe = figures.per_hour(key, Decimal(1), minutes)
        return value / probe

    return Spread(s.n, back(s.mean), back(s.deviation), back(s.least), back(s.most))


@query(P.RESULT_VIEW, remember=True)
def result_page(session_id: int) -> ResultPage:
    """Against targets, against comparable sessions, and as a funnel."""
    b = live.brief(session_id)
    before = _before(b, COMPARABLE)
    found = results_for([session_id, *(p.id for p in before)], {p.id: p for p in (b, *before)})
    result = found.get(session_id)
    targets = live.targets(session_id)
    past = [(p, found[p.id]) for p in before if p.id in found][:COMPARABLE]
    keys = [*targets, *(key for key in SHOWN if key not in targets)]
    known, by_hour = spreads(result, past, keys)
    rows: list[ResultRow] = []
    for key in keys:
        value = result.figures.get(key) if result else None
        target = targets.get(key)
        if key not in METRICS or (value is None and target is None):
            continue
        direction = METRICS[key].direction
        reached = figures.attainment(value, target, direction) if value is not None and target is not None else None
        missed = value is not None and target is not None and figures.is_missed(value, target, direction)
        beyond = (
            missed
            and value is not None
            and target is not None
            and figures.is_missed(value, target, direction, TOLERANCE)
        )
        bound = figures.bound_of(key, result.streams if result else 1)
        rows.append(ResultRow(key, value, target, reached, missed, beyond, known.get(key), bound))
    return ResultPage(b, result, rows, _funnel(result), len(past), by_hour, _history(session_id))


def _funnel(result: Result | None) -> list[tuple[str, Decimal | None, Decimal | None]]:
    held = result.base if result else {}
    steps: list[tuple[str, Decimal | None, Decimal | None]] = []
    before: Decimal | None = None
    for key in figures.FUNNEL:
        value = held.get(key)
        rate = value / before if value is not None and before else None
        steps.append((key, value, rate))
        before = value
    return steps


def _history(session_id: int) -> list[Any]:
    return list(_taken.rows(id=session_id))


@query(P.RESULT_VIEW)
def latest_results(
    limit: int = 20, before: datetime | None = None
) -> list[tuple[SessionBrief, Result | None, dict[str, Decimal]]]:
    """Sessions that are over, the latest first, with result and targets."""
    past = live.past_briefs(before=before, limit=limit)
    known = {b.id: b for b in past}
    found, targets = results_for(known, known), live.targets_of(known)
    return [(b, found.get(b.id), targets.get(b.id, {})) for b in past]


@query(P.RESULT_VIEW)
def typed_values(session_id: int) -> dict[str, Decimal]:
    """What was typed by hand so far."""
    live.brief(session_id)
    return next((one.values for one in _sets([session_id]).get(session_id, []) if one.source == "typed"), {})
