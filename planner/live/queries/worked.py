"""When people hold shifts, for other columns to count."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from planner.base import db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.live import rules
from planner.live.models import LiveSession, Shift


@ready
def _begun() -> Any:
    asked = select(Shift.user_id, Shift.session_id, Shift.start, Shift.end)
    asked = asked.join(LiveSession, LiveSession.id == Shift.session_id)
    between = (Shift.start >= bindparam("start"), Shift.start < bindparam("end"))
    standing = (LiveSession.state.in_(list(rules.OCCUPYING)), db.alive(LiveSession))
    return asked.where(*between, *standing).order_by(Shift.start, Shift.id)


@query(P.SESSION_VIEW)
def worked_between(span: Span) -> dict[int, list[tuple[int, Span]]]:
    """By person the shifts that begin in a stretch of time, each with its session; a draft needs nobody yet."""
    found: dict[int, list[tuple[int, Span]]] = {}
    for user_id, session_id, start, end in _begun.rows(start=span.start, end=span.end):
        found.setdefault(user_id, []).append((session_id, Span(start, end)))
    return found
