"""Stages, anchors, and how ticks fold into a state. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """筹备, 开播前, 直播中, 下播后, 应急."""

    PREPARE = "prepare"
    BEFORE = "before"
    AIR = "air"
    AFTER = "after"
    EMERGENCY = "emergency"


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
    INCIDENT = "incident"


class Kind(StrEnum):
    """What a SOP is for: a show, or something that goes wrong in one (应急)."""

    SHOW = "show"
    EMERGENCY = "emergency"


LOGGED_AS = {
    "network": "network", "sound": "sound", "price": "price", "stock": "stock", "violation": "violation",
    "attack": "chat", "no_host": "person", "": "picture",
}  # fmt: skip
"""As what kind of note the log of a show tells of an emergency, by the built-in list that it came from."""


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
    HAND = "hand"
    FAIL = "fail"
    HAND_BACK = "hand_back"


ACTS: dict[Act, frozenset[ItemState]] = {
    Act.DONE: frozenset(ItemState),
    Act.UNTICK: frozenset({ItemState.OPEN, ItemState.DONE, ItemState.SKIPPED}),
    Act.SKIP: frozenset({ItemState.OPEN}),
    Act.REOPEN: frozenset({ItemState.DONE, ItemState.SKIPPED}),
    Act.HAND: frozenset({ItemState.OPEN}),
    Act.FAIL: frozenset({ItemState.OPEN}),
    Act.HAND_BACK: frozenset({ItemState.OPEN}),
}
"""From which states each act can be made."""


def may_act(act: Act, state: ItemState) -> bool:
    """Whether an act can be made on an item that stands so."""
    return state in ACTS[act]


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
        elif tick.act not in (Act.HAND, Act.HAND_BACK):
            state = ItemState.OPEN
            people.clear()
    return state


FEWEST_SHOWS = 3


def is_let_pass(shows: int, released: int) -> bool:
    """Whether what blocks was overridden more often than kept, over enough shows to tell."""
    return shows >= FEWEST_SHOWS and released * 2 > shows
