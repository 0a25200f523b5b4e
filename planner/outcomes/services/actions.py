"""Actions: a step with the figure it shall change, the sessions that verify it, and the verdict a person signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from planner.base import actor, db
from planner.base.claim import claim
from planner.base.news import tell
from planner.base.verbs import command
from planner.figures.rules import METRICS, Direction
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.rules import State
from planner.outcomes.models import Action, ActionCheck, Finding, Review
from planner.outcomes.news import ActionAgreed, OthersVerify, VerdictSigned
from planner.outcomes.queries import results
from planner.outcomes.rules import reviews as rules
from planner.outcomes.rules.reviews import Decision, ReviewState, Verdict
from planner.plan import services as plan
from planner.plan.models import Step
from planner.plan.rules import StepState


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
    """The finding ends in an action: a plan step of somebody until a day, a figure with its value, and the session(s)
    that will verify it."""
    row = db.one(Finding, finding_id)
    review = db.one(Review, row.review_id)
    if review.state is not ReviewState.OPEN:
        raise Refused(msg("This review is closed. Reopen it to change it."))
    if metric not in METRICS or METRICS[metric].counted:
        raise Invalid.at("metric", msg("Choose a figure."))
    if value <= 0:
        raise Invalid.at("value", msg("A target is a number above 0."))
    if owner_id is None:
        raise Invalid.at("owner_id", msg("Choose who does it."))
    if due is None:
        raise Invalid.at("due", msg("Say until when."))
    _check_sessions(verify_ids, review.session_id)
    step_id = plan.add_step(title, owner_id, due, goal_id=goal_id, from_session_id=review.session_id)
    made = db.add(Action(finding_id=row.id, session_id=review.session_id, step_id=step_id, metric=metric, value=value))
    db.add_all(ActionCheck(action_id=made.id, session_id=session_id) for session_id in dict.fromkeys(verify_ids))
    row.decision = Decision.ACTION
    tell(ActionAgreed(session_id=review.session_id, step_id=step_id))
    for session_id in verify_ids:
        propose_verdicts(session_id)
    return made.id


def _check_sessions(verify_ids: Sequence[int], source_id: int) -> None:
    """What verifies an action comes after the show it was decided on, and takes place."""
    if not verify_ids:
        raise Invalid.at("verify", msg("Choose at least one session that will show whether it worked."))
    known, start = live.briefs(verify_ids), live.brief(source_id).planned_start
    if set(known) != set(verify_ids) or any(b.planned_start <= start for b in known.values()):
        raise Invalid.at("verify", msg("Choose later sessions of this team."))
    if any(b.state is State.CANCELLED for b in known.values()):
        raise Invalid.at("verify", msg("A cancelled session can't show whether it worked."))


def _checks(action_id: int) -> list[ActionCheck]:
    return list(db.session().scalars(select(ActionCheck).where(ActionCheck.action_id == action_id)))


@command(P.REVIEW_CLOSE)
def verify_by(action_id: int, version: int, session_ids: Sequence[int]) -> int:
    """Other sessions will show whether it worked; what was signed stays. Answers the session it was decided on."""
    action = db.one(Action, action_id)
    held = {check.session_id: check for check in _checks(action_id)}
    if version != action.version or not claim(Action, action_id, when={"version": version}, set={}):
        theirs = [session_id for session_id, check in held.items() if not check.verdict and not check.adrift]
        last = max(
            (db.last_change(check) for check in held.values()), key=lambda change: change[1] or action.created_at
        )
        raise Stale({"verify": theirs}, action.version, *last)
    signed = {session_id for session_id, check in held.items() if check.verdict is not None}
    wanted = [session_id for session_id in dict.fromkeys(session_ids) if session_id not in signed]
    _check_sessions(wanted or list(signed), action.session_id)
    for session_id, check in held.items():
        if session_id not in signed and session_id not in wanted:
            db.session().delete(check)
        elif session_id in wanted:
            check.adrift = False
    db.add_all(ActionCheck(action_id=action_id, session_id=one) for one in wanted if one not in held)
    tell(OthersVerify(session_id=action.session_id))
    for session_id in wanted:
        propose_verdicts(session_id)
    return action.session_id


@dataclass(frozen=True)
class Withdrawn:
    """An action that is no longer wanted: the title of its step, and whether that stays because somebody began it."""

    title: str
    stays: bool


def withdraw_actions(finding_id: int) -> list[Withdrawn]:
    """What a finding ended in before it ended in nothing: checks nobody signed go, with them steps nobody touched."""
    done: list[Withdrawn] = []
    for action in db.session().scalars(select(Action).where(Action.finding_id == finding_id)).all():
        checks, step = _checks(action.id), db.some(Step, [action.step_id]).get(action.step_id)
        judged = [check for check in checks if check.verdict is not None]
        for check in checks:
            if check not in judged:
                db.session().delete(check)
        db.flush()
        if judged and len(judged) == len(checks):
            continue
        if not judged:
            db.remove(action)
        stays = step is not None and (bool(judged) or step.version > 1 or step.state is not StepState.OPEN)
        if step is not None and not stays:
            plan.trash_step(step.id)
        done.append(Withdrawn(step.title if step else "", stays))
    return done


@command(P.FIGURES_EDIT)
def propose_verdicts(session_id: int) -> None:
    """When a session's figures are there: what became of the actions it verifies, as the rule sees it."""
    pairs = (
        db.session()
        .execute(
            select(ActionCheck, Action)
            .join(Action, Action.id == ActionCheck.action_id)
            .where(ActionCheck.session_id == session_id, ActionCheck.adrift.is_(False))
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
