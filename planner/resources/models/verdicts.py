"""What people say afterwards: whether it was worth it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, UtcDateTime, Versioned
from planner.resources.rules import Worth


class RequestVerdict(Owned, Versioned, Base):
    """What `user_id` says of a request's money, one word a person, with what was measured when they said it: the mean
    before and after in the unit of the metric, of how many sessions each; None where nothing could be measured."""

    __tablename__ = "request_verdict"
    __part_of__ = ("resource_request", "request_id")
    __table_args__ = (UniqueConstraint("request_id", "user_id"),)
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"), index=True)
    worth: Mapped[Worth] = mapped_column(EnumText(Worth))
    words: Mapped[str] = mapped_column(String(500), default="", server_default="")
    said_at: Mapped[datetime] = mapped_column(UtcDateTime())
    before: Mapped[Decimal | None] = mapped_column(Exact())
    after: Mapped[Decimal | None] = mapped_column(Exact())
    sessions_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    sessions_after: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
