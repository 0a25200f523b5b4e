"""Forms of steps."""

from __future__ import annotations

import re
from typing import Any

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    NumberField,
    PickField,
    PickManyField,
    RadioField,
    SelectField,
    VersionField,
    WholeField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l, choices
from planner.plan import rules
from planner.plan.rules import Details, Edge, Extras, Hang, HangsOn, Priority

BETWEEN_TAGS = re.compile(r"[,，、;；\s]+")


class StepForm(Form):
    """Something one person does until a day."""

    version = VersionField()
    title = LineField(_l("Title"), [InputRequired(), Length(max=160)])
    owner_id = PickField(_l("Owner"), none=_l("Nobody yet"))
    due = LocalDateField(_l("Due"))
    phase_id = PickField(_l("Phase"), none=_l("No phase"))
    goal_id = PickField(_l("Goal"), none=_l("No goal"))
    note = LinesField(_l("Note"), [Length(max=4000)])
    start = LocalDateField(_l("Begins"))
    priority = SelectField(_l("Priority"), choices=choices(Priority), default=Priority.NORMAL.value)
    department = LineField(_l("Department"), [Length(max=40)])
    tags = LineField(_l("Tags"), [Length(max=300)], description=_l("Words, with spaces or commas between them."))
    hangs_on = SelectField(
        _l("Day counted from"), choices=lambda: [("", _l("its own day")), *choices(HangsOn)()], default=""
    )
    offset_days = WholeField(_l("Days after"), description=_l("With a minus: days before."))
    hangs_session_id = PickField(_l("Session"), none=_l("No session"))
    estimate = NumberField(_l("Estimate in hours"))
    helpers = PickManyField(_l("Helpers"))

    def hang(self) -> Hang | None:
        """What its day is counted from."""
        if not self.hangs_on.data:
            return None
        return Hang(HangsOn(self.hangs_on.data), self.offset_days.data or 0, self.hangs_session_id.data)

    def details(self) -> Details:
        """What stands beside title, owner, day and place."""
        tags = split_tags(self.tags.data or "")
        weight = Priority(self.priority.data)
        return Details(self.start.data, weight, self.department.data or "", tags, self.hang(), self._extras())

    held = Extras()

    def keep_extras(self, held: Extras) -> None:
        """What the team did without when the form was drawn stays as it was."""
        self.held = held

    def _extras(self) -> Extras:
        hours = rules.read_hours(self.estimate.data) if "estimate" in self else self.held.estimate_minutes
        return Extras(hours, tuple(self.helpers.data or ()) if "helpers" in self else self.held.helpers)


class WaitForm(Form):
    """What a step waits for."""

    version = VersionField()
    waits_for = LineField(_l("Waits for"), [Length(max=160)])


class BlockForm(Form):
    """What a step is blocked by."""

    waits_for = LineField(
        _l("Blocked by"), [InputRequired(), Length(max=160)], description=_l("Who or what has to come first.")
    )


class DropForm(Form):
    """Why a step is given up, and whether one that comes again comes no more."""

    why = LineField(_l("Why is it dropped?"), [InputRequired(), Length(max=160)])
    stop = BooleanField(_l("And stop repeating it"))


class LinesForm(Form):
    """Lines to tick inside of a step."""

    text = LinesField(_l("To tick"), [InputRequired(), Length(max=8000)])


class FirstForm(Form):
    """The step that has to come first."""

    on_id = PickField(_l("Comes first"), [InputRequired()], none=_l("Choose a step"))


class ShiftForm(Form):
    """By how many days something is moved."""

    version = VersionField()
    days = WholeField(_l("Days later"), [InputRequired()], description=_l("With a minus: earlier."))
    edge = RadioField(_l("What is moved"), choices=choices(Edge), default=Edge.WHOLE.value)


class StepsForm(Form):
    """What becomes of several steps; the steps themselves are read from the rows, and faults stand at them."""

    lists = ("rows",)


class ChosenField(SelectField):
    """What all of them get: it has to be chosen, be it nobody or nothing, so that saving at once changes nothing."""

    def offer(self, choices: list[tuple[Any, Any]]) -> None:
        """Set what can be chosen."""
        self.choices = [("", _("Choose")), *((str(value), word) for value, word in choices)]

    def chosen_id(self) -> int | None:
        """The id that was chosen; None for nobody or nothing."""
        return int(self.data) or None if self.data else None


def _chosen(label: Any) -> ChosenField:
    return ChosenField(label, [InputRequired(_l("Choose one."))], default="")


class OwnerTogetherForm(StepsForm):
    """The same owner for all, or nobody."""

    owner_id = _chosen(_l("Owner"))


class DueTogetherForm(StepsForm):
    """One day for all, or so many days from the day each has."""

    due = LocalDateField(_l("Due"), description=_l("One day for all of them."))
    days = WholeField(_l("Days later"), description=_l("Or each so many days later; with a minus, earlier."))


class PhaseTogetherForm(StepsForm):
    """The same phase for all, or none."""

    phase_id = _chosen(_l("Phase"))


class GoalTogetherForm(StepsForm):
    """The same goal for all, or none."""

    goal_id = _chosen(_l("Goal"))


class StateTogetherForm(StepsForm):
    """The same state for all."""

    state = _chosen(_l("State"))
    why = LineField(_l("Why"), [Length(max=160)], description=_l("For blocked and dropped: by what, and why."))


class PriorityTogetherForm(StepsForm):
    """The same priority for all."""

    priority = _chosen(_l("Priority"))


class TagsTogetherForm(StepsForm):
    """Tags put on or taken off."""

    add_tags = LineField(_l("Put on tags"), [Length(max=300)])
    drop_tags = LineField(_l("Take off tags"), [Length(max=300)])

    def tags(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Which are put on and which are taken off."""
        return split_tags(self.add_tags.data or ""), split_tags(self.drop_tags.data or "")


def split_tags(text: str) -> tuple[str, ...]:
    """Tags by commas or spaces."""
    return tuple(tag for tag in BETWEEN_TAGS.split(text) if tag)


class RowsForm(Form):
    """Steps as rows of a sheet."""

    lists = ("rows",)
    rows = LinesField(_l("Rows"), [Length(max=1_000_000)])
