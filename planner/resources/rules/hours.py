"""How long something has waited, in the hours a team works. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

USUAL_HOURS = (10 * 60, 24 * 60)
"""Minutes after midnight from and to: a team works from ten to midnight."""
LONGEST = timedelta(days=60)


def open_minutes(since: datetime, until: datetime, zone: str, hours: tuple[int, int] = USUAL_HOURS) -> int:
    """The minutes between two instants that lie in working hours on the team's wall clock; 60 days at most."""
    if until <= since:
        return 0
    here = ZoneInfo(zone)
    first, last = since.astimezone(here), min(until, since + LONGEST).astimezone(here)
    day, found = first.date(), 0.0
    while day <= last.date():
        midnight = datetime(day.year, day.month, day.day, tzinfo=here)
        opens = midnight.replace(hour=hours[0] // 60, minute=hours[0] % 60)
        next_day = day + timedelta(days=1)
        if hours[1] >= 24 * 60:
            closes = datetime(next_day.year, next_day.month, next_day.day, tzinfo=here)
        else:
            closes = midnight.replace(hour=hours[1] // 60, minute=hours[1] % 60)
        begin, end = max(opens, first), min(closes, last)
        if end > begin:
            found += (end.timestamp() - begin.timestamp()) / 60
        day = next_day
    return int(found)
