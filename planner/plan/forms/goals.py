"""Forms of goals, targets and check-ins."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from planner.base.fields import read_number
from planner.base.forms import (
    Form,
    GroupedField,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    NumberField,
    PickField,
    PickManyField,
    SelectField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices, label
from planner.plan.rules import SAYABLE, Aggregation, Way, read_relative, show_relative
from planner.plan.words import own_countings

OWN = "own:"
"""Before the id of a figure of the team's own among all figures."""


class AimField(NumberField):
    """A target as people type it: a number, or `+30 %` against the baseline. Data is the number, or None beside
    `relative`, the share."""

    relative: Decimal | None = None

    def _value(self) -> str:
        if not self.raw_data and self.relative is not None:
            return show_relative(self.relative)
        return super()._value()

    def process_formdata(self, valuelist: Any) -> None:
        """A sign and a percent sign make it relative."""
        self.data = None
        self.relative = read_relative(valuelist[0]) if valuelist else None
        if self.relative is None:
            self.data = read_number(valuelist[0]) if valuelist else None


class GoalForm(Form):
    """Something to reach."""

    version = VersionField()
    title = LineField(_l("Title"), [InputRequired(), Length(max=120)])
    why = LinesField(_l("Why"), [Length(max=4000)], description=_l("What gets better for whom when it is reached."))
    owner_id = PickField(_l("Owner"), none=_l("Nobody yet"))
    period_id = PickField(_l("Period"))


class _Aim(Form):
    """What every target has."""

    version = VersionField()
    baseline = NumberField(
        _l("Baseline"), description=_l("Where it stands now. Left empty, +30% is measured from the period before.")
    )
    value = AimField(_l("Target"), [InputRequired()], description=_l("A number, or against the baseline: +30%, -10%."))
    weight = WholeField(
        _l("Weight among the targets"),
        default=1,
        description=_l("From 1 to 10: how much it says about the goal beside the others."),
    )

    @property
    def relative(self) -> Decimal | None:
        """The target against its baseline, where it was typed so."""
        return self.value.relative

    @property
    def heavy(self) -> int:
        """The weight; 1 where nothing was typed."""
        return 1 if self.weight.data is None else self.weight.data


class TargetForm(_Aim):
    """A number that says so: of sessions, or of the team's own, which people report."""

    metric = GroupedField(_l("Figure"))
    aggregation = SelectField(_l("Counted as"), choices=choices(Aggregation))
    way = SelectField(_l("Direction"), choices=choices(Way))

    @property
    def own_id(self) -> int | None:
        """The figure of the team's own that was chosen; None where it is one of sessions."""
        key = str(self.metric.data or "")
        return int(key.removeprefix(OWN)) if key.startswith(OWN) else None


class OwnTargetForm(_Aim):
    """A number that people report."""

    own_id = PickField(_l("Own figure"), none=_l("A new one"))
    name = LineField(_l("Name"), [Length(max=40)])
    unit = LineField(_l("Unit"), [Length(max=12)])
    way = SelectField(_l("Direction"), choices=choices(Way))
    aggregation = SelectField(_l("Counted as"), choices=own_countings)


class OwnMetricForm(Form):
    """A figure of the team's own."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=40)])
    unit = LineField(_l("Unit"), [Length(max=12)])
    way = SelectField(_l("Direction"), choices=choices(Way))


class CheckInForm(Form):
    """What moved, and how it stands. A field for each figure of the team's own comes with `with_figures`."""

    note = LinesField(_l("What moved"), [Length(max=4000)])
    health = SelectField(
        _l("How it stands"),
        default="",
        choices=lambda: [("", _l("As the figures say")), *((h, label(h)) for h in SAYABLE)],
    )
    day = LocalDateField(_l("Day"), [InputRequired()])

    @classmethod
    def with_figures(cls, figures: list[tuple[int, str]]) -> type[CheckInForm]:
        """The form with a number field for each figure, by its id and name."""
        fields = {f"own_{own_id}": NumberField(name) for own_id, name in figures}
        return type("CheckInForm", (cls,), fields)


class LinkForm(Form):
    """What serves a goal."""

    phase_ids = PickManyField(_l("Phases"))
    session_ids = PickManyField(_l("Sessions"))
