"""A session: planned, drafted, edited, moved, called off; its lineup and its targets."""

from __future__ import annotations

from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateTimeField,
    Optional,
    PickField,
    RadioField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.live.rules import Weight

USUAL_TARGETS = ("gmv", "viewers")


"""The figures a session is usually given targets for."""


USUAL_MINUTES = 240


LONGEST_SHEET = 60_000


"""Characters of a pasted lineup."""


class SessionForm(Form):
    """A new session; the rows of its crew and of its targets are read by read_crew and read_targets."""

    lists = ("shifts", "twice", "targets", "lineup")
    theme = LineField(_l("Theme"), [InputRequired(), Length(max=80)])
    weight = RadioField(_l("Weight"), choices=choices(Weight), default=Weight.DAILY.value)
    channel_id = PickField(_l("Channel"), [InputRequired()])
    studio_id = PickField(_l("Studio"), none=_l("No studio"))
    start = LocalDateTimeField(_l("Planned start"), [InputRequired()])
    minutes = WholeField(_l("Length"), [InputRequired()], default=USUAL_MINUTES)
    tags = LineField(_l("Tags"), [Length(max=300)])
    notes = LinesField(_l("Notes"), [Length(max=4000)])
    lineup = LinesField(_l("Products"), [Length(max=LONGEST_SHEET)])
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])

    def tag_list(self) -> list[str]:
        """Tags by commas or spaces."""
        return split_tags(self.tags.data or "")


class DraftForm(SessionForm):
    """A draft needs a theme, a start and a channel."""

    minutes = WholeField(_l("Length"), [Optional()])


class ScheduleForm(Form):
    """A draft becomes a plan."""

    version = VersionField()
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


def split_tags(text: str) -> list[str]:
    """Words between commas, spaces or enumeration commas."""
    for mark in "，、;；#":
        text = text.replace(mark, ",")
    return [word.strip() for part in text.split(",") for word in part.split() if word.strip()]


class EditForm(Form):
    """What a session is about."""

    version = VersionField()
    theme = LineField(_l("Theme"), [InputRequired(), Length(max=80)])
    weight = RadioField(_l("Weight"), choices=choices(Weight))
    tags = LineField(_l("Tags"), [Length(max=300)])
    notes = LinesField(_l("Notes"), [Length(max=4000)])
    no_compare = BooleanField(_l("Leave out of comparisons (an incident, or a promotion night)"))


class MoveForm(Form):
    """Another time, studio or channel."""

    version = VersionField()
    start = LocalDateTimeField(_l("Planned start"), [InputRequired()])
    minutes = WholeField(_l("Length"), [InputRequired()])
    channel_id = PickField(_l("Channel"), [InputRequired()])
    studio_id = PickField(_l("Studio"), none=_l("No studio"))
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


class DuplicateForm(Form):
    """When the same show runs again."""

    start = LocalDateTimeField(_l("Planned start"), [InputRequired()])
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


class CancelForm(Form):
    """Why it is called off."""

    version = VersionField()
    reason = LineField(_l("Reason"), [InputRequired(), Length(max=300)])


class LineupForm(Form):
    """Rows out of the team's sheet."""

    lists = ("rows",)
    version = VersionField()
    rows = LinesField(_l("Products"), [Length(max=LONGEST_SHEET)])


class TargetsForm(Form):
    """What the session is meant to reach; its rows are read by read_targets."""

    lists = ("targets",)
    version = VersionField()
