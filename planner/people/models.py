"""Accounts, teams, memberships, positions, devices, stations, one-time links, failed tries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Owned, Trashable, UtcDateTime, Versioned, alive_unique
from planner.kernel.permissions import Role


class User(Base):
    """A person's account, in any number of teams."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("login"),)
    login: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    mail: Mapped[str | None] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(20), default="")
    theme: Mapped[str] = mapped_column(String(10), default="")
    density: Mapped[str] = mapped_column(String(10), default="")
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Team(Base):
    """One live-stream team with its clock."""

    __tablename__ = "team"
    name: Mapped[str] = mapped_column(String(60))
    timezone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    day_start: Mapped[int] = mapped_column(Integer, default=360)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    demo_day: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer, default=1)


class Membership(Owned, Versioned, Base):
    """A person in a team, with a role; `left_at` ends it and keeps the history."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("team_id", "user_id"), Index("ix_membership_user", "user_id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(EnumText(Role))
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Position(Owned, Trashable, Base):
    """What one does in the room: host, control, ... A built-in one is named by its key in the reader's language."""

    __tablename__ = "position"
    __table_args__ = (alive_unique("uq_position_key", "team_id", "key"),)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40), default="")
    sort: Mapped[int] = mapped_column(Integer, default=0)


class PersonPosition(Owned, Base):
    """A position somebody can fill."""

    __tablename__ = "person_position"
    __part_of__ = ("user_account", "user_id")
    __table_args__ = (UniqueConstraint("team_id", "user_id", "position_id"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    position_id: Mapped[int] = mapped_column(Id, ForeignKey("position.id"))


class Away(Owned, Base):
    """Days on which somebody can't be planned (请假), from the first to the last; business days of the team."""

    __tablename__ = "away"
    __part_of__ = ("user_account", "user_id")
    __table_args__ = (Index("ix_away_person", "team_id", "user_id", "last"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(100), default="")


class Device(Base):
    """A signed-in browser; the cookie holds its token, this row only the digest. Gone row, gone access."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_device_user", "user_id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    team_id: Mapped[int | None] = mapped_column(Id, ForeignKey("team.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime())
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())


class Station(Owned, Versioned, Base):
    """A shared control desk's browser, signed in as nobody; its cookie holds the token, this row only the digest."""

    __tablename__ = "station"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_station_team", "team_id", "revoked_at"))
    name: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64))
    lock_after: Mapped[int] = mapped_column(Integer)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class StationTurn(Base):
    """Who has unlocked a station last, and until when: one row a station, rewritten all the time, so not audited."""

    __tablename__ = "station_turn"
    __table_args__ = (UniqueConstraint("station_id"), Index("ix_station_turn_user", "user_id"))
    station_id: Mapped[int] = mapped_column(Id, ForeignKey("station.id"))
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    turn_hash: Mapped[str | None] = mapped_column(String(64))
    acted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime())
    shut_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    shut_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class StationPin(Base):
    """The four digits by which somebody unlocks a station, hashed like a password."""

    __tablename__ = "station_pin"
    __table_args__ = (UniqueConstraint("user_id"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    pin_hash: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime())


class OneTimeLink(Base):
    """An invitation (`invite`), a way back (`reset`), one more device (`scan`), a shared desk (`station`); used once,
    only its digest is kept.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (UniqueConstraint("token_hash"),)
    kind: Mapped[str] = mapped_column(String(10))
    token_hash: Mapped[str] = mapped_column(String(64))
    team_id: Mapped[int | None] = mapped_column(Id, ForeignKey("team.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(60), default="")
    made_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime())
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class FailedTry(Base):
    """A sign-in that failed, counted by account and by address for a quarter of an hour."""

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_key", "key", "at"),)
    key: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
