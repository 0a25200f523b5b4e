"""The business day a request counts on."""

from __future__ import annotations

from datetime import date

from planner.base import actor, db, show
from planner.kernel.spans import business_day
from planner.live.models import LiveSession
from planner.resources.models import ResourceRequest
from planner.resources.rules import Kind


def day_of(row: ResourceRequest) -> date:
    """When it was spent, is needed, or the show's day; today where nobody said."""
    if row.kind is Kind.AFTERWARDS and row.spent_on is not None:
        return row.spent_on
    if row.session_id is not None and row.kind is Kind.PER_SESSION:
        who = actor.current()
        start = db.one(LiveSession, row.session_id, with_trash=True).planned_start
        return business_day(start, who.timezone, who.day_start)
    return row.needed_by or show.today()
