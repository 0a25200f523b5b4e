"""Forms of periods and phases."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LocalDateField,
    VersionField,
)
from planner.base.words import _l


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
