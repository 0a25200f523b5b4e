"""Goals, their targets, and what sessions say about them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, Trashable, UtcDateTime, Versioned, alive_unique
from planner.plan.rules import Aggregation, Health, Way


class Goal(Owned, Versioned, Trashable, Base):
    """What the team wants to reach in a period."""

    __tablename__ = "goal"
    period_id: Mapped[int] = mapped_column(Id, ForeignKey("period.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(Text, default="", server_default="")
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    sort: Mapped[int] = mapped_column(Integer, default=0)
    carried_from: Mapped[int | None] = mapped_column(Id, ForeignKey("goal.id"))


class OwnMetric(Owned, Versioned, Trashable, Base):
    """A figure of the team's own, that no platform counts: people report it with their check-ins."""

    __tablename__ = "own_metric"
    __table_args__ = (alive_unique("uq_own_metric_name", "team_id", "name"),)
    name: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(12), default="", server_default="")
    way: Mapped[Way] = mapped_column(EnumText(Way))


class Target(Owned, Versioned, Base):
    """A number that says whether a goal is reached: a figure of sessions (`metric`), or one of the team's own.

    `relative` is kept as it was typed (0.3 for +30 %), with the baseline it was computed from and, where that was
    found and not typed, the days it was found in.
    """

    __tablename__ = "target"
    __part_of__ = ("goal", "goal_id")
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    metric: Mapped[str] = mapped_column(String(40))
    baseline: Mapped[Decimal | None] = mapped_column(Exact())
    value: Mapped[Decimal] = mapped_column(Exact())
    way: Mapped[Way] = mapped_column(EnumText(Way))
    aggregation: Mapped[Aggregation] = mapped_column(EnumText(Aggregation))
    own_id: Mapped[int | None] = mapped_column(Id, ForeignKey("own_metric.id"), index=True)
    weight: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    relative: Mapped[Decimal | None] = mapped_column(Exact())
    baseline_first: Mapped[date | None] = mapped_column(Date)
    baseline_last: Mapped[date | None] = mapped_column(Date)


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


class CheckIn(Owned, Versioned, Base):
    """What somebody reports of a goal: words, a word of health against the computed one, figures of the team's own."""

    __tablename__ = "check_in"
    __part_of__ = ("goal", "goal_id")
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    health: Mapped[Health | None] = mapped_column(EnumText(Health))
    computed: Mapped[Health] = mapped_column(EnumText(Health))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    seen_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class OwnValue(Owned, Base):
    """A figure of the team's own on a day, reported with a check-in; it counts in every period that holds the day."""

    __tablename__ = "own_value"
    __part_of__ = ("goal", "goal_id")
    __table_args__ = (Index("ix_own_value_day", "own_id", "day"),)
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    check_in_id: Mapped[int] = mapped_column(Id, ForeignKey("check_in.id"), index=True)
    own_id: Mapped[int] = mapped_column(Id, ForeignKey("own_metric.id"))
    day: Mapped[date] = mapped_column(Date)
    value: Mapped[Decimal] = mapped_column(Exact())


class TargetClosing(Owned, Versioned, Base):
    """How a target stood when its period was closed; for a missed one why, and what gets better."""

    __tablename__ = "target_closing"
    __part_of__ = ("goal", "goal_id")
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    target_id: Mapped[int] = mapped_column(Id, ForeignKey("target.id"), unique=True)
    value: Mapped[Decimal | None] = mapped_column(Exact())
    health: Mapped[Health] = mapped_column(EnumText(Health))
    cause_id: Mapped[int | None] = mapped_column(Id, ForeignKey("cause.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    improvement: Mapped[str] = mapped_column(Text, default="")


class GoalLink(Owned, Base):
    """A phase or a session that serves a goal; steps name their goal themselves."""

    __tablename__ = "goal_link"
    __part_of__ = ("goal", "goal_id")
    __table_args__ = (
        UniqueConstraint("goal_id", "phase_id"),
        UniqueConstraint("goal_id", "session_id"),
    )
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("goal.id"))
    phase_id: Mapped[int | None] = mapped_column(Id, ForeignKey("phase.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
