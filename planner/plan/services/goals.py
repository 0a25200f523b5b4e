"""Goals, and the targets that say in numbers whether they are reached."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from planner.base import db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures import rules as figures
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_text, msg
from planner.plan.models import Goal, Period, Target
from planner.plan.news import GoalAdded
from planner.plan.rules import Aggregation, Way
from planner.plan.services import evidence, typed

SMALLEST = Decimal("0.000001")
OWN_WAYS = (figures.Adding.MAX, figures.Adding.BY_MINUTES, figures.Adding.BY_VIEWERS)


@command(P.PLAN_EDIT)
def add_goal(period_id: int, title: str, owner_id: int | None = None, why: str = "") -> int:
    """Something to reach in a period."""
    db.one(Period, period_id)
    shown, owner = typed.line(title, "title", 120), typed.person(owner_id)
    last = db.session().scalar(select(func.max(Goal.sort)).where(Goal.period_id == period_id)) or 0
    kept = clean_text(why)[: typed.LONGEST_NOTE]
    row = db.add(Goal(period_id=period_id, title=shown, owner_id=owner, why=kept, sort=last + 1))
    tell(GoalAdded(goal_id=row.id))
    return row.id


@command(P.PLAN_EDIT)
def edit_goal(goal_id: int, version: int, title: str, why: str, owner_id: int | None, period_id: int) -> None:
    """Title, reason, owner and period of a goal; in another period other shows count."""
    row = db.edit(Goal, goal_id, version)
    if owner_id != row.owner_id:
        typed.person(owner_id)
    row.title, row.why, row.owner_id = typed.line(title, "title", 120), clean_text(why)[: typed.LONGEST_NOTE], owner_id
    if period_id != row.period_id:
        row.period_id = db.one(Period, period_id).id
        db.flush()
        evidence.reckon_targets(row)


def _check_target(metric: str, value: Decimal, aggregation: Aggregation) -> None:
    if metric not in figures.METRICS or metric in figures.WATCHED:
        raise Invalid.at("metric", msg("Choose a figure."))
    if not SMALLEST <= value <= 10**12:
        raise Invalid.at("value", msg("A target is a number above 0."))
    found = figures.METRICS[metric]
    if found.over and found.over[1] and aggregation in (Aggregation.SUM, Aggregation.PER_DAY):
        raise Invalid.at("aggregation", msg("Ratios don't add up; choose the ratio over all sessions."))
    if found.adding in OWN_WAYS and aggregation not in (Aggregation.BEST_SESSION, Aggregation.LATEST):
        raise Invalid.at("aggregation", msg("This figure doesn't add up; choose the best or the latest session."))


@command(P.PLAN_EDIT)
def add_target(
    goal_id: int,
    metric: str,
    value: Decimal,
    aggregation: Aggregation,
    way: Way = Way.UP,
    baseline: Decimal | None = None,
) -> int:
    """A number that says whether the goal is reached."""
    period = db.one(Period, db.one(Goal, goal_id).period_id, with_trash=True)
    _check_target(metric, value, aggregation)
    row = db.add(
        Target(goal_id=goal_id, metric=metric, baseline=baseline, value=value, way=way, aggregation=aggregation)
    )
    evidence.reckon([row], period.start, period.end)
    return row.id


@command(P.PLAN_EDIT)
def edit_target(
    target_id: int,
    version: int,
    metric: str,
    value: Decimal,
    aggregation: Aggregation,
    way: Way,
    baseline: Decimal | None,
) -> int:
    """Another number, figure or way of counting. Evidence is kept by figure: another one is reckoned anew from all
    shows of the period, another way of counting finds the same evidence. Answers the goal."""
    row = db.edit(Target, target_id, version)
    goal = db.one(Goal, row.goal_id)
    _check_target(metric, value, aggregation)
    other = metric != row.metric
    row.metric, row.value, row.aggregation, row.way, row.baseline = metric, value, aggregation, way, baseline
    if other:
        db.flush()
        evidence.reckon_targets(goal)
    return goal.id


@command(P.PLAN_EDIT)
def remove_target(target_id: int) -> int:
    """A number that no longer counts, with its evidence. Answers the goal."""
    row = db.one(Target, target_id)
    goal = db.one(Goal, row.goal_id)
    evidence.forget(row)
    db.remove(row)
    return goal.id


@command(P.PLAN_EDIT)
def trash_goal(goal_id: int) -> None:
    """A goal that is no longer wanted; its steps stay in the plan."""
    trashing.trash(db.one(Goal, goal_id))
