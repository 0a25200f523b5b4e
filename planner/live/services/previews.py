"""What a change of the crew would ask for again, before anybody decides."""

from __future__ import annotations

from collections.abc import Sequence

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live import ports, queries
from planner.live.models import LiveSession
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries import ShiftRow
from planner.live.services.crew import ShiftIn, crew_change
from planner.people import queries as people

HOST = "host"


def _crew(session_id: int, shifts: Sequence[ShiftIn]) -> tuple[list[ShiftRow], list[ShiftRow]]:
    """The crew as it is and as it would be; what stays is the same row, what is new has no id of its own yet."""
    now = queries.shifts(session_id)
    held = {ShiftIn(s.position_id, s.user_id, s.start, s.end): s for s in now}
    places, names = {p.id: p for p in people.positions()}, people.names([s.user_id for s in shifts])
    after: list[ShiftRow] = []
    for number, s in enumerate(dict.fromkeys(shifts), start=1):
        place, name = places.get(s.position_id), names.get(s.user_id)
        if s in held:
            after.append(held[s])
        elif place is not None and name is not None:
            after.append(ShiftRow(-number, place.id, place.key, place.name, s.user_id, name, s.start, s.end))
    return now, after


@query(P.SESSION_EDIT)
def crew_preview(session_id: int, shifts: Sequence[ShiftIn], override_reason: str = "") -> list[FollowerLine]:
    """What is done and would be open again with this crew; refuses whom it could not have anyway."""
    b = queries.brief(session_id)
    crew_change(db.one(LiveSession, session_id), shifts, override_reason)
    now, after = _crew(session_id, shifts)
    hosts = [{(s.user_id, s.start, s.end) for s in crew if s.position_key == HOST} for crew in (now, after)]
    kinds = frozenset({"crew"} if hosts[0] == hosts[1] else {"crew", HOST})
    span = (b.planned_start, b.planned_start, b.planned_end, b.planned_end)
    change = SessionChange(session_id, kinds, *span, crew_after=tuple(after))
    lines = [line for follower in ports.followers for line in follower.preview(change)]
    return [line for line in lines if line.group == "reopens"]
