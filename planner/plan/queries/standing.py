"""Where targets and goals stand, computed from what proves them, for every page that shows goals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from planner.base import show
from planner.base.ready import columns_of, ready
from planner.figures import rules as figures
from planner.figures.rules import Bound
from planner.people.models import User
from planner.plan import rules
from planner.plan.models import CheckIn, Evidence, Goal, OwnMetric, OwnValue, Target, TargetClosing
from planner.plan.rules import Aggregation, Health, PeriodState, Said, Way


@dataclass(frozen=True)
class TargetView:
    """A target with where it stands: `asked` is how much of the way should be done by now, `course` how it came.

    A figure of the team's own has no `metric` but `own_id`, `own_name` and `unit`; its `sessions` are check-ins.
    """

    id: int
    goal_id: int
    metric: str
    baseline: Decimal | None
    target: Decimal
    way: Way
    aggregation: Aggregation
    value: Decimal | None
    share: Decimal | None
    health: Health
    sessions: int
    asked: Decimal
    course: list[Decimal | None]
    weight: int = 1
    relative: Decimal | None = None
    baseline_first: date | None = None
    baseline_last: date | None = None
    own_id: int | None = None
    own_name: str = ""
    unit: str = ""
    elsewhere: int = 0
    """How many of its check-ins are those of other goals that count the same figure of the team's own."""

    @property
    def bound(self) -> Bound:
        """What it is when people of several shows are added up, some of them more than once."""
        adds = self.aggregation in (Aggregation.SUM, Aggregation.PER_DAY, Aggregation.BEST_DAY, Aggregation.LATEST_DAY)
        return figures.bound_of(self.metric, self.sessions) if adds and not self.own_id else Bound.NONE

    @property
    def percent(self) -> int:
        """The share as the bar shows it, from 0 to 100."""
        return min(max(rules.in_hundredths(self.share or Decimal(0)), 0), 100)


@dataclass(frozen=True)
class SaidView:
    """What somebody said in the last check-in about how the goal stands."""

    check_in_id: int
    health: Health | None
    computed: Health
    reason: str
    who: str
    at: datetime


@dataclass(frozen=True)
class GoalView:
    """A goal with its targets and its word."""

    id: int
    period_id: int
    title: str
    owner_name: str
    version: int
    targets: list[TargetView]
    why: str = ""
    owner_id: int | None = None
    carried_from: int | None = None
    last: SaidView | None = None
    closed: bool = False

    @property
    def computed(self) -> Health:
        """The word that the figures say."""
        return rules.goal_health((t.health, t.weight) for t in self.targets)

    @property
    def said(self) -> SaidView | None:
        """What a person said instead, while that holds."""
        last = None if self.closed else self.last
        return last if last and rules.word_of(self.computed, Said(last.health, last.computed))[1] else None

    @property
    def health(self) -> Health:
        """The word that counts."""
        return self.said.health or self.computed if self.said else self.computed

    @property
    def percent(self) -> int | None:
        """How much of it is done, by the weights of its targets; None while nothing is known."""
        share = rules.goal_share([(t.share, t.weight) for t in self.targets])
        return None if share is None else rules.in_hundredths(share)

    @property
    def weighed(self) -> bool:
        """Whether its targets carry different weights, so that pages say them."""
        return len({t.weight for t in self.targets}) > 1


@ready
def _proofs() -> Any:
    """Of sessions or of check-ins: a target has the one or the other."""
    return (
        select(
            Target.id, Evidence.session_id, Evidence.day, Evidence.value, Evidence.numerator, Evidence.denominator,
            OwnValue.check_in_id, OwnValue.day, OwnValue.value, OwnValue.goal_id,
        )
        .select_from(Target)
        .outerjoin(Evidence, Evidence.target_id == Target.id)
        .outerjoin(OwnValue, OwnValue.own_id == Target.own_id)
        .where(Target.id.in_(bindparam("ids", expanding=True)))
    )  # fmt: skip


@ready
def _closings() -> Any:
    asked = select(TargetClosing.target_id, TargetClosing.value, TargetClosing.health)
    return asked.where(TargetClosing.target_id.in_(bindparam("ids", expanding=True)))


_Sayer = aliased(User)
_GOAL = (Goal.id, Goal.title, User.name, Goal.version, Goal.why, Goal.owner_id, Goal.carried_from)
_LAST = (CheckIn.id, CheckIn.health, CheckIn.computed, CheckIn.note, _Sayer.name, CheckIn.created_at)
_OWN = (OwnMetric.name, OwnMetric.unit)
_TARGET = columns_of(Target)
_TARGET_NAMES = [column.key for column in _TARGET]
_HEAD = len(_GOAL) + len(_LAST) + len(_OWN)


def goals_asked() -> Any:
    """A row for each target of goals, with the goal, its last check-in and the figure of the team's own."""
    latest = aliased(CheckIn)
    last = select(func.max(latest.id)).where(latest.goal_id == Goal.id).correlate(Goal).scalar_subquery()
    return (
        select(*_GOAL, *_LAST, *_OWN, *_TARGET)
        .select_from(Goal)
        .outerjoin(User, User.id == Goal.owner_id)
        .outerjoin(CheckIn, CheckIn.id == last)
        .outerjoin(_Sayer, _Sayer.id == CheckIn.created_by)
        .outerjoin(Target, Target.goal_id == Goal.id)
        .outerjoin(OwnMetric, OwnMetric.id == Target.own_id)
        .order_by(Goal.sort, Goal.id, Target.id)
    )


def _target(t: Any, proofs: list[rules.Proof], period: Any, today: date, others: Collection[int]) -> TargetView:
    mine = [p for p in proofs if period.start <= p.day <= period.end]
    value = rules.progress(mine, t.aggregation, t.way)
    aim = rules.Aim(t.value, t.baseline, t.way, t.aggregation)
    gone = rules.gone_share(period.start, period.end, today)
    return TargetView(
        t.id, t.goal_id, t.metric, t.baseline, t.value, t.way, t.aggregation, value, rules.done_share(value, aim),
        rules.health_of(value, aim, period.start, period.end, today), len(mine), rules.asked_share(aim, gone),
        rules.course(mine, t.aggregation, t.way), t.weight, t.relative, t.baseline_first, t.baseline_last, t.own_id,
        t.own_name or "", t.unit or "", sum(p.session_id in others for p in mine) if t.own_id else 0,
    )  # fmt: skip


def _as_closed(view: TargetView, value: Decimal | None, health: Health) -> TargetView:
    """As it stood when its period was closed, whatever was learned since."""
    aim = rules.Aim(view.target, view.baseline, view.way, view.aggregation)
    return replace(view, value=value, share=rules.done_share(value, aim), health=health, asked=Decimal(1))


def _targets(rows: list[tuple[Any, Any]], more: Mapping[int, rules.Proof]) -> dict[int, list[TargetView]]:
    """Targets, each with its period, where they stand: by goal. `more` is about to be reported, by its figure."""
    ids = [t.id for t, _period in rows]
    proofs: dict[int, list[rules.Proof]] = {}
    goal_of, others = {t.id: t.goal_id for t, _period in rows}, dict[int, set[int]]()
    for r in _proofs.rows(ids=ids) if ids else ():
        if r[1] is not None:
            proofs.setdefault(r[0], []).append(rules.Proof(*r[1:6]))
        elif r[6] is not None:
            proofs.setdefault(r[0], []).append(rules.Proof(r[6], r[7], r[8], r[8], Decimal(1)))
            if r[9] != goal_of[r[0]]:
                others.setdefault(r[0], set()).add(r[6])
    closed = [t.id for t, period in rows if period.state is PeriodState.CLOSED]
    kept = {r[0]: (r[1], r[2]) for r in _closings.rows(ids=closed)} if closed else {}
    found: dict[int, list[TargetView]] = {}
    for t, period in rows:
        told = [more[t.own_id]] if t.own_id in more else []
        view = _target(t, proofs.get(t.id, []) + told, period, show.today(), others.get(t.id, ()))
        found.setdefault(t.goal_id, []).append(_as_closed(view, *kept[t.id]) if t.id in kept else view)
    return found


def goal_views(rows: list[tuple[Any, Any]], more: Mapping[int, rules.Proof] | None = None) -> list[GoalView]:
    """Rows of `goals_asked`, each with the period of its goal, as goals; `more` is about to be reported."""
    held: list[tuple[Any, Any]] = []
    for r, period in rows:
        values = dict(zip(_TARGET_NAMES, r[_HEAD : _HEAD + len(_TARGET)], strict=True))
        if values["id"] is not None:
            held.append((SimpleNamespace(**values, own_name=r[_HEAD - 2], unit=r[_HEAD - 1]), period))
    targets = _targets(held, more or {})
    goals: dict[int, GoalView] = {}
    for r, period in rows:
        said = r[len(_GOAL) : len(_GOAL) + len(_LAST)]
        last = SaidView(said[0], said[1], said[2], said[3], said[4] or "", said[5]) if said[0] is not None else None
        closed = period.state is PeriodState.CLOSED
        goals[r[0]] = GoalView(
            r[0], period.id, r[1], r[2] or "", r[3], targets.get(r[0], []), r[4] or "", r[5], r[6], last, closed
        )
    return list(goals.values())
