"""Signing in and out: devices, failed tries, passwords. Hashing happens outside, before these commands run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import NotFound, TooMany
from planner.kernel.permissions import P
from planner.people import passwords, queries, rules
from planner.people.models import Device, FailedTry, Membership, OneTimeLink, User


@command(P.PUBLIC, once=False)
def take_try(login: str, address: str) -> None:
    """Count one try before the password is looked at; TooMany where account or address had too many."""
    count_tries({f"account:{login[:80]}": rules.TRIES_OF_ACCOUNT, f"address:{address[:60]}": rules.TRIES_OF_ADDRESS})


@command(P.PUBLIC, once=False)
def take_scan_try(address: str) -> None:
    """Count one use of a scanned link, whether it counts or not; TooMany where the address had too many."""
    count_tries({f"address:{address[:60]}": rules.TRIES_OF_ADDRESS})


def count_tries(limits: dict[str, int]) -> None:
    """One more of each; TooMany where one is full for the time being."""
    lock(*[("try", passwords.digest(key)) for key in limits])  # a lock's row stays, so it names nobody
    now, session = clock.now(), db.session()
    since = now - rules.TRIES_WINDOW
    for key, most in limits.items():
        asked = select(func.count(FailedTry.id), func.min(FailedTry.at)).where(
            FailedTry.key == key, FailedTry.at > since
        )
        count, first = session.execute(asked).one()
        if count >= most:
            raise TooMany(max(1, int((first + rules.TRIES_WINDOW - now).total_seconds())))
    for old in session.scalars(select(FailedTry).where(FailedTry.at < since).limit(50)):
        session.delete(old)
    session.add_all([FailedTry(key=key, at=now) for key in limits])


def forget_account_tries(login: str) -> None:
    """What was counted for an account counts no more."""
    forget_all_tries(f"account:{login[:80]}")


def forget_all_tries(key: str) -> None:
    """What was counted under a key counts no more."""
    session = db.session()
    for row in session.scalars(select(FailedTry).where(FailedTry.key == key)):
        session.delete(row)


def forget_last_try(key: str) -> None:
    """The last one counted under a key was none."""
    session = db.session()
    mine = select(FailedTry).where(FailedTry.key == key).order_by(FailedTry.id.desc()).limit(1)
    for row in session.scalars(mine):
        session.delete(row)


@command(P.PUBLIC, once=False)
def forget_tries(login: str, address: str) -> None:
    """After a success: the account's tries are over, and this one does not count against the address."""
    forget_account_tries(login)
    forget_last_try(f"address:{address[:60]}")


@command(P.PUBLIC, once=False)
def open_device(user_id: int, token_hash: str, agent: str, address: str, team_id: int | None = None) -> int:
    """A new signed-in browser; it starts in the team used last. The same token again is the same browser."""
    session, now = db.session(), clock.now()
    held = session.scalar(select(Device.id).where(Device.token_hash == token_hash, Device.user_id == user_id))
    if held is not None:
        return held
    with unscoped("sign in"):
        asked = select(Membership.team_id).where(Membership.user_id == user_id, Membership.left_at.is_(None))
        teams = list(session.scalars(asked.order_by(Membership.team_id)))
        last = session.scalar(
            select(Device.team_id).where(Device.user_id == user_id).order_by(Device.seen_at.desc()).limit(1)
        )
    chosen = team_id if team_id in teams else last if last in teams else teams[0] if teams else None
    row = Device(
        user_id=user_id,
        team_id=chosen,
        token_hash=token_hash,
        agent=agent[:200],
        address=address[:60],
        made_at=now,
        seen_at=now,
        expires_at=now + rules.DEVICE_LIFE,
    )
    return db.add(row).id


def _own_device(device_id: int) -> Device:
    row = db.session().get(Device, device_id)
    if row is None or row.user_id != actor.current().user_id:
        raise NotFound()
    return row


@command(P.SELF)
def touch_device(device_id: int, now: datetime) -> None:
    """Note that the device is in use, which also keeps it signed in for another 90 days."""
    row = _own_device(device_id)
    row.seen_at, row.expires_at = now, now + rules.DEVICE_LIFE


@command(P.SELF)
def sign_out() -> None:
    """End this device's access."""
    device_id = actor.current().session_id
    if device_id is not None:
        db.remove(_own_device(device_id))


@command(P.SELF)
def end_device(device_id: int) -> None:
    """End the access of one of the actor's devices."""
    db.remove(_own_device(device_id))


def end_devices(user_id: int, but: int | None = None, in_team: int | None = None) -> None:
    """End all devices of a person, but one; or only those that look at one team."""
    session = db.session()
    for row in session.scalars(select(Device).where(Device.user_id == user_id)):
        if row.id != but and in_team in (None, row.team_id):
            session.delete(row)


def end_links(user_id: int) -> None:
    """A way back in that was given out counts no more once there is another password."""
    asked = select(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
    for row in db.session().scalars(asked):
        db.remove(row)


@command(P.SELF)
def revoke_other_devices() -> None:
    """Sign out everywhere else."""
    who = actor.current()
    if who.user_id:
        end_devices(who.user_id, but=who.session_id)
        _end_scans(who.user_id)


@command(P.SELF)
def make_scan(token_hash: str) -> int:
    """A link that signs the actor in on one more device: once, within five minutes. The one before counts no more."""
    user_id, now = actor.current().user_id, clock.now()
    count_tries({f"scan:{user_id}": rules.SCANS_OF_ACCOUNT})
    _end_scans(user_id)
    life = {"made_at": now, "expires_at": now + rules.SCAN_LIFE}
    row = OneTimeLink(kind="scan", token_hash=token_hash, user_id=user_id, made_by=user_id, **life)
    return db.add(row).id


def _end_scans(user_id: int | None) -> None:
    mine = (OneTimeLink.kind == "scan", OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
    for row in db.session().scalars(select(OneTimeLink).where(*mine)):
        db.remove(row)


@command(P.PUBLIC)
def use_scan(token_hash: str) -> int:
    """Whose account a scanned link opens on this device; it opens none a second time."""
    link = queries.open_link("scan", token_hash, for_update=True)
    link.used_at = clock.now()
    return link.user_id or 0


@command(P.SELF)
def change_password(password_hash: str) -> None:
    """A new password; every other device is signed out."""
    who = actor.current()
    row = db.session().get(User, who.user_id)
    if row is None:
        raise NotFound()
    row.password_hash = password_hash
    end_devices(row.id, but=who.session_id)
    end_links(row.id)


@command(P.PUBLIC)
def use_reset(token_hash: str, password_hash: str) -> int:
    """Set a new password by a one-time link; answers whose. All devices are signed out."""
    session = db.session()
    link = queries.open_link("reset", token_hash, for_update=True)
    user = session.get(User, link.user_id)
    if user is None:
        raise NotFound()
    link.used_at = clock.now()
    db.flush()
    user.password_hash = password_hash
    end_devices(user.id)
    end_links(user.id)
    forget_account_tries(user.login)
    return user.id


@command(P.INSTALLATION)
def forget_access() -> None:
    """Take away links and devices that ended a while ago, and failed tries that count no more."""
    now = clock.now()
    db.sweep(OneTimeLink, OneTimeLink.expires_at < now - rules.LINK_KEPT)
    db.sweep(Device, Device.expires_at < now - rules.DEVICE_KEPT)
    db.sweep(FailedTry, FailedTry.at < now - rules.TRIES_WINDOW)


@command(P.SELF)
def switch_team(team_id: int) -> None:
    """Look at another of one's teams with this device."""
    who = actor.current()
    with unscoped("switch team"):
        asked = select(Membership.id).where(
            Membership.user_id == who.user_id, Membership.team_id == team_id, Membership.left_at.is_(None)
        )
        if db.session().scalar(asked) is None:
            raise NotFound()
    if who.session_id:
        _own_device(who.session_id).team_id = team_id
