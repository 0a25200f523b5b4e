"""Who has how much to do in which week: steps that are due, beside shifts and days away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.spans import Span, business_day, day_span
from planner.live import queries as live
from planner.live.rules import together
from planner.people import queries as people
from planner.plan import rules
from planner.plan.models import Step
from planner.plan.queries.habits import plan_rules
from planner.plan.queries.listing import Wanted, narrowed
from planner.plan.queries.steps import OPEN
from planner.plan.rules import Load, Week

WEEKS = 8
NOBODY = 0


@dataclass(frozen=True)
class PersonLoad:
    """Somebody's weeks (`user_id` of 0: what belongs to nobody), with what is late and what has no day."""

    user_id: int
    name: str
    weeks: list[tuple[Week, Load]]
    late: int = 0
    undated: int = 0

    @property
    def worst(self) -> Load:
        """The fullest of the weeks."""
        return max((load for _week, load in self.weeks), key=list(Load).index)


@dataclass(frozen=True)
class Workload:
    """Weeks by their Mondays, and people, those with the fullest weeks first; nobody last."""

    mondays: list[date]
    rows: list[PersonLoad]
    timed: bool = False
    """Whether the team goes by estimates."""


@dataclass
class _Held:
    """What was read of one person, by weeks."""

    steps: list[int] = field(default_factory=lambda: [0] * WEEKS)
    minutes: list[int] = field(default_factory=lambda: [0] * WEEKS)
    late: int = 0
    undated: int = 0


@query(P.PLAN_VIEW)
def workload(monday: date, wanted: Wanted) -> Workload:
    """Eight weeks of everybody who can be given something. A few statements, however many steps and people."""
    mondays = [monday + timedelta(days=7 * n) for n in range(WEEKS)]
    held = _steps(monday, wanted)
    names = dict(people.assignable())
    names |= people.names([user_id for user_id in held if user_id and user_id not in names])
    if wanted.owner_id is not None:
        names = {user_id: name for user_id, name in names.items() if user_id == wanted.owner_id}
    who = actor.current()
    span = Span(*(day_span(day, who.timezone, who.day_start).start for day in (monday, monday + timedelta(7 * WEEKS))))
    work, away = live.worked_between(span), people.away_within(names, span) if who.may(P.PEOPLE_VIEW) else {}
    common = rules.usual(n for user_id, one in held.items() if user_id for n in one.steps)
    rows: list[PersonLoad] = []
    for user_id, name in names.items():
        one = held.get(user_id, _Held())
        weeks = _weeks(mondays, one, work.get(user_id, []), away.get(user_id, []))
        judged = [(week, rules.load_of(week, common)) for week in weeks]
        rows.append(PersonLoad(user_id, name, judged, one.late, one.undated))
    rows.sort(key=lambda row: (-list(Load).index(row.worst), -sum(week.steps for week, _load in row.weeks)))
    return Workload(mondays, [*rows, *_nobody(held.get(NOBODY), wanted)], plan_rules().estimates)


def _nobody(one: _Held | None, wanted: Wanted) -> list[PersonLoad]:
    if one is None or wanted.owner_id:
        return []
    weeks = [Week(steps, minutes) for steps, minutes in zip(one.steps, one.minutes, strict=True)]
    judged = [(week, Load.NORMAL if week.steps else Load.FREE) for week in weeks]
    return [PersonLoad(NOBODY, "", judged, one.late, one.undated)]


def _steps(monday: date, wanted: Wanted) -> dict[int, _Held]:
    taken = func.coalesce(func.sum(Step.estimate_minutes), 0)
    asked = select(Step.owner_id, Step.due, func.count(Step.id), taken).where(Step.state.in_(OPEN), db.alive(Step))
    rows: Any = db.session().execute(narrowed(asked, wanted).group_by(Step.owner_id, Step.due))
    today, timed, found = show.today(), plan_rules().estimates, dict[int, _Held]()
    for owner_id, due, count, minutes in rows:
        one = found.setdefault(owner_id or NOBODY, _Held())
        if due is None:
            one.undated += count
            continue
        one.late += count if due < today else 0
        week = (due - monday).days // 7
        if 0 <= week < WEEKS:
            one.steps[week] += count
            one.minutes[week] += int(minutes) if timed else 0
    return found


def _weeks(mondays: Sequence[date], one: _Held, work: Sequence[tuple[int, Span]], away: Sequence[Span]) -> list[Week]:
    who = actor.current()

    def week_of(span: Span) -> int:
        return (business_day(span.start, who.timezone, who.day_start) - mondays[0]).days // 7

    shifts: Mapping[int, list[tuple[int, Span]]] = {n: [w for w in work if week_of(w[1]) == n] for n in range(WEEKS)}
    return [
        Week(
            one.steps[n],
            one.minutes[n],
            len({session_id for session_id, _span in shifts[n]}),
            together(span for _session_id, span in shifts[n]),
            _days_away(monday, away),
        )
        for n, monday in enumerate(mondays)
    ]


def _days_away(monday: date, away: Sequence[Span]) -> int:
    who = actor.current()
    days = [day_span(monday + timedelta(days=n), who.timezone, who.day_start) for n in range(7)]
    return sum(any(one.overlaps(day) for one in away) for day in days)
