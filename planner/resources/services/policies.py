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
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg
from planner.resources.models import ApprovalPolicy, BudgetCategory, Delegation
from planner.resources.queries import signers
from planner.resources.rules import LevelRule, Mode, Policy

MOST_LEVELS = 8
LONGEST_AWAY = 366


def _check_level(level: LevelRule) -> Message | None:
    if not level.name or len(level.name) > 40:
        return msg("Give the level a name of at most 40 characters.")
    if not level.roles and not level.persons:
        return msg("Say who signs: a role or a person.")
    if not 0 <= level.from_amount <= LARGEST:
        return msg("Type an amount like 80000 or 80,000.00.")
    if level.mode is Mode.ANY and not 1 <= level.needed <= 5:
        return msg("One to five people sign a level.")
    return None


@command(P.POLICY_EDIT)
def publish_policy(number: int, policy: Policy, note: str = "") -> int:
    """The next version, in force at once; `number` is the one it was written from, 0 where there was none."""
    lock("policy", db.team_id())
    held = db.session().scalar(select(func.max(ApprovalPolicy.number))) or 0
    if held != number:
        raise Stale({}, held)
    if not policy.levels:
        raise Invalid.at("levels", msg("A policy has at least one level."))
    if len(policy.levels) > MOST_LEVELS:
        raise Invalid.at("levels", msg("At most %(most)s levels.", most=MOST_LEVELS))
    faults = {f"levels.{n}": told for n, level in enumerate(policy.levels) if (told := _check_level(level))}
    here, offered = signers.present(), set(db.session().scalars(select(BudgetCategory.id)))
    for place, level in enumerate(policy.levels):
        if set(level.persons) - here.keys():
            faults[f"levels.{place}"] = msg("Choose somebody of the team.")
        if set(level.categories) - offered:
            faults[f"levels.{place}"] = msg("Choose a category.")
    if policy.quotes_from is not None and not 0 < policy.quotes_from <= LARGEST:
        faults["quotes_from"] = msg("Type an amount like 80000 or 80,000.00.")
    if faults:
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
