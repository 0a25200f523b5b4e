"""Days that come round, by dateutil's rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import MO, WEEKLY, rrule


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
