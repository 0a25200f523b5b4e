"""What stands in a studio: bought by a request, or written in by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Exact, Id, Owned, Trashable, Versioned, index_where, unique_where
from planner.resources.rules import Use


class StudioKit(Owned, Versioned, Trashable, Base):
    """So many of something in a studio, in minor units each where that is known. `line_id` is the line of the request
    it came with; a serial or asset number names one piece, and no other of the team."""

    __tablename__ = "studio_kit"
    __table_args__ = (
        Index("ix_studio_kit_studio", "studio_id", "state"),
        index_where("ix_studio_kit_request", "request_id IS NOT NULL", "request_id"),
        unique_where("uq_studio_kit_serial", "serial <> '' AND trashed_at IS NULL", "team_id", "serial"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(line_id IS NULL) = (request_id IS NULL)", name="line"),
        CheckConstraint("(state IN ('given', 'retired')) = (gone_on IS NOT NULL)", name="gone"),
    )
    studio_id: Mapped[int] = mapped_column(Id, ForeignKey("studio.id"))
    name: Mapped[str] = mapped_column(String(120))
    quantity: Mapped[Decimal] = mapped_column(Exact())
    unit_price: Mapped[int | None] = mapped_column(BigInteger)
    acquired_on: Mapped[date | None] = mapped_column(Date)
    serial: Mapped[str] = mapped_column(String(60), default="", server_default="")
    state: Mapped[Use] = mapped_column(EnumText(Use), default=Use.IN_USE, server_default="in_use")
    gone_on: Mapped[date | None] = mapped_column(Date)
    gone_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    request_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resource_request.id"))
    line_id: Mapped[int | None] = mapped_column(Id, ForeignKey("request_line.id"))
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
