"""Periods and their phases."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Id, Owned, Trashable, Versioned


class Period(Owned, Versioned, Trashable, Base):
    """A reporting cycle, from its first to its last business day."""

    __tablename__ = "period"
    __table_args__ = (Index("ix_period_start", "team_id", "start"),)
    name: Mapped[str] = mapped_column(String(60))
    start: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)


class Phase(Owned, Versioned, Trashable, Base):
    """A stretch of the period with work of its own."""

    __tablename__ = "phase"
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    start: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)
    sort: Mapped[int] = mapped_column(Integer, default=0)
