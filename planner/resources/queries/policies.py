"""The policy of a team, and who would sign what."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.resources.models import ApprovalPolicy
from planner.resources.queries import signers
from planner.resources.rules import USUAL, Facts, Policy, Tried, try_out


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


@query(P.REQUEST_VIEW)
def would_sign(facts: Facts, requester_id: int | None, held: Policy | None = None) -> Tried:
    """Who would sign such a request: under the policy in force, or under one that is being written."""
    return try_out(held or newest()[1], facts, signers.present(), requester_id)
