"""Who is there, and who is behind a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from planner.base import actor, db
from planner.base.actor import Actor
from planner.base.ready import ready
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P, Role
from planner.people import rules
from planner.people.models import Device, Membership, OneTimeLink, PersonPosition, Position, Team, User
from planner.people.words import position_word


@dataclass(frozen=True)
class Person:
    """A member of the team."""

    user_id: int
    name: str
    login: str
    role: Role
    position_ids: tuple[int, ...]
    disabled: bool = False
    version: int = 0


@dataclass(frozen=True)
class PositionRow:
    """A position with its name in the reader's language."""

    id: int
    key: str
    name: str


@dataclass(frozen=True)
class TeamPage:
    """The team's own settings."""

    id: int
    name: str
    timezone: str
    day_start: int
    version: int


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


@query(P.PUBLIC)
def is_empty() -> bool:
    """Whether nobody has an account yet: then the first-run page is shown."""
    return db.session().scalar(select(User.id).limit(1)) is None


@query(P.PUBLIC)
def account_for_login(login: str) -> tuple[int, str | None] | None:
    """Id and password hash of an open account."""
    asked = select(User.id, User.password_hash).where(User.login == login, User.disabled_at.is_(None))
    row = db.session().execute(asked).one_or_none()
    return (row[0], row[1]) if row else None


@query(P.PUBLIC)
def has_demo() -> bool:
    """Whether the demo team is there."""
    return db.session().scalar(select(Team.id).where(Team.is_demo).limit(1)) is not None


@ready
def _identity() -> Any:
    return (
        select(
            User.id, User.login, User.name, User.language, User.theme, User.density, User.is_admin,
            Device.id, Device.seen_at, Device.expires_at, Team.id, Team.name,
            Team.timezone, Team.day_start, Membership.role, Device.team_id,
        )
        .select_from(Device)
        .join(User, User.id == Device.user_id)
        .outerjoin(Membership, (Membership.user_id == User.id) & Membership.left_at.is_(None))
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Device.token_hash == bindparam("token_hash"), User.disabled_at.is_(None))
        .order_by(Team.name, Team.id)
    )  # fmt: skip


@ready
def _names() -> Any:
    members = select(User.id, User.name).select_from(Membership).join(User, User.id == Membership.user_id)
    return members.where(User.id.in_(bindparam("ids", expanding=True)))


@query(P.PUBLIC)
def identity(token_hash: str, now: datetime) -> tuple[Actor, datetime, datetime] | None:
    """The actor of a device with when it was last seen and when it ends; None for a token that counts no more."""
    with unscoped("identity"):
        rows: Any = _identity.rows(token_hash=token_hash)
    if not rows:
        return None
    teams = tuple((row[10], row[11]) for row in rows if row[10] is not None)
    held = [row for row in rows if row[10] is not None]
    found: Any = next((row for row in held if row[10] == row[15]), held[0] if held else None)
    if found is None:
        found = (*rows[0][:10], None, "", None, None, None)
    who = Actor(
        user_id=found[0],
        login=found[1],
        name=found[2],
        language=found[3],
        theme=found[4],
        density=found[5],
        is_admin=found[6],
        session_id=found[7],
        team_id=found[10],
        team_name=found[11] or "",
        timezone=found[12] or "Asia/Shanghai",
        day_start=360 if found[13] is None else found[13],
        role=found[14],
        teams=teams,
    )
    return who, found[8], found[9]


@query(P.PEOPLE_VIEW)
def people() -> list[Person]:
    """The members of the team, by name."""
    held: dict[int, list[int]] = {}
    for user_id, position_id in db.session().execute(select(PersonPosition.user_id, PersonPosition.position_id)):
        held.setdefault(user_id, []).append(position_id)
    rows = db.session().execute(
        select(User.id, User.name, User.login, Membership.role, User.disabled_at, Membership.version)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.left_at.is_(None))
        .order_by(User.name)
    )
    return [
        Person(row_id, name, login, role, tuple(sorted(held.get(row_id, ()))), disabled is not None, version)
        for row_id, name, login, role, disabled, version in rows
    ]


@query(P.PEOPLE_VIEW)
def person(user_id: int) -> Person:
    """One member of the team."""
    for found in people():
        if found.user_id == user_id:
            return found
    raise NotFound()


@query(P.PEOPLE_MANAGE)
def has_mail(user_id: int) -> bool:
    """Whether a member of the team can be reached by mail; the address itself is theirs."""
    asked = select(User.mail).join(Membership, Membership.user_id == User.id)
    return bool(db.session().scalar(asked.where(User.id == user_id, Membership.left_at.is_(None))))


@query(P.PEOPLE_VIEW)
def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, of people who are or were in the team."""
    wanted = {row_id for row_id in ids if row_id}
    if not wanted:
        return {}
    rows: Any = _names.rows(ids=list(wanted))
    found = {row_id: name for row_id, name in rows}
    who = actor.current()
    if who.user_id in wanted:
        found.setdefault(who.user_id, who.name)
    return found


@query(P.PEOPLE_VIEW)
def positions() -> list[PositionRow]:
    """The positions of the team, in their order."""
    rows = db.session().execute(
        select(Position.id, Position.key, Position.name).where(db.alive(Position)).order_by(Position.sort, Position.id)
    )
    return [PositionRow(row_id, key, position_word(key, name)) for row_id, key, name in rows]


@query(P.PEOPLE_VIEW)
def team() -> TeamPage:
    """The actor's team."""
    row = db.session().get(Team, db.team_id())
    if row is None:
        raise NotFound()
    return TeamPage(row.id, row.name, row.timezone, row.day_start, row.version)


@query(P.SELF)
def me() -> User:
    """The actor's own account."""
    row = db.session().get(User, actor.current().user_id)
    if row is None:
        raise NotFound()
    return row


@query(P.SELF)
def my_devices() -> list[Device]:
    """Where the actor is signed in, the latest first."""
    mine = Device.user_id == actor.current().user_id
    asked = select(Device).where(mine, Device.expires_at > clock.now()).order_by(Device.seen_at.desc())
    return list(db.session().scalars(asked))


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
    if row.kind == "reset":
        is_open = db.session().execute(closed).scalar_one_or_none() is None
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


@query(P.SELF)
def my_data() -> dict[str, Any]:
    """Everything the program keeps about the actor, for taking along."""
    row = me()
    with unscoped("my own data"):
        memberships = db.session().execute(
            select(Team.name, Membership.role, Membership.created_at, Membership.left_at)
            .join(Team, Team.id == Membership.team_id)
            .where(Membership.user_id == row.id)
        )
        belongs = [
            {"team": name, "role": str(role), "since": since.isoformat(), "until": left.isoformat() if left else None}
            for name, role, since, left in memberships
        ]
        filled = db.session().execute(
            select(Team.name, Position.key, Position.name)
            .join(Position, Position.team_id == Team.id)
            .join(PersonPosition, PersonPosition.position_id == Position.id)
            .where(PersonPosition.user_id == row.id)
            .order_by(Team.name, Position.sort)
        )
        can_fill = [{"team": team, "position": position_word(key, name)} for team, key, name in filled]
    devices = [{"browser": d.agent, "seen": d.seen_at.isoformat(), "address": d.address} for d in my_devices()]
    account = {"login": row.login, "name": row.name, "mail": row.mail, "administrator": row.is_admin}
    account |= {"language": row.language, "theme": row.theme, "density": row.density}
    return {"account": account, "memberships": belongs, "positions": can_fill, "devices": devices}


@query(P.INSTALLATION)
def installation() -> dict[str, Any]:
    """For the administrator: teams with their size, and all accounts."""
    with unscoped("installation"):
        teams = db.session().execute(
            select(Team.id, Team.name, func.count(Membership.id))
            .outerjoin(Membership, (Membership.team_id == Team.id) & Membership.left_at.is_(None))
            .group_by(Team.id, Team.name)
            .order_by(Team.name)
        )
        users = db.session().execute(
            select(User.id, User.login, User.name, User.is_admin, User.disabled_at)
            .where(User.erased_at.is_(None))
            .order_by(User.login)
            .limit(500)
        )
        return {"teams": [tuple(row) for row in teams], "users": [tuple(row) for row in users]}
