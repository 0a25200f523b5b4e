"""Who is behind a request, one's own account, and the accounts of the installation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, literal, select

from planner.base import actor, db
from planner.base.actor import Actor
from planner.base.ready import ready
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.kernel.spans import business_day
from planner.people import ports
from planner.people.models import Device, Membership, Team, User


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


def _told() -> tuple[Any, Any]:
    for waits in ports.told:
        return waits(User.id, Membership.team_id)
    return literal(0), literal(0)


def _asked() -> Any:
    for waits in ports.asked:
        return waits(User.id, Membership.team_id)
    return literal(0)


def _device(*counts: Any) -> Any:
    return (
        select(
            User.id, User.login, User.name, User.language, User.theme, User.density, User.is_admin,
            Device.id, Device.seen_at, Device.expires_at, Team.id, Team.name,
            Team.timezone, Team.day_start, Membership.role, Device.team_id,
            *counts,
        )
        .select_from(Device)
        .join(User, User.id == Device.user_id)
        .outerjoin(Membership, (Membership.user_id == User.id) & Membership.left_at.is_(None))
        .outerjoin(Team, Team.id == Membership.team_id)
        .where(Device.token_hash == bindparam("token_hash"), User.disabled_at.is_(None))
        .order_by(Team.name, Team.id)
    )  # fmt: skip


_COUNTED = ready(lambda: _device(*_told(), _asked()))
_BARE = ready(lambda: _device(*(literal(-1) for _count in range(3))))


@ready
def _counts() -> Any:
    mine = (Membership.user_id == bindparam("user_id"), Membership.team_id == bindparam("team_id"))
    return select(*_told(), _asked()).select_from(Membership).join(User, User.id == Membership.user_id).where(*mine)


def _moment(now: datetime) -> dict[str, Any]:
    return {"now": now, "day": business_day(now, Actor.timezone, Actor.day_start)}


@query(P.PUBLIC)
def identity(token_hash: str, now: datetime, counts: bool = True) -> tuple[Actor, datetime, datetime] | None:
    """The actor of a device with when it was last seen and when it ends; None for a token that counts no more.

    What waits for them is counted in the same statement, unless no page is to be shown (`counts`).
    """
    with unscoped("identity"):
        rows: Any = (
            _COUNTED.rows(token_hash=token_hash, **_moment(now)) if counts else _BARE.rows(token_hash=token_hash)
        )
    if not rows:
        return None
    teams = tuple((row[10], row[11]) for row in rows if row[10] is not None)
    held = [row for row in rows if row[10] is not None]
    found: Any = next((row for row in held if row[10] == row[15]), held[0] if held else None)
    if found is None:
        found = (*rows[0][:10], None, "", None, None, None, None, 0, 0, 0)
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
        told=found[16] or 0,
        told_first=found[17] or 0,
        asked=found[18] or 0,
    )
    return who, found[8], found[9]


@query(P.SELF)
def with_counts(who: Actor) -> Actor:
    """The same person with what waits for them in their team, where that has not been counted before."""
    with unscoped("identity"):
        found: Any = _counts.first(user_id=who.user_id, team_id=who.team_id, **_moment(clock.now())) or (0, 0, 0)
    return replace(who, told=found[0], told_first=found[1], asked=found[2])


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
