"""Reviews, what waits for them, and open actions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, func, select

from planner.base import db
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.figures import queries as figures
from planner.figures.queries import CauseRow
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import LogRow, SessionBrief
from planner.outcomes.models import Action, ActionCheck, Finding, Review
from planner.outcomes.queries import results
from planner.outcomes.queries.results import ResultPage
from planner.outcomes.rules.reviews import Missed, ReviewState, may_close
from planner.people.models import User
from planner.plan import queries as plan
from planner.plan.models import Step
from planner.plan.queries import StepRow


@dataclass(frozen=True)
class ActionView:
    """An action with its step and one session that verifies it; `check` and `action` hold their tables' columns."""

    check: Any
    action: Any
    step: StepRow | None
    source: SessionBrief | None
    verifies: SessionBrief | None
    signer: str


@dataclass(frozen=True)
class FindingView:
    """A finding with what it ended in."""

    row: Any
    cause: str
    actions: list[ActionView]

    @property
    def reached(self) -> bool:
        """Whether newer figures reach the target after all."""
        f = self.row
        if f.metric is None or f.value is None or f.target is None:
            return False
        return not results.figures.is_missed(f.value, f.target, results.METRICS[f.metric].direction)


@dataclass(frozen=True)
class ReviewPage:
    """Everything a review needs on one page."""

    session: SessionBrief
    review: Any
    result: ResultPage
    findings: list[FindingView]
    log: list[LogRow]
    causes: list[CauseRow]
    next_sessions: list[SessionBrief]
    blocked: bool
    missing: list[live.Missing]


@dataclass(frozen=True)
class Due:
    """A session that waits for its figures or its review."""

    session: SessionBrief
    result: results.Result | None
    missed: list[tuple[str, Decimal, Decimal]]
    beyond: bool


_CHECK, _ACTION = columns_of(ActionCheck), columns_of(Action)
_CHECK_NAMES, _ACTION_NAMES = [c.key for c in _CHECK], [c.key for c in _ACTION]


def _asked() -> Any:
    return (
        select(*_CHECK, *_ACTION, User.name, *plan.STEP_COLUMNS)
        .select_from(ActionCheck)
        .join(Action, Action.id == ActionCheck.action_id)
        .outerjoin(User, User.id == ActionCheck.signed_by)
        .outerjoin(Step, Step.id == Action.step_id)
        .outerjoin(plan.Owner, plan.Owner.id == Step.owner_id)
        .order_by(ActionCheck.id)
    )


@ready
def _around() -> Any:
    return _asked().where(
        (ActionCheck.session_id == bindparam("verifies")) | (Action.session_id == bindparam("reviewed"))
    )


@ready
def _to_sign() -> Any:
    open_checks = (ActionCheck.proposed.is_not(None), ActionCheck.verdict.is_(None))
    return _asked().where(*open_checks).limit(bindparam("most"))


@ready
def _review_of() -> Any:
    return select(*columns_of(Review)).where(Review.session_id == bindparam("id"))


@ready
def _findings_of() -> Any:
    asked = select(*columns_of(Finding)).where(Finding.review_id == bindparam("id"))
    return asked.order_by(Finding.beyond.desc(), Finding.id)


def _read(found: Any) -> list[ActionView]:
    wide, whole = len(_CHECK), len(_CHECK) + len(_ACTION)
    rows = [
        (
            SimpleNamespace(**dict(zip(_CHECK_NAMES, row[:wide], strict=True))),
            SimpleNamespace(**dict(zip(_ACTION_NAMES, row[wide:whole], strict=True))),
            *row[whole:],
        )
        for row in found
    ]
    known = live.briefs({row[0].session_id for row in rows} | {row[1].session_id for row in rows})
    return [
        ActionView(
            c,
            a,
            plan.step_row(step) if step[0] is not None else None,
            known.get(a.session_id),
            known.get(c.session_id),
            name or "",
        )
        for c, a, name, *step in rows
    ]


@query(P.RESULT_VIEW, remember=True)
def actions_around(session_id: int) -> list[ActionView]:
    """The actions that a session verifies, and those its own review decided on."""
    return _read(_around.rows(verifies=session_id, reviewed=session_id))


@query(P.RESULT_VIEW)
def actions_for(session_id: int) -> list[ActionView]:
    """The actions that a session verifies: open ones to know about before air, verdicts to sign after."""
    return [view for view in actions_around(session_id) if view.check.session_id == session_id]


def _findings(review: Any) -> list[FindingView]:
    """The findings of a review with what each ended in."""
    if review is None:
        return []
    rows = list(_findings_of.rows(id=review.id))
    names = {c.id: c.name for c in figures.causes()} if any(f.cause_id for f in rows) else {}
    views = actions_around(review.session_id) if rows else []
    return [
        FindingView(f, names.get(f.cause_id or 0, ""), [v for v in views if v.action.finding_id == f.id]) for f in rows
    ]


@query(P.RESULT_VIEW)
def review_short(session_id: int) -> tuple[Any, list[FindingView]]:
    """The review as the session page shows it."""
    review = _review_of.first(id=session_id)
    return review, _findings(review)


@query(P.RESULT_VIEW)
def review_page(session_id: int) -> ReviewPage:
    """The review of a session."""
    page = results.result_page(session_id)
    review = _review_of.first(id=session_id)
    causes = figures.causes()
    findings = _findings(review)
    blocked = not may_close([Missed(f.row.beyond, f.row.cause_id is not None, f.row.decision) for f in findings])
    b = page.session
    later = live.next_briefs(b.channel_id, b.planned_start, 8)
    return ReviewPage(b, review, page, findings, live.log(session_id), causes, later, blocked, live.missing_of(b))


@query(P.RESULT_VIEW)
def reviews_due(limit: int = 20) -> list[Due]:
    """Ended sessions that are not reviewed yet, the oldest first."""
    known = {b.id: b for b in live.ended_briefs(limit)}
    found = results.results_for(known, known)
    targets = live.targets_of(known)
    due: list[Due] = []
    for b in known.values():
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
    return _read(_to_sign.rows(most=limit))


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
