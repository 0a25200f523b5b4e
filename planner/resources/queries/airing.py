"""The ad money on the page of a show that is on air: what may be drawn by one tap, by whom, and what was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planner.base import actor
from planner.base.verbs import query
from planner.base.words import label_of
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.people import queries as people
from planner.resources.queries.draws import Cover, covers, draws_of_session, moment_of, reason_of_a_tap, taps


@query(P.SESSION_VIEW)
def on_air(session_id: int) -> dict[str, Any] | None:
    """On the page of a show: what may be drawn, and what was; nothing where no envelope covers it."""
    b = live.brief(session_id)
    held = covers(session_id)
    if not held:
        return None
    shown = _shown(session_id, b, held)
    offered = {
        each.envelope_id: (reason_of_a_tap(each, shown["moment"]), taps(each, shown["moment"]))
        for each in held
        if each.may_draw
    }
    others = [each for each in held if not each.may_draw]
    drawers = {each.envelope_id: _drawers(each, shown["names"]) for each in others}
    return {"covers": held, "now": clock.now(), "offered": offered, "drawers": drawers, **shown}


def _drawers(cover: Cover, names: dict[int, str]) -> list[str]:
    """Who may draw of an envelope that does not name the reader, in words."""
    named = cover.terms.drawers
    known = people.positions() if named.positions and actor.current().may(P.PEOPLE_VIEW) else []
    roles, places = [str(label_of(role)) for role in named.roles], [p.name for p in known if p.id in named.positions]
    return [*roles, *places, *(names[u] for u in named.users if u in names)]


def _shown(session_id: int, b: SessionBrief, held: Iterable[Cover]) -> dict[str, Any]:
    rows = draws_of_session(session_id)
    asked = {u for row in rows[-1:] if row.unanswered for u in row.duty}
    asked |= {u for each in held if not each.may_draw for u in each.terms.drawers.users}
    names = people.names(asked | {u for row in rows for u in (row.turn, row.decided_by) if u is not None})
    return {"draws": rows[::-1], "names": names, "moment": moment_of(session_id), "session": b}


@query(P.SESSION_VIEW)
def air_place(session_id: int) -> dict[str, Any] | None:
    """The panel's answer: a place that asks for the ad money by itself, as the page has no statement to spare."""
    return {"session_id": session_id}
