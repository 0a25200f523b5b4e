"""Writing the policy: each version is kept, the latest is in force; and who stands in for whom."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from planner.base import actor, db, show
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.telling import Sort, concern
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, Stale
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.resources.models import ApprovalPolicy, Delegation
from planner.resources.queries import policies, signers
from planner.resources.rules import Policy

LONGEST_AWAY = 366


@command(P.POLICY_EDIT)
def publish_policy(number: int, policy: Policy, note: str = "") -> int:
    """The next version, in force at once; `number` is the one it was written from, 0 where there was none."""
    lock("policy", db.team_id())
    held = db.session().scalar(select(func.max(ApprovalPolicy.number))) or 0
    if held != number:
        raise Stale({}, held)
    if faults := policies.faults_of(policy):
        raise Invalid(faults)
    row = ApprovalPolicy(number=held + 1, rules=policy.as_json(), note=clean_line(note)[:200])
    return db.add(row).id


@command(P.REQUEST_DECIDE)
def delegate(user_id: int | None, deputy_id: int, first: date, last: date, note: str = "") -> int:
    """Somebody signs for me (委托) from the first to the last of these days; for others a manager says so."""
    me = actor.current().user_id
    whose = user_id or me
    if whose is None or (whose != me and not actor.current().may(P.POLICY_EDIT)):
        raise Forbidden(msg("Only a manager says who signs for somebody else."))
    here = signers.present()
    if whose not in here or deputy_id not in here or deputy_id == whose:
        raise Invalid.at("deputy_id", msg("Choose somebody else of the team."))
    if last < first or last < show.today():
        raise Invalid.at("last", msg("The last day lies before the first, or is over."))
    if (last - first).days > LONGEST_AWAY:
        raise Invalid.at("last", msg("A year at most."))
    row = Delegation(user_id=whose, deputy_id=deputy_id, first=first, last=last, note=clean_line(note)[:200])
    db.add(row)
    words = msg(
        "You sign for %(name)s from %(first)s to %(last)s",
        name={"person": whose}, first={"date": first.isoformat()}, last={"date": last.isoformat()},
    )  # fmt: skip
    concern([deputy_id], Sort.ASSIGNED, ("person", whose), words)
    return row.id


@command(P.REQUEST_DECIDE)
def end_delegation(delegation_id: int) -> None:
    """Nobody signs for me any more."""
    row = db.one(Delegation, delegation_id)
    if actor.current().user_id != row.user_id and not actor.current().may(P.POLICY_EDIT):
        raise Forbidden(msg("Only a manager says who signs for somebody else."))
    trashing.trash(row)
