"""Targets: the numbers that say whether a goal is reached, of sessions or of the team's own reports."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from planner.base import db
from planner.base import trash as trashing
from planner.base.verbs import command
from planner.figures import rules as figures
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.plan import rules
from planner.plan.models import Goal, OwnMetric, Period, Target
from planner.plan.queries import countings
from planner.plan.queries.proofs import baseline_for
from planner.plan.rules import OF_CHECK_INS, Aggregation, Way
from planner.plan.services import evidence, typed
from planner.plan.services.goals import open_goal

SMALLEST = Decimal("0.000001")
HEAVIEST = 10


def _check_counting(metric: str, aggregation: Aggregation) -> None:
    if metric not in figures.METRICS or metric in figures.AIMLESS:
        raise Invalid.at("metric", msg("Choose a figure."))
    if aggregation in countings.countings_of(metric):
        return
    found = figures.METRICS[metric]
    if found.over and found.over[1]:
        raise Invalid.at("aggregation", msg("Ratios don't add up; choose the ratio over all sessions."))
    if found.adding in countings.ALONE:
        raise Invalid.at("aggregation", msg("This figure doesn't add up; choose the best or the latest session."))
    raise Invalid.at("aggregation", msg("This figure is no ratio; choose a sum, a mean, the best or the latest."))


def _check_numbers(value: Decimal, weight: int) -> None:
    if not SMALLEST <= value <= 10**12:
        raise Invalid.at("value", msg("A target is a number above 0."))
    if not 1 <= weight <= HEAVIEST:
        raise Invalid.at("weight", msg("A weight lies between 1 and %(most)s.", most=HEAVIEST))


def _own(own_id: int, aggregation: Aggregation) -> OwnMetric:
    row = db.one(OwnMetric, own_id)
    if aggregation not in OF_CHECK_INS:
        raise Invalid.at("aggregation", msg("Choose how the check-ins are counted."))
    return row


def _aim(row: Target, value: Decimal | None, baseline: Decimal | None, relative: Decimal | None, weight: int) -> None:
    """Set the numbers of a target. One that is typed relative asks the comparable period before where no baseline was
    typed, and keeps both; a baseline that stays as it was found keeps the days it was found in."""
    if baseline is None and relative is not None:
        found = baseline_for(row.goal_id, row.metric, row.aggregation, row.way, row.own_id)
        if found is None:
            why = msg("Nothing is known of the period before: type the baseline it is measured from.")
            raise Invalid.at("baseline", why)
        baseline, row.baseline_first, row.baseline_last = found.value, found.first, found.last
    elif baseline != row.baseline:
        row.baseline_first = row.baseline_last = None
    if relative is not None and baseline is not None:
        value = rules.against(baseline, relative)
    _check_numbers(value or Decimal(0), weight)
    row.value, row.weight = rules.kept(value or Decimal(0)), weight
    row.baseline, row.relative = (None if each is None else rules.kept(each) for each in (baseline, relative))


@command(P.PLAN_EDIT)
def add_target(
    goal_id: int,
    metric: str,
    value: Decimal | None,
    aggregation: Aggregation,
    way: Way = Way.UP,
    baseline: Decimal | None = None,
    relative: Decimal | None = None,
    weight: int = 1,
    own_id: int | None = None,
) -> int:
    """A number that says whether the goal is reached: a figure of sessions, or one of the team's own."""
    period = db.one(Period, open_goal(goal_id).period_id)
    if own_id is not None:
        metric, way = "", _own(own_id, aggregation).way
    else:
        _check_counting(metric, aggregation)
    row = Target(goal_id=goal_id, metric=metric, own_id=own_id, way=way, aggregation=aggregation)
    _aim(row, value, baseline, relative, weight)
    db.add(row)
    evidence.reckon([row], period.start, period.end)
    return row.id


@command(P.PLAN_EDIT)
def edit_target(
    target_id: int,
    version: int,
    metric: str,
    value: Decimal | None,
    aggregation: Aggregation,
    way: Way,
    baseline: Decimal | None,
    relative: Decimal | None = None,
    weight: int = 1,
) -> int:
    """Another number, figure or way of counting. Evidence is kept by figure: another one is reckoned anew from all
    shows of the period, another way of counting finds the same evidence. One of the team's own stays that one.
    Answers the goal."""
    row = db.edit(Target, target_id, version)
    goal = open_goal(row.goal_id)
    if row.own_id is not None:
        metric, way = "", _own(row.own_id, aggregation).way
    else:
        _check_counting(metric, aggregation)
    other = metric != row.metric
    row.metric, row.aggregation, row.way = metric, aggregation, way
    _aim(row, value, baseline, relative, weight)
    if other:
        db.flush()
        evidence.reckon_targets(goal)
    return goal.id


@command(P.PLAN_EDIT)
def remove_target(target_id: int) -> int:
    """A number that no longer counts, with its evidence. Answers the goal."""
    row = db.one(Target, target_id)
    goal = open_goal(row.goal_id)
    evidence.forget(row)
    db.remove(row)
    return goal.id


def _unlike(name: str, but: int = 0) -> str:
    shown = typed.line(name, "name", 40)
    held = db.session().scalar(select(OwnMetric.id).where(OwnMetric.name == shown, db.alive(OwnMetric)))
    if held is not None and held != but:
        raise Invalid.at("name", msg("A figure of this name is there already."))
    return shown


def _unit(typed_unit: str) -> str:
    unit = clean_line(typed_unit)
    if len(unit) > 12:
        raise Invalid.at("unit", msg("Use at most %(n)s characters.", n=12))
    return unit


@command(P.PLAN_EDIT)
def add_own_metric(name: str, unit: str, way: Way) -> int:
    """A figure that no platform counts: people report it with their check-ins."""
    return db.add(OwnMetric(name=_unlike(name), unit=_unit(unit), way=way)).id


@command(P.PLAN_EDIT)
def add_own_target(
    goal_id: int,
    own_id: int | None,
    name: str,
    unit: str,
    way: Way,
    value: Decimal | None,
    aggregation: Aggregation,
    baseline: Decimal | None = None,
    relative: Decimal | None = None,
    weight: int = 1,
) -> int:
    """A number of the team's own that says whether a goal is reached; without `own_id` its figure is made first."""
    counted = own_id if own_id is not None else add_own_metric(name, unit, way)
    return add_target(goal_id, "", value, aggregation, way, baseline, relative, weight, counted)


@command(P.PLAN_EDIT)
def edit_own_metric(own_id: int, version: int, name: str, unit: str, way: Way) -> None:
    """Name, unit and direction of a figure of the team's own; targets that count it turn with it."""
    row = db.edit(OwnMetric, own_id, version)
    row.name, row.unit = _unlike(name, own_id), _unit(unit)
    if way is not row.way:
        row.way = way
        for target in db.session().scalars(select(Target).where(Target.own_id == own_id)):
            target.way = way


@command(P.PLAN_EDIT)
def trash_own_metric(own_id: int) -> None:
    """A figure of the team's own that nothing counts any more."""
    row = db.one(OwnMetric, own_id)
    asked = select(Goal.title).join(Target, Target.goal_id == Goal.id).where(Target.own_id == own_id, db.alive(Goal))
    title = db.session().scalar(asked.limit(1))
    if title is not None:
        raise Refused(msg("The goal %(title)s counts it: remove that target first.", title=title))
    trashing.trash(row)


def check_own_metric(row: OwnMetric) -> None:
    """Registered with the trash: no two figures of one name."""
    asked = select(OwnMetric.id).where(OwnMetric.name == row.name, db.alive(OwnMetric))
    if db.session().scalar(asked) is not None:
        raise Refused(msg("A figure of this name is there already."))
