"""The plan as people read it."""

from planner.plan.queries.goals import EvidenceRow, GoalView, TargetView, goal, goals_now, goals_of, target
from planner.plan.queries.pages import PlanPage, choices, plan_page
from planner.plan.queries.periods import current_period, inside, period, period_choices, phase
from planner.plan.queries.steps import (
    STEP_COLUMNS,
    Owner,
    StepPage,
    StepRow,
    find_steps,
    late_and_mine,
    late_steps,
    my_steps,
    open_count,
    step,
    step_page,
    step_row,
    ticked,
)

__all__ = [
    "STEP_COLUMNS",
    "EvidenceRow",
    "GoalView",
    "Owner",
    "PlanPage",
    "StepPage",
    "StepRow",
    "TargetView",
    "choices",
    "current_period",
    "find_steps",
    "goal",
    "goals_now",
    "goals_of",
    "inside",
    "late_and_mine",
    "late_steps",
    "my_steps",
    "open_count",
    "period",
    "period_choices",
    "phase",
    "plan_page",
    "step",
    "step_page",
    "step_row",
    "target",
    "ticked",
]
