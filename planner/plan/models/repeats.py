"""Steps that come again: the rule, where it stands, and what the next copies take along."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Json, Owned, Versioned
from planner.plan.rules import Priority, Repeat, Rhythm, Stretch


class StepSeries(Owned, Versioned, Base):
    """A step that comes again. Its days are counted from `first`; `next_on` is the day of the copy that comes next and
    `appears_on` the day that copy appears, none where the next one follows when the last is done, or none comes.

    What stands from `title` on is the pattern of the next copies: changing one copy changes nothing here.
    """

    __tablename__ = "step_series"
    __part_of__ = ("step", "latest_id")
    __table_args__ = (Index("ix_step_series_appears", "team_id", "appears_on"),)
    rhythm: Mapped[Rhythm] = mapped_column(EnumText(Rhythm))
    every: Mapped[int] = mapped_column(Integer)
    weekdays: Mapped[list[Any]] = mapped_column(Json)
    month_day: Mapped[int] = mapped_column(Integer)
    nth: Mapped[int] = mapped_column(Integer)
    stretch: Mapped[Stretch] = mapped_column(EnumText(Stretch))
    lead: Mapped[int] = mapped_column(Integer)
    until: Mapped[date | None] = mapped_column(Date)
    times: Mapped[int | None] = mapped_column(Integer)
    first: Mapped[date] = mapped_column(Date)
    next_on: Mapped[date | None] = mapped_column(Date)
    appears_on: Mapped[date | None] = mapped_column(Date)
    made: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[int] = mapped_column(Integer, default=0)
    left_out_last: Mapped[date | None] = mapped_column(Date)
    paused: Mapped[bool] = mapped_column(Boolean, default=False)
    ended_on: Mapped[date | None] = mapped_column(Date)
    latest_id: Mapped[int] = mapped_column(Id, index=True)
    title: Mapped[str] = mapped_column(String(160))
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"), index=True)
    phase_id: Mapped[int | None] = mapped_column(Id, ForeignKey("phase.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[Priority] = mapped_column(EnumText(Priority))
    department: Mapped[str] = mapped_column(String(40), default="")
    begins_before: Mapped[int | None] = mapped_column(Integer)
    tags: Mapped[list[Any]] = mapped_column(Json)
    lines: Mapped[list[Any]] = mapped_column(Json)
    estimate_minutes: Mapped[int | None] = mapped_column(Integer)
    helpers: Mapped[list[Any]] = mapped_column(Json)

    @property
    def rule(self) -> Repeat:
        """By what it comes again."""
        return Repeat(
            self.rhythm, self.every, frozenset(self.weekdays), self.month_day, self.nth, self.stretch, self.lead,
            self.until, self.times,
        )  # fmt: skip

    @property
    def over(self) -> bool:
        """Whether no copy comes any more, unless somebody says so."""
        return self.ended_on is not None
