"""Forms of sessions: shape and spelling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from planner.base import actor
from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateTimeField,
    NumberField,
    PickField,
    RadioField,
    SelectField,
    VersionField,
    WholeField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l, choices
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.kernel.text import msg
from planner.live.queries import AiringRow
from planner.live.rules import Platform, Weight, shift_end, shift_start
from planner.live.services import ShiftIn, StreamIn

TARGETS = ("gmv", "paid_amount", "viewers", "orders", "interactions", "new_fans", "avg_watch_seconds", "roi")
"""The figures a session is usually given targets for; the order of the form."""


class SessionForm(Form):
    """A new session."""

    theme = LineField(_l("Theme"), [InputRequired(), Length(max=80)])
    weight = RadioField(_l("Weight"), choices=choices(Weight), default=Weight.DAILY.value)
    channel_id = PickField(_l("Channel"), [InputRequired()])
    studio_id = PickField(_l("Studio"), none=_l("No studio"))
    start = LocalDateTimeField(_l("Planned start"), [InputRequired()])
    minutes = WholeField(_l("Length"), [InputRequired()], default=240)
    gmv = NumberField(_l("Target GMV"))
    viewers = NumberField(_l("Target viewers"))
    tags = LineField(_l("Tags"), [Length(max=300)])
    notes = LinesField(_l("Notes"), [Length(max=4000)])
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])

    def targets(self) -> dict[str, Decimal]:
        """The targets that were typed."""
        typed = {"gmv": self.gmv.data, "viewers": self.viewers.data}
        return {metric: value for metric, value in typed.items() if value is not None}

    def tag_list(self) -> list[str]:
        """Tags by commas or spaces."""
        return split_tags(self.tags.data or "")


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
    """Another time or studio."""

    version = VersionField()
    start = LocalDateTimeField(_l("Planned start"), [InputRequired()])
    minutes = WholeField(_l("Length"), [InputRequired()])
    studio_id = PickField(_l("Studio"), none=_l("No studio"))
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


class DuplicateForm(Form):
    """When the same show runs again."""

    start = LocalDateTimeField(_l("Planned start"), [InputRequired()])
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


class CrewForm(Form):
    """The crew; its rows are read by read_crew."""

    version = VersionField()
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


class CancelForm(Form):
    """Why it is called off."""

    version = VersionField()
    reason = LineField(_l("Reason"), [InputRequired(), Length(max=300)])


class GoForm(Form):
    """A person's go."""

    note = LineField(_l("Note"), [Length(max=300)])


class TimesForm(Form):
    """The real times: of each stream a start and an end, by its id; times_form makes them."""

    version = VersionField()

    def streams(self, held: Sequence[AiringRow]) -> list[StreamIn]:
        """What was typed. A stream that the form did not know yet is left as it is."""
        rows: list[StreamIn] = []
        for airing in held:
            if self[f"start_{airing.id}"].raw_data:
                rows.append(StreamIn(airing.id, self._start(f"start_{airing.id}"), self[f"end_{airing.id}"].data))
        typed = [self[name].data for name in ("channel_new", "start_new", "end_new") if name in self]
        if any(typed):
            rows.append(StreamIn(None, self._start("start_new"), self["end_new"].data, self["channel_new"].data))
        return rows

    def _start(self, name: str) -> datetime:
        found: datetime | None = self[name].data
        if found is None:
            raise Invalid.at(name, msg("Type when it began."))
        return found


def times_form(version: int, held: Sequence[AiringRow], channels: Sequence[tuple[int, str]]) -> TimesForm:
    """A form for these streams, and for one that was forgotten where there are channels to choose."""

    class Times(TimesForm):
        pass

    values: dict[str, object] = {"version": version}
    for number, airing in enumerate(held, start=1):
        names = (_("Start of stream %(number)s", number=number), _("End of stream %(number)s", number=number))
        alone = len(held) == 1
        setattr(Times, f"start_{airing.id}", LocalDateTimeField(_("Real start") if alone else names[0]))
        setattr(Times, f"end_{airing.id}", LocalDateTimeField(_("Real end") if alone else names[1]))
        values |= {f"start_{airing.id}": airing.real_start, f"end_{airing.id}": airing.real_end}
    if channels:
        setattr(Times, "channel_new", PickField(_l("Channel"), none=_l("No further stream")))  # noqa: B010
        setattr(Times, "start_new", LocalDateTimeField(_l("Real start")))  # noqa: B010
        setattr(Times, "end_new", LocalDateTimeField(_l("Real end")))  # noqa: B010
    form = Times(data=values)
    picked = form["channel_new"] if channels else None
    if isinstance(picked, PickField):
        picked.offer(list(channels))
    return form


class LineupForm(Form):
    """Rows out of the team's sheet."""

    version = VersionField()
    rows = LinesField(_l("Rows"), [Length(max=60000)])


class TargetsForm(Form):
    """What the session is meant to reach."""

    version = VersionField()
    gmv = NumberField()
    paid_amount = NumberField()
    viewers = NumberField()
    orders = NumberField()
    interactions = NumberField()
    new_fans = NumberField()
    avg_watch_seconds = NumberField()
    roi = NumberField()


class ChannelForm(Form):
    """A channel."""

    version = VersionField()
    platform = SelectField(_l("Platform"), choices=choices(Platform))
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])
    account = LineField(_l("Account"), [InputRequired(), Length(max=60)])


class StudioForm(Form):
    """A studio."""

    version = VersionField()
    name = LineField(_l("Name"), [InputRequired(), Length(max=60)])


def read_crew(sent: MultiDict[str, str], span: Span) -> list[ShiftIn]:
    """The crew rows of a form; an empty time means the session's own, and clocks roll over midnight with it."""
    zone = ZoneInfo(actor.current().timezone)
    rows: list[ShiftIn] = []
    columns = [sent.getlist(f"crew_{name}") for name in ("position", "person", "start", "end")]
    for number in range(len(columns[0])):
        cells = [column[number].strip() if number < len(column) else "" for column in columns]
        if not cells[0] and not cells[1]:
            continue
        if not (cells[0].isdecimal() and cells[1].isdecimal()) or len(cells[0]) > 18 or len(cells[1]) > 18:
            raise Invalid.at("shifts", msg("Crew row %(row)s needs a position and a person.", row=number + 1))
        start = shift_start(cells[2], span, zone)
        end = shift_end(cells[3], start, span, zone) if start else None
        if start is None or end is None:
            raise Invalid.at("shifts", msg("Crew row %(row)s: type times like 20:00.", row=number + 1))
        rows.append(ShiftIn(int(cells[0]), int(cells[1]), start, end))
    return rows


def crew_cells(start: datetime, end: datetime, span: Span) -> tuple[str, str]:
    """A shift's times as its row shows them: plain clocks where reading them again gives the same instants."""
    zone = ZoneInfo(actor.current().timezone)
    told = [instant.astimezone(zone) for instant in (start, end)]
    clocks = [instant.strftime("%H:%M") for instant in told]
    if shift_start(clocks[0], span, zone) != start:
        clocks[0] = told[0].strftime("%Y-%m-%d %H:%M")
    if shift_end(clocks[1], start, span, zone) != end:
        clocks[1] = told[1].strftime("%Y-%m-%d %H:%M")
    return clocks[0], clocks[1]
