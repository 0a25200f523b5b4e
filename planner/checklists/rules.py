"""Anchors and offsets, recheck rules, and how ticks fold into a state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypedDict
from zoneinfo import ZoneInfo


class Stage(StrEnum):
    """筹备, 开播前, 直播中, 下播后."""

    PREPARE = "prepare"
    BEFORE = "before"
    AIR = "air"
    AFTER = "after"


class Anchor(StrEnum):
    """What an item's time hangs on."""

    PLANNED_START = "planned_start"
    REAL_END = "real_end"
    SHIFT_START = "shift_start"
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


class Proof(StrEnum):
    """What a tick must come with."""

    NONE = "none"
    PHOTO = "photo"
    TWO_PEOPLE = "two_people"


NIGHT_FROM, NIGHT_UNTIL, SLID_TO = 23 * 60 + 30, 10 * 60, 10 * 60 + 30
NEXT_DAY_MINUTES = 15 * 60


class Recheck(TypedDict, total=False):
    """When a done item opens again: moved by more than so many minutes, or another studio, host or lineup."""

    move: int
    studio: bool
    host: bool
    lineup: bool


@dataclass(frozen=True)
class Times:
    """The instants a session offers as anchors."""

    planned_start: datetime
    planned_end: datetime
    real_start: datetime | None
    real_end: datetime | None
    zone: str


def slide(instant: datetime, zone: str) -> datetime:
    """Work after air that falls into the team's night (23:30-10:00) waits until 10:30."""
    wall = instant.astimezone(ZoneInfo(zone))
    minutes = wall.hour * 60 + wall.minute
    if NIGHT_UNTIL <= minutes < NIGHT_FROM:
        return instant
    day = wall + timedelta(days=1) if minutes >= NIGHT_FROM else wall
    return day.replace(hour=SLID_TO // 60, minute=SLID_TO % 60, second=0, microsecond=0).astimezone(UTC)


def due_of(anchor: Anchor, offset: int, times: Times, shift_start: datetime | None = None) -> datetime | None:
    """When an item is due; None for what happens when it happens. Offsets in minutes, negative before the anchor.

    What hangs on the real end is due by the planned end until the show is over.
    """
    if anchor is Anchor.PLANNED_START:
        return times.planned_start + timedelta(minutes=offset)
    if anchor is Anchor.SHIFT_START:
        return (shift_start or times.planned_start) + timedelta(minutes=offset)
    if anchor is Anchor.REAL_END:
        end = times.real_end or times.planned_end
        found = end + timedelta(minutes=offset)
        return found if offset <= 30 else slide(found, times.zone)
    if anchor is Anchor.NEXT_DAY:
        end = (times.real_end or times.planned_end).astimezone(ZoneInfo(times.zone))
        day = end - timedelta(hours=6) + timedelta(days=1)
        return day.replace(hour=offset // 60, minute=offset % 60, second=0, microsecond=0).astimezone(UTC)
    if anchor is Anchor.EVERY:
        return (times.real_start or times.planned_start) + timedelta(minutes=offset)
    return None


def repeats(every: int, times: Times) -> list[int]:
    """Offsets from the start for what is due every n minutes on air, within the planned length."""
    length = int((times.planned_end - times.planned_start).total_seconds() // 60)
    return list(range(every, length, every))[:48]


def reopens(rule: Recheck, kinds: Iterable[str], minutes_moved: int) -> bool:
    """Whether a done item must be looked at again after a change."""
    found = set(kinds)
    if "move" in found and "move" in rule and minutes_moved > rule["move"]:
        return True
    return any(name in found and rule.get(name, False) for name in ("studio", "host", "lineup"))


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
