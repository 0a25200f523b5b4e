"""Forms of the plan."""

from planner.plan.forms.goals import GoalForm, TargetForm
from planner.plan.forms.periods import PeriodForm, PhaseForm
from planner.plan.forms.steps import StepForm, WaitForm

__all__ = [
    "GoalForm",
    "PeriodForm",
    "PhaseForm",
    "StepForm",
    "TargetForm",
    "WaitForm",
]
