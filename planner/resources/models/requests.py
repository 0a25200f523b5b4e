"""What somebody asks for, line by line."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Exact,
    Id,
    Owned,
    Trashable,
    UtcDateTime,
    Versioned,
    index_where,
    unique_where,
)
from planner.resources.rules import Every, Invoice, Kind, PayWay, State


class ResourceRequest(Owned, Versioned, Trashable, Base):
    """A request for money of `requester_id`, in minor units.

    `round` counts how often it was handed in; `seen` is the digest of what approvers look at; `budget_id` is the budget
    it was reserved in, None where there is none yet. With `gates` its step waits until it is approved; `step_words` are
    those the step was blocked with. `follows_id` is the approved request it asks more money for (追加).
    """

    __tablename__ = "resource_request"
    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        Index("ix_resource_request_state", "team_id", "state", "id"),
        Index("ix_resource_request_team", "team_id", "id"),
        Index("ix_resource_request_requester", "requester_id", "id"),
        Index("ix_resource_request_category", "category_id", "id"),
        Index("ix_resource_request_title", "category_id", "title", "id"),
        Index("ix_resource_request_payee", "team_id", "payee", "id"),
        index_where("ix_resource_request_session", "session_id IS NOT NULL", "session_id"),
        index_where("ix_resource_request_goal", "goal_id IS NOT NULL", "goal_id"),
        index_where("ix_resource_request_step", "step_id IS NOT NULL", "step_id"),
        index_where("ix_resource_request_follows", "follows_id IS NOT NULL", "follows_id"),
        index_where(
            "ix_resource_request_renews", "renews_on IS NOT NULL AND lapsed_at IS NULL", "team_id", "renews_on"
        ),
        unique_where(
            "uq_resource_request_invoice", "invoice_number <> '' AND trashed_at IS NULL", "team_id", "invoice_number"
        ),
    )
    number: Mapped[int] = mapped_column(Integer)
    requester_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"))
    kind: Mapped[Kind] = mapped_column(EnumText(Kind))
    state: Mapped[State] = mapped_column(EnumText(State), default=State.DRAFT)
    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text, default="", server_default="")
    category_id: Mapped[int | None] = mapped_column(Id, ForeignKey("budget_category.id"))
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    needed_by: Mapped[date | None] = mapped_column(Date)
    goal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("goal.id"))
    session_id: Mapped[int | None] = mapped_column(Id, ForeignKey("live_session.id"))
    step_id: Mapped[int | None] = mapped_column(Id, ForeignKey("step.id"))
    payee: Mapped[str] = mapped_column(String(120), default="", server_default="")
    payee_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    pay_way: Mapped[PayWay | None] = mapped_column(EnumText(PayWay))
    invoice: Mapped[Invoice] = mapped_column(EnumText(Invoice), default=Invoice.NONE, server_default="none")
    invoice_number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    tax: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    metric: Mapped[str] = mapped_column(String(40), default="", server_default="")
    effect: Mapped[Decimal | None] = mapped_column(Exact())
    effect_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    every: Mapped[Every | None] = mapped_column(EnumText(Every))
    renews_on: Mapped[date | None] = mapped_column(Date)
    renewed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("resource_request.id"))
    lapsed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    lapse_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    spent_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    incident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("checklist.id"))
    gates: Mapped[bool] = mapped_column(default=False, server_default=false())
    step_words: Mapped[str] = mapped_column(String(160), default="", server_default="")
    follows_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resource_request.id"))
    round: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    seen: Mapped[str] = mapped_column(String(64), default="", server_default="")
    budget_id: Mapped[int | None] = mapped_column(Id, ForeignKey("budget.id"), index=True)
    policy_id: Mapped[int | None] = mapped_column(Id, ForeignKey("approval_policy.id"))
    over_budget: Mapped[bool] = mapped_column(default=False, server_default=false())
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RequestLine(Owned, Base):
    """So many of something at a price, in minor units each; `amount` is the product, rounded half up."""

    __tablename__ = "request_line"
    __part_of__ = ("resource_request", "request_id")
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"), index=True)
    sort: Mapped[int] = mapped_column(Integer)
    item: Mapped[str] = mapped_column(String(120))
    quantity: Mapped[Decimal] = mapped_column(Exact())
    unit_price: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    supplier: Mapped[str] = mapped_column(String(80), default="", server_default="")
    link: Mapped[str] = mapped_column(String(500), default="", server_default="")


class RequestQuote(Owned, Base):
    """What a supplier offers, to compare; one of them is taken."""

    __tablename__ = "request_quote"
    __part_of__ = ("resource_request", "request_id")
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"), index=True)
    sort: Mapped[int] = mapped_column(Integer)
    supplier: Mapped[str] = mapped_column(String(80))
    amount: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
