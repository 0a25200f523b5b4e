"""Asking for money: fields, lines and offers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict
from wtforms import Field, ValidationError
from wtforms.widgets import TextInput

from planner.base.fields import read_number
from planner.base.forms import (
    BooleanField,
    Form,
    GroupedField,
    GroupedPickField,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    MoneyField,
    PickField,
    RadioField,
    SelectField,
    VersionField,
    typed_rows,
)
from planner.base.words import _l, choices
from planner.figures.words import counted_word, read_back, read_value, typed_value
from planner.kernel.errors import Invalid
from planner.kernel.money import read_money, show_money
from planner.kernel.text import Message, clean_line, msg
from planner.resources.rules import Every, Invoice, Kind, Line, PayWay, Quote, Wish

LINE = ("item", "quantity", "price", "supplier", "link")
QUOTE = ("supplier", "amount", "note")


class EffectField(Field):
    """How much a figure should move, in the unit of that figure. Data is a Decimal; `read` is called with the figure
    once it is known."""

    widget = TextInput()
    metric = ""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return typed_value(self.data, self.metric) if self.data is not None else ""

    @property
    def unit(self) -> str:
        """What it is typed in."""
        return counted_word(self.metric)

    @property
    def read_as(self) -> str:
        """What was read, with its unit; empty where nothing was, or where nobody knows what it counts."""
        return read_back(self.data, self.metric) if self.metric and not self.errors else ""

    def process_formdata(self, valuelist: Any) -> None:
        """Nothing is read yet: what it counts is not known here."""
        self.data = None

    def read(self, metric: str) -> None:
        """What was typed for this figure; ValueError where it can't be meant."""
        self.metric, typed = metric, str((self.raw_data or [""])[0])
        self.data = read_value(typed, metric) if typed.strip() else self.data


class NewRequestForm(Form):
    """With which a request begins."""

    kind = RadioField(_l("What kind of need is it?"), choices=choices(Kind), default=Kind.ONE_OFF)
    title = LineField(_l("What is it?"), [InputRequired(), Length(max=120)])


class RequestForm(Form):
    """A request. Lines and offers are repeated rows."""

    lists = ("lines", "quotes")
    version = VersionField()
    kind = SelectField(_l("Kind"), choices=choices(Kind))
    title = LineField(_l("What is it?"), [InputRequired(), Length(max=120)])
    purpose = LinesField(_l("What is it good for?"), [Length(max=4000)])
    category_id = PickField(_l("Category"), none=_l("Choose"))
    needed_by = LocalDateField(_l("Needed by"))
    goal_id = PickField(_l("Goal it serves"), none=_l("None"))
    session_id = GroupedPickField(_l("Session"), none=_l("None"))
    step_id = PickField(_l("Step"), none=_l("None"))
    payee = LineField(_l("Paid to"), [Length(max=120)])
    payee_id = PickField(_l("Who has paid"), none=_l("Nobody of the team"))
    pay_way = SelectField(_l("How it is paid"), choices=lambda: [("", _l("Choose")), *choices(PayWay)()])
    invoice = SelectField(_l("Invoice"), choices=choices(Invoice))
    invoice_number = LineField(_l("Number of the invoice"), [Length(max=40)])
    tax = MoneyField(_l("Tax in it"))
    metric = GroupedField(_l("What it should move"), validate_choice=False)
    effect = EffectField(_l("By how much"))
    effect_note = LineField(_l("Expected effect in words"), [Length(max=200)])
    every = SelectField(_l("Comes again"), choices=lambda: [("", _l("Choose")), *choices(Every)()])
    renews_on = LocalDateField(_l("Renewed on"))
    spent_on = LocalDateField(_l("Spent on"))
    reason = LineField(_l("Why it could not wait"), [Length(max=200)])
    incident_id = PickField(_l("Emergency"), none=_l("None"))
    gates = BooleanField(_l("Step and show wait for it"))
    lines = LineField(_l("Lines"))
    quotes = LineField(_l("Offers to compare"), id="request-quotes")
    papers = LineField(_l("Papers"), id="files")
    """These three hold nothing: what is wrong with all lines, with the offers, with the papers stands there."""

    def validate_effect(self, field: Any) -> None:
        """A number of what it should move: its unit says how it is read."""
        if self.kind.data == Kind.ENVELOPE:
            return  # its form asks for none, and nothing of it may keep the kind from changing
        try:
            field.read(self.metric.data or "")
        except ValueError as fault:
            raise ValidationError(str(fault)) from None

    def wish(self, sent: MultiDict[str, str], whole_rows: bool = False) -> Wish:
        """What was typed; Invalid at rows that can't be read. While somebody still types, only rows that are whole."""
        wish, faults = self.read(sent, whole_rows)
        if faults:
            raise Invalid(faults)
        return wish

    def read(self, sent: MultiDict[str, str], whole_rows: bool = False) -> tuple[Wish, dict[str, Message]]:
        """As much of it as can be read, and what can't: nothing waits for another round."""
        faults: dict[str, Message] = {}
        lines = _read_lines(sent, faults)
        quotes = _read_quotes(sent, faults)
        if whole_rows:
            lines = tuple(line for line in lines if line.item and line.unit_price)
            quotes = tuple(quote for quote in quotes if quote.supplier and quote.amount)
        wish = Wish(
            kind=one_of(Kind, self.kind.data) or Kind.ONE_OFF,
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            category_id=self.category_id.data,
            needed_by=self.needed_by.data,
            lines=lines,
            quotes=quotes,
            goal_id=self.goal_id.data,
            session_id=self.session_id.data,
            step_id=self.step_id.data,
            payee=self.payee.data or "",
            payee_id=self.payee_id.data,
            pay_way=one_of(PayWay, self.pay_way.data),
            invoice=one_of(Invoice, self.invoice.data) or Invoice.NONE,
            invoice_number=self.invoice_number.data or "",
            tax=self.tax.data or 0,
            metric=self.metric.data or "",
            effect=self.effect.data,
            effect_note=self.effect_note.data or "",
            every=one_of(Every, self.every.data),
            renews_on=self.renews_on.data,
            spent_on=self.spent_on.data,
            reason=self.reason.data or "",
            incident_id=self.incident_id.data,
            gates=bool(self.gates.data),
        )
        return wish, faults


E = TypeVar("E", bound=StrEnum)


def one_of(kind: type[E], typed: Any) -> E | None:
    """What was chosen; None where that is nothing that can be."""
    return next((each for each in kind if each == typed), None)


def has_unread(form: RequestForm, sent: MultiDict[str, str]) -> bool:
    """Whether an amount or a quantity was typed that can't be read: nobody knows yet what it comes to."""
    faults: dict[str, Message] = {}
    _read_lines(sent, faults)
    _read_quotes(sent, faults)
    return bool(form.tax.errors) or any(not name.endswith(".link") for name in faults)


def has_unfinished(sent: MultiDict[str, str]) -> bool:
    """Whether somebody is still typing a row: it has no name or no price yet."""
    lines, quotes = said_rows(typed_rows(sent, "line", LINE)), said_rows(typed_rows(sent, "quote", QUOTE))
    parts = [(row["item"], row["price"]) for row in lines] + [(row["supplier"], row["amount"]) for row in quotes]
    return any(not all(part) for part in parts)


def said_rows(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Those in which something stands: faults are counted by them."""
    return [row for row in rows if any(row.values())]


def _read_lines(sent: MultiDict[str, str], faults: dict[str, Message]) -> tuple[Line, ...]:
    found: list[Line] = []
    for place, row in enumerate(said_rows(typed_rows(sent, "line", LINE))):
        price, quantity = 0, Decimal(1)
        try:
            price = read_money(row["price"]) if row["price"] else 0
        except Invalid as fault:
            faults[f"lines.{place}.price"] = fault.fields["amount"]
        try:
            quantity = read_number(row["quantity"]) if row["quantity"] else Decimal(1)
        except ValueError:
            faults[f"lines.{place}.quantity"] = msg("Type a number.")
        link = row["link"]
        if link and not link.startswith(("https://", "http://")):
            faults[f"lines.{place}.link"] = msg("A link begins with https://")
        found.append(Line(clean_line(row["item"]), quantity or Decimal(0), price, clean_line(row["supplier"]), link))
    return tuple(found)


def _read_quotes(sent: MultiDict[str, str], faults: dict[str, Message]) -> tuple[Quote, ...]:
    found: list[Quote] = []
    for place, row in enumerate(said_rows(typed_rows(sent, "quote", QUOTE))):
        amount = 0
        try:
            amount = read_money(row["amount"]) if row["amount"] else 0
        except Invalid as fault:
            faults[f"quotes.{place}.amount"] = fault.fields["amount"]
        found.append(Quote(clean_line(row["supplier"]), amount, clean_line(row["note"])[:200]))
    return tuple(found)


def rows_of_lines(lines: Iterable[Any]) -> list[dict[str, str]]:
    """The rows of a form for lines that stand, and an empty one."""
    rows = [
        {
            "item": one.item, "quantity": f"{one.quantity:f}", "price": show_money(one.unit_price, ""),
            "supplier": one.supplier, "link": one.link,
        }
        for one in lines
    ]  # fmt: skip
    return rows or [dict.fromkeys(LINE, "")]


def rows_of_quotes(quotes: Iterable[Any]) -> list[dict[str, str]]:
    """The same for offers."""
    rows = [{"supplier": one.supplier, "amount": show_money(one.amount, ""), "note": one.note} for one in quotes]
    return rows or [dict.fromkeys(QUOTE, "")]
