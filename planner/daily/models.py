"""The tables of daily reports."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Id, Owned, UtcDateTime, Versioned


class DailyReport(Owned, Versioned, Base):
    """What somebody (`user_id`), or the team, said of a business day; once sent it stays as it was sent."""

    __tablename__ = "daily_report"
    __table_args__ = (UniqueConstraint("team_id", "day", "whose"),)
    day: Mapped[date] = mapped_column(Date)
    whose: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    sent_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class DailyRules(Owned, Versioned, Base):
    """When the team's reports go out by themselves."""

    __tablename__ = "daily_rules"
    __table_args__ = (UniqueConstraint("team_id"),)
    is_on: Mapped[bool] = mapped_column(Boolean)
    send_at: Mapped[int] = mapped_column(Integer)
