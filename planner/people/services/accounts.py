"""A person's own account, and what an administrator does to accounts."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from planner.base import actor, audit, db
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_line, msg
from planner.people import rules
from planner.people.models import Membership, User
from planner.people.services.access import end_devices
from planner.people.services.members import keep_a_lead


def _me() -> User:
    row = db.session().get(User, actor.current().user_id)
    if row is None:
        raise NotFound()
    return row


@command(P.SELF)
def edit_me(name: str, mail: str, density: str) -> None:
    """Name, mail and density of one's own account."""
    row = _me()
    shown = clean_line(name)
    if not 1 <= len(shown) <= 60:
        raise Invalid.at("name", msg("Tell us your name, in at most 60 characters."))
    row.name, row.mail = shown, rules.read_mail(mail) if clean_line(mail) else None
    row.density = density if density in ("", "compact") else ""


@command(P.SELF)
def set_language(language: str) -> None:
    """The language of one's own pages."""
    row = _me()
    row.language = language if language in ("zh_Hans_CN", "en") else row.language


@command(P.SELF)
def set_theme(theme: str) -> None:
    """Light, dark, or as the system says."""
    row = _me()
    row.theme = theme if theme in ("light", "dark") else ""


def _keep_an_admin(leaving: User) -> None:
    lock("last admin")
    asked = select(func.count(User.id)).where(User.is_admin, User.disabled_at.is_(None), User.id != leaving.id)
    if leaving.is_admin and not db.session().scalar(asked):
        raise Refused(msg("The last administrator can't be removed. Make somebody else one first."))


@command(P.INSTALLATION)
def set_admin(user_id: int, is_admin: bool) -> None:
    """Make somebody an administrator of the installation, or end that."""
    lock("last admin")
    row = db.session().get(User, user_id, populate_existing=True)
    if row is None:
        raise NotFound()
    if not is_admin:
        _keep_an_admin(row)
    row.is_admin = is_admin


@command(P.PEOPLE_MANAGE)
def set_disabled(user_id: int, disabled: bool) -> None:
    """Close an account at once, on all devices, or open it again. Only at or below one's own role."""
    lock(("team", db.team_id()), ("last admin", 0))
    asked = select(Membership).where(Membership.user_id == user_id, Membership.left_at.is_(None))
    member = db.session().scalars(asked).one_or_none()
    row = db.session().get(User, user_id, populate_existing=True)
    who = actor.current()
    if member is None or row is None:
        raise NotFound()
    if not (who.is_system or rules.may_manage(who.role, member.role, actor_is_admin=who.is_admin)):
        raise Forbidden(msg("You can only manage people at or below your own role."))
    if row.is_admin and not who.is_admin:
        raise Forbidden(msg("Only an administrator can do this for an administrator."))
    if disabled:
        if user_id == who.user_id:
            raise Refused(msg("You can't disable your own account."))
        _keep_an_admin(row)
        if member.role in (Role.MANAGER, Role.LEAD):
            keep_a_lead(member)
        end_devices(user_id)
    row.disabled_at = clock.now() if disabled else None


@command(P.SELF)
def erase_me() -> None:
    """Erase one's personal data; what was done for the team stays, without the name."""
    row = _me()
    _keep_an_admin(row)
    with unscoped("erase personal data"):
        asked = select(Membership).where(Membership.user_id == row.id, Membership.left_at.is_(None))
        members = list(db.session().scalars(asked))
        for member in members:
            if member.role in (Role.MANAGER, Role.LEAD):
                others = db.session().scalar(
                    select(func.count(Membership.id)).where(
                        Membership.team_id == member.team_id,
                        Membership.role.in_([Role.MANAGER, Role.LEAD]),
                        Membership.left_at.is_(None),
                        Membership.id != member.id,
                    )
                )
                if not others:
                    raise Refused(msg("A team needs at least one manager or team lead."))
            member.left_at = clock.now()
        audit.erase_values("membership", [member.id for member in members])
    row.name, row.login, row.mail = "已注销 · former member", f"gone-{secrets.token_hex(8)}", None
    row.password_hash, row.is_admin = None, False
    row.disabled_at = row.erased_at = clock.now()
    end_devices(row.id)
