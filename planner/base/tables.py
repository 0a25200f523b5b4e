"""The tables of the base: once-keys, locks, audit with its seals, news, jobs, stored files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Id, Json, Owned, UtcDateTime, append_only


class OnceKey(Base):
    """The answer of a command that was asked with a key; a repeat gets the same answer and has no effect."""

    __tablename__ = "once_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)
    user_id: Mapped[int] = mapped_column(Id)
    key: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime(), index=True)
    result: Mapped[str] = mapped_column(Text)


class Lock(Base):
    """One row a thing that writers queue for."""

    __tablename__ = "locks"
    __table_args__ = (UniqueConstraint("name"),)
    name: Mapped[str] = mapped_column(String(120))
    taken: Mapped[int] = mapped_column(BigInteger, default=0)


class AuditEntry(Base):
    """Who changed which fields of one row from what to what, by which verb. Values lie beside their digest."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_object", "team_id", "kind", "object_id"),
        Index("ix_audit_entry_command", "command_id"),
        Index("ix_audit_entry_whole", "team_id", "whole_kind", "whole_id"),
    )
    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    command: Mapped[str] = mapped_column(String(80))
    command_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[int] = mapped_column(Id)
    act: Mapped[str] = mapped_column(String(10))
    version: Mapped[int | None] = mapped_column(Integer)
    changes: Mapped[dict[str, Any] | None] = mapped_column(Json)
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    # Of a part (a shift of a session): what it belongs to, so that the whole's history tells of it.
    whole_kind: Mapped[str | None] = mapped_column(String(60))
    whole_id: Mapped[int | None] = mapped_column(Id)
    # The shared desk at which it was done, by the name it had then.
    station: Mapped[str | None] = mapped_column(String(40))


class AuditSeal(Base):
    """The gapless number of an entry in its team and the digest that chains it to the one before."""

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("team_id", "number"), UniqueConstraint("entry_id"))
    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id"))
    number: Mapped[int] = mapped_column(Id)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("audit_entry.id"))
    chain: Mapped[str] = mapped_column(String(64))


class NewsRow(Base):
    """What happened: activity feed, outbox and live source in one."""

    __tablename__ = "news"
    __table_args__ = (
        Index("ix_news_about", "team_id", "about_kind", "about_id"),
        Index("ix_news_order", "xid", "id"),
        Index("ix_news_latest", "team_id", "id"),
    )
    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id"))
    # On PostgreSQL the transaction's number, filled by the database; readers stay below the snapshot's oldest one.
    xid: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    at: Mapped[datetime] = mapped_column(UtcDateTime())
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(80))
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int] = mapped_column(Id)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    command_id: Mapped[str] = mapped_column(String(32))
    station: Mapped[str | None] = mapped_column(String(40))


class NewsCursor(Base):
    """How far a reader of news has come; written together with the effect of what it read."""

    __tablename__ = "news_cursor"
    __table_args__ = (UniqueConstraint("reader"),)
    reader: Mapped[str] = mapped_column(String(60))
    xid: Mapped[int] = mapped_column(BigInteger, default=0)
    last_id: Mapped[int] = mapped_column(Id, default=0)


class Job(Owned, Base):
    """Background work: the row is the truth, its lease says who works on it."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index("ix_job_due", "state", "run_at"),
    )
    __audited__ = False
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[str | None] = mapped_column(String(120))
    args: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[dict[str, Any] | None] = mapped_column(Json)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime())
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lease: Mapped[str | None] = mapped_column(String(32))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    error: Mapped[str | None] = mapped_column(Text)


class StoredFile(Owned, Base):
    """A file somebody brought; its bytes lie by content in the files folder."""

    __tablename__ = "stored_file"
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64), index=True)


append_only(AuditEntry, erasable=("changes", "salt"))
append_only(AuditSeal)
append_only(NewsRow, erasable=())

__all__ = ["AuditEntry", "AuditSeal", "Job", "Lock", "NewsCursor", "NewsRow", "OnceKey", "StoredFile"]
