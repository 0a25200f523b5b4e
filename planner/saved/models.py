"""The tables of saved views."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base.models import Base, Id, Owned, Trashable, Versioned, alive_unique


class SavedView(Owned, Versioned, Trashable, Base):
    """How somebody (`created_by`) looks at a list: the endpoint of its page, and the query of its address.

    A shared one is seen by the whole team.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_page", "team_id", "page"),
        alive_unique("uq_saved_view_name", "team_id", "created_by", "page", "name"),
    )
    page: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(500))
    shared: Mapped[bool] = mapped_column(Boolean)


class SavedDefault(Owned, Base):
    """Which view opens for somebody when they come to a list that asks for nothing."""

    __tablename__ = "saved_default"
    __table_args__ = (UniqueConstraint("team_id", "user_id", "page"),)
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("user_account.id"), index=True)
    page: Mapped[str] = mapped_column(String(40))
    view_id: Mapped[int] = mapped_column(Id, ForeignKey("saved_view.id"), index=True)

    def whole(self) -> tuple[str, int]:
        """The view, whose history tells of it."""
        return SavedView.__tablename__, self.view_id
