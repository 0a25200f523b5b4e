"""What of figures and reviews is under somebody's name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.live.models import LiveSession
from planner.outcomes.models import ActionCheck, FigureSet, FigureValue, Finding, ImportFile, Review
from planner.people.models import Team

_SESSION = (Team.name.label("team"), LiveSession.theme.label("session"), LiveSession.planned_start)


def _of_session(*columns: Any) -> Any:
    return select(*_SESSION, *columns).join(LiveSession, LiveSession.team_id == Team.id)


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer to people: reviews, findings, signed verdicts, files brought, figures typed."""
    reviews = _of_session(Review.state, Review.summary, Review.created_at.label("opened_at"), Review.closed_at)
    reviews = reviews.join(Review, Review.session_id == LiveSession.id)
    of_me = or_(Review.created_by == user_id, Review.closed_by == user_id)
    findings = _of_session(Finding.title, Finding.facts, Finding.guess, Finding.decision, Finding.reason)
    findings = findings.join(Review, Review.session_id == LiveSession.id).join(Finding, Finding.review_id == Review.id)
    verdicts = _of_session(ActionCheck.verdict, ActionCheck.signed_at)
    verdicts = verdicts.join(ActionCheck, ActionCheck.session_id == LiveSession.id)
    typed = _of_session(FigureSet.taken_at, FigureValue.metric, FigureValue.value)
    typed = typed.join(FigureSet, FigureSet.session_id == LiveSession.id)
    typed = typed.join(FigureValue, FigureValue.set_id == FigureSet.id).where(FigureSet.source == "typed")
    files = select(Team.name.label("team"), ImportFile.name, ImportFile.state, ImportFile.created_at)
    files = files.join(ImportFile, ImportFile.team_id == Team.id)
    return {
        "reviews": db.dicts(reviews.where(of_me).order_by(Review.id)),
        "findings": db.dicts(findings.where(Finding.created_by == user_id).order_by(Finding.id)),
        "verdicts": db.dicts(verdicts.where(ActionCheck.signed_by == user_id).order_by(ActionCheck.id)),
        "imports": db.dicts(files.where(ImportFile.created_by == user_id).order_by(ImportFile.id)),
        "figures_typed": db.dicts(
            typed.where(FigureSet.created_by == user_id).order_by(FigureSet.id, FigureValue.metric)
        ),
    }
