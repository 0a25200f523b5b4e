"""Reviews, what waits for them, and open actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from planner.base import db
from planner.base.verbs import query
from planner.figures import queries as figures
from planner.figures.queries import CauseRow
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.models import LiveSession
from planner.live.queries import LogRow, SessionBrief
from planner.live.rules import State
from planner.outcomes.models import Action, ActionCheck, Finding, Review
from planner.outcomes.queries import results
from planner.outcomes.queries.results import ResultPage
from planner.outcomes.rules.reviews import ReviewState
from planner.people import queries as people
from planner.plan import queries as plan
from planner.plan.queries import StepRow


@dataclass(frozen=True)
class ActionView:
    """An action with its step and one session that verifies it."""

    check: ActionCheck
    action: Action
    step: StepRow | None
    source: SessionBrief | None
    verifies: SessionBrief | None
    signer: str


@dataclass(frozen=True)
class FindingView:
    """A finding with what it ended in."""

    row: Finding
    cause: str
    actions: list[ActionView]


@dataclass(frozen=True)
class ReviewPage:
    """Everything a review needs on one page."""

    session: SessionBrief
    review: Review | None
    result: ResultPage
    findings: list[FindingView]
    log: list[LogRow]
    causes: list[CauseRow]
    next_sessions: list[SessionBrief]
    blocked: bool


@dataclass(frozen=True)
class Due:
    """A session that waits for its figures or its review."""

    session: SessionBrief
    result: results.Result | None
    missed: list[tuple[str, Decimal, Decimal]]
    beyond: bool


def _actions(checks: Iterable[tuple[ActionCheck, Action]]) -> list[ActionView]:
    pairs = list(checks)
    steps = plan.steps_by_id({a.step_id for _c, a in pairs})
    known = live.briefs({c.session_id for c, _a in pairs} | {a.session_id for _c, a in pairs})
    names = people.names([c.signed_by for c, _a in pairs])
    return [
        ActionView(
            c,
            a,
            steps.get(a.step_id),
            known.get(a.session_id),
            known.get(c.session_id),
            names.get(c.signed_by or 0, ""),
        )
        for c, a in pairs
    ]


@query(P.RESULT_VIEW)
def actions_for(session_id: int) -> list[ActionView]:
    """The actions that a session verifies: open ones to know about before air, verdicts to sign after."""
    asked = select(ActionCheck, Action).join(Action, Action.id == ActionCheck.action_id)
    rows = db.session().execute(asked.where(ActionCheck.session_id == session_id).order_by(ActionCheck.id))
    return _actions((check, action) for check, action in rows)


def _findings(review: Review | None, causes: list[CauseRow]) -> list[FindingView]:
    """The findings of a review with what each ended in."""
    if review is None:
        return []
    asked = select(Finding).where(Finding.review_id == review.id).order_by(Finding.beyond.desc(), Finding.id)
    rows = list(db.session().scalars(asked))
    names = {c.id: c.name for c in causes}
    pairs = db.session().execute(
        select(ActionCheck, Action)
        .join(Action, Action.id == ActionCheck.action_id)
        .where(Action.finding_id.in_([f.id for f in rows]))
    )
    views = _actions((c, a) for c, a in pairs) if rows else []
    return [
        FindingView(f, names.get(f.cause_id or 0, ""), [v for v in views if v.action.finding_id == f.id]) for f in rows
    ]


@query(P.RESULT_VIEW)
def review_short(session_id: int) -> tuple[Review | None, list[FindingView]]:
    """The review as the session page shows it."""
    review = db.session().scalars(select(Review).where(Review.session_id == session_id)).one_or_none()
    return review, _findings(review, figures.causes()) if review else []


@query(P.RESULT_VIEW)
def review_page(session_id: int) -> ReviewPage:
    """The review of a session."""
    page = results.result_page(session_id)
    review = db.session().scalars(select(Review).where(Review.session_id == session_id)).one_or_none()
    causes = figures.causes()
    findings = _findings(review, causes)
    blocked = any(f.row.beyond and f.row.cause_id is None and f.row.decision == "none" for f in findings)
    b = page.session
    later = live.next_briefs(b.channel_id, b.planned_start, 8)
    return ReviewPage(b, review, page, findings, live.log(session_id), causes, later, blocked)


@query(P.RESULT_VIEW)
def reviews_due(limit: int = 20) -> list[Due]:
    """Ended sessions that are not reviewed yet, the oldest first."""
    rows = db.session().execute(
        select(LiveSession.id)
        .where(LiveSession.state == State.ENDED, db.alive(LiveSession))
        .order_by(LiveSession.planned_start)
        .limit(limit)
    )
    known = live.briefs([r[0] for r in rows])
    found = results.results_for(known, known)
    targets = live.targets_of(known)
    due: list[Due] = []
    for b in sorted(known.values(), key=lambda s: s.planned_start):
        r = found.get(b.id)
        missed: list[tuple[str, Decimal, Decimal]] = []
        beyond = False
        for metric, target in targets.get(b.id, {}).items():
            value = r.figures.get(metric) if r else None
            if value is None or metric not in results.METRICS:
                continue
            way = results.METRICS[metric].direction
            if results.figures.is_missed(value, target, way):
                missed.append((metric, value, target))
                beyond = beyond or results.figures.is_missed(value, target, way, results.TOLERANCE)
        due.append(Due(b, r, missed, beyond))
    return due


@query(P.RESULT_VIEW)
def verdicts_due(limit: int = 20) -> list[ActionView]:
    """Checks whose figures are there and that nobody has signed."""
    asked = (
        select(ActionCheck, Action)
        .join(Action, Action.id == ActionCheck.action_id)
        .where(ActionCheck.proposed.is_not(None), ActionCheck.verdict.is_(None))
        .order_by(ActionCheck.id)
        .limit(limit)
    )
    return _actions((c, a) for c, a in db.session().execute(asked))


@query(P.RESULT_VIEW)
def closed_reviews() -> int:
    """How many reviews are closed."""
    return db.session().scalar(select(func.count(Review.id)).where(Review.state == ReviewState.CLOSED)) or 0


@dataclass(frozen=True)
class FindingPage:
    """One finding with what its forms offer."""

    row: Finding
    review: Review
    session: SessionBrief
    causes: list[CauseRow]
    later: list[SessionBrief]


@query(P.RESULT_VIEW)
def finding(finding_id: int) -> FindingPage:
    """One finding."""
    row = db.one(Finding, finding_id)
    review = db.one(Review, row.review_id)
    b = live.brief(review.session_id)
    return FindingPage(row, review, b, figures.causes(), live.next_briefs(b.channel_id, b.planned_start, 8))


@query(P.RESULT_VIEW)
def causes() -> list[CauseRow]:
    """What a miss may be put down to."""
    return figures.causes()
