"""The live phase of the session page: my turn, the next reading, the pace, the curves, and what each shift brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from planner.base import actor
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live import ports
from planner.live.queries.crew import ShiftRow
from planner.live.queries.habits import habits
from planner.live.queries.log import LogRow
from planner.live.queries.readings import ReadingRow, points_of, readings
from planner.live.queries.ready import HubPage
from planner.live.rules import COUNTED_UP, FIGURES, MONEY, Pace, Phase, Point, State, is_forgotten
from planner.live.rules.curve import Drawn, across, draw
from planner.live.rules.readings import ReadingsDue, expected, pace, rhythm, time_on_air
from planner.live.rules.shares import Share, Stint, course, hours_of, mean_online, pieces, shares

ASK_EARLIER = timedelta(hours=1)
"""How long after a tapped start its page offers that it was earlier."""


@dataclass(frozen=True)
class Curve:
    """One figure over the show, with the log's marks at their places."""

    key: str
    drawn: Drawn
    last: Point
    marks: tuple[tuple[int, LogRow], ...]


@dataclass(frozen=True)
class ShiftResult:
    """What came in one shift of a host; without one, what nobody attended."""

    shift: ShiftRow | None
    hours: timedelta
    figures: dict[str, Share]
    online: int | None

    @property
    def gmv_per_hour(self) -> int | None:
        """In minor units."""
        held = self.figures.get("gmv")
        seconds = int(self.hours.total_seconds())
        return held.value * 3600 // seconds if held is not None and seconds else None


@dataclass(frozen=True)
class OnAir:
    """What the page shows of a show that was or is on air."""

    rows: list[ReadingRow] = field(default_factory=list[ReadingRow])
    last: dict[str, Point] = field(default_factory=dict[str, Point])
    expected: dict[str, int] = field(default_factory=dict[str, int])
    rhythm: ReadingsDue | None = None
    paces: list[Pace] = field(default_factory=list[Pace])
    curves: list[Curve] = field(default_factory=list[Curve])
    results: list[ShiftResult] = field(default_factory=list[ShiftResult])
    total: dict[str, int] = field(default_factory=dict[str, int])
    until: datetime | None = None
    turn: ShiftRow | None = None
    coming: ShiftRow | None = None
    forgotten: bool = False
    began_earlier: bool = False


@query(P.SESSION_VIEW)
def on_air(view: HubPage) -> OnAir:
    """What the live and the review phase show of the figures that were read."""
    b = view.session
    if view.phase is Phase.PREPARE or b.real_start is None:
        return OnAir()
    live, rows = b.state is State.LIVE, readings(b.id)
    last = {key: points[-1] for key in FIGURES if (points := points_of(rows, key))}
    streams = [(a.real_start, a.real_end) for a in view.airings]
    goals = {key: _minor(key, view.targets[key]) for key in COUNTED_UP if view.targets.get(key)}
    planned = b.planned_end - b.planned_start
    found = _Show(view, b.real_start, rows, goals)
    results, total, until = found.by_shift()
    me = actor.current().user_id
    mine = sorted((s for s in view.shifts if live and s.user_id == me and s.end > view.now), key=lambda s: s.start)
    return OnAir(
        rows,
        last,
        {key: expected(goal, time_on_air(streams, view.now), planned) for key, goal in goals.items()},
        _rhythm(view, b.real_start, rows) if live else None,
        [pace(k, last[k], goal, time_on_air(streams, last[k].at), planned) for k, goal in goals.items() if k in last],
        found.curves(),
        results,
        total,
        until,
        turn=(turn := _turn(mine, view)),
        coming=next((s for s in mine if s.start > view.now and (turn is None or s.start > turn.start)), None),
        forgotten=is_forgotten(live, b.planned_end, view.now),
        began_earlier=live and len(view.airings) == 1 and _is_tapped_just_now(view),
    )


def _turn(mine: list[ShiftRow], view: HubPage) -> ShiftRow | None:
    """My shift of now; before all shifts of my position have begun, the first one, if it is mine: the show is early."""
    for shift in mine:
        first = min((s.start for s in view.shifts if s.position_id == shift.position_id), default=shift.start)
        if shift.start <= view.now or shift.start == first:
            return shift
    return None


def _is_tapped_just_now(view: HubPage) -> bool:
    first = view.airings[0]
    return first.source == "tap" and view.now - first.real_start < ASK_EARLIER


def _minor(key: str, value: Decimal) -> int:
    return int(value * 100) if key in MONEY else int(value)


def _rhythm(view: HubPage, start: datetime, rows: list[ReadingRow]) -> ReadingsDue:
    by_hand = [moment for answer in ports.read_by_hand for moment in answer(view.session.id)]
    streams = [(a.real_start, a.real_end) for a in view.airings]
    return rhythm(start, None, habits().reading_minutes, streams, [r.at for r in rows], by_hand, view.now)


@dataclass(frozen=True)
class _Show:
    view: HubPage
    start: datetime
    rows: list[ReadingRow]
    goals: dict[str, int]

    def curves(self) -> list[Curve]:
        """GMV with its target, and the people online; each from its second point on."""
        b, found = self.view.session, list[Curve]()
        whole_end = self.start + (b.planned_end - b.planned_start)
        end = b.real_end or max(whole_end, self.view.now)
        for key in ("gmv", "online"):
            held = [p for p in points_of(self.rows, key) if p.at <= end] or points_of(self.rows, key)
            points = [Point(self.start, 0), *held] if key in COUNTED_UP else held
            if len(held) < (1 if key in COUNTED_UP else 2):
                continue
            drawn = draw(points, self.start, end, self.goals.get(key), whole_end)
            marks = tuple((across(self.start, end, e.at), e) for e in self.view.log)
            found.append(Curve(key, drawn, points[-1], marks))
        return found

    def by_shift(self) -> tuple[list[ShiftResult], dict[str, int], datetime | None]:
        """The hosts' shifts apart, the whole, and as of when while it is on air."""
        b, live = self.view.session, self.view.session.state is State.LIVE
        known = self._totals() if not live else {}
        end = b.real_end if not live else max((r.at for r in self.rows), default=None)
        held = [key for key in COUNTED_UP if key in known or points_of(self.rows, key)]
        if end is None or not held or end <= self.start:
            return [], {}, None
        hosts = [s for s in self.view.shifts if s.position_key == "host"]
        cut = pieces(self.start, end, [Stint(s.id, s.start, s.end) for s in hosts])
        apart = {k: shares(cut, course(self.start, end, points_of(self.rows, k), known.get(k))) for k in held}
        hours, results = hours_of(cut), list[ShiftResult]()
        for shift in [*sorted(hosts, key=lambda s: (s.start, s.id)), None]:
            owner = shift.id if shift else None
            if owner not in hours:
                continue
            spans = [(p.start, p.end) for p in cut if (owner in p.owners if shift else not p.owners)]
            online = mean_online(points_of(self.rows, "online"), spans)
            results.append(ShiftResult(shift, hours[owner], {k: apart[k][owner] for k in held}, online))
        total = {k: sum(r.figures[k].value for r in results) for k in held}
        return results, total, end if live else None

    def _totals(self) -> dict[str, int]:
        found: dict[str, Decimal] = {}
        for answer in ports.totals if self.view.phase is Phase.REVIEW else ():
            found |= answer(self.view.session.id)
        return {key: _minor(key, found[key]) for key in COUNTED_UP if key in found}
