"""The tables of the plan."""

from planner.plan.models.goals import CheckIn, Evidence, Goal, GoalLink, OwnMetric, OwnValue, Target, TargetClosing
from planner.plan.models.habits import PlanHabits
from planner.plan.models.periods import Carried, Period, Phase, PhaseCriterion
from planner.plan.models.repeats import StepSeries
from planner.plan.models.steps import Step, StepHelper, StepLine, StepLink, StepTag

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
    "PhaseCriterion",
    "PlanHabits",
    "Step",
    "StepHelper",
    "StepLine",
    "StepLink",
    "StepSeries",
    "StepTag",
    "Target",
    "TargetClosing",
]
