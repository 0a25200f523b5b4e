"""Forms of sessions: shape and spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    Optional,
    PickField,
    RadioField,
    SelectField,
    VersionField,
    WholeField,
)
from planner.base.i18n import gettext as _
from planner.base.words import _l, choices
from planner.figures.words import read_value
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.kernel.text import Message, msg
from planner.live.queries import AiringRow
from planner.live.rules import Platform, Weight, shift_end, shift_start
from planner.live.services import ShiftIn, StreamIn

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


class CrewForm(Form):
    """The crew; its rows are read by read_crew."""

    lists = ("shifts", "twice")
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

    lists = ("rows",)
    version = VersionField()
    rows = LinesField(_l("Products"), [Length(max=LONGEST_SHEET)])


class TargetsForm(Form):
    """What the session is meant to reach; its rows are read by read_targets."""

    lists = ("targets",)
    version = VersionField()


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


CREW = ("position", "person", "start", "end")
TARGET = ("metric", "value")
MOST_ROWS = 200


def typed_rows(sent: MultiDict[str, str], prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """The repeated rows of a form as they were sent, also the empty ones between them."""
    columns = {name: sent.getlist(f"{prefix}_{name}") for name in names}
    count = min(max((len(column) for column in columns.values()), default=0), MOST_ROWS)
    return [{name: c[n].strip() if n < len(c) else "" for name, c in columns.items()} for n in range(count)]


def crew_rows(sent: MultiDict[str, str]) -> list[dict[str, str]]:
    """The rows of a crew that say anything; faults are told by their places among these."""
    return [row for row in typed_rows(sent, "crew", CREW) if any(row.values())]


def target_rows(sent: MultiDict[str, str]) -> list[dict[str, str]]:
    """The rows of targets that say anything. A figure without a number is no target yet."""
    return [row for row in typed_rows(sent, "target", TARGET) if any(row.values())]


def _is_id(cell: str) -> bool:
    return cell.isdecimal() and cell.isascii() and len(cell) <= 18


def _shift_of(row: Mapping[str, str], span: Span, zone: ZoneInfo) -> ShiftIn | Message:
    if not (_is_id(row["position"]) and _is_id(row["person"])):
        return msg("A crew row needs a position and a person.")
    start = shift_start(row["start"], span, zone)
    end = shift_end(row["end"], start, span, zone) if start else None
    if start is None or end is None:
        return msg("Type times like 20:00.")
    return ShiftIn(int(row["position"]), int(row["person"]), start, end)


def read_crew(sent: MultiDict[str, str], span: Span) -> list[ShiftIn]:
    """The crew of a form; an empty time means the session's own, and clocks roll over midnight with it."""
    zone = ZoneInfo(actor.current().timezone)
    read = [_shift_of(row, span, zone) for row in crew_rows(sent)]
    faults = {f"shifts.{n}": found for n, found in enumerate(read) if isinstance(found, Message)}
    if faults:
        raise Invalid(faults)
    return [found for found in read if isinstance(found, ShiftIn)]


def readable_crew(sent: MultiDict[str, str], span: Span) -> dict[int, ShiftIn]:
    """What can be understood of the crew while it is being typed, by the row's place on the page."""
    zone = ZoneInfo(actor.current().timezone)
    rows = enumerate(typed_rows(sent, "crew", CREW))
    read = {n: _shift_of(row, span, zone) for n, row in rows if any(row.values())}
    return {n: s for n, s in read.items() if isinstance(s, ShiftIn) and s.start < s.end}


def read_targets(sent: MultiDict[str, str]) -> tuple[dict[str, Decimal], dict[str, str]]:
    """The targets of a form, and at which of its rows the service's faults belong."""
    found: dict[str, Decimal] = {}
    faults: dict[str, Message] = {}
    places: dict[str, str] = {}
    for n, row in enumerate(target_rows(sent)):
        try:
            value = read_value(row["value"], row["metric"])
        except ValueError:
            faults[f"targets.{n}"] = msg("Type a number.")
            continue
        if value is None:
            continue
        if not row["metric"]:
            faults[f"targets.{n}"] = msg("Choose what the number counts.")
        elif row["metric"] in found:
            faults[f"targets.{n}"] = msg("This figure has a target above.")
        else:
            places[f"targets.{len(found)}"] = f"targets.{n}"
            found[row["metric"]] = value
    if faults:
        raise Invalid(faults)
    return found, places


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
