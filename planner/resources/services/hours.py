"""What the team says of its working hours; requests that wait are chased by them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Stale
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.resources.models import WorkDays, WorkWeek
from planner.resources.rules import LONGEST_NAME_OF_DAYS, WorkHours, check_days, check_hours


@command(P.TEAM_EDIT)
def set_work_week(version: int, opens: int, closes: int, days_off: frozenset[int]) -> None:
    """From when to when, and which days of the week are off; holds from now on."""
    lock("work hours", db.team_id())
    check_hours(WorkHours(opens, closes, days_off))
    row = db.session().scalars(select(WorkWeek)).one_or_none()
    if (row.version if row else 0) != version:
        theirs: dict[str, Any] = {"opens": row.opens, "closes": row.closes, "days_off": row.days_off} if row else {}
        who, at = db.last_change(row) if row else (None, None)
        raise Stale(theirs, row.version if row else None, who, at)
    if row is None:
        db.add(WorkWeek(opens=opens, closes=closes, days_off=sorted(days_off)))
    else:
        row.opens, row.closes, row.days_off = opens, closes, sorted(days_off)


@command(P.TEAM_EDIT)
def add_work_days(first: date, last: date | None, works: bool, name: str = "") -> int:
    """A holiday, or days worked in spite of the week."""
    lock("work hours", db.team_id())
    until = last or first
    check_days(first, until)
    same = select(WorkDays.id).where(WorkDays.first <= until, WorkDays.last >= first)
    if db.session().scalar(same.limit(1)) is not None:
        raise Invalid.at("first", msg("Some of these days stand in the list already."))
    return db.add(WorkDays(first=first, last=until, works=works, name=clean_line(name)[:LONGEST_NAME_OF_DAYS])).id


@command(P.TEAM_EDIT)
def remove_work_days(days_id: int) -> None:
    """These days are like all others of the week again."""
    db.remove(db.one(WorkDays, days_id))
