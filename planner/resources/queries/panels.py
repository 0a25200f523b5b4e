"""What was asked, approved and spent for a goal, a step or a show: one statement a panel, and what covers a show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from planner.base import actor, db, kinds
from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.resources.models import LedgerEntry, ResourceRequest
from planner.resources.queries import draws
from planner.resources.queries.reading import readable_by
from planner.resources.rules import State

SHOWN = 20
"""So many of an object's requests are shown, the latest first."""


@dataclass(frozen=True)
class MoneyRow:
    """A request for an object; amounts in minor units: asked for, committed now, spent."""

    id: int
    title: str
    state: State
    gates: bool
    total: int
    committed: int
    spent: int


def _money_for(column: Any, row_id: int, serves: str) -> dict[str, Any]:
    def summed(moved: Any) -> Any:
        own = LedgerEntry.request_id == ResourceRequest.id
        return select(func.coalesce(func.sum(moved), 0)).where(own).correlate(ResourceRequest).scalar_subquery()

    r = ResourceRequest
    asked = (
        select(r.id, r.title, r.state, r.gates, r.total, summed(LedgerEntry.committed), summed(LedgerEntry.spent))
        .where(column == row_id, readable_by(actor.current().user_id))
        .order_by(r.id.desc())
        .limit(SHOWN + 1)
    )
    found: Any = db.session().execute(asked).all()
    made: Any = MoneyRow
    rows = [made(*told[:5], int(told[5]), int(told[6])) for told in found[:SHOWN]]
    asks = {serves: row_id}
    return {"rows": rows, "more": len(found) > SHOWN, "asks": asks, "envelopes": []}


def _if_any(panel: dict[str, Any]) -> dict[str, Any] | None:
    return panel if panel["rows"] else None


@query(P.REQUEST_VIEW)
def on_goal(goal_id: int) -> dict[str, Any] | None:
    """The money asked for a goal."""
    return _if_any(_money_for(ResourceRequest.goal_id, goal_id, "goal"))


@query(P.REQUEST_VIEW)
def on_step(step_id: int) -> dict[str, Any] | None:
    """The money asked for a step."""
    return _if_any(_money_for(ResourceRequest.step_id, step_id, "step"))


@query(P.REQUEST_VIEW)
def session_place(session_id: int) -> dict[str, Any] | None:
    """The panel's answer: a place that asks for the money of a show by itself: its page has no statement to spare."""
    return {"session_id": session_id}


@query(P.REQUEST_VIEW)
def on_session(session_id: int) -> dict[str, Any]:
    """The money asked for a show, and the envelopes it may draw from once it is on air."""
    live.brief(session_id)
    held = draws.covers(session_id)
    return {**_money_for(ResourceRequest.session_id, session_id, "session"), "envelopes": held}


@query(P.REQUEST_VIEW)
def on_emergency(checklist_id: int) -> dict[str, Any] | None:
    """What was paid because something had gone wrong, and the way to ask for it afterwards."""
    emergency = checklists.one_emergency(checklist_id)
    may = actor.current().may(P.REQUEST_MAKE)
    held = _money_for(ResourceRequest.incident_id, checklist_id, "incident")
    if emergency is None or not (held["rows"] or may):
        return None
    return {"emergency": emergency, "may": may, **held, "asks": {}}


@query(P.REQUEST_VIEW)
def titles_of(pairs: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The titles of what a request can serve."""
    return kinds.titles(pairs)
