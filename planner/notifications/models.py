"""The tables of notices: what people are told, how they want to be told, and when their last letter left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Owned, UtcDateTime
from planner.base.telling import Sort


class Notice(Owned, Base):
    """What one act (`key`, the id of the command) did that concerns a person; `created_by` did it. Of a reminder
    the key is what it reminds of, at which stage, for which due time: so it is written once.

    It is about one object, or about `works`: the objects of a kind (of sessions each with the start of a shift or
    nothing). `theirs` says how a show hangs on them. `starts` is when the own show begins that it tells of.
    `taken_back` is the command that undid or overtook the act. A letter may tell of it from `mail_at` on, and `job_id`
    did; `site` is where it was done, for the addresses in it.
    """

    __tablename__ = "notice"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("team_id", "user_id", "key", "about_kind", "sort", name="uq_notice_key"),
        Index("ix_notice_person", "team_id", "user_id", "id"),
        Index("ix_notice_act", "team_id", "key"),
        Index("ix_notice_taken_back", "team_id", "taken_back"),
        Index("ix_notice_until", "until"),
    )
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(String(100))
    sort: Mapped[Sort] = mapped_column(EnumText(Sort), server_default=Sort.SHIFT)
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int | None]
    works: Mapped[list[Any]]
    theirs: Mapped[bool | None]
    words: Mapped[dict[str, Any]]
    until: Mapped[datetime] = mapped_column(UtcDateTime())
    starts: Mapped[datetime | None] = mapped_column(UtcDateTime())
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    taken_back: Mapped[str | None] = mapped_column(String(32))
    site: Mapped[str] = mapped_column(String(200), default="", server_default="")
    mail_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    job_id: Mapped[int | None]


_UNREAD = Notice.seen_at.is_(None) & Notice.taken_back.is_(None)
_BY_MAIL = Notice.mail_at.is_not(None)
Index("ix_notice_unread", Notice.team_id, Notice.user_id, Notice.until, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
Index(
    "ix_notice_unread_about",
    Notice.team_id,
    Notice.about_kind,
    Notice.about_id,
    sqlite_where=_UNREAD,
    postgresql_where=_UNREAD,
)
Index("ix_notice_mail", Notice.mail_at, sqlite_where=_BY_MAIL, postgresql_where=_BY_MAIL)


class NoticeHabits(Owned, Base):
    """How somebody wants to be told in this team; without a row the usual habits hold. Minutes are on its clock."""

    __tablename__ = "notice_habits"
    __audited__ = False
    __table_args__ = (UniqueConstraint("team_id", "user_id"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    modes: Mapped[dict[str, Any]]
    mentions_only: Mapped[bool] = mapped_column(Boolean)
    daily_at: Mapped[int | None] = mapped_column(Integer)
    quiet_from: Mapped[int] = mapped_column(Integer)
    quiet_to: Mapped[int] = mapped_column(Integer)
    before_due: Mapped[list[Any]]
    before_shift: Mapped[list[Any]]
    aloud: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class LetterTurn(Base):
    """When the last letter about notices left to a person, in whatever team: rewritten all the time, so not audited."""

    __tablename__ = "letter_turn"
    __table_args__ = (UniqueConstraint("user_id"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    last_at: Mapped[datetime] = mapped_column(UtcDateTime())
