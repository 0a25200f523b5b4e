"""What a template is called."""

from __future__ import annotations

from planner.base.forms import Form, InputRequired, Length, LineField, VersionField
from planner.base.words import _l


class TemplateForm(Form):
    """The name of a template."""

    version = VersionField()
    name = LineField(_l("Name of the template"), [InputRequired(), Length(max=60)])
