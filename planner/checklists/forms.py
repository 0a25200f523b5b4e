"""The form of a line of the SOP."""

from __future__ import annotations

from wtforms import ValidationError

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    PickField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.checklists.rules import Anchor, Proof, Stage
from planner.checklists.words import change_choices, usual_when, when_fault


class LineForm(Form):
    """What is to be done, by whom, when, with what proof, and after what again."""

    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), choices=choices(Stage), default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), choices=choices(Anchor), default=Anchor.PLANNED_START.value)
    offset_minutes = LineField(_l("When"), [InputRequired(), Length(max=60)], default=usual_when)
    proof = SelectField(_l("Proof"), choices=choices(Proof), default=Proof.NONE.value)
    recheck = SelectMultipleField(_l("Opens again with"), choices=change_choices)
    recheck_hours = WholeField(_l("Opens again when moved by more than"))
    blocks = BooleanField(_l("Blocks going live"))

    def validate_offset_minutes(self, field: LineField) -> None:
        """A text that says no time is told with everything else that is wrong."""
        fault = when_fault(field.data or "", self.anchor.data)
        if fault:
            raise ValidationError(fault)


class ItemForm(LineForm):
    """A new line, or the proposal of one."""

    reason = LineField(_l("Reason"), [Length(max=300)])


class EditForm(LineForm):
    """A line that is there, in both languages; it knows which line it was opened on."""

    version = VersionField()
    title_en = LineField(_l("In English"), [Length(max=160)])
