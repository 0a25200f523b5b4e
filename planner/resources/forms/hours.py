"""When the team works."""

from __future__ import annotations

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LocalDateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l
from planner.resources.rules.hours import A_DAY, LATEST, LONGEST_NAME_OF_DAYS, STEP

WEEKDAYS = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip


def clock_word(minutes: int) -> str:
    """A time of the day; after midnight it says so."""
    told = f"{minutes % A_DAY // 60:02}:{minutes % 60:02}"
    return told if minutes < A_DAY else "24:00" if minutes == A_DAY else _("next day %(clock)s", clock=told)


class WorkWeekForm(Form):
    """The hours of a week."""

    version = VersionField()
    opens = SelectField(_l("Work begins"), choices=lambda: [(str(n), clock_word(n)) for n in range(0, A_DAY, STEP)])
    closes = SelectField(
        _l("Work ends"), choices=lambda: [(str(n), clock_word(n)) for n in range(STEP, LATEST + 1, STEP)]
    )
    days_off = SelectMultipleField(_l("Days off in the week"), coerce=int, choices=lambda: list(enumerate(WEEKDAYS)))


class WorkDaysForm(Form):
    """A holiday, or days worked in spite of the week."""

    works = RadioField(
        _l("What they are"), choices=[("", _l("Days off")), ("y", _l("Worked in spite of the week"))], default="",
        validate_choice=False,
    )  # fmt: skip
    first = LocalDateField(_l("From"), [InputRequired()])
    last = LocalDateField(_l("Until"))
    name = LineField(_l("Name"), [Length(max=LONGEST_NAME_OF_DAYS)])
