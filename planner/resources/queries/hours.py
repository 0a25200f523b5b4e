"""When the team works."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.resources.models import WorkDays, WorkWeek
from planner.resources.rules import USUAL_HOURS, WorkHours, days_between


@query(P.REQUEST_VIEW)
def work_days() -> list[WorkDays]:
    """Holidays and days worked in spite of the week, the latest first."""
    return list(db.session().scalars(select(WorkDays).order_by(WorkDays.first.desc(), WorkDays.id.desc())))


@query(P.REQUEST_VIEW, remember=True)
def versioned_hours() -> tuple[int, WorkHours]:
    """The team's hours and the version of its week; the usual ones, at version 0, where it never said. Of days that
    were said twice, what was said later holds."""
    rows = sorted(work_days(), key=lambda row: row.id)
    said = {day: row.works for row in rows for day in days_between(row.first, row.last)}
    row = db.session().scalars(select(WorkWeek)).one_or_none()
    if row is None:
        return 0, WorkHours(USUAL_HOURS.opens, USUAL_HOURS.closes, USUAL_HOURS.days_off, said)
    return row.version, WorkHours(row.opens, row.closes, frozenset(row.days_off), said)
