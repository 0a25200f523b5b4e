"""How an SOP does: what became of each item that was due, the pass rate, and what to offer because of it. Pure.

SOP pass rate (SOP 通过率) = items done in time with their evidence ÷ items that were due. What does not apply (不适用)
and what was left out with an accepted reason leave the sum; what a show went on air without although it blocks (放行,
overridden) counts as failed. Over a period the rate is the quotient of the sums, never a mean of rates.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from planner.checklists.rules.states import Anchor, ItemState

MOST_RUNS = 50
"""So many shows of an SOP are looked at, at most."""

RECENT = 10
STEPS = (5, 15, 30)
LONGEST_EARLIER = 24 * 60
MINUTE = timedelta(minutes=1)


class Outcome(StrEnum):
    """What became of an item."""

    IN_TIME = "in_time"
    LATE = "late"
    FAILED = "failed"
    """Its time is over, and nobody has done it."""
    OVERRIDDEN = "overridden"
    """It blocks, and the show went on air without it."""
    SKIPPED = "skipped"
    """Left out, and nobody who leads has accepted that."""
    EXCUSED = "excused"
    """Left out with an accepted reason."""
    OUT = "out"
    """It does not apply, has no time, or its time is still to come."""


COUNTED = (Outcome.IN_TIME, Outcome.LATE, Outcome.FAILED, Outcome.OVERRIDDEN, Outcome.SKIPPED)
"""What is in the sum."""


@dataclass(frozen=True)
class Fact:
    """An item of a list after its show, as judging needs it.

    `overridden` says that it blocked and was open when the show went on air; `accepted` that whoever left it out leads
    the team, or that somebody who leads gave the go afterwards and so let it pass.
    """

    state: ItemState
    due: datetime | None
    expires: datetime | None
    acted_at: datetime | None
    overridden: bool = False
    accepted: bool = False


def outcome_of(item: Fact, now: datetime) -> Outcome:
    """What became of it by now.

    Done means done with its evidence: a tick is taken with it only. Times are typed in minutes, so the minute in which
    it is due is in time. What comes round on air is in time until the next one is due.
    """
    if item.state is ItemState.NOT_APPLICABLE or item.due is None:
        return Outcome.OUT
    if item.overridden:
        return Outcome.OVERRIDDEN
    if item.state is ItemState.SKIPPED:
        return Outcome.EXCUSED if item.accepted else Outcome.SKIPPED
    until = item.expires or item.due + MINUTE
    if item.state is ItemState.DONE:
        return Outcome.IN_TIME if item.acted_at is None or item.acted_at < until else Outcome.LATE
    return Outcome.FAILED if until <= now else Outcome.OUT


def minutes_late(item: Fact) -> int:
    """How long after its time it was done, in whole minutes; negative before it."""
    if item.due is None or item.acted_at is None:
        return 0
    return int((item.acted_at - item.due).total_seconds() // 60)


@dataclass(frozen=True)
class PassRate:
    """How many passed of how many that were due."""

    passed: int = 0
    due: int = 0

    @property
    def share(self) -> float | None:
        """As a fraction; None while nothing was due."""
        return self.passed / self.due if self.due else None

    def __add__(self, other: PassRate) -> PassRate:
        return PassRate(self.passed + other.passed, self.due + other.due)


def pass_rate(outcomes: Iterable[Outcome]) -> PassRate:
    """The rate over these items."""
    counted = [outcome for outcome in outcomes if outcome in COUNTED]
    return PassRate(sum(outcome is Outcome.IN_TIME for outcome in counted), len(counted))


# ------------------------------------------------------------------------- offers


@dataclass(frozen=True)
class Seen:
    """What became of a line in one show: of all its items there, and by how much the late ones were late."""

    outcomes: tuple[Outcome, ...]
    late: tuple[int, ...] = ()

    @property
    def was_due(self) -> bool:
        """Whether the show says anything about the line."""
        return any(outcome in COUNTED for outcome in self.outcomes)


def is_never_failed(shows: Sequence[Seen]) -> bool:
    """Whether a line was done in time in each of the last 50 shows in which it was due; `shows` latest first."""
    due = [seen for seen in shows if seen.was_due][:MOST_RUNS]
    return len(due) == MOST_RUNS and all(
        outcome is Outcome.IN_TIME for seen in due for outcome in seen.outcomes if outcome in COUNTED
    )


def often_late(shows: Sequence[Seen]) -> tuple[int, int] | None:
    """In how many of the last 10 shows a line was late, where that is more than half of ten, and by how many minutes
    in the middle; None where it was not."""
    due = [seen for seen in shows if seen.was_due][:RECENT]
    late = [seen for seen in due if Outcome.LATE in seen.outcomes]
    if 2 * len(late) <= RECENT:
        return None
    return len(late), round(statistics.median(max(seen.late, default=0) for seen in late))


def earlier_by(late: int) -> int:
    """By how much earlier it should be due: how late it was, rounded up to 5, 15, 30 minutes, then to half hours."""
    step = next((step for step in STEPS if late <= step), -(-late // STEPS[-1]) * STEPS[-1])
    return min(step, LONGEST_EARLIER)


def earlier_offset(anchor: Anchor, offset: int, late: int) -> int | None:
    """The offset to offer; None where it has no time, comes round, or can't be earlier without coming before its
    anchor or its day."""
    if anchor in (Anchor.EVERY, Anchor.AS_IT_HAPPENS):
        return None
    found = offset - earlier_by(late)
    before_it = anchor in (Anchor.PLANNED_START, Anchor.SHIFT_START, Anchor.SHIFT_END)
    return found if before_it or offset < 0 or found >= 0 else None
