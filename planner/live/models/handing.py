"""交接: what one shift tells the next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Owned, UtcDateTime, append_only
from planner.live.rules import Signature


class Handover(Owned, Base):
    """A handover as it was written and signed by who hands over. Promises stand one on a line."""

    __tablename__ = "handover"
    __audited__ = False
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    figures: Mapped[str] = mapped_column(String(500), default="")
    stock: Mapped[str] = mapped_column(String(500), default="")
    promises: Mapped[str] = mapped_column(String(1000), default="")
    next_item: Mapped[str] = mapped_column(String(200), default="")
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime())


class HandoverEnd(Owned, Base):
    """What became of a handover, once: countersigned, or taken back before anybody did."""

    __tablename__ = "handover_end"
    __audited__ = False
    __table_args__ = (UniqueConstraint("handover_id"),)
    handover_id: Mapped[int] = mapped_column(Id, ForeignKey("handover.id"))
    act: Mapped[Signature] = mapped_column(EnumText(Signature))
    user_id: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime())


append_only(Handover)


append_only(HandoverEnd)
