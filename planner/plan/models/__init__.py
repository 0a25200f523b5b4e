"""The tables of the plan."""

from planner.plan.models.goals import Evidence, Goal, Target
from planner.plan.models.periods import Period, Phase
from planner.plan.models.steps import Step, StepLine, StepLink, StepTag

__all__ = [
    "Evidence",
    "Goal",
    "Period",
    "Phase",
    "Step",
    "StepLine",
    "StepLink",
    "StepTag",
    "Target",
]
