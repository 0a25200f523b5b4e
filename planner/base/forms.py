"""Forms: shape and spelling. What a service finds wrong lands beside the field, and nothing typed is lost."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.i18n import get_builtin_gnu_translations
from wtforms.validators import InputRequired, Length, Optional

from planner.base import actor, i18n, kinds
from planner.base.fields import (
    GroupedField,
    GroupedPickField,
    IdField,
    LineField,
    LinesField,
    LocalDateField,
    LocalDateTimeField,
    MoneyField,
    NumberField,
    PickField,
    PickManyField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
    read_number,
)
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.show import when
from planner.base.verbs import query
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.money import show_money
from planner.kernel.permissions import P

_ROW = re.compile(r"(\w+)\.(\d{1,4})(?:\.(\w+))?")


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


@query(P.PERSON)
def name_of(user_id: int) -> str:
    """What the person is called who saved meanwhile."""
    return kinds.titles({("person", user_id)}).get(("person", user_id), "")


MOST_ROWS = 200


def typed_rows(sent: MultiDict[str, str], prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """The repeated rows of a form as they were sent, also the empty ones between them."""
    columns = {name: sent.getlist(f"{prefix}_{name}") for name in names}
    count = min(max((len(column) for column in columns.values()), default=0), MOST_ROWS)
    return [{name: c[n].strip() if n < len(c) else "" for name, c in columns.items()} for n in range(count)]


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
        self.row_fields: dict[tuple[str, int, str], list[str]] = {}

    @property
    def errors(self) -> Any:
        """What is wrong: at fields, at rows, with the form as a whole."""
        rows = {f"{name}.{number}": words for (name, number), words in self.row_faults.items()}
        return {**super().errors, **rows}

    def row_errors(self, number: int, *names: str) -> list[str]:
        """What is wrong at one repeated row, the first being 0."""
        return [words for name in names or self.lists for words in self.row_faults.get((name, number), [])]

    def wrong_in(self, name: str, number: int) -> defaultdict[str, list[str]]:
        """What is wrong at the fields of one repeated row, the first being 0; nothing at any other."""
        held = {field: words for (each, at, field), words in self.row_fields.items() if (each, at) == (name, number)}
        return defaultdict(list, held)

    def row_words(self, ids: dict[str, str]) -> list[tuple[str, str]]:
        """All that is wrong at rows, each with the id of where it stands: `fault-line-price-2`, where `ids` says that
        those of `lines` begin with `fault-line`; the others with none."""
        told: list[tuple[str, str]] = []
        for (name, number), words in self.row_faults.items():
            fields = [(field, each) for field, said in self.wrong_in(name, number).items() for each in said]
            linked = [(f"{ids[name]}-{field}-{number}", each) for field, each in fields if name in ids]
            told += [*linked, *(("", each) for each in words if each not in [each for _place, each in linked])]
        return told

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
        """Say what is wrong at a field, at a repeated row (`shifts.2`) or a field of it (`lines.2.price`), or with
        the form as a whole."""
        row = _ROW.match(name)
        if row and row[1] in self.lists:
            self.row_faults.setdefault((row[1], int(row[2])), []).append(words)
            if row[3]:
                self.row_fields.setdefault((row[1], int(row[2]), row[3]), []).append(words)
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
            # A choice that nobody made is empty in the database and the first of its words in the form.
            same = shown[0] == shown[1] or (theirs in (None, "") and mine in (None, ""))
            rows.append((field.label.text, shown[1] if same else shown[0], shown[1], not same))
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
            return _(", ").join(Form._shown(field, each) for each in value)
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
    "GroupedField",
    "GroupedPickField",
    "IdField",
    "InputRequired",
    "Length",
    "LineField",
    "LinesField",
    "LocalDateField",
    "LocalDateTimeField",
    "MoneyField",
    "NumberField",
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
    "typed_rows",
]
