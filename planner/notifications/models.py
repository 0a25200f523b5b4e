"""The table of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Id, Owned, UtcDateTime


class Notice(Owned, Base):
    """What one act (`key`, the id of the command) did that concerns a person; `created_by` did it.

    `works` are sessions, each with the start of a shift or nothing; `theirs` says how it hangs on them. `taken_back` is
    the command that undid the act; `job_id` the letter that told it, too.
    """

    __tablename__ = "notice"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("team_id", "user_id", "key", name="uq_notice_key"),
        Index("ix_notice_person", "team_id", "user_id", "until"),
        Index("ix_notice_act", "team_id", "key"),
        Index("ix_notice_taken_back", "team_id", "taken_back"),
        Index("ix_notice_until", "until"),
    )
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(String(32))
    about_kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[int | None]
    works: Mapped[list[Any]]
    theirs: Mapped[bool | None]
    words: Mapped[dict[str, Any]]
    until: Mapped[datetime] = mapped_column(UtcDateTime())
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    taken_back: Mapped[str | None] = mapped_column(String(32))
    job_id: Mapped[int | None]
