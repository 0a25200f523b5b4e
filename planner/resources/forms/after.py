"""What is recorded after an approval."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from planner.base.fields import read_number
from planner.base.forms import (
    Form,
    IdField,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    MoneyField,
    SelectField,
)
from planner.base.words import _l, choices
from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg
from planner.resources.rules import PayWay


class FactForm(Form):
    """A fact; `known` is the last one that stood there when the form was shown."""

    known = IdField("")
    day = LocalDateField(_l("Day"), [InputRequired()])
    note = LinesField(_l("Note"), [Length(max=500)])


class OrderForm(FactForm):
    """Ordered at the supplier."""

    number = LineField(_l("Number of the order"), [Length(max=40)])


class ReceiveForm(FactForm):
    """What has come, line by line: `came_<line>`."""

    lists = ("came",)

    def came(self, sent: MultiDict[str, str], line_ids: list[int]) -> dict[int, Decimal]:
        """How much of which line has come; a row that was left empty or says 0 is none."""
        found: dict[int, Decimal] = {}
        faults: dict[str, Message] = {}
        for place, line_id in enumerate(line_ids):
            try:
                typed = read_number(sent.get(f"came_{line_id}", ""))
            except ValueError:
                faults[f"came.{place}"] = msg("Type a number.")
                continue
            if typed:
                found[line_id] = typed
        if faults:
            raise Invalid(faults)
        return found


class PayForm(FactForm):
    """What was paid."""

    amount = MoneyField(_l("Amount"), [InputRequired()])
    way = SelectField(_l("How it is paid"), choices=choices(PayWay))
    number = LineField(_l("Number of the receipt or invoice"), [Length(max=40)])


class CloseForm(Form):
    """Nothing more comes."""

    known = IdField("")
    note = LinesField(_l("Note"), [Length(max=500)])


class ReasonForm(Form):
    """Why something is taken back."""

    note = LinesField(_l("Reason"), [InputRequired(), Length(max=500)])


class MoreForm(Form):
    """How much more is asked for."""

    amount = MoneyField(_l("How much more"), [InputRequired()])
