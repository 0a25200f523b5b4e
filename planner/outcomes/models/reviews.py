"""Reviews, findings, actions and the sessions that verify them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, UtcDateTime, Versioned
from planner.outcomes.rules.reviews import Decision, ReviewState, Verdict


class Review(Owned, Versioned, Base):
    """The review of one session."""

    __tablename__ = "review"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    state: Mapped[ReviewState] = mapped_column(EnumText(ReviewState))
    quick: Mapped[bool] = mapped_column(Boolean, default=False)
    summary: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))


class Finding(Owned, Versioned, Base):
    """Something to explain: a missed target, or what somebody saw. Facts stand apart from guesses."""

    __tablename__ = "finding"
    __part_of__ = ("review", "review_id")
    review_id: Mapped[int] = mapped_column(Id, ForeignKey("review.id"), index=True)
    metric: Mapped[str | None] = mapped_column(String(40))
    value: Mapped[Decimal | None] = mapped_column(Exact())
    target: Mapped[Decimal | None] = mapped_column(Exact())
    beyond: Mapped[bool] = mapped_column(Boolean, default=False)
    title: Mapped[str] = mapped_column(String(200))
    cause_id: Mapped[int | None] = mapped_column(Id, ForeignKey("cause.id"))
    facts: Mapped[str] = mapped_column(Text, default="")
    guess: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[Decision] = mapped_column(EnumText(Decision), default=Decision.NONE)
    reason: Mapped[str] = mapped_column(String(300), default="")


class Action(Owned, Base):
    """A step of the plan that names the figure it shall change and the value to reach."""

    __tablename__ = "action"
    __part_of__ = ("finding", "finding_id")
    __table_args__ = (Index("ix_action_session", "team_id", "session_id"),)
    finding_id: Mapped[int] = mapped_column(Id, ForeignKey("finding.id"), index=True)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"))
    metric: Mapped[str] = mapped_column(String(40))
    value: Mapped[Decimal] = mapped_column(Exact())


class ActionCheck(Owned, Versioned, Base):
    """A session that verifies an action: the program proposes a verdict, a person signs one."""

    __tablename__ = "action_check"
    __table_args__ = (
        UniqueConstraint("action_id", "session_id"),
        Index("ix_action_check_session", "session_id"),
    )
    action_id: Mapped[int] = mapped_column(Id, ForeignKey("action.id"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    value: Mapped[Decimal | None] = mapped_column(Exact())
    proposed: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    basis: Mapped[str] = mapped_column(String(200), default="")
    verdict: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    signed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


_TO_SIGN = ActionCheck.proposed.is_not(None) & ActionCheck.verdict.is_(None)
Index("ix_action_check_to_sign", ActionCheck.team_id, sqlite_where=_TO_SIGN, postgresql_where=_TO_SIGN)
