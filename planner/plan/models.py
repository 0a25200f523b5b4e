"""The tables of the plan."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, Trashable, UtcDateTime, Versioned
from planner.plan.rules import Aggregation, StepState, Way


class Period(Owned, Versioned, Trashable, Base):
    """A reporting cycle, from its first to its last business day."""

    __tablename__ = "period"
    __table_args__ = (Index("ix_period_start", "team_id", "start"),)
    name: Mapped[str] = mapped_column(String(60))
    start: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)


class Goal(Owned, Versioned, Trashable, Base):
    """What the team wants to reach in a period."""

    __tablename__ = "goal"
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    sort: Mapped[int] = mapped_column(Integer, default=0)


class Target(Owned, Versioned, Base):
    """A number that says whether a goal is reached."""

    __tablename__ = "target"
    __part_of__ = ("goal", "goal_id")
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    metric: Mapped[str] = mapped_column(String(40))
    baseline: Mapped[Decimal | None] = mapped_column(Exact())
    value: Mapped[Decimal] = mapped_column(Exact())
    way: Mapped[Way] = mapped_column(EnumText(Way))
    aggregation: Mapped[Aggregation] = mapped_column(EnumText(Aggregation))


class Phase(Owned, Versioned, Trashable, Base):
    """A stretch of the period with work of its own."""

    __tablename__ = "phase"
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    start: Mapped[date] = mapped_column(Date)
    end: Mapped[date] = mapped_column(Date)
    sort: Mapped[int] = mapped_column(Integer, default=0)


class Step(Owned, Versioned, Trashable, Base):
    """Something one person does until a day."""

    __tablename__ = "step"
    __table_args__ = (
        Index("ix_step_owner", "team_id", "owner_id", "state", "due"),
        Index("ix_step_due", "team_id", "state", "due"),
    )
    title: Mapped[str] = mapped_column(String(160))
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    due: Mapped[date | None] = mapped_column(Date)
    phase_id: Mapped[int | None] = mapped_column(Id, ForeignKey("phase.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    from_session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    state: Mapped[StepState] = mapped_column(EnumText(StepState), default=StepState.OPEN)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    waits_for: Mapped[str] = mapped_column(String(160), default="", server_default="")


class Evidence(Owned, Base):
    """What a session's figures say about a target; rewritten when the figures are replaced."""

    __tablename__ = "evidence"
    __audited__ = False
    __table_args__ = (UniqueConstraint("target_id", "session_id"),)
    target_id: Mapped[int] = mapped_column(Id, ForeignKey("target.id"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    value: Mapped[Decimal | None] = mapped_column(Exact())
    numerator: Mapped[Decimal] = mapped_column(Exact())
    denominator: Mapped[Decimal] = mapped_column(Exact())
    basis: Mapped[str] = mapped_column(String(120), default="")
