"""Who is there to sign, and who stands in for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from planner.base import actor, db, show
from planner.base.verbs import query
from planner.kernel.permissions import P, Role
from planner.people import queries as people
from planner.resources.models import Delegation


@query(P.REQUEST_VIEW, remember=True)
def present() -> dict[int, Role]:
    """The members of the team who can sign in, with their roles. Viewers only look."""
    return {user_id: role for user_id, role in people.roles().items() if role is not Role.VIEWER}


def manages() -> bool:
    """Whether the actor is a manager of the team, or the program itself."""
    who = actor.current()
    return who.is_system or who.role is Role.MANAGER


@query(P.REQUEST_VIEW)
def by_name() -> dict[int, str]:
    """Those who can sign, by their names."""
    here = present()
    return {user_id: name for user_id, name in people.assignable().items() if user_id in here}


@query(P.REQUEST_VIEW, remember=True)
def deputies() -> dict[int, tuple[int, ...]]:
    """Who may sign for somebody today (委托), by whom they stand in for. A deputy's own deputy does not count."""
    today = show.today()
    asked = select(Delegation.user_id, Delegation.deputy_id).where(Delegation.first <= today, Delegation.last >= today)
    here, found = present(), dict[int, tuple[int, ...]]()
    for user_id, deputy_id in db.session().execute(asked.order_by(Delegation.id)):
        if deputy_id in here:
            found[user_id] = (*found.get(user_id, ()), deputy_id)
    return found


@query(P.REQUEST_VIEW)
def stands_in_for(user_id: int) -> set[int]:
    """For whom somebody may sign today."""
    return {other for other, held in deputies().items() if user_id in held}


@dataclass(frozen=True)
class DelegationRow:
    """Who signs for whom, from when to when."""

    id: int
    user_id: int
    name: str
    deputy: str
    first: date
    last: date
    note: str
    now: bool


@query(P.REQUEST_VIEW)
def delegations() -> list[DelegationRow]:
    """What holds or will hold: of the team for who writes the policy, else what concerns oneself."""
    who, today = actor.current(), show.today()
    asked = select(Delegation).where(Delegation.last >= today).order_by(Delegation.first, Delegation.id)
    rows = list(db.session().scalars(asked))
    mine = [row for row in rows if who.may(P.POLICY_EDIT) or who.user_id in (row.user_id, row.deputy_id)]
    names = people.names({user_id for row in mine for user_id in (row.user_id, row.deputy_id)})
    return [
        DelegationRow(
            row.id, row.user_id, names.get(row.user_id, ""), names.get(row.deputy_id, ""), row.first, row.last,
            row.note, row.first <= today,
        )
        for row in mine
    ]  # fmt: skip
