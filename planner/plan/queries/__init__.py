"""The plan as people read it."""

from planner.plan.queries.checkins import CheckInRow
from planner.plan.queries.closing import (
    ClosingPage,
    PeriodPage,
    all_periods,
    closing_page,
    period_page,
)
from planner.plan.queries.goals import (
    EvidenceRow,
    GoalPage,
    goal,
    goal_page,
    goals_now,
    goals_of,
    own_metric,
    own_metrics,
    target,
)
from planner.plan.queries.links import linkable
from planner.plan.queries.pages import GoalsPage, PlanPage, choices, goals_page, plan_page
from planner.plan.queries.periods import current_period, inside, period, period_choices, phase
from planner.plan.queries.proofs import Baseline, baseline_for
from planner.plan.queries.standing import GoalView, TargetView
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
    "Baseline",
    "CheckInRow",
    "ClosingPage",
    "EvidenceRow",
    "GoalPage",
    "GoalView",
    "GoalsPage",
    "Owner",
    "PeriodPage",
    "PlanPage",
    "StepPage",
    "StepRow",
    "TargetView",
    "all_periods",
    "baseline_for",
    "choices",
    "closing_page",
    "current_period",
    "find_steps",
    "goal",
    "goal_page",
    "goals_now",
    "goals_of",
    "goals_page",
    "inside",
    "late_and_mine",
    "late_steps",
    "linkable",
    "my_steps",
    "open_count",
    "own_metric",
    "own_metrics",
    "period",
    "period_choices",
    "period_page",
    "phase",
    "plan_page",
    "step",
    "step_page",
    "step_row",
    "target",
    "ticked",
]
