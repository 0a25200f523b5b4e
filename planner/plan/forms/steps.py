"""Forms of steps."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    PickField,
    VersionField,
)
from planner.base.words import _l


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
