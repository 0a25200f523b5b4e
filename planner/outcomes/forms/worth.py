"""What somebody says of a spending."""

from __future__ import annotations

from planner.base.forms import Form, InputRequired, Length, LinesField, RadioField, VersionField
from planner.base.words import _l, choices
from planner.resources.rules import LONGEST_WORDS, Worth


class VerdictForm(Form):
    """Whether it was worth it, and why."""

    version = VersionField()
    worth = RadioField(_l("Was it worth it?"), [InputRequired()], choices=choices(Worth))
    words = LinesField(_l("In words"), [Length(max=LONGEST_WORDS)])
