"""The form of a line of the SOP."""

from __future__ import annotations

from planner.base.forms import BooleanField, Form, InputRequired, Length, LineField, PickField, SelectField, WholeField
from planner.base.words import _l, choices
from planner.checklists.rules import Anchor, Stage


class ItemForm(Form):
    """What is to be done, by whom, when."""

    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), choices=choices(Stage), default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), choices=choices(Anchor), default=Anchor.PLANNED_START.value)
    offset_minutes = WholeField(_l("Minutes"), [InputRequired()], default=-60)
    blocks = BooleanField(_l("Blocks going live"))
    reason = LineField(_l("Reason"), [Length(max=300)])
