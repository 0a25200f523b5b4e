"""Forms: shape and spelling. What a service finds wrong lands beside the field, and nothing typed is lost."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation, Overflow
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.i18n import get_builtin_gnu_translations
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from planner.base import actor, i18n, kinds
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.show import when
from planner.base.verbs import query
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.money import read_money, show_money
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, clean_text

LARGEST_ID = 2**63 - 1
_ROW = re.compile(r"(\w+)\.(\d{1,4})")


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


class IdField(HiddenField):
    """The id of something, hidden; data is an int or None."""

    data: Any

    def process_formdata(self, valuelist: Any) -> None:
        """Bounded, so that no id reaches the database that it can't hold."""
        try:
            self.data = _read_id(valuelist[0].strip()) if valuelist else None  # type: ignore[assignment]
        except (ValueError, OverflowError):
            self.data = None
            raise ValueError(_("This is not something that can be chosen.")) from None


class VersionField(IdField):
    """The version the form started from."""


class PickField(SelectField):
    """A choice by id; `none` is the word for no choice. Data is an int or None."""

    def __init__(self, label: Any = None, validators: Any = None, none: Any = None, **more: Any) -> None:
        more.setdefault("choices", [])
        super().__init__(label, validators, coerce=_read_id, validate_choice=False, **more)
        self.none = none

    def offer(self, choices: list[tuple[int, str]]) -> None:
        """Set what can be chosen."""
        empty = [("", str(self.none))] if self.none is not None else []
        self.choices = [*empty, *choices]

    def iter_choices(self) -> Iterator[Any]:
        """The options with the chosen one marked."""
        for value, word in self.choices or []:  # type: ignore[union-attr]
            chosen = (self.data is None and value == "") or value == self.data
            yield (value, word, chosen, {})

    def process_formdata(self, valuelist: Any) -> None:
        """Bounded and coerced."""
        try:
            self.data = _read_id(valuelist[0].strip()) if valuelist else None
        except (ValueError, OverflowError):
            self.data = None
            raise ValueError(_("This is not something that can be chosen.")) from None

    def pre_validate(self, form: Any) -> None:
        """Only what is offered, where something is offered."""
        offered = {value for value, _word in self.choices or [] if value != ""}  # type: ignore[union-attr]
        if self.data is not None and self.data not in offered:
            raise StopValidation(_("This is not something that can be chosen."))


class PickManyField(SelectMultipleField):
    """Several choices by id, as check boxes. Data is a list of ints."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        more.setdefault("choices", [])
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
    """A decimal as people type it: `1,234`, `1.2万`, `12.3%`; None where nothing was typed, ValueError for words."""
    plain = re.sub("[,，¥￥]", "", clean_line(typed)).lower()
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


class OffsetField(WholeField):
    """Minutes from something, negative before it, or a clock time like 15:00 as minutes after midnight."""

    widget = widgets.TextInput()
    CLOCK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)")

    def process_formdata(self, valuelist: Any) -> None:
        """A clock time first, else a whole number."""
        found = self.CLOCK.fullmatch(clean_line(valuelist[0])) if valuelist else None
        if found is None:
            super().process_formdata(valuelist)
        else:
            self.data = int(found[1]) * 60 + int(found[2])


class _Chinese:
    """WTForms' own messages in Chinese."""

    def __init__(self) -> None:
        self.found: Any = get_builtin_gnu_translations(["zh"])

    def gettext(self, string: str) -> str:
        """One text."""
        return self.found.gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """One text for a number."""
        return self.found.ngettext(singular, plural, n)


class _English:
    def gettext(self, string: str) -> str:
        return string

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return singular if n == 1 else plural


_TRANSLATIONS: dict[str, Any] = {i18n.CHINESE: _Chinese(), i18n.ENGLISH: _English()}


@query(P.SELF)
def name_of(user_id: int) -> str:
    """What the person is called who saved meanwhile."""
    return kinds.titles({("person", user_id)}).get(("person", user_id), "")


class Form(FlaskForm):
    """The root of all forms. The CSRF token is checked once for the whole application, before any view."""

    class Meta(FlaskForm.Meta):
        """Our words, and no second CSRF check."""

        csrf = False  # type: ignore[assignment]

        def get_translations(self, form: Any) -> Any:
            """The reader's language."""
            return _TRANSLATIONS[i18n.language()]

    stale: Stale | None = None
    lists: tuple[str, ...] = ()
    """Names of repeated rows: a fault at `shifts.2` stands at the third row that was sent."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.row_faults: dict[tuple[str, int], list[str]] = {}

    @property
    def errors(self) -> Any:
        """What is wrong: at fields, at rows, with the form as a whole."""
        rows = {f"{name}.{number}": words for (name, number), words in self.row_faults.items()}
        return {**super().errors, **rows}

    def row_errors(self, number: int, *names: str) -> list[str]:
        """What is wrong at one repeated row, the first being 0."""
        return [words for name in names or self.lists for words in self.row_faults.get((name, number), [])]

    def at_fault(self, name: str) -> bool:
        """Whether anything is wrong in this list of rows."""
        return any(each == name for each, _number in self.row_faults)

    @property
    def status(self) -> int:
        """What to answer when the form is shown again."""
        return 409 if self.stale else 422

    def ok(self) -> bool:
        """Whether the form was sent and its shape is right."""
        return request.method in ("POST", "PUT", "PATCH", "DELETE") and self.validate()

    @contextlib.contextmanager
    def catching(self, names: dict[str, str] | None = None) -> Iterator[None]:
        """Put what a service refuses beside the field. `names` maps its field names to the form's.

        After a Stale the form holds the version that stands now, so sending it again is a decision for "mine".
        """
        try:
            yield
        except Invalid as fault:
            for name, message in fault.fields.items():
                self.fault((names or {}).get(name, name), told(message))
        except Refused as fault:
            self.fault("", told(fault.message))
            for detail in fault.details:
                self.fault("", told(detail))
        except Stale as fault:
            self.stale = fault
            self.fault("", told(fault.message))
            if "version" in self and fault.version is not None:
                self["version"].data = fault.version
                self["version"].raw_data = None

    def fault(self, name: str, words: str) -> None:
        """Say what is wrong at a field, at a repeated row (`shifts.2`), or with the form as a whole."""
        row = _ROW.match(name)
        if row and row[1] in self.lists:
            self.row_faults.setdefault((row[1], int(row[2])), []).append(words)
        elif name and name in self:
            field = self[name]
            field.errors = [*field.errors, words]
        else:
            self.form_errors.append(words)

    def stale_rows(self, show: Callable[[str, Any], str] | None = None) -> list[tuple[str, str, str, bool]]:
        """For ui/stale.html: label, theirs, mine, whether they differ."""
        rows: list[tuple[str, str, str, bool]] = []
        for field in self:
            if self.stale is None or field.name not in self.stale.theirs or isinstance(field, HiddenField):
                continue
            theirs, mine = self.stale.theirs[field.name], field.data
            shown = [self._shown(field, value) if show is None else show(field.name, value) for value in (theirs, mine)]
            rows.append((field.label.text, shown[0], shown[1], shown[0] != shown[1]))
        return rows

    @property
    def stale_by(self) -> tuple[str, str]:
        """For ui/stale.html: who saved meanwhile, and when."""
        if self.stale is None or self.stale.at is None:
            return "", ""
        who = name_of(self.stale.who_id) if self.stale.who_id else ""
        return who, when(self.stale.at)

    def typed(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent again, with the version that stands now."""
        skip = {"csrf_token", "once", "version"}
        sent = [(name, value) for name, value in request.form.items(multi=True) if name not in skip]
        return [*sent, ("version", str(self.stale.version if self.stale else ""))]

    @staticmethod
    def _shown(field: Field, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, (list, tuple)):
            return ", ".join(Form._shown(field, each) for each in value)
        for option in getattr(field, "choices", None) or []:
            if str(option[0]) == str(value):
                return str(option[1])
        if isinstance(value, datetime):
            return value.astimezone(ZoneInfo(actor.current().timezone)).strftime("%Y-%m-%d %H:%M")
        if isinstance(field, MoneyField) and isinstance(value, int):
            return show_money(value)
        if isinstance(value, Decimal):
            return f"{value:f}"
        return str(value)


__all__ = [
    "BooleanField",
    "Form",
    "IdField",
    "InputRequired",
    "Length",
    "LineField",
    "LinesField",
    "LocalDateField",
    "LocalDateTimeField",
    "MoneyField",
    "NumberField",
    "OffsetField",
    "Optional",
    "PasswordField",
    "PickField",
    "PickManyField",
    "RadioField",
    "SelectField",
    "SelectMultipleField",
    "StringField",
    "TextAreaField",
    "VersionField",
    "WholeField",
    "read_number",
]
