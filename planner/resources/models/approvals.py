"""How a request is decided: the policy, the levels and seats of one round, its trail, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Id,
    Json,
    Owned,
    Trashable,
    UtcDateTime,
    Versioned,
    append_only,
    index_where,
    unique_where,
)
from planner.resources.rules import Act, LevelState, Mode, Origin, SeatState


class ApprovalPolicy(Owned, Base):
    """One version of who signs what; the latest is in force, requests keep the one they were handed in under."""

    __tablename__ = "approval_policy"
    __table_args__ = (UniqueConstraint("team_id", "number"),)
    number: Mapped[int] = mapped_column(Integer)
    rules: Mapped[dict[str, Any]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(String(200), default="")


class ApprovalLevel(Owned, Base):
    """A level on the way of one round of a request. Rows fold from the trail, which is their history."""

    __tablename__ = "approval_level"
    __audited__ = False
    __table_args__ = (UniqueConstraint("request_id", "round", "place"),)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    round: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(40), default="")
    mode: Mapped[Mode] = mapped_column(EnumText(Mode))
    needed: Mapped[int] = mapped_column(Integer, default=1)
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[LevelState] = mapped_column(EnumText(LevelState), default=LevelState.WAITING)
    covered_by: Mapped[int | None] = mapped_column(Integer)
    active_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ApprovalSeat(Owned, Base):
    """One person's signature at a level. What was seen (digest, version, amount) is kept with it.

    The database itself refuses that a requester signs, and that one person signs a round twice.
    """

    __tablename__ = "approval_seat"
    __audited__ = False
    __table_args__ = (
        Index("ix_approval_seat_level", "level_id"),
        Index("ix_approval_seat_request", "request_id", "round"),
        Index("ix_approval_seat_user", "user_id", "state"),
        index_where("ix_approval_seat_asked", "state = 'asked'", "user_id", "team_id", "request_id", "round"),
        CheckConstraint("acted_by IS NULL OR acted_by <> requester_id OR state = 'not_needed'", name="own"),
        CheckConstraint("state <> 'approved' OR (acted_by IS NOT NULL AND seen IS NOT NULL)", name="signed"),
        unique_where("uq_approval_seat_person", "state = 'approved'", "request_id", "round", "acted_by"),
    )
    level_id: Mapped[int] = mapped_column(Id, ForeignKey("approval_level.id"))
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    round: Mapped[int] = mapped_column(Integer)
    requester_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    state: Mapped[SeatState] = mapped_column(EnumText(SeatState), default=SeatState.ASKED)
    origin: Mapped[Origin] = mapped_column(EnumText(Origin), default=Origin.POLICY)
    by_seat: Mapped[int | None] = mapped_column(Id, ForeignKey("approval_seat.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    acted_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    acted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    note: Mapped[str] = mapped_column(String(500), default="")
    seen: Mapped[str | None] = mapped_column(String(64))
    seen_version: Mapped[int | None] = mapped_column(Integer)
    seen_amount: Mapped[int | None] = mapped_column(BigInteger)


class RequestAct(Owned, Base):
    """One row of the trail: what somebody (`created_by`, for `for_user` where they stood in) did, and with what words.

    `before` is how levels and seats stood until then, so that a decision can be taken back at once.
    """

    __tablename__ = "request_act"
    __audited__ = False
    __table_args__ = (
        Index("ix_request_act_request", "request_id", "id"),
        Index("ix_request_act_batch", "team_id", "batch"),
        Index("ix_request_act_person", "team_id", "created_by", "request_id", "id", "act"),
    )
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    act: Mapped[Act] = mapped_column(EnumText(Act))
    round: Mapped[int] = mapped_column(Integer)
    level: Mapped[str] = mapped_column(String(40), default="")
    for_user: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    to_user: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    seen: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str | None] = mapped_column(String(500), default="")
    batch: Mapped[str] = mapped_column(String(32), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)


class RequestCopy(Owned, Base):
    """Somebody a request is copied to (抄送), who may read it."""

    __tablename__ = "request_copy"
    __part_of__ = ("resource_request", "request_id")
    __table_args__ = (UniqueConstraint("request_id", "user_id"), Index("ix_request_copy_user", "user_id", "request_id"))
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))


class Delegation(Owned, Versioned, Trashable, Base):
    """From `first` to `last` (business days), `deputy_id` may sign for `user_id` (委托)."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index("ix_delegation_deputy", "deputy_id", "last"),
        Index("ix_delegation_user", "user_id", "last"),
        CheckConstraint("deputy_id <> user_id", name="two"),
    )
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    deputy_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="")


append_only(RequestAct, erasable=("note", "before"))
