"""Files that people attached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from planner.base import db, files, kinds
from planner.base.ready import ready
from planner.base.verbs import query
from planner.discussions.models import Attachment
from planner.discussions.queries.beside import Beside, FileRow, beside
from planner.discussions.queries.reach import reachable
from planner.discussions.rules import FileSort
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.people.models import Team


@dataclass(frozen=True)
class ObjectFiles:
    """The files of an object, with what it is called."""

    title: str
    beside: Beside


@dataclass(frozen=True)
class FilePage:
    """One file, what it hangs on, and the pictures it stands among."""

    row: FileRow
    title: str
    kind: str
    object_id: int
    among: tuple[int, ...]

    def next_of(self, step: int) -> int | None:
        """The picture before (-1) or after (1) this one."""
        place = self.among.index(self.row.id) + step if self.row.id in self.among else -1
        return self.among[place] if 0 <= place < len(self.among) else None


def _title(kind: str, object_id: int) -> str:
    return kinds.titles({(kind, object_id)}).get((kind, object_id), "")


@query(P.COMMENT_VIEW)
def files_of(kind: str, object_id: int) -> ObjectFiles:
    """All files of an object that can be reached."""
    reachable(kind, object_id)
    return ObjectFiles(_title(kind, object_id), beside(kind, object_id))


@query(P.COMMENT_VIEW)
def attachment(attachment_id: int) -> FilePage:
    """A file whose object can still be reached."""
    row = db.one(Attachment, attachment_id)
    reachable(row.kind, row.object_id)
    held = beside(row.kind, row.object_id)
    shown = next(each for each in held.files if each.id == attachment_id)
    among = tuple(each.id for each in held.pictures) if shown.is_picture else ()
    return FilePage(shown, _title(row.kind, row.object_id), row.kind, row.object_id, among)


@query(P.COMMENT_VIEW)
def attachment_file(attachment_id: int, small: bool = False, pictures_only: bool = False) -> tuple[str, str, bytes]:
    """The name, the kind and the bytes of a file; the small ones of a picture."""
    row = db.one(Attachment, attachment_id)
    reachable(row.kind, row.object_id)
    file_id = row.small_id if small else row.file_id
    if file_id is None or (pictures_only and row.sort is not FileSort.PICTURE):
        raise NotFound()
    kept, data = files.read(file_id)
    return row.name, kept.kind, data


@ready
def _names() -> Any:
    return select(Attachment.id, Attachment.name).where(Attachment.id.in_(bindparam("ids", expanding=True)))


@query(P.COMMENT_VIEW)
def file_names(ids: Iterable[int]) -> dict[int, str]:
    """What files are called that are still there, for feeds."""
    return {row[0]: row[1] for row in _names.rows(ids=list(ids))}


@ready
def _pictures() -> Any:
    asked = select(Attachment.object_id, Attachment.id, Attachment.client_id).where(
        Attachment.kind == bindparam("kind"),
        Attachment.object_id.in_(bindparam("ids", expanding=True)),
        Attachment.sort == FileSort.PICTURE,
        db.alive(Attachment),
    )
    return asked.order_by(Attachment.id)


@query(P.COMMENT_VIEW)
def pictures_of(kind: str, ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """The pictures that hang on objects of one kind, by object: each with the id its phone gave it."""
    wanted, found = list(ids), dict[int, list[tuple[int, str]]]()
    for object_id, row_id, client_id in _pictures.rows(kind=kind, ids=wanted) if wanted else ():
        found.setdefault(object_id, []).append((row_id, client_id or ""))
    return found


@query(P.SELF)
def own_files(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """A part of one's own data: which files one has attached to what."""
    asked = (
        select(
            Team.name.label("team"), Attachment.kind, Attachment.object_id, Attachment.name, Attachment.size,
            Attachment.created_at, Attachment.trashed_at,
        )
        .join(Attachment, Attachment.team_id == Team.id)
        .where(Attachment.created_by == user_id)
        .order_by(Attachment.id)
    )  # fmt: skip
    return {"attachments": db.dicts(asked)}
