"""The list of results: narrowed, sorted, added up, page by page; and the same as a table to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from planner.base import actor
from planner.base.verbs import query
from planner.figures import rules as figures
from planner.figures.rules import METRICS, USUAL, Bound
from planner.kernel.permissions import P
from planner.kernel.spans import day_span
from planner.live import queries as live
from planner.live.models import Channel
from planner.live.queries import PastWanted, SessionBrief
from planner.live.queries.past import MOST
from planner.live.rules import State, Weight
from planner.outcomes.queries import actions, results, reviews
from planner.outcomes.queries.actions import Waiting
from planner.outcomes.queries.execution import counted_of
from planner.outcomes.queries.results import Result
from planner.outcomes.queries.reviews import Due
from planner.outcomes.rules.waiting import Waits, waits_for

SHOWN = ("gmv", "viewers", "orders", "ad_spend", "roi")
"""The figures of the list; all but the last are added up, the last is divided."""

SORTS = ("when", "gmv", "attainment", "viewers", "orders", "ad_spend", "roi")
ROWS = 40


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to and how it is sorted: business days, both included."""

    first: date
    last: date
    channel_id: int | None = None
    host_id: int | None = None
    weight: Weight | None = None
    waits: Waits | None = None
    sort: str = "when"
    down: bool = True


@dataclass(frozen=True)
class ShowRow:
    """A session that is over with what came of it."""

    session: SessionBrief
    result: Result | None
    targets: Mapping[str, Decimal]
    waits: Waits
    hosts: list[str] = field(default_factory=list[str])
    pass_rate: Decimal | None = None
    """How much of the SOP was done in time."""

    def value(self, key: str) -> Decimal | None:
        """One figure; None while nobody knows it."""
        return self.result.figures.get(key) if self.result else None

    def bound(self, key: str) -> Bound:
        """What people counted twice do to it."""
        return figures.bound_of(key, self.result.streams if self.result else 1)


@dataclass(frozen=True)
class Totals:
    """All sessions of the list as one: sums, quotients of sums, and of how many sessions each is."""

    shows: int
    told: int
    values: dict[str, Decimal]
    of: dict[str, int]
    aimed: tuple[Decimal, Decimal, int] | None
    tolerance: Decimal

    def bound(self, key: str) -> Bound:
        """Whoever watched two shows counts twice."""
        return figures.bound_of(key, self.of.get(key, 0))


@dataclass(frozen=True)
class Listing:
    """One page of the list, and what stands around it."""

    wanted: Wanted
    rows: list[ShowRow]
    after: str
    totals: Totals
    counts: dict[Waits, int]
    channels: list[Channel]
    hosts: list[tuple[int, str]]
    cut: bool
    due: list[Due]
    waiting: Waiting


def _past(wanted: Wanted) -> list[SessionBrief]:
    who = actor.current()
    start = day_span(wanted.first, who.timezone, who.day_start).start
    end = day_span(wanted.last, who.timezone, who.day_start).end
    return live.past_between(PastWanted(start, end, wanted.channel_id, wanted.host_id, wanted.weight))


def _row(b: SessionBrief, result: Result | None, targets: Mapping[str, Decimal]) -> ShowRow:
    return ShowRow(b, result, targets, waits_for(b.state is State.REVIEWED, result is not None))


def _shown(row: ShowRow, hosts: list[str], counted: Mapping[str, Decimal]) -> ShowRow:
    return replace(row, hosts=hosts, pass_rate=counted.get("sop_pass_rate"))


def _attainment(row: ShowRow) -> Decimal | None:
    value, target = row.value("gmv"), row.targets.get("gmv")
    return value / target if value is not None and target else None


def _sorted(rows: list[ShowRow], wanted: Wanted) -> list[ShowRow]:
    """What is not known stands last, whichever way the list is sorted; equal ones by their time."""
    latest = sorted(rows, key=lambda row: (row.session.planned_start, row.session.id), reverse=True)
    if wanted.sort == "when":
        return latest if wanted.down else latest[::-1]
    asked: Callable[[ShowRow], Decimal | None] = (
        _attainment if wanted.sort == "attainment" else lambda row: row.value(wanted.sort)
    )
    known = [(value, row) for row in latest if (value := asked(row)) is not None]
    known.sort(key=lambda pair: -pair[0] if wanted.down else pair[0])
    return [row for _value, row in known] + [row for row in latest if asked(row) is None]


def _totals(rows: list[ShowRow]) -> Totals:
    values: dict[str, Decimal] = {}
    of: dict[str, int] = {}
    for key in SHOWN:
        metric = METRICS[key]
        parts = [row.result.base for row in rows if row.result and key in row.result.figures]
        of[key] = len(parts)
        if not parts:
            continue
        if metric.over is None:
            values[key] = sum((base[key] for base in parts), Decimal(0))
            continue
        names = {*metric.over[0], *metric.over[1]}  # an ROI: nothing of it is the team's to choose
        summed = {name: sum((base[name] for base in parts), Decimal(0)) for name in names}
        divided = figures.fraction(metric, summed)
        if divided is not None:
            values[key] = divided[0] / divided[1]
    aimed = [(v, t) for row in rows if (v := row.value("gmv")) is not None and (t := row.targets.get("gmv"))]
    both = (sum((v for v, _t in aimed), Decimal(0)), sum((t for _v, t in aimed), Decimal(0)), len(aimed))
    told = [row.result for row in rows if row.result]
    tolerance = told[0].rules.tolerance if told else USUAL.tolerance
    return Totals(len(rows), len(told), values, of, both if aimed else None, tolerance)


@query(P.RESULT_VIEW)
def listing(wanted: Wanted, after: int | None = None, around: bool = True) -> Listing:
    """A page of the list behind the session `after`; `around` asks what waits for a review or a verdict, too."""
    past = _past(wanted)
    ended = live.ended_briefs(20) if around else []
    known = {b.id: b for b in (*past, *ended)}
    found, targets = results.results_for(known, known), live.targets_of(known)
    every = [_row(b, found.get(b.id), targets.get(b.id, {})) for b in past]
    counts = {waits: sum(1 for row in every if row.waits is waits) for waits in Waits}
    rows = _sorted([row for row in every if wanted.waits in (None, row.waits)], wanted)
    place = next((n for n, row in enumerate(rows, start=1) if row.session.id == after), 0)
    shown = rows[place : place + ROWS]
    hosts = live.hosts_of([row.session.id for row in shown])
    counted = counted_of({row.session.id: row.session for row in shown})
    start, end = (
        day_span(day, actor.current().timezone, actor.current().day_start) for day in (wanted.first, wanted.last)
    )
    return Listing(
        wanted,
        [_shown(r, hosts.get(r.session.id, []), counted.get(r.session.id, {})) for r in shown],
        str(shown[-1].session.id) if len(rows) > place + ROWS else "",
        _totals(rows),
        counts,
        live.channels(),
        live.hosts_between(start.start, end.end),
        len(past) >= MOST,
        reviews.due_of({b.id: b for b in ended}, found, targets),
        actions.waiting() if around else Waiting(),
    )


@query(P.RESULT_VIEW)
def table(wanted: Wanted) -> tuple[list[ShowRow], Totals]:
    """The whole list, to take away, with its totals."""
    past = _past(wanted)
    known = {b.id: b for b in past}
    found, targets, hosts = results.results_for(known, known), live.targets_of(known), live.hosts_of(known)
    every = [_row(b, found.get(b.id), targets.get(b.id, {})) for b in past]
    rows = _sorted([row for row in every if wanted.waits in (None, row.waits)], wanted)
    return [ShowRow(r.session, r.result, r.targets, r.waits, hosts.get(r.session.id, [])) for r in rows], _totals(rows)
