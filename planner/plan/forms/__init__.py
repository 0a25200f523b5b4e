"""Forms of the plan."""

from planner.plan.forms.goals import GoalForm, TargetForm
from planner.plan.forms.periods import PeriodForm, PhaseForm
from planner.plan.forms.steps import (
    BlockForm,
    DropForm,
    DueTogetherForm,
    FirstForm,
    LinesForm,
    OwnerTogetherForm,
    PhaseTogetherForm,
    PriorityTogetherForm,
    StateTogetherForm,
    StepForm,
    StepsForm,
    TagsTogetherForm,
    WaitForm,
)

__all__ = [
    "BlockForm",
    "DropForm",
    "DueTogetherForm",
    "FirstForm",
    "GoalForm",
    "LinesForm",
    "OwnerTogetherForm",
    "PeriodForm",
    "PhaseForm",
    "PhaseTogetherForm",
    "PriorityTogetherForm",
    "StateTogetherForm",
    "StepForm",
    "StepsForm",
    "TagsTogetherForm",
    "TargetForm",
    "WaitForm",
]
