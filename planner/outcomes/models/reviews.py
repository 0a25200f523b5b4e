"""Reviews, findings, actions and the sessions that verify them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint, false
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


class Action(Owned, Versioned, Base):
    """A step of the plan that names the figure it shall change and the value to reach.

    Choosing other sessions to verify it counts as a change of the action.
    """

    __tablename__ = "action"
    __part_of__ = ("finding", "finding_id")
    __table_args__ = (Index("ix_action_session", "team_id", "session_id"),)
    finding_id: Mapped[int] = mapped_column(Id, ForeignKey("finding.id"), index=True)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    step_id: Mapped[int] = mapped_column(Id, ForeignKey("step.id"))
    metric: Mapped[str] = mapped_column(String(40))
    value: Mapped[Decimal] = mapped_column(Exact())


class ActionCheck(Owned, Versioned, Base):
    """A session that verifies an action: the program proposes a verdict, a person signs one.

    When the session is called off, another one takes its place and `was_session_id` keeps the first; where there is
    none, the check is `adrift` until a lead chooses one.
    """

    __tablename__ = "action_check"
    __table_args__ = (
        UniqueConstraint("action_id", "session_id"),
        Index("ix_action_check_session", "session_id"),
    )
    action_id: Mapped[int] = mapped_column(Id, ForeignKey("action.id"))
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    was_session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    adrift: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    value: Mapped[Decimal | None] = mapped_column(Exact())
    proposed: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    basis: Mapped[str] = mapped_column(String(200), default="")
    verdict: Mapped[Verdict | None] = mapped_column(EnumText(Verdict))
    signed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


_WAITS = (ActionCheck.proposed.is_not(None) | ActionCheck.adrift) & ActionCheck.verdict.is_(None)
Index("ix_action_check_waits", ActionCheck.team_id, sqlite_where=_WAITS, postgresql_where=_WAITS)
