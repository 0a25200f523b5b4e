"""One-time links, and who may let somebody into an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from planner.base import db
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P, Role
from planner.people import rules
from planner.people.models import Membership, OneTimeLink, Team, User


@dataclass(frozen=True)
class Found:
    """What a one-time link leads to."""

    id: int
    kind: str
    role: Role | None
    team_name: str
    user_name: str
    login: str
    invited_name: str
    expires_at: datetime


@query(P.PEOPLE_MANAGE)
def open_invitations() -> list[OneTimeLink]:
    """Invitations of this team that nobody has used yet."""
    mine = (OneTimeLink.team_id == db.team_id(), OneTimeLink.kind == "invite")
    asked = select(OneTimeLink).where(*mine, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > clock.now())
    return list(db.session().scalars(asked.order_by(OneTimeLink.id.desc())))


def teams_of(user_id: int | None) -> dict[int, Role]:
    """The role of somebody in each of their teams."""
    asked = select(Membership.team_id, Membership.role).where(
        Membership.user_id == user_id, Membership.left_at.is_(None)
    )
    with unscoped("identity"):
        return {row[0]: row[1] for row in db.session().execute(asked)}


def answers_for(by: int | None, user_id: int) -> bool:
    """Whether somebody may let another into their account, or lock it: it opens all of that person's teams."""
    asked = select(User.id, User.is_admin).where(User.id.in_([by, user_id]), User.disabled_at.is_(None))
    admins = {row[0]: row[1] for row in db.session().execute(asked)}
    if by not in admins:
        return False
    mine, theirs = teams_of(by), teams_of(user_id)
    manages = [rules.may_manage(mine.get(team_id), role, actor_is_admin=False) for team_id, role in theirs.items()]
    return admins[by] or (not admins.get(user_id) and bool(manages) and all(manages))


def _is_backed(row: OneTimeLink) -> bool:
    """Whether whoever made a link could still make it: it dies with the account and the role behind it."""
    closed = select(User.disabled_at).where(User.id == row.user_id)
    is_open = row.user_id is None or db.session().execute(closed).scalar_one_or_none() is None
    if row.kind == "scan":
        return is_open
    if row.kind == "reset":
        return is_open and (row.made_by is None or answers_for(row.made_by, row.user_id or 0))
    if row.made_by is None:
        return True
    asked = select(User.is_admin).where(User.id == row.made_by, User.disabled_at.is_(None))
    is_admin, role = db.session().scalar(asked), teams_of(row.made_by).get(row.team_id or 0)
    return is_admin is not None and rules.may_manage(role, Role(row.role or ""), actor_is_admin=is_admin)


def open_link(kind: str, token_hash: str, for_update: bool = False) -> OneTimeLink:
    """The row of a one-time link that counts: not used, not too old, and whoever made it could make it now."""
    asked = select(OneTimeLink).where(OneTimeLink.token_hash == token_hash, OneTimeLink.kind == kind)
    row = db.session().scalars(asked.with_for_update() if for_update else asked).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= clock.now() or not _is_backed(row):
        raise NotFound()
    return row


@query(P.PUBLIC)
def link_behind(kind: str, token_hash: str) -> Found:
    """What a one-time link offers; NotFound when it counts no more."""
    with unscoped("one-time link"):
        row = open_link(kind, token_hash)
        team_row = db.session().get(Team, row.team_id) if row.team_id else None
        user = db.session().get(User, row.user_id) if row.user_id else None
        role = Role(row.role) if row.role else None
        told = (user.name, user.login) if user else ("", "")
        return Found(row.id, row.kind, role, team_row.name if team_row else "", *told, row.name, row.expires_at)
