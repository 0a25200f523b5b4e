"""Times as people type them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.checklists.rules.states import Anchor
from planner.checklists.rules.times import AROUND, DAY, ON_THE_CLOCK
from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg
from planner.kernel.text import fold as folded

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
    "突发": (Anchor.INCIDENT,),
    "事发": (Anchor.INCIDENT,),
    "theincident": (Anchor.INCIDENT,),
    "t": (Anchor.PLANNED_START, Anchor.REAL_START),
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
