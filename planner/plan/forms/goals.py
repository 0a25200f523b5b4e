"""Forms of goals and targets."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    NumberField,
    PickField,
    SelectField,
    VersionField,
)
from planner.base.words import _l, choices
from planner.figures.queries import metric_choices
from planner.plan.rules import Aggregation, Way


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
