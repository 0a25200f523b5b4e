"""Sessions, their tags, targets and products."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Exact,
    Id,
    Json,
    Owned,
    Trashable,
    UtcDateTime,
    Versioned,
)
from planner.live.rules import State, Weight


class LiveSession(Owned, Versioned, Trashable, Base):
    """One show (场次). `holds` is what higher columns let it wait for (`services.holds`), read with every brief."""

    __tablename__ = "live_session"
    __table_args__ = (
        Index("ix_live_session_start", "team_id", "planned_start"),
        Index("ix_live_session_state", "team_id", "state", "planned_start"),
        Index("ix_live_session_channel", "team_id", "channel_id", "planned_start"),
        Index("ix_live_session_count", "team_id", "trashed_at", "state"),
    )
    theme: Mapped[str] = mapped_column(String(80))
    weight: Mapped[Weight] = mapped_column(EnumText(Weight))
    state: Mapped[State] = mapped_column(EnumText(State))
    channel_id: Mapped[int] = mapped_column(Id, ForeignKey("channel.id"))
    studio_id: Mapped[int | None] = mapped_column(Id, ForeignKey("studio.id"))
    planned_start: Mapped[datetime] = mapped_column(UtcDateTime())
    planned_end: Mapped[datetime] = mapped_column(UtcDateTime())
    real_start: Mapped[datetime | None] = mapped_column(UtcDateTime())
    real_end: Mapped[datetime | None] = mapped_column(UtcDateTime())
    notes: Mapped[str] = mapped_column(Text, default="")
    go_by: Mapped[int | None] = mapped_column(Id, ForeignKey("user_account.id"))
    go_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    go_note: Mapped[str] = mapped_column(String(300), default="")
    missing: Mapped[list[Any] | None] = mapped_column(Json)
    holds: Mapped[list[Any] | None] = mapped_column(Json)
    no_compare: Mapped[bool] = mapped_column(Boolean, default=False)


class SessionTag(Owned, Base):
    """A word on a session."""

    __tablename__ = "session_tag"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id", "tag"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    tag: Mapped[str] = mapped_column(String(30))


class SessionTarget(Owned, Base):
    """What a session is meant to reach in one figure."""

    __tablename__ = "session_target"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id", "metric"),)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    metric: Mapped[str] = mapped_column(String(40))
    value: Mapped[Decimal] = mapped_column(Exact())


class LineupItem(Owned, Base):
    """A product in the order of the show (排品), as pasted; money in minor units."""

    __tablename__ = "lineup_item"
    __part_of__ = ("live_session", "session_id")
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"), index=True)
    sort: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    link_no: Mapped[str] = mapped_column(String(40), default="")
    live_price: Mapped[int | None] = mapped_column(BigInteger)
    usual_price: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int | None] = mapped_column(BigInteger)
    mechanism: Mapped[str] = mapped_column(String(200), default="")
