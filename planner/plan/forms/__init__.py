"""Forms of the plan."""

from planner.plan.forms.goals import AimField, CheckInForm, GoalForm, LinkForm, OwnMetricForm, OwnTargetForm, TargetForm
from planner.plan.forms.periods import CloseForm, PeriodForm, PhaseForm
from planner.plan.forms.steps import StepForm, WaitForm

__all__ = [
    "AimField",
    "CheckInForm",
    "CloseForm",
    "GoalForm",
    "LinkForm",
    "OwnMetricForm",
    "OwnTargetForm",
    "PeriodForm",
    "PhaseForm",
    "StepForm",
    "TargetForm",
    "WaitForm",
]
