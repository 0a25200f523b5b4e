"""What is allocated, moved and carried forward."""

from __future__ import annotations

from planner.base.forms import Form, InputRequired, Length, LineField, LinesField, MoneyField, PickField, VersionField
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


class DecideForm(Form):
    """Yes to a transfer."""

    version = VersionField()


class AnswerForm(Form):
    """No to a transfer, and why."""

    version = VersionField()
    answer = LineField(_l("Reason"), [InputRequired(), Length(max=200)])


class CarryForm(Form):
    """What is left goes into another period."""

    into_id = PickField(_l("Into the period"))


class CategoryForm(Form):
    """What a category is called."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=40)])


class BringForm(Form):
    """Budgets out of a sheet: a file, or rows as they are pasted. `first` is the row of the file that stands first in
    the box, `source` and `sheet` are what the file and its sheet are called."""

    lists = ("rows",)
    rows = LinesField(_l("Rows"), [Length(max=500_000)])
    first = LineField("")
    source = LineField("")
    sheet = LineField("")

    @property
    def first_row(self) -> int:
        """The number of the first row, 1 where it was pasted."""
        typed = self.first.data or ""
        return int(typed) if typed.isdecimal() and typed.isascii() and 0 < len(typed) < 8 else 1
