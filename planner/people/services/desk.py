"""Shared control desks: making and revoking stations, PINs, unlocking and locking. Hashing happens outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.scope import as_team, unscoped
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, TooMany
from planner.kernel.permissions import P, Role
from planner.kernel.text import clean_line, msg
from planner.people import queries, rules
from planner.people.models import FailedTry, Membership, OneTimeLink, Station, StationPin, StationTurn
from planner.people.news import PinLockedOut, StationMade, StationRevoked
from planner.people.services.access import count_tries, forget_all_tries, forget_last_try


def _name(text: str, but: int = 0) -> str:
    """A free name of a station, or Invalid; call under the team's lock."""
    shown = clean_line(text)
    if not 1 <= len(shown) <= 40:
        raise Invalid.at("name", msg("Give the station a name of at most 40 characters."))
    same = (Station.name == shown, Station.revoked_at.is_(None), Station.id != but)
    if db.session().scalar(select(Station.id).where(*same)) is not None:
        raise Invalid.at("name", msg("There already is a station of this name."))
    return shown


def _make(name: str, token_hash: str, made_by: int | None) -> int:
    row = db.add(Station(name=name, token_hash=token_hash, lock_after=rules.LOCK_USUALLY, created_by=made_by))
    db.add(StationTurn(station_id=row.id, seen_at=clock.now()))
    tell(StationMade(station_id=row.id, title=name))
    return row.id


@command(P.PEOPLE_MANAGE)
def make_station(name: str, token_hash: str) -> int:
    """The browser that holds the token becomes a station of the actor's team."""
    lock("team", db.team_id())
    return _make(_name(name), token_hash, actor.current().user_id)


@command(P.PEOPLE_MANAGE)
def make_station_link(name: str, token_hash: str) -> int:
    """A link that turns the browser it is opened in into a station: once, within five minutes."""
    lock("team", db.team_id())
    by, now = actor.current().user_id, clock.now()
    shown = _name(name)
    count_tries({f"station-link:{by}": rules.SCANS_OF_ACCOUNT})
    life = {"made_at": now, "expires_at": now + rules.STATION_LIFE}
    about = {"team_id": db.team_id(), "role": str(Role.MEMBER), "name": shown, "made_by": by}
    return db.add(OneTimeLink(kind="station", token_hash=token_hash, **about, **life)).id


@command(P.PUBLIC)
def use_station_link(link_hash: str, token_hash: str) -> int:
    """The station that a link makes of this browser; it makes none a second time."""
    with unscoped("one-time link"):
        link = queries.open_link("station", link_hash, for_update=True)
        link.used_at = clock.now()
        with as_team(link.team_id or 0):
            lock("team", link.team_id or 0)
            return _make(_name(link.name), token_hash, link.made_by)


@command(P.PEOPLE_MANAGE)
def edit_station(station_id: int, version: int, name: str, lock_after: int | None) -> None:
    """Its name, and after how long it locks."""
    lock("team", db.team_id())
    row = db.edit(Station, station_id, version)
    if row.revoked_at is not None:
        raise NotFound()
    row.name, row.lock_after = _name(name, row.id), rules.read_lock_after(lock_after)


@command(P.PEOPLE_MANAGE)
def revoke_station(station_id: int) -> None:
    """The station counts no more, from its next request on. Nothing brings it back; a new one can be made."""
    row = db.one(Station, station_id)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        _turn(row.id).turn_hash = None
        tell(StationRevoked(station_id=row.id, title=row.name))


def _turn(station_id: int) -> StationTurn:
    return db.session().scalars(select(StationTurn).where(StationTurn.station_id == station_id)).one()


def _here() -> actor.Desk:
    """The station this request comes from."""
    desk = actor.current().station
    if desk is None:
        raise NotFound()
    return desk


@command(P.PUBLIC)
def touch_station(now: datetime, is_act: bool) -> None:
    """Note that the station is there; an act of a person also puts its lock off."""
    row = _turn(_here().id)
    row.seen_at = now
    if is_act:
        row.acted_at = now


def _keys(user_id: int) -> tuple[str, str, str]:
    """What is counted: this person here, everybody here, and this person's being locked out everywhere."""
    desk = _here().id
    return f"pin:{desk}:{user_id}", f"station:{desk}", f"shut:{user_id}"


@command(P.PUBLIC, once=False)
def take_pin_try(user_id: int) -> None:
    """Count one try before the PIN is looked at; TooMany where the person or the station had too many."""
    mine, here, _shut = _keys(user_id)
    lock(("shut", user_id))
    until = queries.shut_until(user_id)
    if until is not None:
        raise TooMany(max(1, int((until - clock.now()).total_seconds())))
    count_tries({mine: rules.PIN_TRIES, here: rules.PIN_TRIES_OF_STATION})


@command(P.PUBLIC, once=False)
def wrong_pin(user_id: int) -> int:
    """How many tries are left; with the last one the person is locked out of all stations, and the lead sees it."""
    mine, _all, shut = _keys(user_id)
    lock(("shut", user_id))
    now = clock.now()
    asked = select(func.count(FailedTry.id)).where(FailedTry.key == mine, FailedTry.at > now - rules.TRIES_WINDOW)
    left = max(0, rules.PIN_TRIES - (db.session().scalar(asked) or 0))
    if not left and queries.shut_until(user_id) is None:
        db.session().add(FailedTry(key=shut, at=now))
        row = _turn(_here().id)
        row.shut_id, row.shut_at = user_id, now
        tell(PinLockedOut(user_id=user_id))
    return left


@command(P.PUBLIC)
def unlock(user_id: int, pin_hash: str, turn_hash: str) -> None:
    """The person has the station now: after their PIN was right, and while it still is theirs."""
    desk = _here()
    if queries.pin_behind(user_id) != pin_hash:
        raise NotFound()
    mine, here, _shut = _keys(user_id)
    forget_all_tries(mine)
    forget_last_try(here)
    row = _turn(desk.id)
    row.user_id, row.turn_hash, row.acted_at, row.seen_at = user_id, turn_hash, clock.now(), clock.now()


@command(P.PUBLIC)
def lock_station() -> None:
    """Nobody has the station any more, until the next one taps a name."""
    _turn(_here().id).turn_hash = None


def _end_turns(user_id: int) -> None:
    """Wherever somebody has a station unlocked, it locks."""
    for row in db.session().scalars(select(StationTurn).where(StationTurn.user_id == user_id)):
        row.turn_hash = None


def forget_pin(user_id: int) -> None:
    """Somebody has no PIN any more."""
    _end_turns(user_id)
    for row in db.session().scalars(select(StationPin).where(StationPin.user_id == user_id)):
        db.remove(row)


@command(P.SELF)
def set_pin(pin_hash: str) -> None:
    """A PIN for the stations of one's teams; what was unlocked with an older one locks."""
    user_id = actor.current().user_id or 0
    lock(("pin", user_id))
    forget_pin(user_id)
    db.add(StationPin(user_id=user_id, pin_hash=pin_hash, set_at=clock.now()))


@command(P.SELF)
def remove_pin() -> None:
    """No PIN any more."""
    forget_pin(actor.current().user_id or 0)


@command(P.PEOPLE_MANAGE)
def remove_pin_of(user_id: int) -> None:
    """A lead takes a PIN away; nobody but its owner ever knows one."""
    asked = select(Membership.role).where(Membership.user_id == user_id, Membership.left_at.is_(None))
    role, who = db.session().scalar(asked), actor.current()
    if role is None:
        raise NotFound()
    if not (who.is_system or rules.may_manage(who.role, role, actor_is_admin=who.is_admin)):
        raise Forbidden(msg("You can only manage people at or below your own role."))
    forget_pin(user_id)
