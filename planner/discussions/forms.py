"""Forms of what people say."""

from __future__ import annotations

from planner.base.forms import Form, InputRequired, Length, LinesField, VersionField
from planner.base.words import _l
from planner.discussions.rules import LONGEST


class CommentForm(Form):
    """A comment."""

    version = VersionField()
    text = LinesField(_l("Comment"), [InputRequired(_l("Write something first.")), Length(max=LONGEST)])
