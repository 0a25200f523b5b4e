"""The table of what people say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.base import kinds
from planner.base.models import Base, Id, Owned, Trashable, UtcDateTime, Versioned


class Comment(Owned, Versioned, Trashable, Base):
    """What somebody (`created_by`) said about an object of any discussed kind."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_object", "team_id", "kind", "object_id"),)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    def whole(self) -> tuple[str, int]:
        """Its object, whose history tells of it."""
        return kinds.KINDS[self.kind].model.__tablename__, self.object_id
