"""What proves progress: figures of sessions and what people reported, taken apart for the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.figures import queries as team_figures
from planner.figures import rules as figures
from planner.kernel.permissions import P
from planner.plan import ports, rules
from planner.plan.models import Goal, OwnValue, Period
from planner.plan.rules import Aggregation, Proof, Way


@dataclass(frozen=True)
class Baseline:
    """What a target came to in the comparable days before: the value, and which days those are."""

    value: Decimal
    first: date
    last: date


def parts(metric: str, base: Mapping[str, Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    """What a session's figures say about a metric: value, numerator, denominator; None where they say nothing."""
    found = figures.METRICS.get(metric)
    if found is None:
        return None
    if found.over is not None:
        counted = team_figures.team_rules().interactions if found.of_interactions else figures.INTERACTIONS
        fraction = figures.fraction(found, base, counted)
        return (fraction[0] / fraction[1], fraction[0], fraction[1]) if fraction is not None else None
    return (base[metric], base[metric], Decimal(1)) if metric in base else None


def shows_between(first: date, last: date) -> list[ports.SessionFigures]:
    """The sessions with figures of these business days."""
    return [found for answer in ports.figures_of_days for found in answer(first, last)]


def of_shows(metric: str, shows: list[ports.SessionFigures]) -> list[Proof]:
    """What those sessions prove for a metric."""
    found: list[Proof] = []
    for each in shows:
        held = parts(metric, each.base)
        if held is not None:
            found.append(Proof(each.session_id, each.day, *held))
    return found


def of_reports(own_id: int, first: date, last: date) -> list[Proof]:
    """What people reported of a metric of the team's own on these days."""
    asked = select(OwnValue.check_in_id, OwnValue.day, OwnValue.value).where(
        OwnValue.own_id == own_id, OwnValue.day >= first, OwnValue.day <= last
    )
    return [Proof(row_id, day, value, value, Decimal(1)) for row_id, day, value in db.session().execute(asked)]


def before(period: Any) -> tuple[date, date]:
    """The days a period is compared with: the last one of its kind before it, else the same stretch before."""
    asked = select(Period.start, Period.end).where(Period.end < period.start, db.alive(Period))
    others = [(first, last) for first, last in db.session().execute(asked)]
    return rules.comparable(period.start, period.end, others) or rules.stretch_before(period.start, period.end)


@query(P.PLAN_VIEW)
def baseline_for(
    goal_id: int, metric: str, aggregation: Aggregation, way: Way, own_id: int | None = None
) -> Baseline | None:
    """What a target of this goal came to in the comparable period before; None where nothing is known of it."""
    period = db.one(Period, db.one(Goal, goal_id).period_id, with_trash=True)
    first, last = before(period)
    held = of_reports(own_id, first, last) if own_id else of_shows(metric, shows_between(first, last))
    value = rules.progress(held, aggregation, way)
    return None if value is None else Baseline(rules.kept(value), first, last)
