"""Kit of studios: what is put away, written in, moved, repaired, given away."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from planner.base.fields import read_number
from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    MoneyField,
    NumberField,
    PickField,
    RadioField,
    VersionField,
)
from planner.base.words import _l, label_of
from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg
from planner.resources.rules import KitWish, Piece, Use, read_numbers


class PutAwayForm(Form):
    """What of a request goes into a studio, line by line: `put_<line>`, `numbers_<line>`."""

    lists = ("pieces",)
    studio_id = PickField(_l("Studio"), [InputRequired()])
    note = LinesField(_l("Note"), [Length(max=500)])

    def pieces(self, sent: MultiDict[str, str], line_ids: list[int]) -> list[Piece]:
        """How much of which line; a row that was left empty or says 0 is none."""
        found: list[Piece] = []
        faults: dict[str, Message] = {}
        for place, line_id in enumerate(line_ids):
            try:
                typed = read_number(sent.get(f"put_{line_id}", ""))
            except ValueError:
                faults[f"pieces.{place}"] = msg("Type a number.")
                continue
            if typed:
                found.append(Piece(line_id, typed, read_numbers(sent.get(f"numbers_{line_id}", "")[:20_000])))
        if faults:
            raise Invalid(faults)
        return found


class KitForm(Form):
    """Something that stands in a studio."""

    version = VersionField()
    name = LineField(_l("What is it?"), [InputRequired(), Length(max=120)])
    studio_id = PickField(_l("Studio"), [InputRequired()])
    quantity = NumberField(_l("Quantity"), [InputRequired()], default=Decimal(1))
    unit_price = MoneyField(_l("Unit price"))
    acquired_on = LocalDateField(_l("Acquired on"))
    serial = LineField(_l("Serial or asset number"), [Length(max=60)])
    note = LinesField(_l("Note"), [Length(max=500)])

    def wish(self, studio_id: int | None = None) -> KitWish:
        """What was typed; the studio is chosen for what is new only."""
        return KitWish(
            self.name.data or "", studio_id or self.studio_id.data or 0, self.quantity.data, self.unit_price.data,
            self.acquired_on.data, self.serial.data or "", self.note.data or "",
        )  # fmt: skip


class PartForm(Form):
    """All of it, or so much."""

    version = VersionField()
    quantity = NumberField(_l("Quantity"))


class MoveKitForm(PartForm):
    """Into another studio."""

    studio_id = PickField(_l("Into the studio"), [InputRequired()])


class RepairForm(PartForm):
    """What is broken, and who repairs it."""

    note = LinesField(_l("Note"), [Length(max=500)])


class PartWithForm(PartForm):
    """It was given away or retired."""

    to = RadioField(
        _l("What became of it"), choices=lambda: [(str(u), label_of(u)) for u in (Use.RETIRED, Use.GIVEN)],
        default=str(Use.RETIRED),
    )  # fmt: skip
    day = LocalDateField(_l("Day"), [InputRequired()])
    reason = LineField(_l("Reason"), [InputRequired(), Length(max=200)])
