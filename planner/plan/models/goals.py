"""Goals, their targets, and what sessions say about them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, Trashable, Versioned
from planner.plan.rules import Aggregation, Way


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
