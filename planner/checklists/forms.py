"""The form of a line of the SOP."""

from __future__ import annotations

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    OffsetField,
    PickField,
    SelectField,
    SelectMultipleField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.checklists.rules import Anchor, Proof, Stage
from planner.checklists.words import change_choices


class ItemForm(Form):
    """What is to be done, by whom, when, with what proof, and after what again."""

    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), choices=choices(Stage), default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), choices=choices(Anchor), default=Anchor.PLANNED_START.value)
    offset_minutes = OffsetField(_l("Minutes, or a clock time"), [InputRequired()], default=-60)
    proof = SelectField(_l("Proof"), choices=choices(Proof), default=Proof.NONE.value)
    recheck = SelectMultipleField(_l("Opens again with"), choices=change_choices)
    recheck_hours = WholeField(_l("Opens again when moved by more than"))
    blocks = BooleanField(_l("Blocks going live"))
    reason = LineField(_l("Reason"), [Length(max=300)])
