"""The people and positions of a team."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P, Role
from planner.people.models import Membership, PersonPosition, Position, Team, User
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


@ready
def _names() -> Any:
    members = select(User.id, User.name).select_from(Membership).join(User, User.id == Membership.user_id)
    return members.where(User.id.in_(bindparam("ids", expanding=True)))


@ready
def _present() -> Any:
    members = select(User.id).select_from(Membership).join(User, User.id == Membership.user_id)
    here = (Membership.left_at.is_(None), User.disabled_at.is_(None))
    return members.where(*here, User.id.in_(bindparam("ids", expanding=True)))


@query(P.PEOPLE_VIEW)
def people() -> list[Person]:
    """The members of the team, by name."""
    rows = db.session().execute(
        select(
            User.id, User.name, User.login, Membership.role, User.disabled_at, Membership.version,
            PersonPosition.position_id,
        )
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .outerjoin(PersonPosition, PersonPosition.user_id == User.id)
        .where(Membership.left_at.is_(None))
        .order_by(User.name, User.id, PersonPosition.position_id)
    )  # fmt: skip
    found: dict[int, Person] = {}
    for row_id, name, login, role, disabled, version, position_id in rows:
        held = found[row_id].position_ids if row_id in found else ()
        fills = held if position_id is None else (*held, position_id)
        found[row_id] = Person(row_id, name, login, role, fills, disabled is not None, version)
    return list(found.values())


@query(P.SESSION_VIEW)
def assignable() -> dict[int, str]:
    """The names of those in the team who can be given something to do, in their order."""
    members = select(User.id, User.name).select_from(Membership).join(User, User.id == Membership.user_id)
    here = (Membership.left_at.is_(None), User.disabled_at.is_(None))
    rows = db.session().execute(members.where(*here).order_by(User.name))
    return {user_id: name for user_id, name in rows}


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


@query(P.PEOPLE_MANAGE)
def letter_boxes(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Address and language of those of these members who gave an address: for letters, never for a page."""
    asked = select(User.id, User.mail, User.language).join(Membership, Membership.user_id == User.id)
    here = (Membership.left_at.is_(None), User.disabled_at.is_(None), User.mail.is_not(None))
    rows = db.session().execute(asked.where(User.id.in_(list(ids)), *here))
    return {user_id: (mail, language) for user_id, mail, language in rows if mail}


@query(P.SESSION_VIEW)
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
def gone(ids: Iterable[int | None]) -> frozenset[int]:
    """Who of these has left the team, or has a closed account: nobody to count on any more."""
    wanted = {row_id for row_id in ids if row_id}
    if not wanted:
        return frozenset()
    rows: Any = _present.rows(ids=list(wanted))
    return frozenset(wanted - {row[0] for row in rows})


@ready
def _roles() -> Any:
    asked = select(Membership.user_id, Membership.role).join(User, User.id == Membership.user_id)
    return asked.where(Membership.left_at.is_(None), User.disabled_at.is_(None))


@ready
def _roles_of() -> Any:
    asked = select(Membership.user_id, Membership.role).join(User, User.id == Membership.user_id)
    here = (Membership.left_at.is_(None), User.disabled_at.is_(None))
    return asked.where(*here, Membership.user_id.in_(bindparam("ids", expanding=True)))


@query(P.SESSION_VIEW)
def roles(ids: Iterable[int] | None = None) -> dict[int, Role]:
    """Who of these (or of all) is in the team and has an open account, with the role they have by now."""
    rows: Any = _roles.rows() if ids is None else _roles_of.rows(ids=list(ids))
    return {user_id: role for user_id, role in rows}


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
