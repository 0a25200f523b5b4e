"""Forms of periods and phases."""

from __future__ import annotations

from wtforms.validators import ValidationError

from planner.base.forms import (
    BooleanField,
    Form,
    GroupedField,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    PickField,
    SelectField,
    VersionField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l, choices
from planner.plan.rules import PeriodKind, last_day


class PeriodForm(Form):
    """A reporting cycle: a month or a quarter by its first day, or days of its own."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])
    kind = SelectField(
        _l("Kind of period"),
        choices=choices(PeriodKind),
        default=PeriodKind.CUSTOM,
        description=_l("A month or a quarter begins on the first of a month; leave its last day empty, it follows."),
    )
    start = LocalDateField(_l("First day"), [InputRequired()])
    end = LocalDateField(_l("Last day"))

    def validate_end(self, field: LocalDateField) -> None:
        """The last day of a month or a quarter follows from its first, unless another was typed: that one holds."""
        kind = PeriodKind(self.kind.data)
        if self.start.data is None or field.data not in (None, field.object_data):
            return
        if kind is PeriodKind.CUSTOM:
            if field.data is None:
                raise ValidationError(_("Choose the last day."))
            return
        found = last_day(kind, self.start.data)
        if found is None:
            raise ValidationError(_("A month or a quarter begins on the first of a month."))
        field.data = found


class BeginForm(Form):
    """A period that is begun from another plan."""

    source = GroupedField(_l("Template or plan"))
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])
    start = LocalDateField(_l("First day"), [InputRequired()])
    owners = BooleanField(_l("Keep the owners"), default=True)
    late_today = BooleanField(_l("What would be late is due today"), default=True)


class PhaseForm(Form):
    """A stretch of the period."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=80)])
    start = LocalDateField(_l("First day"), [InputRequired()])
    end = LocalDateField(_l("Last day"), [InputRequired()])


class CloseForm(Form):
    """Closing a period: causes and improvements of what was missed, and what becomes of what is open."""

    lists = ("targets", "rows")
    version = VersionField()
    into_id = PickField(_l("Carry over into"), none=_l("No period"))
    every = SelectField(_l("All without a choice of their own"), choices=[], default="")
    move_dates = BooleanField(_l("Move the days of carried steps along"))
    lessons = LinesField(_l("What we take along"), [Length(max=4000)])
