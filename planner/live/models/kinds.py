"""What a team notes on air with one tap."""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Owned, Versioned


class NoteKind(Owned, Versioned, Base):
    """A kind of note. A built-in one is named by its key in the reader's language.

    Removed, it is offered no longer, but never destroyed: notes of years ago keep its name, and are faults or not.
    """

    __tablename__ = "log_kind"
    __table_args__ = (UniqueConstraint("team_id", "key"),)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(20), default="")
    icon: Mapped[str] = mapped_column(String(40), default="")
    fault: Mapped[bool] = mapped_column(Boolean, default=False)
    restores: Mapped[bool] = mapped_column(Boolean, default=False)
    removed: Mapped[bool] = mapped_column(Boolean, default=False)
    sort: Mapped[int] = mapped_column(Integer, default=0)
