"""The nights that comparisons leave out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists

from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LiveSession, LogEntry
from planner.live.queries.briefs import LATEST, SessionBrief, brief_rows, past_like, promotion_night
from planner.live.queries.kinds import is_fault
from planner.live.rules import Apart

MOST_APART = 12


@dataclass(frozen=True)
class LeftOut:
    """A night that is not compared with others."""

    session: SessionBrief
    why: Apart


def _incident() -> Any:
    return exists().where(LogEntry.session_id == LiveSession.id, is_fault())


@ready
def _left_out() -> Any:
    asked = past_like().where(
        LiveSession.planned_start >= bindparam("since"), LiveSession.no_compare.is_(True) | promotion_night()
    )
    return asked.add_columns(_incident()).order_by(*LATEST).limit(MOST_APART)


@query(P.SESSION_VIEW)
def left_out(b: SessionBrief, since: datetime) -> list[LeftOut]:
    """The sessions like this one that no comparison counts, from an instant up to this one, which may be among them."""
    asked = {"channel_id": b.channel_id, "weight": b.weight, "since": since, "until": b.planned_start}
    rows = _left_out.rows(**asked)
    found = brief_rows([row[:-1] for row in rows])
    faults = [Apart.INCIDENT if row[-1] else Apart.BY_HAND for row in rows]
    return [LeftOut(one, Apart.PROMOTION if one.promotion else why) for one, why in zip(found, faults, strict=True)]
