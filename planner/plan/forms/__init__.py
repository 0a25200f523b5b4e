"""Forms of the plan."""

from planner.plan.forms.goals import AimField, CheckInForm, GoalForm, LinkForm, OwnMetricForm, OwnTargetForm, TargetForm
from planner.plan.forms.habits import CriteriaForm, PlanRulesForm
from planner.plan.forms.periods import BeginForm, CloseForm, PeriodForm, PhaseForm
from planner.plan.forms.repeats import CopyStepForm, RepeatForm, typed_rule
from planner.plan.forms.steps import (
    BlockForm,
    DropForm,
    DueTogetherForm,
    FirstForm,
    GoalTogetherForm,
    LinesForm,
    OwnerTogetherForm,
    PhaseTogetherForm,
    PriorityTogetherForm,
    RowsForm,
    ShiftForm,
    StateTogetherForm,
    StepForm,
    StepsForm,
    TagsTogetherForm,
    WaitForm,
)

__all__ = [
    "AimField",
    "BeginForm",
    "BlockForm",
    "CheckInForm",
    "CloseForm",
    "CopyStepForm",
    "CriteriaForm",
    "DropForm",
    "DueTogetherForm",
    "FirstForm",
    "GoalForm",
    "GoalTogetherForm",
    "LinesForm",
    "LinkForm",
    "OwnMetricForm",
    "OwnTargetForm",
    "OwnerTogetherForm",
    "PeriodForm",
    "PhaseForm",
    "PhaseTogetherForm",
    "PlanRulesForm",
    "PriorityTogetherForm",
    "RepeatForm",
    "RowsForm",
    "ShiftForm",
    "StateTogetherForm",
    "StepForm",
    "StepsForm",
    "TagsTogetherForm",
    "TargetForm",
    "WaitForm",
    "typed_rule",
]
