"""Steps that come again: by which rule, what is wrong with one, and which copies are made when. Pure.

The days of a rule are found by `planner.base.recurrence`; what is made of them is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg
from planner.plan.rules.outlines import add_months


class Rhythm(StrEnum):
    """What the next day of a step is found by."""

    WEEKS = "weeks"
    WORKDAYS = "workdays"
    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"
    DAYS = "days"
    AFTER = "after"


class Stretch(StrEnum):
    """What is counted from the day the last one was done."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


LAST = -1
"""The last day, or the last such weekday, of a month."""

MOST_EVERY = {
    Rhythm.DAYS: 366, Rhythm.WEEKS: 52, Rhythm.WORKDAYS: 1, Rhythm.MONTH_DAY: 24, Rhythm.MONTH_WEEKDAY: 24,
}  # fmt: skip
MOST_AFTER = {Stretch.DAYS: 366, Stretch.WEEKS: 52, Stretch.MONTHS: 24}
MOST_TIMES = 366
LONGEST_LEAD = 60
MOST_WAITING = 3
"""So many copies of one step may be unfinished at a time."""


@dataclass(frozen=True)
class Repeat:
    """A rule. `weekdays` are 0 for Monday to 6; `month_day` and `nth` may be LAST; `lead` is how many days before its
    day a copy appears, `times` how often the step comes in all, the first one counted.
    """

    rhythm: Rhythm
    every: int = 1
    weekdays: frozenset[int] = frozenset()
    month_day: int = 1
    nth: int = 1
    stretch: Stretch = Stretch.DAYS
    lead: int = 3
    until: date | None = None
    times: int | None = None

    @property
    def by_calendar(self) -> bool:
        """Whether its days are known beforehand."""
        return self.rhythm is not Rhythm.AFTER


@dataclass(frozen=True)
class Coming:
    """What becomes of the days whose time has come; `held` is the first that waits until another one is finished."""

    made: tuple[date, ...] = ()
    left_out: tuple[date, ...] = ()
    held: date | None = None


def check_repeat(repeat: Repeat, first: date) -> None:
    """Refuse what never comes again, or what nobody means; `first` is the day of the step it begins with."""
    faults: dict[str, Message] = {}
    most = MOST_EVERY.get(repeat.rhythm) or MOST_AFTER[repeat.stretch]
    if not 1 <= repeat.every <= most:
        faults["every"] = msg("Between 1 and %(most)s.", most=most)
    weekday_count = 1 if repeat.rhythm is Rhythm.MONTH_WEEKDAY else 7
    if repeat.rhythm in (Rhythm.WEEKS, Rhythm.MONTH_WEEKDAY) and not (
        repeat.weekdays <= frozenset(range(7)) and 1 <= len(repeat.weekdays) <= weekday_count
    ):
        faults["weekdays"] = msg("Choose at least one weekday.")
    if repeat.month_day not in (*range(1, 32), LAST):
        faults["month_day"] = msg("Between 1 and %(most)s.", most=31)
    if repeat.nth not in (1, 2, 3, 4, LAST):
        faults["nth"] = msg("Choose one of the list.")
    if not 0 <= repeat.lead <= LONGEST_LEAD:
        faults["lead"] = msg("Between 0 and %(most)s days.", most=LONGEST_LEAD)
    if repeat.times is not None and not 2 <= repeat.times <= MOST_TIMES:
        faults["times"] = msg("At least 2, as this one counts, and %(most)s at most.", most=MOST_TIMES)
    if repeat.until is not None and repeat.until <= first:
        faults["until"] = msg("The last day lies before the next one.")
    if faults:
        raise Invalid(faults)


def after_done(repeat: Repeat, done: date) -> date:
    """The day of the next copy, counted from the day the last one was done."""
    if repeat.stretch is Stretch.MONTHS:
        return add_months(done, repeat.every)
    return done + timedelta(days=repeat.every * (7 if repeat.stretch is Stretch.WEEKS else 1))


def allowed(repeat: Repeat, days: Sequence[date], made: int) -> list[date]:
    """Those of the next days that lie within the rule's end, after so many copies were made."""
    within = [day for day in days if repeat.until is None or day <= repeat.until]
    return within if repeat.times is None else within[: max(0, repeat.times - made)]


def coming(days: Sequence[date], today: date, waiting: int) -> Coming:
    """What becomes of days whose time to appear has come, while so many copies wait to be done.

    A day that went by unseen is left out, so that nothing floods after a standstill: only the latest of them is still
    made, where nothing waits and today brings nothing anyway. No more wait at a time than MOST_WAITING; days that
    have not gone by are held until there is room.
    """
    gone, ahead = [day for day in days if day < today], [day for day in days if day >= today]
    late = gone[-1:] if not waiting and today not in ahead else []
    wanted = [*late, *ahead]
    room = max(0, MOST_WAITING - waiting)
    held = wanted[room] if len(wanted) > room else None
    return Coming(tuple(wanted[:room]), tuple(day for day in gone if day not in late), held)
