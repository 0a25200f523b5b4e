"""A policy level by level, and the question who would sign."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    MoneyField,
    PickField,
    SelectField,
    VersionField,
    WholeField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l, choices
from planner.kernel.errors import Invalid
from planner.kernel.money import read_money, show_money
from planner.kernel.permissions import Role
from planner.kernel.text import Message
from planner.resources.rules import MOST_LEVELS, Kind, LevelRule, Mode

LEVEL = ("name", "mode", "needed", "roles", "persons", "amount", "kinds", "categories", "over", "asked")
LISTS = ("roles", "persons", "kinds", "categories", "asked")


class PolicyForm(Form):
    """What a team agrees on. Its levels are rows `level-<n>-<name>`, read by `level_rows`."""

    lists = ("levels",)
    version = VersionField()
    quotes_from = MoneyField(_l("Compare offers from this amount on"))
    quotes = WholeField(_l("How many offers"), default=3)
    restart = BooleanField(_l("After a return begin again at the first level"))
    remind_hours = WholeField(_l("Remind after so many working hours"), default=4)
    escalate_hours = WholeField(_l("Tell the managers after so many working hours"), default=12)
    over_percent = WholeField(_l("Ask again where it costs so many percent more"), default=5)
    over_amount = MoneyField(
        _l("Or so much more"),
        description=_l("The smaller of the two counts."),
    )
    note = LineField(_l("What has changed"), [Length(max=200)])


class TryForm(Form):
    """A request that somebody might make."""

    class Meta(Form.Meta):
        """It changes nothing."""

        csrf = False

    amount = MoneyField(_l("Amount"), [InputRequired()])
    kind = SelectField(_l("Kind"), choices=choices(Kind))
    category_id = PickField(_l("Category"))
    requester_id = PickField(_l("Asked by"))
    over_budget = BooleanField(_l("The budget does not hold"))

    def validate_amount(self, field: MoneyField) -> None:
        """Nobody asks for nothing."""
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("The amount is more than 0."))


def _ids(values: Iterable[str]) -> tuple[int, ...]:
    return tuple(int(each) for each in values if each.isdecimal() and each.isascii() and len(each) <= 18)


def level_rows(sent: MultiDict[str, str]) -> list[dict[str, Any]]:
    """The levels as they were sent, by their numbers; numbers may have gaps where a level was taken out."""
    numbers = sorted({int(n) for n in sent.getlist("level") if n.isdecimal() and len(n) <= 3})[:MOST_LEVELS]
    rows: list[dict[str, Any]] = []
    for n in numbers:
        row: dict[str, Any] = {name: sent.get(f"level-{n}-{name}", "").strip() for name in LEVEL}
        for name in LISTS:
            row[name] = sent.getlist(f"level-{n}-{name}")
        rows.append(row)
    return rows


def read_levels(rows: list[dict[str, Any]]) -> tuple[LevelRule, ...]:
    """The levels of a form; Invalid at `levels.<place>` where an amount can't be read."""
    faults: dict[str, Message] = {}
    found: list[LevelRule] = []
    for place, row in enumerate(rows):
        amount = 0
        try:
            amount = read_money(row["amount"]) if row["amount"] else 0
        except Invalid as fault:
            faults[f"levels.{place}"] = fault.fields["amount"]
        needed = int(row["needed"]) if row["needed"].isdecimal() and len(row["needed"]) < 3 else 1
        found.append(
            LevelRule(
                row["name"][:40],
                Mode.ALL if row["mode"] == Mode.ALL else Mode.ANY,
                tuple(role for role in Role if str(role) in row["roles"]),
                _ids(row["persons"]),
                needed,
                amount,
                tuple(kind for kind in Kind if str(kind) in row["kinds"]),
                _ids(row["categories"]),
                row["over"] == "y",
                tuple(role for role in Role if str(role) in row["asked"]),
            )
        )
    if faults:
        raise Invalid(faults)
    return tuple(found)


def rows_of_levels(levels: Iterable[LevelRule], name: Any) -> list[dict[str, Any]]:
    """The rows of a form for levels that stand; `name` says what a built-in one is called."""
    return [
        {
            "name": name(level.name),
            "mode": str(level.mode),
            "needed": str(level.needed),
            "roles": [str(role) for role in level.roles],
            "persons": [str(user_id) for user_id in level.persons],
            "amount": show_money(level.from_amount, "") if level.from_amount else "",
            "kinds": [str(kind) for kind in level.kinds],
            "categories": [str(each) for each in level.categories],
            "over": "y" if level.over_budget else "",
            "asked": [str(role) for role in level.asked_by],
        }
        for level in levels
    ]


__all__ = ["LEVEL", "PolicyForm", "TryForm", "level_rows", "read_levels", "rows_of_levels"]
