"""Who works when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    Id,
    Owned,
    UtcDateTime,
)


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
