"""Periods and their phases."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Owned, Trashable, UtcDateTime, Versioned
from planner.plan.rules import Choice, Gate, PeriodState


class Period(Owned, Versioned, Trashable, Base):
    """A reporting cycle, from its first to its last business day."""

    __tablename__ = "period"
    __table_args__ = (Index("ix_period_start", "team_id", "start"),)
    name: Mapped[str] = mapped_column(String(60))
    start: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)
    state: Mapped[PeriodState] = mapped_column(EnumText(PeriodState), default=PeriodState.OPEN, server_default="open")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    lessons: Mapped[str] = mapped_column(Text, default="", server_default="")


class Carried(Owned, Versioned, Base):
    """What became of a goal or a step that was open when its period was closed; `made_id` is the goal it goes on as."""

    __tablename__ = "carried"
    __part_of__ = ("period", "period_id")
    __table_args__ = (UniqueConstraint("period_id", "kind", "object_id"),)
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"))
    kind: Mapped[str] = mapped_column(String(10))
    object_id: Mapped[int] = mapped_column(Id)
    choice: Mapped[Choice] = mapped_column(EnumText(Choice))
    reason: Mapped[str] = mapped_column(String(200), default="")
    into_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id"))
    made_id: Mapped[int | None] = mapped_column(Id)


class Phase(Owned, Versioned, Trashable, Base):
    """A stretch of the period with work of its own."""

    __tablename__ = "phase"
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    start: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)
    sort: Mapped[int] = mapped_column(Integer, default=0)


class PhaseCriterion(Owned, Versioned, Base):
    """What has to hold before a phase begins or ends; a lead signs that it does."""

    __tablename__ = "phase_criterion"
    __part_of__ = ("phase", "phase_id")
    phase_id: Mapped[int] = mapped_column(Id, ForeignKey("phase.id"), index=True)
    gate: Mapped[Gate] = mapped_column(EnumText(Gate))
    sort: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    signed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
