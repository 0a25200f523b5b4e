"""What a team asks for again and again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Json, Owned, Trashable, Versioned, alive_unique
from planner.resources.rules import Every, Invoice, Kind, PayWay


class RequestTemplate(Owned, Versioned, Trashable, Base):
    """A request without its days, session, invoice number and papers, kept by whoever made it for all of the team.

    `lines` are those of the request, `terms` what an envelope allows; `total` is what the lines come to, in minor
    units, or what an envelope holds.
    """

    __tablename__ = "request_template"
    __table_args__ = (alive_unique("uq_request_template_name", "team_id", "name"),)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[Kind] = mapped_column(EnumText(Kind))
    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text, default="", server_default="")
    category_id: Mapped[int | None] = mapped_column(Id, ForeignKey("budget_category.id"), index=True)
    total: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    payee: Mapped[str] = mapped_column(String(120), default="", server_default="")
    pay_way: Mapped[PayWay | None] = mapped_column(EnumText(PayWay))
    invoice: Mapped[Invoice] = mapped_column(EnumText(Invoice), default=Invoice.NONE, server_default="none")
    metric: Mapped[str] = mapped_column(String(40), default="", server_default="")
    effect: Mapped[Decimal | None] = mapped_column(Exact())
    effect_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    every: Mapped[Every | None] = mapped_column(EnumText(Every))
    lines: Mapped[list[Any]] = mapped_column(Json)
    terms: Mapped[dict[str, Any] | None] = mapped_column(Json)
