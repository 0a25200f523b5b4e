"""The arithmetic of budgets: entries of a ledger, what they come to, and how fast money goes. Pure.

All amounts are integers in minor units (分). A budget stands at four sums: what was allocated (下达), what waits for a
decision (预占), what is committed (占用), what is spent (支出). `available` is allocated less committed and spent, and
the hard limit of every commitment. What waits is shown and warned about, and refuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Entry(StrEnum):
    """What an entry of the ledger does."""

    ALLOCATE = "allocate"
    RESERVE = "reserve"
    COMMIT = "commit"
    RELEASE = "release"
    SPEND = "spend"
    REVERSE = "reverse"
    """An earlier entry is taken back, whole; it names it."""


BY_HAND = "allocate/"
"""With which the keys of what was allocated by hand begin; what was moved or carried forward has another half."""
CARRIED_TO, CARRIED_FROM = "carry/", "carried/"
"""The same of what went on in another period, and what came from one; the note is the name of that period."""


@dataclass(frozen=True)
class Booking:
    """One entry: by how much it moves each of the four sums."""

    kind: Entry
    allocated: int = 0
    reserved: int = 0
    committed: int = 0
    spent: int = 0

    @property
    def amount(self) -> int:
        """What a person would call its amount: of what moves from one sum to another, the amount once."""
        moved = (self.allocated, self.spent, self.committed, self.reserved)
        return next((each for each in moved if each), 0)

    @property
    def takes(self) -> int:
        """What it takes of the available: may not be more than there is."""
        return self.committed + self.spent - self.allocated


def allocate(amount: int) -> Booking:
    """More to spend, or less where it is negative."""
    return Booking(Entry.ALLOCATE, allocated=amount)


def reserve(amount: int) -> Booking:
    """A request was handed in: it waits for a decision."""
    return Booking(Entry.RESERVE, reserved=amount)


def commit(amount: int, reserved: int) -> Booking:
    """It was approved: what was reserved for it, if anything, is committed now."""
    return Booking(Entry.COMMIT, reserved=-reserved, committed=amount)


def release(reserved: int = 0, committed: int = 0) -> Booking:
    """It is not needed any more: what waited, or what was committed and not spent."""
    return Booking(Entry.RELEASE, reserved=-reserved, committed=-committed)


def spend(amount: int, committed: int) -> Booking:
    """Money went: `committed` of it, at most, had been committed before."""
    return Booking(Entry.SPEND, committed=-committed, spent=amount)


def reverse(entry: Booking) -> Booking:
    """The opposite of an entry."""
    return Booking(Entry.REVERSE, -entry.allocated, -entry.reserved, -entry.committed, -entry.spent)


@dataclass(frozen=True)
class Standing:
    """What a ledger comes to."""

    allocated: int = 0
    reserved: int = 0
    committed: int = 0
    spent: int = 0

    @property
    def available(self) -> int:
        """What can still be committed."""
        return self.allocated - self.committed - self.spent

    @property
    def free(self) -> int:
        """What is left if all that waits is approved; below zero where more was asked for than there is."""
        return self.available - self.reserved

    @property
    def used(self) -> int:
        """Committed or spent."""
        return self.committed + self.spent

    def after(self, booking: Booking) -> Standing:
        """What it comes to with one entry more."""
        return Standing(
            self.allocated + booking.allocated,
            self.reserved + booking.reserved,
            self.committed + booking.committed,
            self.spent + booking.spent,
        )

    @property
    def sound(self) -> bool:
        """Whether the rules of money hold: no sum below zero, never more used than was allocated."""
        return min(self.allocated, self.reserved, self.committed, self.spent, self.available) >= 0


def sum_of(bookings: Iterable[Booking]) -> Standing:
    """What a ledger comes to, recomputed."""
    found = Standing()
    for booking in bookings:
        found = found.after(booking)
    return found


def fits(standing: Standing, booking: Booking) -> bool:
    """Whether an entry may be written."""
    return standing.after(booking).sound


@dataclass(frozen=True)
class Burn:
    """How a budget goes against its time: shares of 1, and what it comes to at the end if it goes on like this."""

    gone: float
    """Share of the days that are over or running."""
    used: float
    """Share of the allocated that is committed or spent; 0 where nothing was allocated."""
    forecast: int | None
    """Minor units at the end of the period; None while less than a tenth of it is over, because it would be a guess."""

    @property
    def runs_out(self) -> bool:
        """Whether it is used faster than the time goes, by more than a tenth."""
        return self.used > self.gone + 0.1


SOONEST_FORECAST = 0.1


def burn(standing: Standing, start: date, end: date, today: date) -> Burn:
    """How a budget of a period goes; the days are inclusive."""
    days = (end - start).days + 1
    over = min(max((today - start).days + 1, 0), days)
    gone = over / days
    used = standing.used / standing.allocated if standing.allocated else 0.0
    forecast = None
    if today > end:
        forecast = standing.used
    elif gone >= SOONEST_FORECAST:
        forecast = max(standing.used, standing.used * days // over)
    return Burn(gone, used, forecast)


class Stays(StrEnum):
    """Why what is left of a budget is not carried forward."""

    FROZEN = "frozen"
    WAITING = "waiting"
    EMPTY = "empty"


class TransferState(StrEnum):
    """A transfer between two budgets: one proposes it, somebody else approves it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


CATEGORIES = ("equipment", "training", "software", "ads", "people", "guests", "samples", "other")
"""What a team's money goes into, until the team says otherwise."""
