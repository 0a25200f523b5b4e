"""What a team agreed on about its plan."""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Owned, Versioned


class PlanHabits(Owned, Versioned, Base):
    """What a team turned on, and how many cards a column or a person holds before the board says so (0: any number)."""

    __tablename__ = "plan_habits"
    __table_args__ = (UniqueConstraint("team_id"),)
    estimates: Mapped[bool] = mapped_column(Boolean)
    helpers: Mapped[bool] = mapped_column(Boolean)
    criteria: Mapped[bool] = mapped_column(Boolean)
    most_open: Mapped[int] = mapped_column(Integer)
    most_doing: Mapped[int] = mapped_column(Integer)
    most_blocked: Mapped[int] = mapped_column(Integer)
    most_each: Mapped[int] = mapped_column(Integer)
