"""Sessions that belong together: a series by weekdays, or a roster that was brought."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, EnumText, Id, Json, Owned
from planner.live.rules import Origin


class Series(Owned, Base):
    """What sessions were planned together; a rhythm has its weekdays (0 is Monday), weeks apart and days."""

    __tablename__ = "series"
    origin: Mapped[Origin] = mapped_column(EnumText(Origin))
    weekdays: Mapped[list[Any]] = mapped_column(Json)
    every: Mapped[int] = mapped_column(Integer)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)


class SeriesPart(Owned, Base):
    """A session of a series; one that was changed on its own stands `apart` and is left alone by default."""

    __tablename__ = "series_part"
    __part_of__ = ("live_session", "session_id")
    __table_args__ = (UniqueConstraint("session_id"),)
    series_id: Mapped[int] = mapped_column(Id, ForeignKey("series.id"), index=True)
    session_id: Mapped[int] = mapped_column(Id, ForeignKey("live_session.id"))
    apart: Mapped[bool] = mapped_column(Boolean, default=False)
