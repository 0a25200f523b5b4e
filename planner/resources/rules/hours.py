"""The hours a team works, and how long something has waited in them. Pure.

A day's hours begin on that day and may end in the small hours of the next one; holidays and days worked in spite of the
weekday (调休) are said day by day and stand above the week.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.kernel.errors import Invalid
from planner.kernel.spans import local
from planner.kernel.text import Message, msg

DAY = timedelta(days=1)
A_DAY = 24 * 60
LATEST = 30 * 60
"""Six in the morning of the next day, in minutes after midnight."""
STEP = 30
LONGEST_STRETCH = 62
"""Days of one holiday."""
LONGEST_NAME_OF_DAYS = 40


@dataclass(frozen=True)
class WorkHours:
    """From when to when, in minutes after midnight (more than 24 hours is the next day); days of the week that are off,
    Monday being 0; and what was said of single days: True is worked, False is off. As every team begins: from ten to
    midnight, every day."""

    opens: int = 10 * 60
    closes: int = A_DAY
    days_off: frozenset[int] = frozenset()
    said: Mapping[date, bool] = field(default_factory=dict[date, bool])

    def works_on(self, day: date) -> bool:
        """Whether a day is worked."""
        return self.said.get(day, day.weekday() not in self.days_off)


USUAL_HOURS = WorkHours()


def check_hours(hours: WorkHours) -> None:
    """Invalid at the field where a week makes no sense."""
    faults: dict[str, Message] = {}
    if not 0 <= hours.opens < A_DAY:
        faults["opens"] = msg("Choose one of the list.")
    elif not hours.opens < hours.closes <= min(LATEST, hours.opens + A_DAY):
        faults["closes"] = msg("Work ends after it begins, and within a day.")
    if not hours.days_off <= frozenset(range(7)):
        faults["days_off"] = msg("Choose one of the list.")
    elif len(hours.days_off) == 7:
        faults["days_off"] = msg("At least one day of the week is worked.")
    if faults:
        raise Invalid(faults)


def check_days(first: date, last: date) -> None:
    """Invalid where a stretch of days makes no sense."""
    if last < first:
        raise Invalid.at("last", msg("The last day is not before the first."))
    if (last - first).days >= LONGEST_STRETCH:
        raise Invalid.at("last", msg("At most %(most)s days at once.", most=LONGEST_STRETCH))


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day from the first to the last."""
    return (first + n * DAY for n in range((last - first).days + 1))


def open_time(since: datetime, until: datetime, zone: str, hours: WorkHours = USUAL_HOURS) -> timedelta:
    """What of the time between two instants lies in working hours on the team's wall clock; nothing where the second
    is not later."""
    found, day = timedelta(), local_day(since, zone) - DAY
    last = local_day(until, zone)
    while day <= last:
        if hours.works_on(day):
            before = local(day - DAY, hours.closes, zone)  # where a clock is put forward, hours never count twice
            begin = max(local(day, hours.opens, zone), before, since)
            end = min(local(day, hours.closes, zone), until)
            found += max(end - begin, timedelta())
        day += DAY
    return found


def local_day(instant: datetime, zone: str) -> date:
    """The day of the calendar at a place."""
    return instant.astimezone(ZoneInfo(zone)).date()


def open_minutes(since: datetime, until: datetime, zone: str, hours: WorkHours = USUAL_HOURS) -> int:
    """The same in whole minutes."""
    return open_time(since, until, zone, hours) // timedelta(minutes=1)
