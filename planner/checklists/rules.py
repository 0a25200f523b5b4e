"""Anchors and offsets, also as people type them; recheck rules; how ticks fold into a state. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypedDict
from zoneinfo import ZoneInfo

from planner.kernel.errors import Invalid
from planner.kernel.spans import business_day, local
from planner.kernel.text import Message, msg
from planner.kernel.text import fold as folded


class Stage(StrEnum):
    """筹备, 开播前, 直播中, 下播后."""

    PREPARE = "prepare"
    BEFORE = "before"
    AIR = "air"
    AFTER = "after"


class Anchor(StrEnum):
    """What an item's time hangs on."""

    PLANNED_START = "planned_start"
    REAL_START = "real_start"
    REAL_END = "real_end"
    SHIFT_START = "shift_start"
    SHIFT_END = "shift_end"
    CLOCK = "clock"
    NEXT_DAY = "next_day"
    EVERY = "every"
    AS_IT_HAPPENS = "as_it_happens"


class ItemState(StrEnum):
    """Where an item of a checklist stands."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not_applicable"


class Act(StrEnum):
    """What somebody did to an item."""

    DONE = "done"
    UNTICK = "untick"
    SKIP = "skip"
    REOPEN = "reopen"


ACTS: dict[Act, frozenset[ItemState]] = {
    Act.DONE: frozenset(ItemState),
    Act.UNTICK: frozenset({ItemState.OPEN, ItemState.DONE, ItemState.SKIPPED}),
    Act.SKIP: frozenset({ItemState.OPEN}),
    Act.REOPEN: frozenset({ItemState.DONE, ItemState.SKIPPED}),
}
"""From which states each act can be made."""


def may_act(act: Act, state: ItemState) -> bool:
    """Whether an act can be made on an item that stands so."""
    return state in ACTS[act]


@dataclass(frozen=True)
class Tap:
    """One act as a phone kept it; `act` is None for what can't be read."""

    client_id: str
    item_id: int
    act: Act | None
    note: str
    at: datetime | None


def corrected(tapped: datetime | None, told: datetime | None, now: datetime) -> datetime | None:
    """When somebody tapped by the server's clock: `told` is what the phone's clock said when it sent the tap."""
    if tapped is None or told is None:
        return tapped
    try:
        return tapped + (now - told)
    except OverflowError:
        return None


class Proof(StrEnum):
    """What a tick must come with."""

    NONE = "none"
    PHOTO = "photo"
    TWO_PEOPLE = "two_people"


EACH_SHIFT = frozenset({Anchor.SHIFT_START, Anchor.SHIFT_END})
"""What hangs on these is done for each shift."""

READING = "reading"
"""The line of the SOP that stands for the figures read on air."""

DAY = 24 * 60

ON_THE_CLOCK = frozenset({Anchor.CLOCK, Anchor.NEXT_DAY})
"""Offsets from these are minutes after midnight."""

AROUND = (Anchor.PLANNED_START, Anchor.REAL_START, Anchor.REAL_END, Anchor.SHIFT_START, Anchor.SHIFT_END)
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
    """The instants a session offers as anchors, and where the team's business day begins."""

    planned_start: datetime
    planned_end: datetime
    real_start: datetime | None
    real_end: datetime | None
    zone: str
    day_start: int


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


def expiry(due: datetime | None, every: int, times: Times) -> datetime | None:
    """When what comes every n minutes is missed: once the next one is due, or the show is over. Off air nothing is."""
    if due is None or times.real_start is None:
        return None
    following = due + timedelta(minutes=every)
    return min(following, times.real_end) if times.real_end is not None else following


def falls_on_air(due: datetime | None, streams: Sequence[Stretch]) -> bool:
    """Whether a moment lies in one of the streams: in a break, and after the end, there is nothing to read."""
    return due is not None and any(start <= due and (end is None or due < end) for start, end in streams)


def reopens(rule: Recheck, kinds: Iterable[str], minutes_moved: int) -> bool:
    """Whether a done item must be looked at again after a change; another account has a stream and links of its own."""
    found = set(kinds)
    if "channel" in found:
        found |= {"studio", "lineup"}
    if "move" in found and "move" in rule and minutes_moved > rule["move"]:
        return True
    return any(name in found and rule.get(name, False) for name in CHANGES)


@dataclass(frozen=True)
class TickFact:
    """One act on an item, as folding needs it."""

    id: int
    act: Act
    user_id: int | None


def fold(ticks: Sequence[TickFact], two_people: bool) -> ItemState:
    """The state after all acts, in their order. Two-person items are done by two different people."""
    state = ItemState.OPEN
    people: set[int | None] = set()
    for tick in sorted(ticks, key=lambda t: t.id):
        if tick.act is Act.DONE:
            people.add(tick.user_id)
            state = ItemState.DONE if not two_people or len(people) >= 2 else ItemState.OPEN
        elif tick.act is Act.SKIP:
            state = ItemState.SKIPPED
            people.clear()
        else:
            state = ItemState.OPEN
            people.clear()
    return state


_AMOUNT = r"(?:\d{1,6}(?:\.\d+)?(?:个半)?|半)"
_UNIT = "(?:days?|d|天|日|hours?|hrs?|h|小时|钟头|时|minutes?|mins?|m|分钟|分)"
_LENGTH = rf"(?:(?:{_AMOUNT}个?{_UNIT})+(?:\d{{1,3}})?|\d{{1,6}})"
_PIECE = re.compile(r"(\d+(?:\.\d+)?)?(个?半)?个?(d|天|日|h|小时|钟头|时|m|分)?[a-z钟]*")
_NAMES: dict[str, tuple[Anchor, ...]] = {
    "计划开播": (Anchor.PLANNED_START,),
    "theplannedstart": (Anchor.PLANNED_START,),
    "实际开播": (Anchor.REAL_START,),
    "therealstart": (Anchor.REAL_START,),
    "开播": (Anchor.PLANNED_START, Anchor.REAL_START),
    "thestart": (Anchor.PLANNED_START, Anchor.REAL_START),
    "start": (Anchor.PLANNED_START, Anchor.REAL_START),
    "实际下播": (Anchor.REAL_END,),
    "下播": (Anchor.REAL_END,),
    "theend": (Anchor.REAL_END,),
    "therealend": (Anchor.REAL_END,),
    "end": (Anchor.REAL_END,),
    "每个班次开始": (Anchor.SHIFT_START,),
    "每班开始": (Anchor.SHIFT_START,),
    "接班": (Anchor.SHIFT_START,),
    "thestartofeachshift": (Anchor.SHIFT_START,),
    "每个班次结束": (Anchor.SHIFT_END,),
    "每班结束": (Anchor.SHIFT_END,),
    "交班": (Anchor.SHIFT_END,),
    "theendofeachshift": (Anchor.SHIFT_END,),
    "t": AROUND,
}
_NAME = "(?P<name>" + "|".join(sorted(_NAMES, key=len, reverse=True)) + ")"
_AROUND_FORMS = [
    re.compile(form)
    for form in (
        rf"{_NAME}?(?P<sign>[-+])(?P<length>{_LENGTH})",
        rf"{_NAME}?(?P<side>提前|前|后)(?P<length>{_LENGTH})",
        rf"{_NAME}?(?P<length>{_LENGTH})(?P<side>前|后)",
        rf"(?P<length>{_LENGTH})(?P<side>before|after){_NAME}?",
        rf"(?:at)?{_NAME}时?",
    )
]
_CLOCK = re.compile(r"(?P<day>当天|当日|次日|第二天|nextday)?(?:at)?(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")
_ROUND = re.compile(rf"(?:直播中|开播后)?(?:每隔?|every)(?P<length>{_LENGTH})(?:onair)?")
_DAYS: dict[str | None, tuple[Anchor, ...]] = {
    None: (Anchor.CLOCK, Anchor.NEXT_DAY),
    "当天": (Anchor.CLOCK,),
    "当日": (Anchor.CLOCK,),
}
_WHENEVER = {"随时", "asithappens"}
_PLAIN = str.maketrans({**dict.fromkeys("\u2010\u2012\u2013\u2014\u2212", "-"), "一": "1", "两": "2"})


@dataclass(frozen=True)
class Said:
    """A time as somebody typed it, and what its words may count from, the likeliest first."""

    minutes: int
    fits: tuple[Anchor, ...]


def _minutes(length: str) -> int | None:
    """How long `2小时`, `1h30`, `半天` and `45` are; None for what is no whole number of minutes."""
    total = 0.0
    for amount, half, unit in _PIECE.findall(length):
        scale = DAY if unit in ("d", "天", "日") else 60 if unit in ("h", "小时", "钟头", "时") else 1
        total += (float(amount or 0) + (0.5 if half else 0)) * scale
    return int(total) if total == int(total) else None


def _said_around(plain: str) -> Said | None:
    found = next((m for form in _AROUND_FORMS if (m := form.fullmatch(plain))), None)
    if found is None:
        return None
    parts: dict[str, str | None] = found.groupdict()
    minutes = _minutes(parts.get("length") or "0")
    if minutes is None:
        return None
    earlier = parts.get("sign") == "-" or parts.get("side") in ("提前", "前", "before")
    named = _NAMES.get(parts.get("name") or "", AROUND)
    after_start = named == _NAMES["start"] and parts.get("side") in ("后", "after")
    return Said(-minutes if earlier else minutes, (Anchor.REAL_START,) if after_start else named)


def said(text: str) -> Said | None:
    """`T-45分`, `T-2小时`, `下播后 30 分`, `next day 15:00`, `every 30 min`; None for what says no time.

    A bare number is minutes, negative before what it counts from.
    """
    plain = folded(text).replace(" ", "").translate(_PLAIN)
    if plain in _WHENEVER:
        return Said(0, (Anchor.AS_IT_HAPPENS,))
    clock = _CLOCK.fullmatch(plain)
    if clock:
        return Said(int(clock["hour"]) * 60 + int(clock["minute"]), _DAYS.get(clock["day"], (Anchor.NEXT_DAY,)))
    comes_round = _ROUND.fullmatch(plain)
    if comes_round:
        every = _minutes(comes_round["length"])
        return Said(every, (Anchor.EVERY,)) if every is not None else None
    if re.fullmatch(_LENGTH, plain):
        bare = _minutes(plain)
        return Said(bare, (*AROUND, Anchor.EVERY)) if bare is not None else None
    return _said_around(plain)


def time_like(anchor: Anchor) -> Message:
    """How a time is typed that counts from this."""
    if anchor in ON_THE_CLOCK:
        return msg("Type a clock time like 15:00.")
    if anchor is Anchor.EVERY:
        return msg("Type how often it comes, like 30 min.")
    return msg("Type a time like T-45 min, T-2 h, T-1 day or 30 min after the end.")


def read_when(text: str, chosen: Anchor, before: Anchor = Anchor.PLANNED_START) -> tuple[Anchor, int]:
    """What a typed time counts from, and its minutes. `before` is what was chosen when the form was opened.

    A choice nobody has touched gives way to words that name something else, and words give way to a new choice of the
    same kind.
    """
    if chosen is Anchor.AS_IT_HAPPENS is not before:
        return chosen, 0
    found = said(text)
    if found is None:
        raise Invalid.at("offset_minutes", time_like(chosen))
    alike = next((kind for kind in (AROUND, ON_THE_CLOCK) if chosen in kind), ())
    if chosen in found.fits or (before in found.fits and before in alike):
        return chosen, found.minutes
    if chosen is before:
        return found.fits[0], found.minutes
    raise Invalid.at("offset_minutes", time_like(chosen))
