"""A person's own account, and what an administrator does to accounts."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select

from planner.base import actor, audit, db, mail
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_line, msg
from planner.people import ports, queries, rules
from planner.people.models import Away, Membership, OneTimeLink, PersonPosition, User
from planner.people.news import MemberLeft
from planner.people.services.access import end_devices, end_links, forget_account_tries
from planner.people.services.desk import forget_pin
from planner.people.services.members import check_answers_for, keep_a_lead


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
    """An installation keeps an administrator; call under the lock of the last one."""
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
    _lock_teams_of(user_id)
    asked = select(Membership).where(Membership.user_id == user_id, Membership.left_at.is_(None))
    member = db.session().scalars(asked).one_or_none()
    row = db.session().get(User, user_id, populate_existing=True)
    who = actor.current()
    if member is None or row is None:
        raise NotFound()
    if not (who.is_system or rules.may_manage(who.role, member.role, actor_is_admin=who.is_admin)):
        raise Forbidden(msg("You can only manage people at or below your own role."))
    check_answers_for(row)
    _set_disabled(row, disabled)


@command(P.INSTALLATION)
def set_account_disabled(user_id: int, disabled: bool) -> None:
    """Close any account of the installation, or open it again."""
    _lock_teams_of(user_id)
    row = db.session().get(User, user_id, populate_existing=True)
    if row is None or row.erased_at is not None:
        raise NotFound()
    _set_disabled(row, disabled)


def _lock_teams_of(user_id: int) -> None:
    """Before it is looked at who is the last one: locks first, or two people look at the same time."""
    teams = queries.teams_of(user_id)
    if teams:
        lock(*[("team", team_id) for team_id in teams])
    lock("last admin")


def _keep_leads(user_id: int) -> list[Membership]:
    """The memberships of somebody who goes, if each of the teams keeps a manager or lead without them."""
    asked = select(Membership).where(Membership.user_id == user_id, Membership.left_at.is_(None))
    found: list[Membership] = []
    for team_id in queries.teams_of(user_id):
        with as_team(team_id):
            member = db.session().scalars(asked).one()
            if member.role in (Role.MANAGER, Role.LEAD):
                keep_a_lead(member)
            found.append(member)
    return found


def _set_disabled(row: User, disabled: bool) -> None:
    if disabled:
        if row.id == actor.current().user_id:
            raise Refused(msg("You can't disable your own account."))
        _keep_an_admin(row)
        _keep_leads(row.id)
        end_devices(row.id)
        end_links(row.id)
    row.disabled_at = clock.now() if disabled else None


@command(P.SELF)
def erase_me() -> None:
    """Erase one's personal data; what was done for the team stays, without the name."""
    _lock_teams_of(actor.current().user_id or 0)
    row = _me()
    _keep_an_admin(row)
    members = _keep_leads(row.id)
    with unscoped("erase personal data"):
        for member in members:
            member.left_at = clock.now()
            with as_team(member.team_id):
                tell(MemberLeft(user_id=row.id))
        for held in db.session().scalars(select(PersonPosition).where(PersonPosition.user_id == row.id)):
            db.remove(held)
        for link in db.session().scalars(select(OneTimeLink).where(OneTimeLink.user_id == row.id)):
            db.remove(link)
        days = list(db.session().scalars(select(Away).where(Away.user_id == row.id)))
        for away in days:
            db.remove(away)
        db.flush()
        audit.erase_values("away", [away.id for away in days])
        ended = db.session().scalars(select(Membership.id).where(Membership.user_id == row.id))
        audit.erase_values("membership", list(ended))
        for forget in ports.erasing:
            forget(row.id, row.name)
        if row.mail:
            mail.forget(row.mail)
    forget_account_tries(row.login)
    row.name, row.login, row.mail = "已注销 · former member", f"gone-{secrets.token_hex(8)}", None
    row.password_hash, row.is_admin = None, False
    row.disabled_at = row.erased_at = clock.now()
    forget_pin(row.id)
    end_devices(row.id)
