"""The tables of what people say, and of the files they bring."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from planner.base import kinds
from planner.base.models import Base, EnumText, Id, Owned, Trashable, UtcDateTime, Versioned
from planner.discussions.rules import FileSort


class _OnAnything:
    """What hangs on an object of any discussed kind; that object's history tells of it."""

    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(Id)

    def whole(self) -> tuple[str, int]:
        """Its object, whose history tells of it."""
        return kinds.KINDS[self.kind].model.__tablename__, self.object_id


class Comment(_OnAnything, Owned, Versioned, Trashable, Base):
    """What somebody (`created_by`) said about an object of any discussed kind."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_object", "team_id", "kind", "object_id"),)
    text: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Attachment(_OnAnything, Owned, Versioned, Trashable, Base):
    """A file that somebody (`created_by`) attached to an object of any discussed kind.

    `name` is the sender's, made clean; `size` is in bytes as kept. A picture was drawn anew: it has a second, small
    file and its width and height in pixels. A phone's queue may bring one twice: `client_id` knows it.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("team_id", "client_id"),
        Index("ix_attachment_object", "team_id", "kind", "object_id"),
    )
    name: Mapped[str] = mapped_column(String(160))
    sort: Mapped[FileSort] = mapped_column(EnumText(FileSort))
    size: Mapped[int] = mapped_column(BigInteger)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("stored_file.id"))
    small_id: Mapped[int | None] = mapped_column(Id, ForeignKey("stored_file.id"))
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    client_id: Mapped[str | None] = mapped_column(String(32))


class ObjectLink(_OnAnything, Owned, Versioned, Trashable, Base):
    """From an object of any discussed kind to another object (`to_kind`, `to_id`), or to an `address` of the web.

    `title` is what somebody called the address; of an object what it was called then, for the trash.
    """

    __tablename__ = "object_link"
    __table_args__ = (
        Index("ix_object_link_object", "team_id", "kind", "object_id"),
        Index("ix_object_link_target", "team_id", "to_kind", "to_id"),
    )
    to_kind: Mapped[str | None] = mapped_column(String(40))
    to_id: Mapped[int | None] = mapped_column(Id)
    address: Mapped[str | None] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(120))
