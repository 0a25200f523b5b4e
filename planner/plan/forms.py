"""Forms of the plan."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    NumberField,
    PickField,
    SelectField,
    VersionField,
)
from planner.base.words import _l, choices
from planner.figures.queries import metric_choices
from planner.plan.rules import Aggregation, Way


class PeriodForm(Form):
    """A reporting cycle."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])
    start = LocalDateField(_l("First day"), [InputRequired()])
    end = LocalDateField(_l("Last day"), [InputRequired()])


class PhaseForm(Form):
    """A stretch of the period."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=80)])
    start = LocalDateField(_l("First day"), [InputRequired()])
    end = LocalDateField(_l("Last day"), [InputRequired()])


class GoalForm(Form):
    """Something to reach."""

    version = VersionField()
    title = LineField(_l("Title"), [InputRequired(), Length(max=120)])
    why = LinesField(_l("Why"), [Length(max=4000)], description=_l("What gets better for whom when it is reached."))
    owner_id = PickField(_l("Owner"), none=_l("Nobody yet"))
    period_id = PickField(_l("Period"))


class TargetForm(Form):
    """A number that says so."""

    version = VersionField()
    metric = SelectField(_l("Figure"), choices=metric_choices)
    aggregation = SelectField(_l("Counted as"), choices=choices(Aggregation))
    way = SelectField(_l("Direction"), choices=choices(Way))
    baseline = NumberField(_l("Baseline"))
    value = NumberField(_l("Target"), [InputRequired()])


class StepForm(Form):
    """Something one person does until a day."""

    version = VersionField()
    title = LineField(_l("Title"), [InputRequired(), Length(max=160)])
    owner_id = PickField(_l("Owner"), none=_l("Nobody yet"))
    due = LocalDateField(_l("Due"))
    phase_id = PickField(_l("Phase"), none=_l("No phase"))
    goal_id = PickField(_l("Goal"), none=_l("No goal"))
    note = LinesField(_l("Note"), [Length(max=4000)])


class WaitForm(Form):
    """What a step waits for."""

    version = VersionField()
    waits_for = LineField(_l("Waits for"), [Length(max=160)])
