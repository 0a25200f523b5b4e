"""The tables of the plan."""

from planner.plan.models.goals import CheckIn, Evidence, Goal, GoalLink, OwnMetric, OwnValue, Target, TargetClosing
from planner.plan.models.periods import Carried, Period, Phase
from planner.plan.models.steps import Step, StepLine, StepLink, StepTag

__all__ = [
    "Carried",
    "CheckIn",
    "Evidence",
    "Goal",
    "GoalLink",
    "OwnMetric",
    "OwnValue",
    "Period",
    "Phase",
    "Step",
    "StepLine",
    "StepLink",
    "StepTag",
    "Target",
    "TargetClosing",
]
