"""Who belongs to the team, as what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from planner.base import actor, db, i18n, mail
from planner.base.claim import claim
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.kernel import clock, permissions
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_line, msg
from planner.people import passwords, queries, rules
from planner.people.models import Membership, OneTimeLink, PersonPosition, Position, Team, User
from planner.people.news import MemberJoined, MemberLeft, PersonInvited, RoleChanged
from planner.people.services.access import end_devices


@dataclass(frozen=True)
class ByMail:
    """A one-time link that also goes by mail. `once` is what the token is made from, `front` its address up to it."""

    once: str
    front: str
    to: str = ""
    language: str = ""

    def post(self, name: str, to: str, language: str) -> None:
        """Ask for the letter in this transaction."""
        mail.post(name, to, language, once=self.once, front=self.front, by=actor.current().user_id)


def _membership(user_id: int) -> Membership:
    asked = select(Membership).where(Membership.user_id == user_id, Membership.left_at.is_(None))
    row = db.session().scalars(asked).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _may_manage(target: Role) -> None:
    who = actor.current()
    if not (who.is_system or rules.may_manage(who.role, target, actor_is_admin=who.is_admin)):
        raise Forbidden(msg("You can only manage people at or below your own role."))


def check_answers_for(user: User) -> None:
    """Nobody gets into an account, or locks it, who could not manage that person in all of their teams."""
    who = actor.current()
    if user.is_admin and not who.is_admin:
        raise Forbidden(msg("Only an administrator can do this for an administrator."))
    if not (who.is_system or queries.answers_for(who.user_id, user.id)):
        raise Forbidden(msg("This person also belongs to another team, so only an administrator can do this."))


def keep_a_lead(leaving: Membership) -> None:
    """A team keeps at least one manager or lead; call under the team's lock."""
    asked = select(Membership.id).where(
        Membership.role.in_([Role.MANAGER, Role.LEAD]), Membership.left_at.is_(None), Membership.id != leaving.id
    )
    others = db.session().scalars(asked.join(User, User.id == Membership.user_id).where(User.disabled_at.is_(None)))
    if others.first() is None:
        raise Refused(msg("A team needs at least one manager or team lead."))


def new_account(login: str, name: str, password_hash: str | None) -> User:
    """An account with a free login name."""
    shown = clean_line(name)
    if not 1 <= len(shown) <= 60:
        raise Invalid.at("name", msg("Tell us your name, in at most 60 characters."))
    wanted = rules.read_login(login)
    lock("login", passwords.digest(wanted))  # a lock's row stays, so it names nobody
    if db.session().scalar(select(User.id).where(User.login == wanted)) is not None:
        raise Invalid.at("login", msg("This login name is taken."))
    row = User(login=wanted, name=shown, password_hash=password_hash)
    db.session().add(row)
    db.session().flush()
    return row


def _join(user_id: int, role: Role) -> None:
    asked = select(Membership).where(Membership.user_id == user_id)
    row = db.session().scalars(asked).one_or_none()
    if row is None:
        db.session().add(Membership(user_id=user_id, role=role))
    elif row.left_at is not None:
        row.left_at, row.role = None, role
    else:
        raise Refused(msg("You already belong to this team."))
    tell(MemberJoined(user_id=user_id, role=str(role)))


@command(P.PEOPLE_MANAGE)
def add_person(login: str, name: str, role: Role, password_hash: str | None = None) -> int:
    """An account made at once, as a member of this team: for the demo and the command line."""
    _may_manage(role)
    user = new_account(login, name, password_hash)
    _join(user.id, role)
    return user.id


@command(P.PEOPLE_MANAGE)
def invite(role: Role, name: str, token_hash: str, by_mail: ByMail | None = None) -> int:
    """A one-time invitation into this team. Nobody grants more than they have."""
    who = actor.current()
    if not permissions.may_grant(who.role, role, giver_is_admin=who.is_admin):
        raise Invalid.at("role", msg("You can't give more than your own role."))
    link_id = _invite(role, name, token_hash)
    if by_mail:
        by_mail.post("invitation", rules.read_mail(by_mail.to), by_mail.language)
    return link_id


def _invite(role: Role, name: str, token_hash: str) -> int:
    """A link into the unit's team."""
    named = {"team_id": db.team_id(), "role": str(role), "name": clean_line(name)[:60]}
    link_id = _one_time("invite", token_hash, rules.INVITATION_LIFE, **named)
    tell(PersonInvited(link_id=link_id, role=str(role)))
    return link_id


def _one_time(kind: str, token_hash: str, life: timedelta, **about: Any) -> int:
    now, by = clock.now(), actor.current().user_id
    row = OneTimeLink(kind=kind, token_hash=token_hash, made_by=by, made_at=now, expires_at=now + life, **about)
    return db.add(row).id


@command(P.INSTALLATION)
def invite_manager(team_id: int, token_hash: str) -> int:
    """A one-time invitation to manage a team, from an administrator who need not belong to it."""
    if db.session().scalar(select(Team.id).where(Team.id == team_id)) is None:
        raise NotFound()
    with as_team(team_id):
        return _invite(Role.MANAGER, "", token_hash)


@command(P.PEOPLE_MANAGE)
def withdraw_invitation(link_id: int) -> None:
    """An open invitation counts no more."""
    row = db.session().get(OneTimeLink, link_id)
    if row is None or (row.kind, row.team_id) != ("invite", db.team_id()) or row.used_at is not None:
        raise NotFound()
    db.remove(row)


def _take_invitation(token_hash: str) -> OneTimeLink:
    row = queries.open_link("invite", token_hash, for_update=True)
    row.used_at = clock.now()
    return row


@command(P.PUBLIC)
def accept_invitation(token_hash: str, login: str, name: str, password_hash: str) -> int:
    """A new person joins by a one-time link; answers who."""
    with unscoped("accept invitation"):
        row = _take_invitation(token_hash)
        user = new_account(login, name, password_hash)
        row.user_id = user.id
        with as_team(row.team_id or 0):
            _join(user.id, Role(row.role or Role.VIEWER))
    return user.id


@command(P.SELF)
def accept_as_me(token_hash: str) -> int:
    """Somebody with an account joins another team; answers the team."""
    user_id = actor.current().user_id or 0
    with unscoped("accept invitation"):
        row = _take_invitation(token_hash)
        row.user_id = user_id
        with as_team(row.team_id or 0):
            _join(user_id, Role(row.role or Role.VIEWER))
        return row.team_id or 0


@command(P.PEOPLE_MANAGE)
def make_reset(user_id: int, token_hash: str, by_mail: ByMail | None = None) -> int:
    """A one-time link for somebody who lost the password; administrators only by administrators."""
    member = _membership(user_id)
    _may_manage(member.role)
    user = db.session().get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise NotFound()
    check_answers_for(user)
    if by_mail:
        if not user.mail:
            raise Refused(msg("This account has no mail address."))
        by_mail.post("reset", user.mail, user.language or i18n.language())
    return _one_time("reset", token_hash, rules.RESET_LIFE, team_id=db.team_id(), user_id=user_id)


@command(P.INSTALLATION)
def make_reset_for(user_id: int, token_hash: str) -> int:
    """A one-time link from an administrator for anybody who lost the password."""
    user = db.session().get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise NotFound()
    return _one_time("reset", token_hash, rules.RESET_LIFE, user_id=user_id)


@command(P.PEOPLE_MANAGE)
def set_role(user_id: int, role: Role) -> None:
    """Another role; it counts from the next request on."""
    lock("team", db.team_id())
    row = _membership(user_id)
    who = actor.current()
    _may_manage(row.role)
    if not (who.is_system or permissions.may_grant(who.role, role, giver_is_admin=who.is_admin)):
        raise Forbidden(msg("You can't give more than your own role."))
    if row.role in (Role.MANAGER, Role.LEAD) and role not in (Role.MANAGER, Role.LEAD):
        keep_a_lead(row)
    if row.role != role:
        tell(RoleChanged(user_id=user_id, before=str(row.role), after=str(role)))
        row.role = role


@command(P.PEOPLE_MANAGE)
def end_membership(user_id: int) -> None:
    """Somebody leaves the team; what they did stays under their name."""
    lock("team", db.team_id())
    row = _membership(user_id)
    _may_manage(row.role)
    if row.role in (Role.MANAGER, Role.LEAD):
        keep_a_lead(row)
    row.left_at = clock.now()
    end_devices(user_id, in_team=db.team_id())
    tell(MemberLeft(user_id=user_id))


def before_undo(row: Membership, act: str) -> None:
    """Registered with undo: nobody takes back what they could not do; and a membership is ended, not undone."""
    lock("team", db.team_id())
    if act == "insert":
        raise Refused(msg("Somebody has joined the team: end the membership instead."))
    _may_manage(row.role)


def after_undo(row: Membership, fields: frozenset[str]) -> None:
    """Registered with undo: nobody gives back more than they have, and a team keeps a lead."""
    _may_manage(row.role)
    if row.left_at is not None or row.role not in (Role.MANAGER, Role.LEAD):
        keep_a_lead(row)


@command(P.PEOPLE_MANAGE)
def set_positions(user_id: int, position_ids: list[int]) -> None:
    """Which positions somebody can fill."""
    _membership(user_id)
    _fill(user_id, position_ids)


def _fill(user_id: int, position_ids: list[int]) -> bool:
    """Whether that changed anything."""
    known = set(db.session().scalars(select(Position.id).where(db.alive(Position))))
    wanted = set(position_ids)
    if wanted - known:
        raise NotFound()
    held = {
        row.position_id: row
        for row in db.session().scalars(select(PersonPosition).where(PersonPosition.user_id == user_id))
    }
    for position_id, row in held.items():
        if position_id not in wanted:
            db.remove(row)
    db.add_all(PersonPosition(user_id=user_id, position_id=each) for each in sorted(wanted - set(held)))
    return wanted != set(held)


@command(P.PEOPLE_MANAGE)
def edit_person(user_id: int, version: int, role: Role, position_ids: list[int]) -> None:
    """Role and positions of a member; refused for a form that started from an older version."""
    lock("team", db.team_id())
    row = _membership(user_id)
    if row.version != version:
        held = db.session().scalars(select(PersonPosition.position_id).where(PersonPosition.user_id == user_id))
        raise Stale({"role": row.role.value, "positions": sorted(held)}, row.version, *db.last_change(row))
    set_role(user_id, role)
    if _fill(user_id, position_ids):
        claim(Membership, row.id, {}, {"role": role})  # what it consists of has changed, so it has another version


@command(P.TEAM_EDIT)
def add_position(name: str) -> int:
    """A position of the team's own."""
    shown = clean_line(name)
    if not 1 <= len(shown) <= 40:
        raise Invalid.at("name", msg("Give the position a name of at most 40 characters."))
    lock("team", db.team_id())
    rows = list(db.session().scalars(select(Position)))
    if any(shown == row.name for row in rows):
        raise Invalid.at("name", msg("There already is a position of this name."))
    sort = max((row.sort for row in rows), default=0) + 1
    key = re.sub(r"\W+", "_", shown.lower())[:30] or "own"
    return db.add(Position(key=f"own_{sort}_{key}"[:40], name=shown, sort=sort)).id


@command(P.TEAM_EDIT)
def remove_position(position_id: int) -> None:
    """A position that is no longer used; shifts that name it keep it."""
    row = db.one(Position, position_id)
    row.trashed_at = clock.now()
