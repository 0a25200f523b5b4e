"""Days that come round, by dateutil's rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as weekday_of

ALWAYS_THERE = 28
"""The last day that every month has."""


def weekly(first: date, last: date, weekdays: Collection[int], every: int, most: int) -> list[date]:
    """The days from first to last, both included, on these weekdays (0 is Monday) of every so many weeks; at most
    so many. The week of the first day counts as the first one.
    """
    if not weekdays or last < first:
        return []
    rule = rrule(
        WEEKLY,
        dtstart=datetime.combine(first, time()),
        until=datetime.combine(last, time()),
        interval=every,
        byweekday=sorted(weekdays),
        wkst=MO,
    )
    return [found.date() for found in islice(rule, most)]


def _after(after: date, most: int, frequency: int, first: date, every: int, **by: Any) -> list[date]:
    rule = rrule(frequency, dtstart=datetime.combine(first, time()), interval=every, wkst=MO, **by)  # type: ignore[arg-type]
    return [found.date() for found in rule.xafter(datetime.combine(after, time()), count=most)]


def days_after(first: date, after: date, most: int, every: int) -> list[date]:
    """The next days after a day, every so many days from the first one on."""
    return _after(after, most, DAILY, first, every)


def weekdays_after(first: date, after: date, most: int, every: int, weekdays: Collection[int]) -> list[date]:
    """The same on these weekdays (0 is Monday) of every so many weeks, the week of the first day being the first."""
    return _after(after, most, WEEKLY, first, every, byweekday=sorted(weekdays)) if weekdays else []


def month_days_after(first: date, after: date, most: int, every: int, day: int) -> list[date]:
    """The same on a day of every so many months, -1 being the last; a month without that day has it on its last."""
    if day <= ALWAYS_THERE:
        return _after(after, most, MONTHLY, first, every, bymonthday=day)
    wanted = list(range(ALWAYS_THERE, day + 1))
    return _after(after, most, MONTHLY, first, every, bymonthday=wanted, bysetpos=-1)


def month_weekdays_after(first: date, after: date, most: int, every: int, nth: int, weekday: int) -> list[date]:
    """The same on the nth weekday of every so many months, -1 being the last one."""
    return _after(after, most, MONTHLY, first, every, byweekday=weekday_of(weekday)(nth))
