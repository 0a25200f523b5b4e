"""The policy of a team, and who would sign what."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.money import LARGEST
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.resources.models import ApprovalPolicy, BudgetCategory
from planner.resources.queries import signers
from planner.resources.rules import MOST_LEVELS, USUAL, Facts, Policy, Tried, try_out


@query(P.REQUEST_VIEW)
def newest() -> tuple[int | None, Policy]:
    """The policy in force with its row; what every team begins with where nobody has written one."""
    row = db.session().scalars(select(ApprovalPolicy).order_by(ApprovalPolicy.number.desc()).limit(1)).one_or_none()
    return (row.id, Policy.from_json(row.rules)) if row is not None else (None, USUAL)


@query(P.REQUEST_VIEW)
def policy(policy_id: int | None) -> Policy:
    """A version of the policy; without an id what teams begin with."""
    return Policy.from_json(db.one(ApprovalPolicy, policy_id).rules) if policy_id else USUAL


@query(P.REQUEST_VIEW)
def versions() -> list[ApprovalPolicy]:
    """All versions, the latest first."""
    return list(db.session().scalars(select(ApprovalPolicy).order_by(ApprovalPolicy.number.desc())))


@query(P.POLICY_EDIT)
def faults_of(policy: Policy) -> dict[str, Message]:
    """Why a policy that is being written can't be published, by the places of its form."""
    if not policy.levels:
        return {"levels": msg("A policy has at least one level.")}
    if len(policy.levels) > MOST_LEVELS:
        return {"levels": msg("At most %(most)s levels.", most=MOST_LEVELS)}
    faults = {f"levels.{place}": told for place, level in enumerate(policy.levels) if (told := level.fault)}
    here, offered = signers.present(), set(db.session().scalars(select(BudgetCategory.id)))
    for place, level in enumerate(policy.levels):
        if set(level.persons) - here.keys():
            faults[f"levels.{place}"] = msg("Choose somebody of the team.")
        if set(level.categories) - offered:
            faults[f"levels.{place}"] = msg("Choose a category.")
    if policy.quotes_from is not None and not 0 < policy.quotes_from <= LARGEST:
        faults["quotes_from"] = msg("Type an amount like 80000 or 80,000.00.")
    return faults


@query(P.REQUEST_VIEW)
def would_sign(facts: Facts, requester_id: int | None, held: Policy | None = None) -> Tried:
    """Who would sign such a request: under the policy in force, or under one that is being written."""
    return try_out(held or newest()[1], facts, signers.present(), requester_id)
