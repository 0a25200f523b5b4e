"""Steps, with the lines inside of them, their tags, and which waits for which."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Owned, Trashable, UtcDateTime, Versioned, alive_unique, index_where
from planner.plan.rules import HangsOn, Priority, StepState


class Step(Owned, Versioned, Trashable, Base):
    """Something one person does until a day. Where it comes again, `occurs_on` is the day of its rule it stands for,
    which it keeps when somebody gives it another day. `period_id` is the period it was carried into without a phase of
    it; in a phase it belongs to that phase's period."""

    __tablename__ = "step"
    __table_args__ = (
        Index("ix_step_owner", "team_id", "owner_id", "state", "due"),
        Index("ix_step_due", "team_id", "state", "due"),
        Index("ix_step_done", "team_id", "done_at"),
        index_where("ix_step_hangs_session", "hangs_session_id IS NOT NULL", "hangs_session_id"),
        alive_unique("uq_step_series_day", "series_id", "occurs_on"),
    )
    title: Mapped[str] = mapped_column(String(160))
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    due: Mapped[date | None] = mapped_column(Date)
    phase_id: Mapped[int | None] = mapped_column(Id, ForeignKey("phase.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("goal.id"), index=True)
    period_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id"), index=True)
    from_session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    state: Mapped[StepState] = mapped_column(EnumText(StepState), default=StepState.OPEN)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    waits_for: Mapped[str] = mapped_column(String(160), default="", server_default="")
    start: Mapped[date | None] = mapped_column(Date)
    priority: Mapped[Priority] = mapped_column(EnumText(Priority), default=Priority.NORMAL, server_default="normal")
    department: Mapped[str] = mapped_column(String(40), default="", server_default="")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    dropped_why: Mapped[str] = mapped_column(String(160), default="", server_default="")
    hangs_on: Mapped[HangsOn | None] = mapped_column(EnumText(HangsOn))
    hangs_session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    offset_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    estimate_minutes: Mapped[int | None] = mapped_column(Integer)
    series_id: Mapped[int | None] = mapped_column(Id, ForeignKey("step_series.id"))
    occurs_on: Mapped[date | None] = mapped_column(Date)


class StepLine(Owned, Base):
    """A line to tick inside of a step: smaller than a step, without owner or day of its own."""

    __tablename__ = "step_line"
    __part_of__ = ("step", "step_id")
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"), index=True)
    sort: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(200))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class StepTag(Owned, Base):
    """A word that finds a step again."""

    __tablename__ = "step_tag"
    __part_of__ = ("step", "step_id")
    __table_args__ = (UniqueConstraint("step_id", "tag"), Index("ix_step_tag_tag", "team_id", "tag"))
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"))
    tag: Mapped[str] = mapped_column(String(20))


class StepHelper(Owned, Base):
    """Somebody who helps with a step that another owns."""

    __tablename__ = "step_helper"
    __part_of__ = ("step", "step_id")
    __table_args__ = (UniqueConstraint("step_id", "user_id"), Index("ix_step_helper_user", "team_id", "user_id"))
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))


class StepLink(Owned, Base):
    """A step (`step_id`) that can go on once another (`on_id`) is done."""

    __tablename__ = "step_link"
    __part_of__ = ("step", "step_id")
    __table_args__ = (UniqueConstraint("step_id", "on_id"), Index("ix_step_link_on", "on_id"))
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"))
    on_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"))
