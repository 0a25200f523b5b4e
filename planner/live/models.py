"""Channels, studios, sessions, and what belongs to a session."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Exact,
    Id,
    Json,
    Owned,
    Trashable,
    UtcDateTime,
    Versioned,
    alive_unique,
    append_only,
)
from planner.live.rules import LogKind, Platform, State, Weight


class Channel(Owned, Versioned, Trashable, Base):
    """An account on a platform; `account` is what its exports call it (抖音号)."""

    __tablename__ = "channel"
    __table_args__ = (alive_unique("uq_channel_account", "team_id", "platform", "account"),)
    platform: Mapped[Platform] = mapped_column(EnumText(Platform))
    name: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(60))


class Studio(Owned, Versioned, Trashable, Base):
    """A physical room with its kit."""

    __tablename__ = "studio"
    __table_args__ = (alive_unique("uq_studio_name", "team_id", "name"),)
    name: Mapped[str] = mapped_column(String(60))


class LiveSession(Owned, Versioned, Trashable, Base):
    """One show (场次)."""

    __tablename__ = "live_session"
    __table_args__ = (
        Index("ix_live_session_start", "team_id", "planned_start"),
        Index("ix_live_session_state", "team_id", "state", "planned_start"),
        Index("ix_live_session_channel", "team_id", "channel_id", "planned_start"),
        Index("ix_live_session_count", "team_id", "trashed_at", "state"),
    )
    theme: Mapped[str] = mapped_column(String(80))
    weight: Mapped[Weight] = mapped_column(EnumText(Weight))
    state: Mapped[State] = mapped_column(EnumText(State))
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("channel.id"))
    studio_id: Mapped[int | None] = mapped_column(Id, ForeignKey("studio.id"))
    planned_start: Mapped[datetime] = mapped_column(UtcDateTime())
    planned_end: Mapped[datetime] = mapped_column(UtcDateTime())
    real_start: Mapped[datetime | None] = mapped_column(UtcDateTime())
    real_end: Mapped[datetime | None] = mapped_column(UtcDateTime())
    notes: Mapped[str] = mapped_column(Text, default="")
    go_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    go_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    go_note: Mapped[str] = mapped_column(String(300), default="")
    missing: Mapped[list[Any] | None] = mapped_column(Json)
    no_compare: Mapped[bool] = mapped_column(Boolean, default=False)


class SessionTag(Owned, Base):
    """A word on a session."""

    __tablename__ = "session_tag"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id", "tag"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    tag: Mapped[str] = mapped_column(String(30))


class Airing(Owned, Base):
    """One stream of a session (开播段): a break and a new start make a second one.

    `tapped_…` keep what the crew tapped when the platform's file sets the real times, so that the difference shows.
    """

    __tablename__ = "airing"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (Index("ix_airing_channel", "team_id", "channel_id", "real_start"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("channel.id"))
    real_start: Mapped[datetime] = mapped_column(UtcDateTime())
    real_end: Mapped[datetime | None] = mapped_column(UtcDateTime())
    source: Mapped[str] = mapped_column(String(10))
    tapped_start: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tapped_end: Mapped[datetime | None] = mapped_column(UtcDateTime())
    typed_start: Mapped[datetime | None] = mapped_column(UtcDateTime())
    typed_end: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Shift(Owned, Base):
    """A stretch of one position held by one person (班次)."""

    __tablename__ = "shift"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (
        Index("ix_shift_person", "team_id", "user_id", "start"),
        Index("ix_shift_session", "team_id", "session_id", "start"),
    )
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    position_id: Mapped[int] = mapped_column(Id, ForeignKey("position.id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    start: Mapped[datetime] = mapped_column(UtcDateTime())
    end: Mapped[datetime] = mapped_column(UtcDateTime())
    override_reason: Mapped[str | None] = mapped_column(String(200))


class SessionTarget(Owned, Base):
    """What a session is meant to reach in one figure."""

    __tablename__ = "session_target"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id", "metric"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    metric: Mapped[str] = mapped_column(String(40))
    value: Mapped[Decimal] = mapped_column(Exact())


class LineupItem(Owned, Base):
    """A product in the order of the show (排品), as pasted; money in minor units."""

    __tablename__ = "lineup_item"
    __part_of__ = ("live_session", "session_id")
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    sort: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    link_no: Mapped[str] = mapped_column(String(40), default="")
    live_price: Mapped[int | None] = mapped_column(BigInteger)
    usual_price: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int | None] = mapped_column(BigInteger)
    mechanism: Mapped[str] = mapped_column(String(200), default="")


class LogEntry(Owned, Base):
    """Something noted on air (记一笔). The act is append-only; its note may be written later in `log_note`."""

    __tablename__ = "log_entry"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "client_id"), Index("ix_log_entry_session", "session_id", "at"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    kind: Mapped[LogKind] = mapped_column(EnumText(LogKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    client_id: Mapped[str] = mapped_column(String(32))


class LogNote(Owned, Base):
    """What is said about a log entry; the latest counts."""

    __tablename__ = "log_note"
    __audited__ = False
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("log_entry.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)


append_only(LogEntry)
append_only(LogNote)
