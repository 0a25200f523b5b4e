"""Steps."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Owned, Trashable, UtcDateTime, Versioned
from planner.plan.rules import StepState


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
