"""Actions: a step with the figure it shall change, the sessions that verify it, and the verdict a person signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures.rules import METRICS, Direction
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.outcomes.models import Action, ActionCheck, Finding, Review
from planner.outcomes.news import ActionAgreed, VerdictSigned
from planner.outcomes.queries import results
from planner.outcomes.rules import reviews as rules
from planner.outcomes.rules.reviews import Decision, ReviewState, Verdict
from planner.plan import services as plan


@command(P.REVIEW_EDIT)
def agree_action(
    finding_id: int,
    title: str,
    owner_id: int | None,
    due: date | None,
    metric: str,
    value: Decimal,
    verify_ids: Sequence[int],
    goal_id: int | None = None,
) -> int:
    """The finding ends in an action: a plan step, a figure with its value, and the session(s) that will verify it."""
    row = db.one(Finding, finding_id)
    review = db.one(Review, row.review_id)
    if review.state is not ReviewState.OPEN:
        raise Refused(msg("This review is closed. Reopen it to change it."))
    if metric not in METRICS:
        raise Invalid.at("metric", msg("Choose a figure."))
    if value <= 0:
        raise Invalid.at("value", msg("A target is a number above 0."))
    if not verify_ids:
        raise Invalid.at("verify", msg("Choose at least one session that will show whether it worked."))
    known, start = live.briefs(verify_ids), live.brief(review.session_id).planned_start
    if set(known) != set(verify_ids) or any(b.planned_start <= start for b in known.values()):
        raise Invalid.at("verify", msg("Choose later sessions of this team."))
    step_id = plan.add_step(title, owner_id, due, goal_id=goal_id, from_session_id=review.session_id)
    made = db.add(Action(finding_id=row.id, session_id=review.session_id, step_id=step_id, metric=metric, value=value))
    db.add_all(ActionCheck(action_id=made.id, session_id=session_id) for session_id in dict.fromkeys(verify_ids))
    row.decision = Decision.ACTION
    tell(ActionAgreed(session_id=review.session_id, step_id=step_id))
    for session_id in verify_ids:
        propose_verdicts(session_id)
    return made.id


@command(P.FIGURES_EDIT)
def propose_verdicts(session_id: int) -> None:
    """When a session's figures are there: what became of the actions it verifies, as the rule sees it."""
    pairs = (
        db.session()
        .execute(
            select(ActionCheck, Action)
            .join(Action, Action.id == ActionCheck.action_id)
            .where(ActionCheck.session_id == session_id)
        )
        .all()
    )
    if not pairs:
        return
    b = live.brief(session_id)
    result = results.session_result(session_id)
    past = results.comparable(b)
    keys = {action.metric for _check, action in pairs}
    known, _by_hour = results.spreads(result, past, keys)
    for check, action in pairs:
        if check.verdict is not None:
            continue
        value = result.figures.get(action.metric) if result else None
        spread = known.get(action.metric)
        up = METRICS[action.metric].direction is not Direction.DOWN
        mean, deviation, n = (spread.mean, spread.deviation, spread.n) if spread else (None, None, 0)
        check.value = value
        check.proposed = rules.verdict(value, action.value, up, mean, deviation, n) if result else None
        check.basis = f"n={n}"


@command(P.REVIEW_CLOSE)
def sign_verdict(check_id: int, version: int, verdict: Verdict) -> int:
    """A person says what became of the action; the proposal stays beside it. Answers the session."""
    row = db.edit(ActionCheck, check_id, version)
    if row.value is None and verdict is not Verdict.TOO_LITTLE:
        raise Refused(msg("There is no figure to judge by yet."))
    row.verdict, row.signed_by, row.signed_at = verdict, actor.current().user_id, clock.now()
    tell(VerdictSigned(session_id=row.session_id, verdict=str(verdict)))
    return row.session_id
