"""The review of a session: findings, their causes and decisions, closing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.checklists import services as checklists
from planner.checklists.rules import NOTHING, Anchor, Evidence, Recheck, Stage
from planner.discussions import queries as discussions
from planner.figures import queries as figures
from planner.figures.models import Cause
from planner.figures.rules import METRICS, Standing, standing
from planner.figures.words import metric_label
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, clean_text, msg
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import AFTER_AIR, State
from planner.outcomes.models import Finding, Review
from planner.outcomes.news import ReviewClosed, ReviewReopened
from planner.outcomes.queries import results
from planner.outcomes.rules.reviews import Decision, Missed, ReviewState, may_close
from planner.outcomes.services.actions import withdraw_actions


@dataclass(frozen=True)
class _Stand:
    """How a figure stands against its target."""

    value: Decimal
    target: Decimal
    standing: Standing

    @property
    def missed(self) -> bool:
        """Whether there is anything to explain."""
        return self.standing is not Standing.REACHED

    @property
    def beyond(self) -> bool:
        """Whether no normal swing explains it."""
        return self.standing is Standing.MISSED


def _stands(session_id: int) -> dict[str, _Stand]:
    found = results.session_result(session_id)
    held: dict[str, _Stand] = {}
    for metric, target in live.targets(session_id).items():
        value = found.figures.get(metric) if found else None
        if found is None or value is None or metric not in METRICS:
            continue
        stands = standing(value, target, METRICS[metric].direction, found.rules.tolerance)
        held[metric] = _Stand(value, target, stands)
    return held


@command(P.REVIEW_EDIT)
def open_review(session_id: int) -> int:
    """Begin the review of a session, or go on with it: missed targets become findings. Answers the review."""
    b = live.brief(session_id)
    if b.state not in AFTER_AIR:
        raise Refused(msg("A session is reviewed when it has been on air."))
    lock("review", session_id)
    review = db.session().scalars(select(Review).where(Review.session_id == session_id)).one_or_none()
    if review is None:
        review = db.add(Review(session_id=session_id, state=ReviewState.OPEN, quick=False))
    if review.state is ReviewState.OPEN:
        sync_findings(review)
    return review.id


def follow_figures(session_id: int) -> None:
    """New figures came: the findings of an open review follow."""
    review = db.session().scalars(select(Review).where(Review.session_id == session_id)).one_or_none()
    if review is not None and review.state is ReviewState.OPEN:
        sync_findings(review)


@command(P.FIGURES_EDIT)
def follow_rules() -> None:
    """The team judges figures in another way: the findings of every open review follow."""
    for review in db.session().scalars(select(Review).where(Review.state == ReviewState.OPEN)).all():
        sync_findings(review)


def sync_findings(review: Review) -> None:
    """Missed targets become findings. What is reached after all goes, unless somebody has said or decided something."""
    stands = _stands(review.session_id)
    rows = list(db.session().scalars(select(Finding).where(Finding.review_id == review.id)))
    held = {row.metric: row for row in rows if row.metric}
    talked = discussions.discussed("finding", [row.id for row in held.values()]) if held else set[int]()
    for metric, s in stands.items():
        if s.missed and metric not in held:
            row = Finding(review_id=review.id, metric=metric, value=s.value, target=s.target, beyond=s.beyond)
            row.title, row.decision = "", Decision.NONE
            db.add(row)
    for metric, row in held.items():
        s = stands.get(metric)
        written = row.facts or row.guess or row.cause_id or row.id in talked
        touched = row.decision is not Decision.NONE or written
        if not touched and (s is None or not s.missed):
            db.remove(row)
        elif s is not None and (_exact(row.value), row.target, row.beyond) != (_exact(s.value), s.target, s.beyond):
            row.value, row.target, row.beyond = s.value, s.target, s.beyond
        elif s is None and metric not in live.targets(review.session_id):
            row.beyond = False


def _exact(value: Decimal | None) -> Decimal | None:
    """As the database keeps it: six places."""
    return None if value is None else round(value, 6)


def _open(review_id: int) -> Review:
    row = db.one(Review, review_id)
    if row.state is not ReviewState.OPEN:
        raise Refused(msg("This review is closed. Reopen it to change it."))
    return row


@command(P.REVIEW_EDIT)
def add_finding(session_id: int, title: str) -> int:
    """Something somebody saw, without a target behind it."""
    review_id = open_review(session_id)
    _open(review_id)
    shown = clean_line(title)
    if not 1 <= len(shown) <= 200:
        raise Invalid.at("title", msg("Say in at most 200 characters what was found."))
    return db.add(Finding(review_id=review_id, title=shown, beyond=False, decision=Decision.NONE)).id


@command(P.REVIEW_EDIT)
def save_finding(finding_id: int, version: int, cause_id: int | None, facts: str, guess: str) -> int:
    """The cause, and facts apart from guesses. Answers the session."""
    row = db.edit(Finding, finding_id, version)
    review = _open(row.review_id)
    if cause_id is not None:
        db.one(Cause, cause_id, with_trash=True)
    row.cause_id, row.facts, row.guess = cause_id, clean_text(facts)[:2000], clean_text(guess)[:2000]
    return review.session_id


@command(P.REVIEW_EDIT)
def decide_finding(finding_id: int, decision: Decision, reason: str = "") -> list[tuple[str, bool]]:
    """A deliberate "no action", or 正常波动 for a miss within tolerance; actions it ended in before are withdrawn.

    Answers the step of each, and whether it stays in the plan because somebody began it.
    """
    row = db.one(Finding, finding_id)
    _open(row.review_id)
    why = clean_line(reason)[:300]
    if decision is Decision.NORMAL_SWING and row.beyond:
        fault = msg(
            "This miss is beyond the tolerance of %(tolerance)s; a normal swing does not explain it.",
            tolerance=_tolerance(),
        )
        raise Invalid.at("decision", fault)
    if decision is Decision.NO_ACTION and not why:
        raise Invalid.at("reason", msg("Say why nothing is done."))
    row.decision, row.reason = decision, why
    return [(one.title, one.stays) for one in withdraw_actions(finding_id)]


def _tolerance() -> str:
    return show.percent(figures.tolerance(), 0)


@command(P.REVIEW_EDIT)
def propose_sop(
    finding_id: int,
    template_id: int,
    text: str,
    position_id: int | None,
    stage: Stage,
    anchor: Anchor,
    offset_minutes: int,
    evidence: Evidence = NOTHING,
    recheck: Recheck | None = None,
) -> int:
    """The finding ends in a proposed change of the SOP, which a lead accepts. Answers the session."""
    row = db.one(Finding, finding_id)
    review = _open(row.review_id)
    checklists.propose_item(
        template_id, text, position_id, stage, anchor, offset_minutes, _title(row), review.session_id, evidence, recheck
    )
    row.decision = Decision.PROPOSAL
    return review.session_id


def _title(row: Finding) -> str:
    return row.title or (metric_label(row.metric) if row.metric else "")


@command(P.REVIEW_EDIT)
def save_summary(review_id: int, version: int, summary: str) -> int:
    """What is worth keeping of this show. Answers the session."""
    row = db.edit(Review, review_id, version)
    _open(review_id)
    row.summary = clean_text(summary)[:4000]
    return row.session_id


@command(P.REVIEW_CLOSE)
def close_review(session_id: int, quick: bool = False) -> None:
    """Close it; not while a target missed beyond tolerance has neither cause nor decision, and not without figures."""
    review = db.one(Review, open_review(session_id))
    if review.state is ReviewState.CLOSED:
        return
    if results.session_result(session_id) is None:
        raise Refused(msg("There are no figures yet. Import or type them first."))
    findings = list(db.session().scalars(select(Finding).where(Finding.review_id == review.id)))
    if not may_close([Missed(f.beyond, f.cause_id is not None, f.decision) for f in findings]):
        fault = msg(
            "A target missed by more than %(tolerance)s still has neither cause nor decision.", tolerance=_tolerance()
        )
        raise Refused(fault)
    review.state, review.quick = ReviewState.CLOSED, quick
    review.closed_at, review.closed_by = clock.now(), actor.current().user_id
    if live.brief(session_id).state is State.ENDED:
        sessions.mark_reviewed(session_id)
    tell(ReviewClosed(session_id=session_id))


@command(P.REVIEW_CLOSE)
def close_many(session_ids: list[int], causes: dict[int, int], notes: dict[int, str]) -> int:
    """The five-minute form of daily shows: one cause for each, one line of summary, several closed at once.

    All or none: what keeps one from closing is said at `close_<session>`, of each that can't be closed.
    """
    faults: dict[str, Message] = {}
    for session_id in session_ids:
        try:
            _close_quickly(session_id, causes.get(session_id), notes.get(session_id, ""))
        except Invalid as fault:
            faults |= {f"{name}_{session_id}": told for name, told in fault.fields.items()}
        except Refused as fault:
            faults[f"close_{session_id}"] = fault.message
    if faults:
        raise Invalid(faults)
    return len(session_ids)


def _close_quickly(session_id: int, cause_id: int | None, note: str) -> None:
    review = db.one(Review, open_review(session_id))
    if review.state is ReviewState.CLOSED:
        return
    if cause_id is not None and cause_id not in db.some(Cause, [cause_id]):
        raise Invalid.at("cause", msg("This cause is no longer offered. Choose another one."))
    for f in db.session().scalars(select(Finding).where(Finding.review_id == review.id)):
        if f.metric and f.decision is Decision.NONE and not f.beyond:
            f.decision = Decision.NORMAL_SWING
        f.cause_id = f.cause_id or cause_id
        if f.beyond and f.cause_id is None and f.decision is Decision.NONE:
            values = {"figure": metric_label(f.metric or ""), "tolerance": _tolerance()}
            raise Invalid.at("cause", msg("Choose a cause: %(figure)s missed by more than %(tolerance)s.", **values))
    review.summary = review.summary or clean_text(note)[:4000]
    db.flush()
    close_review(session_id, quick=True)


@command(P.REVIEW_CLOSE)
def reopen_review(session_id: int) -> None:
    """A closed review is open again."""
    b = live.brief(session_id)
    row = db.session().scalars(select(Review).where(Review.session_id == session_id)).one_or_none()
    if row is None or row.state is not ReviewState.CLOSED:
        raise Refused(msg("This review is not closed."))
    row.state, row.closed_at, row.closed_by = ReviewState.OPEN, None, None
    if b.state is State.REVIEWED:
        sessions.reopen_review(session_id)
    tell(ReviewReopened(session_id=session_id))
