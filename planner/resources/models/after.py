"""What happened to a request after it was approved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, append_only, index_where, unique_where
from planner.resources.rules import Fact, PayWay


class RequestEvent(Owned, Base):
    """One fact, on a business day: ordered, received (so much of one line), paid (minor units), closed; never changed,
    and taken back at most once by another that names it.

    `amount` of a close is what was free again. `number` is the supplier's of an order, the receipt's of a payment.
    """

    __tablename__ = "request_event"
    __audited__ = False
    __table_args__ = (
        Index("ix_request_event_request", "request_id", "id"),
        unique_where("uq_request_event_reverses", "reverses_id IS NOT NULL", "reverses_id"),
        index_where("ix_request_event_number", "number <> ''", "team_id", "number"),
        CheckConstraint("fact <> 'pay' OR amount > 0", name="paid"),
        CheckConstraint("fact <> 'receive' OR (line_id IS NOT NULL AND quantity > 0)", name="received"),
        CheckConstraint("(fact = 'reverse') = (reverses_id IS NOT NULL)", name="reversed"),
    )
    request_id: Mapped[int] = mapped_column(Id, ForeignKey("resource_request.id"))
    fact: Mapped[Fact] = mapped_column(EnumText(Fact))
    day: Mapped[date] = mapped_column(Date)
    line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("request_line.id"))
    quantity: Mapped[Decimal | None] = mapped_column(Exact())
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    way: Mapped[PayWay | None] = mapped_column(EnumText(PayWay))
    number: Mapped[str | None] = mapped_column(String(40), default="")
    note: Mapped[str | None] = mapped_column(String(500), default="")
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("request_event.id"))


append_only(RequestEvent, erasable=("note", "number"))
