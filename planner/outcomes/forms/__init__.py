"""Forms of figures and reviews."""

from __future__ import annotations

from wtforms import FileField

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    LocalDateTimeField,
    NumberField,
    OffsetField,
    PickField,
    PickManyField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.checklists.rules import Anchor, Proof, Stage
from planner.checklists.words import change_choices
from planner.figures.queries import metric_choices

TYPED = (
    "gmv",
    "paid_amount",
    "viewers",
    "views",
    "orders",
    "buyers",
    "comments",
    "likes",
    "shares",
    "new_fans",
    "ad_spend",
    "refund_amount",
)


class UploadForm(Form):
    """The platform's file and when it was downloaded."""

    file = FileField(_l("File"))
    taken_at = LocalDateTimeField(_l("Downloaded at"), [InputRequired()])


class FiguresForm(Form):
    """Figures typed by hand, or pasted as lines of name and value."""

    gmv = NumberField()
    paid_amount = NumberField()
    viewers = NumberField()
    views = NumberField()
    orders = NumberField()
    buyers = NumberField()
    comments = NumberField()
    likes = NumberField()
    shares = NumberField()
    new_fans = NumberField()
    ad_spend = NumberField()
    refund_amount = NumberField()
    lines = LinesField(_l("Or paste lines"), [Length(max=8000)])


class FindingForm(Form):
    """Cause, facts, guesses."""

    version = VersionField()
    cause_id = PickField(_l("Cause"), none=_l("Not clear yet"))
    facts = LinesField(_l("Facts"), [Length(max=2000)])
    guess = LinesField(_l("Guesses"), [Length(max=2000)])


class ActionForm(Form):
    """What is done about it, and how we shall see whether it worked."""

    title = LineField(_l("Action"), [InputRequired(), Length(max=160)])
    owner_id = PickField(_l("Owner"), none=_l("Nobody yet"))
    due = LocalDateField(_l("Due"))
    metric = SelectField(_l("Figure it shall change"), choices=metric_choices)
    value = NumberField(_l("Value to reach"), [InputRequired()])
    verify = PickManyField(_l("Verified by"))


class ProposalForm(Form):
    """A line for the SOP."""

    template_id = PickField(_l("SOP"), [InputRequired()])
    text = LineField(_l("What is to be done"), [InputRequired(), Length(max=160)])
    position_id = PickField(_l("Position"), none=_l("Anybody"))
    stage = SelectField(_l("Stage"), choices=choices(Stage), default=Stage.BEFORE.value)
    anchor = SelectField(_l("Counted"), choices=choices(Anchor), default=Anchor.PLANNED_START.value)
    offset_minutes = OffsetField(_l("Minutes, or a clock time"), [InputRequired()], default=-60)
    proof = SelectField(_l("Proof"), choices=choices(Proof), default=Proof.NONE.value)
    recheck = SelectMultipleField(_l("Opens again with"), choices=change_choices)
    recheck_hours = WholeField(_l("Opens again when moved by more than"))


class DecideForm(Form):
    """No action, or a normal swing."""

    decision = RadioField(
        _l("Decision"), choices=[("no_action", _l("No action, on purpose")), ("normal_swing", _l("Normal swing"))]
    )
    reason = LineField(_l("Reason"), [Length(max=300)])


class SummaryForm(Form):
    """What is worth keeping."""

    version = VersionField()
    summary = LinesField(_l("Summary"), [Length(max=4000)])
