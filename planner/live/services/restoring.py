"""What must hold before a trashed session comes back: the same as when it was planned."""

from __future__ import annotations

from planner.kernel.errors import Invalid, Refused
from planner.kernel.spans import Span
from planner.live import queries
from planner.live.models import LiveSession
from planner.live.rules import OCCUPYING
from planner.live.services.crew import check_place, lock_room


def check_session(row: LiveSession) -> None:
    """Its studio and channel are still free."""
    if row.state not in OCCUPYING:
        return
    people = {s.user_id for s in queries.shifts(row.id)}
    lock_room({row.studio_id}, {row.channel_id}, people)
    try:
        check_place(Span(row.planned_start, row.planned_end), row.channel_id, row.studio_id, row.id)
    except Invalid as fault:
        raise Refused(fault.message) from fault
