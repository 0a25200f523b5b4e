"""Forms of figures and reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wtforms import FileField, ValidationError

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    LocalDateTimeField,
    NumberField,
    PickField,
    PickManyField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
)
from planner.base.words import _l
from planner.checklists.rules import Anchor, Stage
from planner.checklists.words import (
    anchor_choices,
    change_choices,
    simple_evidence,
    stage_choices,
    usual_when,
    when_fault,
)
from planner.figures.queries import session_metric_choices
from planner.outcomes.forms.figures import FiguresForm


class TakenForm(Form):
    """When a file was downloaded."""

    taken_at = LocalDateTimeField(_l("Downloaded at"))


class UploadForm(TakenForm):
    """The platform's file and when it was downloaded, where its name does not say it."""

    file = FileField(_l("File"))


class FindingForm(Form):
    """Cause, facts, guesses, and which of the parts below the finding ends in."""

    version = VersionField()
    cause_id = PickField(_l("Cause"), none=_l("Not clear yet"))
    facts = LinesField(_l("Facts"), [Length(max=2000)])
    guess = LinesField(_l("Guesses"), [Length(max=2000)])
    ending = RadioField(_l("What it ends in"), default="")


class ActionForm(Form):
    """What is done about it, and how we shall see whether it worked."""

    title = LineField(_l("Action"), [InputRequired(), Length(max=160)])
    owner_id = PickField(_l("Owner"), [InputRequired()], none="")
    due = LocalDateField(_l("Due"), [InputRequired()])
    metric = SelectField(_l("Figure it shall change"), choices=session_metric_choices)
    value = NumberField(_l("Value to reach"), [InputRequired()])
    verify = PickManyField(_l("Verified by"))


class ProposalForm(Form):
    """A line for the SOP."""

    template_id = PickField(_l("SOP"), [InputRequired()])
    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), choices=stage_choices, default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), choices=anchor_choices, default=Anchor.PLANNED_START.value)
    offset_minutes = LineField(_l("When"), [InputRequired(), Length(max=60)], default=usual_when)
    evidence = SelectMultipleField(_l("Proof"), choices=simple_evidence)
    recheck = SelectMultipleField(_l("Opens again with"), choices=change_choices)
    recheck_hours = WholeField(_l("Opens again when moved by more than"))

    def validate_offset_minutes(self, field: LineField) -> None:
        """A text that says no time is told with everything else that is wrong."""
        fault = when_fault(field.data or "", self.anchor.data)
        if fault:
            raise ValidationError(fault)


class DecideForm(Form):
    """Why nothing is done."""

    reason = LineField(_l("Reason"), [Length(max=300)])


class VerifyForm(Form):
    """Which sessions will show whether an action worked."""

    version = VersionField()
    verify = PickManyField(_l("Verified by"))


@dataclass(frozen=True)
class Quick:
    """What was sent of the five-minute form: who is to be closed, each with its cause and its line."""

    chosen: list[int]
    causes: dict[int, int]
    notes: dict[int, str]
    partly: bool

    def without(self, faults: Iterable[str]) -> list[int]:
        """Those that can be closed: no fault names them."""
        named = {name.rpartition("_")[2] for name in faults}
        return [session_id for session_id in self.chosen if str(session_id) not in named]


def read_quick(sent: Mapping[str, str], offered: Iterable[int]) -> Quick:
    """Of the sessions that were offered, those that were chosen."""
    chosen = [row_id for row_id in offered if sent.get(f"close_{row_id}")]
    given = {row_id: sent.get(f"cause_{row_id}", "") for row_id in chosen}
    causes = {row_id: int(text) for row_id, text in given.items() if text.isdecimal() and len(text) < 19}
    notes = {row_id: sent.get(f"note_{row_id}", "") for row_id in chosen}
    return Quick(chosen, causes, notes, sent.get("partly") == "1")


class SummaryForm(Form):
    """What is worth keeping."""

    version = VersionField()
    summary = LinesField(_l("Summary"), [Length(max=4000)])


__all__ = [
    "ActionForm",
    "DecideForm",
    "FiguresForm",
    "FindingForm",
    "ProposalForm",
    "Quick",
    "SummaryForm",
    "TakenForm",
    "UploadForm",
    "VerifyForm",
    "read_quick",
]
