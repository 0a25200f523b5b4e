"""Repeated rows: the crew with its clocks, targets with their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from planner.base import actor
from planner.base.forms import (
    Form,
    Length,
    LineField,
    VersionField,
    typed_rows,
)
from planner.base.words import _l
from planner.figures.words import read_value
from planner.kernel.errors import Invalid
from planner.kernel.spans import Span
from planner.kernel.text import Message, msg
from planner.live.rules import ROOM, shift_end, shift_start
from planner.live.services import ShiftIn


class CrewForm(Form):
    """The crew; its rows are read by read_crew."""

    lists = ("shifts", "twice")
    version = VersionField()
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


class SwapForm(Form):
    """The decision about who takes over; whose it was and who it is stand in its address."""

    lists = ("shifts", "twice")
    version = VersionField()
    at = LineField(_l("From"), [Length(max=20)])
    override_reason = LineField(_l("Reason to book somebody twice"), [Length(max=200)])


CREW = ("position", "person", "start", "end")


TARGET = ("metric", "value")


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


def shifts_of_rows(rows: Sequence[Mapping[str, str]], span: Span) -> dict[int, ShiftIn]:
    """What can be understood of rows of a crew, by their places."""
    zone = ZoneInfo(actor.current().timezone)
    read = {n: _shift_of(row, span, zone) for n, row in enumerate(rows) if any(row[name] for name in CREW)}
    return {n: s for n, s in read.items() if isinstance(s, ShiftIn) and s.start < s.end}


def crew_spans(rows: Sequence[Mapping[str, str]], span: Span) -> list[Span]:
    """When the shift of each row would be; the session's own time where a row does not say."""
    zone, found = ZoneInfo(actor.current().timezone), list[Span]()
    for row in rows:
        start = shift_start(row["start"], span, zone)
        end = shift_end(row["end"], start, span, zone) if start else None
        near = start and end and span.start - ROOM <= start < end <= span.end + ROOM
        found.append(Span(start, end) if near and start and end else span)
    return found


def readable_crew(sent: MultiDict[str, str], span: Span) -> dict[int, ShiftIn]:
    """What can be understood of the crew while it is being typed, by the row's place on the page."""
    return shifts_of_rows(typed_rows(sent, "crew", CREW), span)


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
