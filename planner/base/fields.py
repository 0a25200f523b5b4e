"""Fields that read deliberately what people type: one line, an instant, an amount, a number, a choice."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation, Overflow
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateField, Field, HiddenField, IntegerField, StringField, TextAreaField, fields, widgets
from wtforms.fields.choices import Choice  # pyright: ignore[reportAttributeAccessIssue]
from wtforms.validators import StopValidation

from planner.base import actor
from planner.base.db import LARGEST_ID
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.kernel.errors import Invalid
from planner.kernel.money import read_money, show_money
from planner.kernel.text import clean_line, clean_text


def line(value: Any) -> Any:
    """A filter: one clean line."""
    return clean_line(value) if isinstance(value, str) else value


def text(value: Any) -> Any:
    """A filter: clean lines."""
    return clean_text(value) if isinstance(value, str) else value


class LineField(StringField):
    """One line of text, cleaned."""

    def __init__(self, label: Any = None, validators: Any = None, filters: Any = (), **more: Any) -> None:
        super().__init__(label, validators, filters=(*filters, line), **more)


class LinesField(TextAreaField):
    """Several lines of text, cleaned."""

    def __init__(self, label: Any = None, validators: Any = None, filters: Any = (), **more: Any) -> None:
        super().__init__(label, validators, filters=(*filters, text), **more)


def _read_id(value: Any) -> int | None:
    if value in (None, "", "None"):
        return None
    found = int(value)
    if not 0 < found <= LARGEST_ID:
        raise ValueError(value)
    return found


def _sent_id(sent: Any) -> int | None:
    """Bounded, so that no id reaches the database that it can't hold."""
    try:
        return _read_id(sent[0].strip()) if sent else None
    except (ValueError, OverflowError):
        raise ValueError(_("This is not something that can be chosen.")) from None


class IdField(HiddenField):
    """The id of something, hidden; data is an int or None."""

    data: Any

    def process_formdata(self, valuelist: Any) -> None:
        """Bounded."""
        self.data = None
        self.data = _sent_id(valuelist)


class VersionField(IdField):
    """The version the form started from."""


class _Pairs:
    """Choices are pairs of a value and its word."""

    choices: Any
    coerce: Any
    data: Any

    def __init__(self, label: Any = None, validators: Any = None, choices: Any = None, **more: Any) -> None:
        super().__init__(label, validators, **more)  # type: ignore[call-arg]
        self.choices = choices

    def has_groups(self) -> bool:
        """They stand one after the other."""
        return False

    def iter_choices(self) -> list[Any]:
        """The options with what is chosen marked."""
        return [Choice(value, word, self.chosen(value), {}) for value, word in self.choices or []]

    def chosen(self, value: Any) -> bool:
        """Whether this is the choice."""
        return self.coerce(value) == self.data


class SelectField(_Pairs, fields.SelectField):
    """One of several, in a list that opens."""


class GroupedField(SelectField):
    """One of several, in a list that opens, under the words of their groups: pairs of a word and its choices."""

    groups: list[tuple[str | None, list[tuple[Any, Any]]]]
    marks: dict[Any, dict[str, str]] = {}
    """What an option carries for scripts, by its value."""

    def offer(self, groups: list[tuple[str | None, list[tuple[Any, Any]]]]) -> None:
        """Set what can be chosen; a group that holds nothing is left out."""
        self.groups = [(word and str(word), pairs) for word, pairs in groups if pairs]
        self.choices = [pair for _word, pairs in self.groups for pair in pairs]

    def has_groups(self) -> bool:
        """They stand under the words of their groups."""
        return True

    def iter_groups(self) -> list[Any]:
        """The options by group with what is chosen marked; those of no group (None) stand by themselves."""
        return [
            (w, [Choice(v, word, self.chosen(v), self.marks.get(v, {})) for v, word in pairs])
            for w, pairs in self.groups
        ]


class RadioField(_Pairs, fields.RadioField):
    """One of several, all in sight."""


class SelectMultipleField(_Pairs, fields.SelectMultipleField):
    """Any of several."""

    def chosen(self, value: Any) -> bool:
        """Whether this is among the choices."""
        return self.coerce(value) in (self.data or ())


class PickField(SelectField):
    """A choice by id; `none` is the word for no choice. Data is an int or None."""

    def __init__(self, label: Any = None, validators: Any = None, none: Any = None, **more: Any) -> None:
        super().__init__(label, validators, coerce=_read_id, validate_choice=False, **more)
        self.none = none

    def offer(self, choices: list[tuple[int, str]]) -> None:
        """Set what can be chosen."""
        empty = [("", str(self.none))] if self.none is not None else []
        self.choices = [*empty, *choices]

    def chosen(self, value: Any) -> bool:
        """Whether this is the choice, be it none."""
        return (self.data is None and value == "") or value == self.data

    def process_formdata(self, valuelist: Any) -> None:
        """Bounded and coerced."""
        self.data = None
        self.data = _sent_id(valuelist)

    def pre_validate(self, form: Any) -> None:
        """Only what is offered, where something is offered."""
        offered = {value for value, _word in self.choices or [] if value != ""}
        if self.data is not None and self.data not in offered:
            raise StopValidation(_("This is not something that can be chosen."))


class GroupedPickField(PickField):
    """A choice by id under the words of groups; `none` stands before them."""

    groups: list[tuple[str | None, list[tuple[Any, Any]]]]

    def offer_groups(self, groups: list[tuple[str, list[tuple[int, str]]]]) -> None:
        """Set what can be chosen; a group that holds nothing is left out."""
        self.offer([pair for _word, pairs in groups for pair in pairs])
        none: list[Any] = [(None, [("", str(self.none))])] if self.none is not None else []
        self.groups = [*none, *((str(word), list(pairs)) for word, pairs in groups if pairs)]

    def has_groups(self) -> bool:
        """They stand under the words of their groups."""
        return True

    def iter_groups(self) -> list[Any]:
        """The options by group with what is chosen marked."""
        return [(w, [Choice(v, word, self.chosen(v), {}) for v, word in pairs]) for w, pairs in self.groups]


class PickManyField(SelectMultipleField):
    """Several choices by id, as check boxes. Data is a list of ints."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, coerce=int, **more)


class LocalDateTimeField(Field):
    """An instant typed on the team's clock; data is aware, in UTC."""

    widget = widgets.DateTimeLocalInput()
    input_type = "datetime-local"
    FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(ZoneInfo(actor.current().timezone)).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the wall clock; a time the zone skips moves forward."""
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        for shape in self.FORMATS:
            with contextlib.suppress(ValueError):
                wall = datetime.strptime(typed, shape).replace(tzinfo=ZoneInfo(actor.current().timezone))
                if 2000 <= wall.year <= 2100:
                    self.data = wall.astimezone(UTC)
                    return
        raise ValueError(_("Type a date and time like 2026-11-23 20:00."))


class LocalDateField(DateField):
    """A day."""

    def process_formdata(self, valuelist: Any) -> None:
        """A day between 2000 and 2100."""
        self.data = None
        typed = valuelist[0].strip().replace("/", "-") if valuelist else ""
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("Type a date like 2026-11-23.")) from None
        if not 2000 <= self.data.year <= 2100:
            self.data = None
            raise ValueError(_("Type a date like 2026-11-23."))


class MoneyField(Field):
    """An amount as people type it; data is minor units."""

    widget = widgets.TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return show_money(self.data, "") if self.data is not None else ""

    def process_formdata(self, valuelist: Any) -> None:
        """Read deliberately; the message says what an amount looks like."""
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if typed:
            try:
                self.data = read_money(typed)
            except Invalid as fault:
                raise ValueError(told(fault.message)) from None


_SCALES = {"万": 10_000, "w": 10_000, "k": 1_000, "亿": 10**8}


def read_number(typed: str) -> Decimal | None:
    """A decimal as people type it: `1,234`, `1.2万`, full-width, `12.3%`; None for nothing, ValueError for words."""
    plain = re.sub("[,¥]", "", unicodedata.normalize("NFKC", clean_line(typed))).lower()
    if not plain:
        return None
    scale = Decimal(1)
    if plain.endswith("%"):
        plain, scale = plain[:-1], Decimal("0.01")
    elif plain[-1] in _SCALES:
        plain, scale = plain[:-1], Decimal(_SCALES[plain[-1]])
    try:
        found = Decimal(plain) * scale
    except (InvalidOperation, Overflow):
        raise ValueError(_("Type a number.")) from None
    if not found.is_finite() or abs(found) > 10**12 or int(found.as_tuple().exponent) < -30:
        raise ValueError(_("Type a number."))
    return found


class NumberField(Field):
    """A decimal as people type it. Data is a Decimal."""

    widget = widgets.TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:f}" if self.data is not None else ""

    def process_formdata(self, valuelist: Any) -> None:
        """Read it exactly."""
        self.data = None
        self.data = read_number(valuelist[0]) if valuelist else None


class WholeField(IntegerField):
    """A whole number within what the database can hold."""

    def process_formdata(self, valuelist: Any) -> None:
        """Small enough for anything we count."""
        self.data = None
        typed = clean_line(valuelist[0]) if valuelist else ""
        if not typed:
            return
        try:
            self.data = int(typed)
        except ValueError:
            raise ValueError(_("Type a whole number.")) from None
        if abs(self.data) > 10**9:
            self.data = None
            raise ValueError(_("Type a whole number."))
