"""Forms of the daily report."""

from __future__ import annotations

from planner.base.forms import BooleanField, Form, InputRequired, Length, LinesField, SelectField, VersionField
from planner.base.words import _l
from planner.daily.rules import LONGEST

HOURS = [(str(n), f"{n // 60:02}:{n % 60:02}") for n in range(0, 24 * 60, 30)]


class ReportForm(Form):
    """The text of a report."""

    version = VersionField()
    text = LinesField(_l("Text"), [InputRequired(), Length(max=LONGEST * 2)])


class DailyRulesForm(Form):
    """When reports go out."""

    version = VersionField()
    is_on = BooleanField(_l("Send by itself"))
    send_at = SelectField(_l("Sent at"), choices=HOURS)
