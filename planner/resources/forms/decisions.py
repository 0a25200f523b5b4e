"""What somebody says with a decision, and whom they name."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    PickField,
    RadioField,
    StringField,
)
from planner.base.words import _l


class DecisionForm(Form):
    """A decision on what was seen."""

    seen = StringField("")
    note = LinesField(_l("Reason"), [Length(max=500)])


class ReturnForm(DecisionForm):
    """Back to whoever asked, or to a level that has signed."""

    to_level = PickField(_l("Return to"), none=_l("whoever asked for it"))


class PersonForm(DecisionForm):
    """Somebody more, or somebody else."""

    user_id = PickField(_l("Person"), [InputRequired()], none=_l("Choose"))
    when = RadioField(
        _l("Signs"),
        choices=lambda: [("before", _l("before me")), ("after", _l("after me"))],
        description=_l("Before me: then it comes back to me. After me: I approve with it."),
        default="before",
    )


class DelegationForm(Form):
    """Who signs for me, from when to when."""

    user_id = PickField(_l("Stood in for"), none=_l("me"))
    deputy_id = PickField(_l("Signs instead"), [InputRequired()], none=_l("Choose"))
    first = LocalDateField(_l("From"), [InputRequired()])
    last = LocalDateField(_l("Until"), [InputRequired()])
    note = LineField(_l("Note"), [Length(max=200)])
