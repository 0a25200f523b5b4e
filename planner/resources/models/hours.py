"""When a team works."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Json, Owned, Versioned


class WorkWeek(Owned, Versioned, Base):
    """From when to when a team works, in minutes after midnight, and which days of the week (Monday 0) it does not;
    without a row the usual hours hold."""

    __tablename__ = "work_week"
    __table_args__ = (UniqueConstraint("team_id"),)
    opens: Mapped[int] = mapped_column(Integer)
    closes: Mapped[int] = mapped_column(Integer)
    days_off: Mapped[list[Any]] = mapped_column(Json)


class WorkDays(Owned, Versioned, Base):
    """Days that stand above the week: a holiday, or days worked in spite of it (调休)."""

    __tablename__ = "work_days"
    __table_args__ = (Index("ix_work_days_last", "team_id", "last"), CheckConstraint("first <= last", name="days"))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    works: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")
