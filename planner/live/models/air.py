"""What was on air, and what was noted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Id,
    Owned,
    Trashable,
    UtcDateTime,
    append_only,
)
from planner.live.rules import Moment


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


class LogEntry(Owned, Base):
    """Something noted on air (记一笔). The act is append-only; its note may be written later in `log_note`.

    `kind` is the key of a `log_kind` of the team, `at` when it was noted: `log_time` may tell when it happened.
    """

    __tablename__ = "log_entry"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "client_id"), Index("ix_log_entry_session", "session_id", "at"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    kind: Mapped[str] = mapped_column(String(40))
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


class Reading(Owned, Base):
    """What the platform showed at one moment on air: people online then, the others counted up from the start.

    A row is never changed. A correction is a newer row with the same `root_id` (the first one's id) that counts
    instead; a withdrawn reading is one whose newest row says so. Money in minor units; what was not read is null.
    """

    __tablename__ = "reading"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "client_id"), Index("ix_reading_session", "session_id", "at"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    root_id: Mapped[int | None] = mapped_column(Id, ForeignKey("reading.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    online: Mapped[int | None] = mapped_column(BigInteger)
    gmv: Mapped[int | None] = mapped_column(BigInteger)
    orders: Mapped[int | None] = mapped_column(BigInteger)
    viewers: Mapped[int | None] = mapped_column(BigInteger)
    ad_spend: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)
    client_id: Mapped[str] = mapped_column(String(32))


class LogTime(Owned, Base):
    """When something noted really happened, or was over; the latest row of a moment counts, and may say no time."""

    __tablename__ = "log_time"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "client_id"),)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("log_entry.id"), index=True)
    moment: Mapped[Moment] = mapped_column(EnumText(Moment))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    client_id: Mapped[str] = mapped_column(String(32))


class Slip(Owned, Base):
    """口误更正: what was said on air, what was put right, when, and who listened back; the latest row counts.

    Art 31 of 《直播电商监督管理办法》 asks that slips are corrected on air and the record is kept. It is never changed
    nor deleted, so it outlasts the three years; nor can the session it belongs to be destroyed.
    """

    __tablename__ = "slip"
    __audited__ = False
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("log_entry.id"), index=True)
    said: Mapped[str] = mapped_column(String(500))
    put_right: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    heard_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class LogPhoto(Owned, Trashable, Base):
    """A photo of something noted on air: two stored files, the second one small; width and height in pixels.

    `name` is what the show was called: the trash names a photo by it.
    """

    __tablename__ = "log_photo"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("team_id", "client_id"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("log_entry.id"), index=True)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("stored_file.id"))
    small_id: Mapped[int] = mapped_column(Id, ForeignKey("stored_file.id"))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    client_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))


append_only(LogEntry)


append_only(LogNote)


append_only(Reading)
append_only(LogTime)


append_only(Slip)
