"""Today, one question a person: what now (crew), is tonight safe (lead), how did we do (manager)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from planner.base import actor
from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.checklists.queries import ItemRow
from planner.kernel import clock
from planner.kernel.permissions import P, Role
from planner.live import queries as live
from planner.live.queries import SessionBrief, ShiftRow, Strip
from planner.live.rules import AFTER_AIR, LogKind
from planner.outcomes.queries import results, reviews
from planner.outcomes.queries.results import Result
from planner.outcomes.queries.reviews import ActionView, Due
from planner.people import queries as people
from planner.plan import queries as plan
from planner.plan.queries import GoalView, StepRow


@dataclass(frozen=True)
class FirstStep:
    """Something a new team does once; `key` names it for the page."""

    key: str
    done: bool


@dataclass(frozen=True)
class Today:
    """Everything of the page; what a person does not need is empty and costs nothing."""

    now: datetime
    shift: tuple[SessionBrief, ShiftRow] | None = None
    later: list[tuple[SessionBrief, ShiftRow]] = field(default_factory=list[tuple[SessionBrief, ShiftRow]])
    items: list[ItemRow] = field(default_factory=list[ItemRow])
    folded: int = 0
    strips: list[Strip] = field(default_factory=list[Strip])
    steps: list[StepRow] = field(default_factory=list[StepRow])
    late: list[StepRow] = field(default_factory=list[StepRow])
    due: list[Due] = field(default_factory=list[Due])
    verdicts: list[ActionView] = field(default_factory=list[ActionView])
    shows: list[tuple[SessionBrief, Result | None, dict[str, Decimal]]] = field(
        default_factory=list[tuple[SessionBrief, Result | None, dict[str, Decimal]]]
    )
    goals: list[GoalView] = field(default_factory=list[GoalView])
    week: list[SessionBrief] = field(default_factory=list[SessionBrief])
    faults: dict[int, list[LogKind]] = field(default_factory=dict[int, list[LogKind]])
    first: list[FirstStep] = field(default_factory=list[FirstStep])


MOST_ITEMS = 5


def _first_steps(*empty: object) -> list[FirstStep]:
    """What a team sets up before its first session; nothing once there is one, or where something else is to show."""
    if any(empty) or live.has_sessions():
        return []
    held = (
        ("channel", bool(live.channels())),
        ("studio", bool(live.studios())),
        ("people", len(people.people()) > 1),
        ("plan", bool(plan.goals_now())),
        ("session", False),
    )
    return [FirstStep(key, done) for key, done in held]


@query(P.SESSION_VIEW)
def today() -> Today:
    """What matters now, by the actor's role."""
    who, now = actor.current(), clock.now()
    if who.role is Role.MANAGER:
        shows, strips = results.latest_results(4), live.strips(now)
        return Today(
            now, shows=shows, goals=plan.goals_now(), strips=strips, verdicts=reviews.verdicts_due(5),
            late=plan.late_steps(5), faults=live.faults_of(b.id for b, _result, _targets in shows),
            first=_first_steps(shows, strips),
        )  # fmt: skip
    if who.role is Role.LEAD:
        strips, week = live.tonight_and_week(now)
        late, steps = plan.late_and_mine(who.user_id or 0)
        due = reviews.reviews_due(8)
        return Today(
            now, strips=strips, late=late, due=due, verdicts=reviews.verdicts_due(5),
            steps=steps, goals=plan.goals_now(), week=week[:14], first=_first_steps(strips, week, due),
        )  # fmt: skip
    near = live.my_shifts(who.user_id or 0, now - timedelta(days=2), now + timedelta(days=3))
    shifts = [(b, s) for b, s in near if s.end > now - timedelta(hours=2) and b.state not in AFTER_AIR]
    items = checklists.open_items(who.user_id or 0, 40)
    today = [i for i in items if i.due is not None and i.due <= now + timedelta(hours=18)]
    shown = today[:MOST_ITEMS]
    ended = [b for b, _s in near if b.state in AFTER_AIR][-1:]
    held = results.results_for([b.id for b in ended], {b.id: b for b in ended})
    return Today(
        now,
        shift=shifts[0] if shifts else None,
        later=shifts[1:5],
        items=shown,
        folded=len(items) - len(shown),
        steps=plan.my_steps(who.user_id or 0, 5),
        shows=[(b, held.get(b.id), {}) for b in ended],
        strips=live.strips(now) if not shifts else [],
    )
