"""Steps: their states, when somebody wants them done, and which waits for which. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planner.kernel.machine import Machine, Move
from planner.kernel.permissions import P


class StepState(StrEnum):
    """Where a step stands; overdue is computed with the clock, never stored."""

    OPEN = "open"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


class Urgency(StrEnum):
    """When somebody's open step wants to be done."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"
    UNDATED = "undated"
    WAITING = "waiting"


class Priority(StrEnum):
    """How much a step weighs against others of the same day."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Show(StrEnum):
    """Which states a list shows: one of them, all that is unfinished, what stands (all but dropped), or everything."""

    UNFINISHED = "unfinished"
    STANDING = "standing"
    OPEN = "open"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"
    ALL = "all"


class Due(StrEnum):
    """When what a list shows is due."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    NONE = "none"


class ListColumn(StrEnum):
    """What a list of steps shows beside the titles, in its order."""

    OWNER = "owner"
    START = "start"
    DUE = "due"
    PHASE = "phase"
    GOAL = "goal"
    DEPARTMENT = "department"
    PRIORITY = "priority"
    TAGS = "tags"
    LINES = "lines"
    STATE = "state"


USUAL_COLUMNS = (
    ListColumn.OWNER, ListColumn.DUE, ListColumn.PHASE, ListColumn.GOAL, ListColumn.LINES, ListColumn.STATE,
)  # fmt: skip


class Sort(StrEnum):
    """The order of a list."""

    DUE = "due"
    LATEST = "latest"
    PRIORITY = "priority"
    NEWEST = "newest"


class Place(StrEnum):
    """What the columns of a board stand for."""

    STATE = "state"
    PHASE = "phase"
    OWNER = "owner"


UNFINISHED = (StepState.OPEN, StepState.DOING, StepState.BLOCKED)
"""There is something left to do."""
_UNFINISHED = frozenset(UNFINISHED)
GOES_ON = frozenset({StepState.DOING, StepState.DONE})
"""Into which a step goes on: then it is said what should have come first."""

STEPS: Machine[StepState] = Machine(
    StepState,
    [
        Move("start", frozenset({StepState.OPEN, StepState.BLOCKED}), StepState.DOING, P.STEP_DO),
        Move("put_back", frozenset({StepState.DOING, StepState.BLOCKED}), StepState.OPEN, P.STEP_DO),
        Move("block", frozenset({StepState.OPEN, StepState.DOING}), StepState.BLOCKED, P.STEP_DO),
        Move("finish", _UNFINISHED, StepState.DONE, P.STEP_DO),
        Move("reopen", frozenset({StepState.DONE, StepState.DROPPED}), StepState.OPEN, P.STEP_DO),
        Move("drop", _UNFINISHED, StepState.DROPPED, P.PLAN_EDIT),
    ],
)


def move_to(before: StepState, after: StepState) -> str | None:
    """The move that leads from one state to another in one go; None where there is none."""
    found = (m.name for m in STEPS.moves.values() if before in m.sources and m.target is after)
    return next(found, None)


class HangsOn(StrEnum):
    """What the day of a step is counted from."""

    SESSION = "session"
    PHASE_START = "phase_start"
    PHASE_END = "phase_end"


FURTHEST_OFFSET = 366


def day_at(anchor: date, days: int) -> date:
    """The day so many days after an anchor; before it where the number is below 0."""
    return anchor + timedelta(days=days)


@dataclass(frozen=True)
class Hang:
    """So many days after (or, below 0, before) the business day of a show, or the first or last day of the phase."""

    on: HangsOn
    days: int = 0
    session_id: int | None = None


@dataclass(frozen=True)
class Extras:
    """What a step has where its team turned it on: an estimate in minutes, and people (their ids) who help."""

    estimate_minutes: int | None = None
    helpers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Details:
    """What a step has beside title, owner, day and place. `tags` are words, each once; `hang` sets the day.

    Without `extras` those stay as they are.
    """

    start: date | None = None
    priority: Priority = Priority.NORMAL
    department: str = ""
    tags: tuple[str, ...] = ()
    hang: Hang | None = None
    extras: Extras | None = None


def circle(links: Iterable[tuple[int, int]], step_id: int, on_id: int) -> list[int]:
    """Which steps would wait for each other in a ring if `step_id` waited for `on_id`; empty where none would.

    `links` are pairs (waits, for). The ring begins with `step_id` and ends with it.
    """
    if step_id == on_id:
        return [step_id, step_id]
    waits: dict[int, list[int]] = {}
    for one, other in links:
        waits.setdefault(one, []).append(other)
    came: dict[int, int] = {on_id: step_id}
    ahead = [on_id]
    while ahead:
        here = ahead.pop()
        for there in waits.get(here, ()):
            if there == step_id:
                ring = [step_id, here]
                while ring[-1] != on_id:
                    ring.append(came[ring[-1]])
                return [step_id, *ring[:0:-1], step_id]
            if there not in came:
                came[there] = here
                ahead.append(there)
    return []


def urgency(due: date | None, waits: bool, today: date) -> Urgency:
    """What waits for others stands apart; a week ends on Sunday."""
    if waits:
        return Urgency.WAITING
    if due is None:
        return Urgency.UNDATED
    if due <= today:
        return Urgency.LATE if due < today else Urgency.TODAY
    return Urgency.WEEK if (due - today).days <= 6 - today.weekday() else Urgency.LATER


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def retitled(before: str, after: str, title: str) -> str:
    """The title of a step that is copied along with another one, whose title became another: it differs as that does.
    What can't be told from the two says which copy it belongs to."""
    if after == before:
        return title
    if after.startswith(before):
        return title + after[len(before) :]
    if after.endswith(before):
        return after[: -len(before)] + title
    begin = _alike(before, after)
    end = _alike(before[begin:][::-1], after[begin:][::-1])
    old, new = before[begin : len(before) - end], after[begin : len(after) - end]
    return title.replace(old, new, 1) if old and old in title else f"{title} · {after}"
