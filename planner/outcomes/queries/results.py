"""The result of a session: its figures against targets and comparable sessions, as a funnel, and its execution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from planner.base.ready import ready
from planner.base.verbs import query
from planner.figures import queries as team_figures
from planner.figures import rules as figures
from planner.figures.rules import METRICS, Bound, Spread, Standing
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import Airing
from planner.live.queries import LeftOut, SessionBrief
from planner.outcomes.models import FigureSet, ImportFile, ImportRow
from planner.outcomes.queries.comparing import COMPARABLE, before, comparable, left_out, spreads
from planner.outcomes.queries.execution import back_in_order, carried_out, with_execution
from planner.outcomes.queries.sets import (
    Origin,
    Result,
    Typed,
    once_typed,
    results_for,
    typed_figures,
)

SHOWN = (
    "gmv", "paid_amount", "gmv_after_refund", "viewers", "avg_watch_seconds", "interactions", "new_fans", "orders",
    "product_ctr", "click_pay_rate", "view_pay_rate", "gpm", "ad_spend", "roi",
)  # fmt: skip
"""The figures a result shows even where no target names them."""


@dataclass(frozen=True)
class Part:
    """A base figure that a derived one is made of; `sign` is what stands before it."""

    sign: str
    metric: str
    value: Decimal
    origin: Origin


@dataclass(frozen=True)
class ResultRow:
    """One figure against its target and its past, with where it comes from: its origin, or its parts and theirs."""

    metric: str
    value: Decimal | None
    target: Decimal | None
    standing: Standing | None
    tolerance: Decimal
    past: Spread | None
    bound: Bound
    origin: Origin | None = None
    parts: list[Part] = field(default_factory=list[Part])
    of: tuple[Decimal, Decimal] | None = None
    """What was counted, where it is a quotient of how the show was carried out."""

    @property
    def upward(self) -> bool:
        """Whether more of it is better."""
        return METRICS[self.metric].direction is figures.Direction.UP


@dataclass(frozen=True)
class SetRow:
    """A set of figures that counts, was replaced or withdrawn: its source, its stream, and the file that brought it."""

    id: int
    source: str
    taken_at: datetime
    current: bool
    start: datetime | None
    end: datetime | None
    import_id: int | None
    withdrawn: bool | None


@dataclass(frozen=True)
class Judged:
    """A result against its targets: the worst standing (None while nothing can be judged), what was missed, what nobody
    knows, and how many targets there are."""

    standing: Standing | None
    missed: list[tuple[str, Decimal, Decimal]]
    unknown: list[str]
    targets: int


_WORST = (Standing.MISSED, Standing.WITHIN, Standing.REACHED)


def judge(result: Result | None, targets: Mapping[str, Decimal]) -> Judged:
    """How a result stands against all of its targets."""
    stands: list[Standing] = []
    missed: list[tuple[str, Decimal, Decimal]] = []
    unknown: list[str] = []
    for metric, target in targets.items():
        value = result.figures.get(metric) if result else None
        if metric not in METRICS:
            continue
        if result is None or value is None:
            unknown.append(metric)
            continue
        found = figures.standing(value, target, METRICS[metric].direction, result.rules.tolerance)
        stands.append(found)
        if found is not Standing.REACHED:
            missed.append((metric, value, target))
    return Judged(next((one for one in _WORST if one in stands), None), missed, unknown, len(targets))


@dataclass(frozen=True)
class ResultPage:
    """A session's result as its page shows it."""

    session: SessionBrief
    result: Result | None
    rows: list[ResultRow]
    funnel: list[tuple[str, Decimal | None, Decimal | None]]
    compared: int
    by_hour: bool
    sets: list[SetRow]
    execution: list[ResultRow]
    left_out: list[LeftOut]

    @property
    def apart(self) -> LeftOut | None:
        """Why this very night is left out of comparisons; None where it counts."""
        return next((one for one in self.left_out if one.session.id == self.session.id), None)

    @property
    def judged(self) -> Judged:
        """The result against its targets."""
        rows = [*self.rows, *self.execution]
        return judge(self.result, {row.metric: row.target for row in rows if row.target is not None})


@ready
def _taken() -> Any:
    return (
        select(
            FigureSet.id, FigureSet.source, FigureSet.taken_at, FigureSet.current, Airing.real_start, Airing.real_end,
            ImportRow.import_id, (ImportFile.state == "withdrawn").label("withdrawn"),
        )
        .select_from(FigureSet)
        .outerjoin(Airing, Airing.id == FigureSet.airing_id)
        .outerjoin(ImportRow, ImportRow.id == FigureSet.import_row_id)
        .outerjoin(ImportFile, ImportFile.id == ImportRow.import_id)
        .where(FigureSet.session_id == bindparam("id"))
        .order_by(FigureSet.current.desc(), FigureSet.id.desc())
        .limit(20)
    )  # fmt: skip


@query(P.RESULT_VIEW, remember=True)
def session_result(session_id: int) -> Result | None:
    """The result of one session, with how it was carried out."""
    known = {session_id: live.brief(session_id)}
    return with_execution(results_for(known, known), _watched(session_id, known)).get(session_id)


def _watched(session_id: int, briefs: dict[int, SessionBrief]) -> dict[int, dict[str, Decimal]]:
    found = carried_out(briefs)
    if session_id in found:
        found[session_id] |= back_in_order(live.airings(session_id), live.log(session_id))
    return found


@query(P.RESULT_VIEW, remember=True)
def result_page(session_id: int, with_sets: bool = True) -> ResultPage:
    """Against targets, against comparable sessions, and as a funnel; where asked, with where its figures come from."""
    b = live.brief(session_id)
    known = {p.id: p for p in (b, *before(b, COMPARABLE))}
    watched = _watched(session_id, known)
    found = with_execution(results_for(known, known), watched)
    result, targets = found.get(session_id), live.targets(session_id)
    past = [(p, found[p.id]) for p in known.values() if p.id in found and p.id != session_id][:COMPARABLE]
    keys = [*targets, *(key for key in (*SHOWN, *figures.WATCHED) if key not in targets)]
    ranges, by_hour = spreads(result, past, keys)
    values = {**watched.get(session_id, {}), **(result.figures if result else {})}
    rows = [
        _row(key, values.get(key), targets.get(key), ranges.get(key), result)
        for key in keys
        if key in METRICS and (key in values or key in targets)
    ]
    return ResultPage(
        b,
        result,
        [row for row in rows if row.metric not in figures.WATCHED],
        _funnel(result),
        len(past),
        by_hour,
        [SetRow(*row) for row in _taken.rows(id=session_id)] if with_sets else [],
        [replace(row, of=_counts(key, values)) for key in figures.WATCHED for row in rows if row.metric == key],
        left_out(b, past),
    )


def _counts(key: str, values: Mapping[str, Decimal]) -> tuple[Decimal, Decimal] | None:
    over = METRICS[key].over
    return (values[over[0][0]], values[over[1][0]]) if over is not None and over[0][0] in values else None


def _row(
    key: str, value: Decimal | None, target: Decimal | None, past: Spread | None, result: Result | None
) -> ResultRow:
    tolerance = (result.rules if result else team_figures.team_rules()).tolerance
    standing = None
    if value is not None and target is not None:
        standing = figures.standing(value, target, METRICS[key].direction, tolerance)
    bound = figures.bound_of(key, result.streams if result else 1)
    origin = result.origins.get(key) if result else None
    return ResultRow(key, value, target, standing, tolerance, past, bound, origin, _parts(key, result))


def _parts(key: str, result: Result | None) -> list[Part]:
    """What a derived figure is made of, in the order it is written: numerator, what is taken off, denominator."""
    metric = METRICS[key]
    if result is None or not metric.derived or metric.watched or key not in result.figures:
        return []
    tops, bottoms = figures.parts_of(metric, result.rules.interactions)
    signs = [("+" if n else "", part) for n, part in enumerate(tops)]
    signs += [("−", metric.minus)] if metric.minus else []
    signs += [("÷", part) for part in bottoms]
    return [Part(sign, part, result.base[part], result.origins[part]) for sign, part in signs]


def _funnel(result: Result | None) -> list[tuple[str, Decimal | None, Decimal | None]]:
    held = result.base if result else {}
    steps: list[tuple[str, Decimal | None, Decimal | None]] = []
    wider: Decimal | None = None
    for key in figures.FUNNEL:
        value = held.get(key)
        rate = value / wider if value is not None and wider else None
        steps.append((key, value, rate))
        wider = value
    return steps


@query(P.RESULT_VIEW)
def latest_results(
    limit: int = 20, before: datetime | None = None
) -> list[tuple[SessionBrief, Result | None, dict[str, Decimal]]]:
    """Sessions that are over, the latest first, with result and targets."""
    past = live.past_briefs(before=before, limit=limit)
    known = {b.id: b for b in past}
    found, targets = results_for(known, known), live.targets_of(known)
    return [(b, found.get(b.id), targets.get(b.id, {})) for b in past]


__all__ = [
    "METRICS",
    "Decimal",
    "Judged",
    "Result",
    "ResultPage",
    "ResultRow",
    "Typed",
    "comparable",
    "figures",
    "judge",
    "latest_results",
    "once_typed",
    "result_page",
    "results_for",
    "session_result",
    "spreads",
    "typed_figures",
]
