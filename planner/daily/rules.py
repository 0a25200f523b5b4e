"""What a daily report is made of, how it reads as plain text, and when the team's goes out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from planner.kernel.spans import local

LONGEST = 4000
MOST_LINES = 60
KEPT_OPEN = 7
"""So many days back a report can still be written."""

USUAL_HOUR = 22 * 60
LATEST = timedelta(hours=2)
"""So long after its hour a report still goes out."""


class Part(StrEnum):
    """The three questions, in their order."""

    DONE = "done"
    NEXT = "next"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Source:
    """Something a report says, and where it comes from."""

    part: Part
    text: str
    url: str = ""


def text_of(head: str, heads: Mapping[Part, str], sources: Sequence[Source]) -> str:
    """The report as plain text for a chat: parts with nothing in them are left out."""
    pieces = [head]
    for part in Part:
        rows = [source.text for source in sources if source.part is part]
        if rows:
            lines = [f"{number}. {text}" for number, text in enumerate(rows, start=1)]
            pieces.append("\n".join([heads[part], *lines]))
    return "\n\n".join(pieces)


def may_be_written(day: date, today: date) -> bool:
    """Not before its day begins, and not long after."""
    return today - timedelta(days=KEPT_OPEN) <= day <= today


def goes_out(now: datetime, day: date, send_at: int, zone: str, day_start: int) -> bool:
    """Whether the reports of a business day go out now: an hour before the day's beginning is of the next morning."""
    due = local(day, send_at + (24 * 60 if send_at < day_start else 0), zone)
    return due <= now < due + LATEST


def lines_of(text: str) -> list[str]:
    """The lines that are told, without the empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]
