"""What outcomes shows on the session page, and which button it offers there."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import url_for

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.kernel.spans import business_day, day_span
from planner.live import queries as live
from planner.live.ports import Primary
from planner.live.rules import AFTER_AIR, Phase, State
from planner.outcomes.queries import actions, results, reviews
from planner.outcomes.queries.execution import counted_of
from planner.plan.ports import SessionFigures
from planner.resources.ports import ShowFigures


@query(P.RESULT_VIEW)
def result_panel(session_id: int) -> dict[str, Any] | None:
    """The result in the review phase, with what its report for the group tells besides."""
    mine = [view for view in actions.actions_around(session_id) if view.action.session_id == session_id]
    return {"page": results.result_page(session_id), "log": live.log(session_id), "agreed": mine}


@query(P.RESULT_VIEW)
def totals(session_id: int) -> dict[str, Decimal]:
    """The port's answer: the base figures a session came to; empty while there is no result."""
    result = results.result_page(session_id).result
    return dict(result.base) if result is not None else {}


@query(P.RESULT_VIEW)
def spend_of(session_ids: list[int]) -> dict[int, ShowFigures]:
    """The port's answer: what shows have spent on ads and sold, in minor units, and whether that is final."""
    return {
        session_id: ShowFigures(
            _minor(found.base.get("ad_spend")), _minor(found.base.get("gmv")), not found.provisional
        )
        for session_id, found in results.results_for(session_ids).items()
    }


def _minor(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int((yuan * 100).to_integral_value(ROUND_HALF_UP))


@query(P.RESULT_VIEW)
def funnel_panel(session_id: int) -> dict[str, Any] | None:
    """From being shown the room to buying, once there are figures."""
    page = results.result_page(session_id)
    return {"page": page} if page.result is not None else None


@query(P.RESULT_VIEW)
def actions_panel(session_id: int) -> dict[str, Any] | None:
    """Open actions that this session verifies."""
    rows = actions.actions_for(session_id)
    return {"rows": rows} if rows else None


@query(P.RESULT_VIEW)
def review_panel(session_id: int) -> dict[str, Any] | None:
    """The review in short."""
    review, findings = reviews.review_short(session_id)
    if review is None and live.brief(session_id).state not in AFTER_AIR:
        return None
    return {"review": review, "findings": findings, "judged": results.result_page(session_id).judged}


@query(P.RESULT_VIEW)
def primary(session_id: int, phase: Phase) -> Primary | None:
    """After air: bring in figures, then finish the review."""
    if phase is not Phase.REVIEW or live.brief(session_id).state is not State.ENDED:
        return None
    if not actor.current().may(P.REVIEW_EDIT):
        return None
    if results.result_page(session_id).result is None:
        return Primary(url_for("outcomes.imports"), _("Import figures"), "upload")
    return Primary(url_for("outcomes.review", session_id=session_id), _("Finish the review"), "check-check")


@query(P.RESULT_VIEW)
def figures_of_days(first: date, last: date) -> list[SessionFigures]:
    """The port's answer: what the sessions of these business days came to, and how they were carried out."""
    who = actor.current()
    start = day_span(first, who.timezone, who.day_start).start
    end = day_span(last, who.timezone, who.day_start).end
    known = {b.id: b for b in live.briefs_between(start, end, AFTER_AIR)}
    found, counted = results.results_for(known, known), counted_of(known)
    return [
        SessionFigures(
            b.id,
            business_day(b.planned_start, who.timezone, who.day_start),
            {**(found[b.id].base if b.id in found else {}), **counted.get(b.id, {})},
            found[b.id].streams if b.id in found else 1,
        )
        for b in known.values()
        if b.id in found or b.id in counted
    ]
