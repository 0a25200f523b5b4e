"""When what hangs on an anchor is due, expires, and opens again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from planner.checklists.rules.states import Anchor
from planner.kernel.spans import business_day, local

EACH_SHIFT = frozenset({Anchor.SHIFT_START, Anchor.SHIFT_END})
"""What hangs on these is done for each shift."""

READING = "reading"
"""The line of the SOP that stands for the figures read on air."""

DAY = 24 * 60

ON_THE_CLOCK = frozenset({Anchor.CLOCK, Anchor.NEXT_DAY})
"""Offsets from these are minutes after midnight."""

AROUND = (
    Anchor.PLANNED_START, Anchor.REAL_START, Anchor.REAL_END, Anchor.SHIFT_START, Anchor.SHIFT_END, Anchor.INCIDENT,
)  # fmt: skip
"""Offsets from these are minutes before or after them."""

NIGHT_FROM, NIGHT_UNTIL, SLID_TO = 23 * 60 + 30, 10 * 60, 10 * 60 + 30
LONGEST_ON_AIR = 30 * 60
"""Minutes after which a show that nobody ended is read no more."""


class Recheck(TypedDict, total=False):
    """When a done item opens again: moved by more than so many minutes, or another studio, host or lineup."""

    move: int
    studio: bool
    host: bool
    lineup: bool


AFTER_THE_START = (Anchor.REAL_END, Anchor.NEXT_DAY, Anchor.EVERY, Anchor.SHIFT_END)
"""What can't come before a show."""

CHANGES = ("host", "studio", "lineup")
"""What else than a move can ask for another look."""


def recheck_of(changes: Iterable[str], hours: int | None) -> Recheck | None:
    """The rule somebody chose: these changes, and a move by more than so many hours."""
    found: Recheck = {}
    if hours:
        found["move"] = hours * 60
    for name in set(changes) & set(CHANGES):
        found[name] = True
    return found or None


Stretch = tuple[datetime, datetime | None]
"""From an instant to another, or on and on."""


@dataclass(frozen=True)
class Times:
    """The instants a session offers as anchors, and where the team's business day begins.

    An emergency list has one of its own: when what went wrong began. `reading` is every how many minutes figures are
    read; None where lines say so themselves.
    """

    planned_start: datetime
    planned_end: datetime
    real_start: datetime | None
    real_end: datetime | None
    zone: str
    day_start: int
    incident: datetime | None = None
    reading: int | None = None


def lasted(began: datetime, ended: datetime) -> int:
    """How many minutes something took, as it is told: at least one."""
    return max(1, round((ended - began).total_seconds() / 60))


def slide(instant: datetime, zone: str) -> datetime:
    """Work after air that falls into the team's night (23:30-10:00) waits until 10:30."""
    wall = instant.astimezone(ZoneInfo(zone))
    minutes = wall.hour * 60 + wall.minute
    if NIGHT_UNTIL <= minutes < NIGHT_FROM:
        return instant
    day = wall + timedelta(days=1) if minutes >= NIGHT_FROM else wall
    return day.replace(hour=SLID_TO // 60, minute=SLID_TO % 60, second=0, microsecond=0).astimezone(UTC)


def due_of(anchor: Anchor, offset: int, times: Times, shift: Stretch | None = None) -> datetime | None:
    """When an item is due; None for what happens when it happens. Offsets in minutes, negative before the anchor.

    What hangs on real times goes by the planned ones until they are known; what hangs on a shift nobody has yet goes
    by the show.
    """
    begins, ends = times.real_start or times.planned_start, times.real_end or times.planned_end
    first, last = shift or (times.planned_start, None)
    by = timedelta(minutes=offset)
    match anchor:
        case Anchor.PLANNED_START:
            return times.planned_start + by
        case Anchor.REAL_START | Anchor.EVERY:
            return begins + by
        case Anchor.SHIFT_START:
            return first + by
        case Anchor.SHIFT_END:
            return (last or times.planned_end) + by
        case Anchor.REAL_END:
            return ends + by if offset <= 30 else slide(ends + by, times.zone)
        case Anchor.CLOCK:
            return _at(business_day(times.planned_start, times.zone, times.day_start), offset, times)
        case Anchor.NEXT_DAY:
            day = business_day(ends, times.zone, times.day_start) + timedelta(days=1)
            return local(day, offset, times.zone)
        case Anchor.INCIDENT:
            return (times.incident or begins) + by
        case Anchor.AS_IT_HAPPENS:
            return None


def _at(day: date, minutes: int, times: Times) -> datetime:
    """A clock time of a business day: what lies before its hour belongs to the small hours at its end."""
    return local(day, minutes if minutes >= times.day_start else minutes + 24 * 60, times.zone)


def repeats(every: int, times: Times, now: datetime) -> list[int]:
    """Offsets from the start for what is due every n minutes on air: within the planned length, and while the show
    runs over it up to the next one."""
    length = int((times.planned_end - times.planned_start).total_seconds() // 60)
    if times.real_start is not None and times.real_end is None:
        length = max(length, int((now - times.real_start).total_seconds() // 60) + every + 1)
    return list(range(every, min(length, LONGEST_ON_AIR), every))


def expiry(due: datetime | None, every: int, times: Times, after: int | None = None) -> datetime | None:
    """When what comes every n minutes is missed: once the next one is due, or the show is over. Off air nothing is.

    `after` are the minutes that a line gives instead of one round.
    """
    if due is None or times.real_start is None:
        return None
    following = due + timedelta(minutes=after or every)
    return min(following, times.real_end) if times.real_end is not None else following


def falls_on_air(due: datetime | None, streams: Sequence[Stretch]) -> bool:
    """Whether a moment lies in one of the streams: in a break, and after the end, there is nothing to read."""
    return due is not None and any(start <= due and (end is None or due < end) for start, end in streams)


def reopened_by(rule: Recheck, kinds: Iterable[str], minutes_moved: int) -> list[str]:
    """What of a change asks for another look at a done item; another account has a stream and links of its own."""
    found = set(kinds)
    moved = ["move"] if "move" in found and "move" in rule and minutes_moved > rule["move"] else []
    asked = [name for name in CHANGES if rule.get(name, False)]
    other = "channel" in found and bool({"studio", "lineup"} & set(asked))
    return [*moved, *(["channel"] if other else []), *(name for name in asked if name in found)]
