"""Everything that is kept about oneself, for taking along."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from planner.base import actor, audit, db
from planner.base.scope import unscoped
from planner.base.tables import StoredFile
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.people import ports
from planner.people.models import (
    Away,
    Device,
    Membership,
    OneTimeLink,
    PersonPosition,
    Position,
    StationPin,
    Team,
    User,
)
from planner.people.queries.accounts import me
from planner.people.words import position_word

Section = list[dict[str, Any]]


def _account(row: User) -> dict[str, Any]:
    account = {"login": row.login, "name": row.name, "mail": row.mail, "administrator": row.is_admin}
    return account | {"language": row.language, "theme": row.theme, "density": row.density}


def _memberships(user_id: int) -> Section:
    return db.dicts(
        select(
            Team.name.label("team"),
            Membership.role,
            Membership.created_at.label("since"),
            Membership.left_at.label("until"),
        )
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
    )


def _positions(user_id: int) -> Section:
    found = db.session().execute(
        select(Team.name, Position.key, Position.name)
        .join(Position, Position.team_id == Team.id)
        .join(PersonPosition, PersonPosition.position_id == Position.id)
        .where(PersonPosition.user_id == user_id)
        .order_by(Team.name, Position.sort)
    )
    return [{"team": team, "position": position_word(key, name)} for team, key, name in found]


def _days_away(user_id: int) -> Section:
    asked = select(Team.name.label("team"), Away.first, Away.last, Away.reason).join(Team, Team.id == Away.team_id)
    return db.dicts(asked.where(Away.user_id == user_id).order_by(Away.first, Away.id))


def _devices(user_id: int) -> Section:
    asked = select(Device.agent.label("browser"), Device.address, Device.made_at, Device.seen_at, Device.expires_at)
    return db.dicts(asked.where(Device.user_id == user_id).order_by(Device.id))


def _pin(user_id: int) -> Section:
    return db.dicts(select(StationPin.set_at).where(StationPin.user_id == user_id))


def _links(user_id: int) -> Section:
    asked = select(OneTimeLink.kind, OneTimeLink.name, OneTimeLink.role, OneTimeLink.made_at, OneTimeLink.used_at)
    mine = (OneTimeLink.made_by == user_id) | (OneTimeLink.user_id == user_id)
    return db.dicts(asked.where(mine).order_by(OneTimeLink.id))


def _files(user_id: int) -> Section:
    asked = select(Team.name.label("team"), StoredFile.name, StoredFile.kind, StoredFile.size, StoredFile.created_at)
    mine = asked.join(Team, Team.id == StoredFile.team_id).where(StoredFile.created_by == user_id)
    return db.dicts(mine.order_by(StoredFile.id))


@query(P.SELF)
def my_data() -> dict[str, Any]:
    """What the program keeps about the actor in any team: the account, and what each column has under their name."""
    user_id = actor.current().user_id or 0
    found: dict[str, Any] = {"account": _account(me())}
    with unscoped("my own data"):
        found["memberships"] = _memberships(user_id)
        found["positions"] = _positions(user_id)
        found["days_away"] = _days_away(user_id)
        found["devices"] = _devices(user_id)
        found["pin"] = _pin(user_id)
        found["links"] = _links(user_id)
        found["files"] = _files(user_id)
        for answer in ports.own_data:
            found |= answer(user_id)
    return audit.plain(found)
