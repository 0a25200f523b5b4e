"""Channels and studios."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import (
    Base,
    EnumText,
    Owned,
    Trashable,
    Versioned,
    alive_unique,
)
from planner.live.rules import Platform


class Channel(Owned, Versioned, Trashable, Base):
    """An account on a platform; `account` is what its exports call it (抖音号)."""

    __tablename__ = "channel"
    __table_args__ = (alive_unique("uq_channel_account", "team_id", "platform", "account"),)
    platform: Mapped[Platform] = mapped_column(EnumText(Platform))
    name: Mapped[str] = mapped_column(String(60))
    account: Mapped[str] = mapped_column(String(60))


class Studio(Owned, Versioned, Trashable, Base):
    """A physical room with its kit."""

    __tablename__ = "studio"
    __table_args__ = (alive_unique("uq_studio_name", "team_id", "name"),)
    name: Mapped[str] = mapped_column(String(60))
