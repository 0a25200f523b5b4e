"""What hangs on an object beside the comments: files. One statement, on every page where people talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from planner.base import actor
from planner.base.ready import ready
from planner.base.verbs import query
from planner.base.words import icon_of
from planner.discussions.models import Attachment
from planner.discussions.rules import ENDINGS, FileSort
from planner.kernel.permissions import P
from planner.people.models import User

Author = aliased(User)


def may_remove(author_id: int | None) -> bool:
    """Whether the actor may take away what somebody brought: one's own, or anybody's for a lead."""
    who = actor.current()
    return who.may(P.COMMENT) and (author_id == who.user_id or who.may(P.TRASH_RESTORE))


@dataclass(frozen=True)
class FileRow:
    """A file with who brought it when; width and height of a picture in pixels."""

    id: int
    name: str
    sort: FileSort
    size: int
    width: int | None
    height: int | None
    author_id: int | None
    author: str
    at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at here rather than opened elsewhere."""
        return self.sort is FileSort.PICTURE

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return icon_of(self.sort)

    @property
    def removable(self) -> bool:
        """Whether the reader may remove it."""
        return may_remove(self.author_id)


@dataclass(frozen=True)
class Beside:
    """The files of an object, in the order in which they came."""

    kind: str
    object_id: int
    files: list[FileRow]

    @property
    def most_bytes(self) -> int:
        """How large one file may be."""
        return int(current_app.config["MAX_FILE_SIZE"])

    @property
    def accept(self) -> str:
        """What a file field asks for."""
        return ",".join(f".{ending}" for ending in ENDINGS)

    @property
    def pictures(self) -> list[FileRow]:
        """Those that are shown small."""
        return [row for row in self.files if row.is_picture]

    @property
    def papers(self) -> list[FileRow]:
        """The others."""
        return [row for row in self.files if not row.is_picture]


@ready
def _files() -> Any:
    return (
        select(
            Attachment.id,
            Attachment.name,
            Attachment.sort,
            Attachment.size,
            Attachment.width,
            Attachment.height,
            Attachment.created_by,
            Author.name,
            Attachment.created_at,
        )
        .outerjoin(Author, Author.id == Attachment.created_by)
        .where(Attachment.kind == bindparam("kind"), Attachment.object_id == bindparam("object_id"))
        .order_by(Attachment.id)
    )


@query(P.COMMENT_VIEW)
def beside(kind: str, object_id: int) -> Beside:
    """What hangs on an object that the page around it has found."""
    rows = _files.rows(kind=kind, object_id=object_id)
    return Beside(kind, object_id, [_file_row(row) for row in rows])


def _file_row(row: Any) -> FileRow:
    row_id, name, sort, size, width, height, author_id, author, at = row
    return FileRow(row_id, name, sort, size, width, height, author_id, author or "", at)
