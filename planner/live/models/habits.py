"""What a team agreed on about its shows."""

from __future__ import annotations

from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Owned, Versioned


class ShowRules(Owned, Versioned, Base):
    """How often figures are read on air, and what a shift may ask of a person; without a row the usual rules hold.

    Minutes, but for the last two: hours in one business day, and hours between two days of work.
    """

    __tablename__ = "show_rules"
    __table_args__ = (UniqueConstraint("team_id"),)
    reading_minutes: Mapped[int] = mapped_column(Integer)
    changeover_minutes: Mapped[int] = mapped_column(Integer)
    longest_hours: Mapped[int] = mapped_column(Integer)
    least_rest_hours: Mapped[int] = mapped_column(Integer)
