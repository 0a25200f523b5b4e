"""What is allocated, moved and carried forward."""

from __future__ import annotations

from planner.base.forms import Form, InputRequired, Length, LineField, MoneyField, PickField, VersionField
from planner.base.words import _l


class AllocateForm(Form):
    """More for a category, or less."""

    category_id = PickField(_l("Category"))
    amount = MoneyField(
        _l("Amount"), [InputRequired()], description=_l("For example 80,000. With a minus it is taken away.")
    )
    note = LineField(_l("Note"), [Length(max=200)])


class TransferForm(Form):
    """From one category to another."""

    from_id = PickField(_l("From"))
    to_id = PickField(_l("To"))
    amount = MoneyField(_l("Amount"), [InputRequired()])
    reason = LineField(_l("Reason"), [InputRequired(), Length(max=200)])


class AnswerForm(Form):
    """The decision about a transfer."""

    version = VersionField()
    answer = LineField(_l("Reason"), [Length(max=200)])


class CarryForm(Form):
    """What is left goes into another period."""

    into_id = PickField(_l("Into the period"))


class CategoryForm(Form):
    """What a category is called."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=40)])
