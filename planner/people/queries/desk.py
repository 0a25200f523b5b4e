"""Shared control desks: who is behind a station's request, its lock screen, and the list of stations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.actor import Actor, Desk, acting
from planner.base.ready import ready
from planner.base.scope import unscoped
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import AT_A_STATION, RANK, P, Role
from planner.people import ports, rules
from planner.people.models import FailedTry, Membership, Station, StationPin, StationTurn, Team, User


@dataclass(frozen=True)
class Behind:
    """Who is behind a station's request: a person, or nobody while it is locked."""

    who: Actor
    seen_at: datetime
    acted_at: datetime | None


@ready
def _desk() -> Any:
    member = (Membership.user_id == User.id) & (Membership.team_id == Station.team_id) & Membership.left_at.is_(None)
    return (
        select(
            Station.id, Station.name, Station.lock_after, Team.id, Team.name, Team.timezone, Team.day_start,
            StationTurn.turn_hash, StationTurn.acted_at, StationTurn.seen_at,
            User.id, User.login, User.name, User.language, Membership.role,
        )
        .select_from(Station)
        .join(Team, Team.id == Station.team_id)
        .join(StationTurn, StationTurn.station_id == Station.id)
        .outerjoin(User, (User.id == StationTurn.user_id) & User.disabled_at.is_(None))
        .outerjoin(Membership, member)
        .where(Station.token_hash == bindparam("token_hash"), Station.revoked_at.is_(None))
    )  # fmt: skip


@query(P.PUBLIC)
def desk(token_hash: str, turn_hash: str, now: datetime) -> Behind | None:
    """The actor behind a station's tokens; None where the station counts no more.

    A person acts there with what is left of their role in the room, and leads nobody.
    """
    with unscoped("identity"):
        row = _desk.first(token_hash=token_hash)
    if row is None:
        return None
    team = {"team_id": row[3], "team_name": row[4], "timezone": row[5], "day_start": row[6]}
    nobody = Actor(language="", station=Desk(row[0], row[1], row[2]), **team)
    until = row[8] + timedelta(seconds=row[2]) if row[8] else now
    if not turn_hash or row[7] != turn_hash or until <= now or row[14] is None:
        return Behind(nobody, row[9], None)
    role = Role.HOST if RANK[row[14]] > RANK[Role.HOST] else row[14]
    person = {"user_id": row[10], "login": row[11], "name": row[12], "language": row[13], "role": role}
    return Behind(replace(nobody, only=AT_A_STATION, **person), row[9], row[8])


@dataclass(frozen=True)
class Tile:
    """A name to tap."""

    user_id: int
    name: str
    role: Role
    has_pin: bool
    tonight: bool


@dataclass(frozen=True)
class LockScreen:
    """What a locked station shows: tonight's crew first, then others with a PIN, then those who have none yet."""

    shows: list[ports.DeskShow]
    tonight: list[Tile]
    others: list[Tile]
    without: list[str]


def _tiles() -> list[Tile]:
    asked = (
        select(User.id, User.name, Membership.role, StationPin.id)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .outerjoin(StationPin, StationPin.user_id == User.id)
        .where(Membership.left_at.is_(None), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [Tile(row[0], row[1], row[2], row[3] is not None, False) for row in db.session().execute(asked)]


def _at_a_station() -> Desk:
    found = actor.current().station
    if found is None:
        raise NotFound()
    return found


def _tonight() -> ports.Tonight:
    """Read with the lowest right there is in the team."""
    _at_a_station()
    viewer = replace(actor.current(), role=Role.VIEWER, user_id=None, only=None)
    with acting(viewer):
        found = [answer() for answer in ports.tonight]
    shows = [show for each in found for show in each.shows]
    return ports.Tonight(shows, [user_id for each in found for user_id in each.crew])


@query(P.PUBLIC)
def tonight_here() -> list[ports.DeskShow]:
    """Tonight's shows, for the lock screen to ask again."""
    return _tonight().shows


@query(P.PUBLIC)
def lock_screen() -> LockScreen:
    """The page of a locked station."""
    tonight, tiles = _tonight(), _tiles()
    order = {user_id: number for number, user_id in reversed(list(enumerate(tonight.crew)))}
    crew = sorted((t for t in tiles if t.user_id in order), key=lambda t: order[t.user_id])
    rest = [t for t in tiles if t.user_id not in order]
    return LockScreen(
        tonight.shows,
        [replace(t, tonight=True) for t in crew],
        [t for t in rest if t.has_pin],
        [t.name for t in rest if not t.has_pin],
    )


@dataclass(frozen=True)
class Pad:
    """Whose PIN is asked for; `shut_until` where it was mistyped too often."""

    user_id: int
    name: str
    has_pin: bool
    shut_until: datetime | None


@query(P.PUBLIC)
def pad(user_id: int) -> Pad:
    """The number pad of one name of the lock screen."""
    _at_a_station()
    found = next((t for t in _tiles() if t.user_id == user_id), None)
    if found is None:
        raise NotFound()
    return Pad(user_id, found.name, found.has_pin, shut_until(user_id))


@query(P.PUBLIC)
def shut_until(user_id: int) -> datetime | None:
    """Until when somebody, or this whole station, is locked out; None where nothing keeps them."""
    desk_id, now = _at_a_station().id, clock.now()
    since = now - rules.TRIES_WINDOW
    ends = select(func.max(FailedTry.at)).where(FailedTry.key == f"shut:{user_id}", FailedTry.at > since)
    full = select(func.count(FailedTry.id), func.min(FailedTry.at)).where(
        FailedTry.key == f"station:{desk_id}", FailedTry.at > since
    )
    last = db.session().scalar(ends)
    if last is not None:
        return last + rules.SHUT_FOR
    count, first = db.session().execute(full).one()
    return first + rules.TRIES_WINDOW if count >= rules.PIN_TRIES_OF_STATION else None


@query(P.PUBLIC)
def pin_behind(user_id: int) -> str | None:
    """The hash of a member's PIN; None for whoever has none, or does not belong here."""
    _at_a_station()
    asked = (
        select(StationPin.pin_hash)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .join(StationPin, StationPin.user_id == User.id)
        .where(Membership.user_id == user_id, Membership.left_at.is_(None), User.disabled_at.is_(None))
    )
    return db.session().scalar(asked)


@query(P.PERSON)
def whoever() -> int | None:
    """The team of the person who acts, also at a station."""
    return actor.current().team_id


@query(P.SELF)
def my_pin() -> datetime | None:
    """Since when one has a PIN; None for none."""
    return db.session().scalar(select(StationPin.set_at).where(StationPin.user_id == actor.current().user_id))


@dataclass(frozen=True)
class StationRow:
    """A station as the lead sees it."""

    id: int
    name: str
    version: int
    lock_after: int
    made_at: datetime
    seen_at: datetime
    acted_at: datetime | None
    last: str | None
    made_by: str | None
    shut: str | None
    shut_at: datetime | None


@query(P.PEOPLE_MANAGE)
def stations() -> list[StationRow]:
    """The stations of the team that count, by name."""
    last, maker, shut = aliased(User), aliased(User), aliased(User)
    asked = (
        select(
            Station.id, Station.name, Station.version, Station.lock_after, Station.created_at,
            StationTurn.seen_at, StationTurn.acted_at, last.name, maker.name, shut.name, StationTurn.shut_at,
        )
        .select_from(Station)
        .join(StationTurn, StationTurn.station_id == Station.id)
        .outerjoin(last, last.id == StationTurn.user_id)
        .outerjoin(maker, maker.id == Station.created_by)
        .outerjoin(shut, shut.id == StationTurn.shut_id)
        .where(Station.revoked_at.is_(None))
        .order_by(Station.name, Station.id)
    )  # fmt: skip
    rows: Any = db.session().execute(asked)
    return [StationRow(*row) for row in rows]


@query(P.PEOPLE_MANAGE)
def station(station_id: int) -> StationRow:
    """One station."""
    for found in stations():
        if found.id == station_id:
            return found
    raise NotFound()


@query(P.PEOPLE_MANAGE)
def pins() -> list[tuple[int, str, datetime]]:
    """Who of the team has a PIN, and since when; the PIN itself nobody sees."""
    asked = (
        select(User.id, User.name, StationPin.set_at)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .join(StationPin, StationPin.user_id == User.id)
        .where(Membership.left_at.is_(None), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session().execute(asked)]
