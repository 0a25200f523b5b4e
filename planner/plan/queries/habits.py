"""What the team agreed on about its plan."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.plan.models import PlanHabits
from planner.plan.rules import PlanRules


@ready
def _held() -> Any:
    return select(
        PlanHabits.version,
        PlanHabits.estimates,
        PlanHabits.helpers,
        PlanHabits.criteria,
        PlanHabits.most_open,
        PlanHabits.most_doing,
        PlanHabits.most_blocked,
        PlanHabits.most_each,
    )


@query(P.PLAN_VIEW, remember=True)
def versioned_plan_rules() -> tuple[int, PlanRules]:
    """What the team turned on and the version of it; the usual, at version 0, where it never said."""
    for version, *values in _held.rows():
        return version, PlanRules(*values)
    return 0, PlanRules()


@query(P.PLAN_VIEW)
def plan_rules() -> PlanRules:
    """What the team turned on."""
    return versioned_plan_rules()[1]
