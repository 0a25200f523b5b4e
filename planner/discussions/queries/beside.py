"""All that hangs on an object: comments, files, links. One statement, on every page where people talk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import BigInteger, Integer, String, Text, and_, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from planner.base import actor, db, kinds
from planner.base.models import Owned, Trashable, UtcDateTime
from planner.base.ready import ready
from planner.base.verbs import query
from planner.base.words import icon_of
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.discussions.rules import ENDINGS, FileSort, host_of
from planner.kernel.permissions import P
from planner.people.models import User

Author = aliased(User)
SHOWN = 30
"""So many comments stand on a page."""

Pair = tuple[str, int]


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
class LinkRow:
    """A link as it is seen from one end: to an object (`end`), or to an `address` of the web.

    `word` is the kind of the object, or the host of the address; `end` is None where it is gone or not the reader's
    to see; `back` where the other end made it.
    """

    id: int
    title: str
    word: str
    icon: str
    end: Pair | None
    address: str
    gone: bool
    back: bool
    author_id: int | None
    author: str
    at: datetime

    @property
    def url(self) -> str:
        """Where it leads; empty where that can't be opened."""
        return self.address or (kinds.link(*self.end) if self.end else "")

    @property
    def removable(self) -> bool:
        """Whether the reader may remove it."""
        return may_remove(self.author_id)


@dataclass(frozen=True)
class Beside:
    """The files and the links of an object, in the order in which they came."""

    kind: str
    object_id: int
    files: list[FileRow]
    links: list[LinkRow]

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

    @property
    def to(self) -> list[LinkRow]:
        """What it leads to."""
        return [row for row in self.links if not row.back]

    @property
    def linked_from(self) -> list[LinkRow]:
        """What leads to it."""
        return [row for row in self.links if row.back]


NOTHING: dict[str, Any] = {
    "edited_at": cast(null(), UtcDateTime()),
    "text": cast(null(), Text()),
    "name": cast(null(), String()),
    "sort": cast(null(), String()),
    "size": cast(null(), BigInteger()),
    "width": cast(null(), Integer()),
    "height": cast(null(), Integer()),
    "kind": cast(null(), String()),
    "object_id": cast(null(), BigInteger()),
    "to_kind": cast(null(), String()),
    "to_id": cast(null(), BigInteger()),
}
"""The columns that only some of what hangs on an object have."""


def _part(what: str, model: Any, **held: Any) -> Any:
    """One sort of what hangs on an object, with the same columns as every other."""
    own = [held.get(name, empty).label(name) for name, empty in NOTHING.items()]
    return select(
        literal(what).label("what"),
        model.id.label("id"),
        model.created_by.label("author_id"),
        model.created_at.label("at"),
        *own,
    ).where(db.alive(model))


@ready
def _hanging() -> Any:
    kind, object_id = bindparam("kind"), bindparam("object_id")
    said = _part("comment", Comment, edited_at=Comment.edited_at, text=Comment.text)
    said = said.where(Comment.kind == kind, Comment.object_id == object_id, Comment.id < bindparam("before"))
    last = said.order_by(Comment.id.desc()).limit(SHOWN + 1).subquery()
    files = _part(
        "file",
        Attachment,
        name=Attachment.name,
        sort=cast(Attachment.sort, String()),
        size=Attachment.size,
        width=Attachment.width,
        height=Attachment.height,
    ).where(Attachment.kind == kind, Attachment.object_id == object_id)
    ends = {name: getattr(ObjectLink, name) for name in ("kind", "object_id", "to_kind", "to_id")}
    links = _part("link", ObjectLink, text=ObjectLink.address, name=ObjectLink.title, **ends).where(
        or_(
            and_(ObjectLink.kind == kind, ObjectLink.object_id == object_id),
            and_(ObjectLink.to_kind == kind, ObjectLink.to_id == object_id),
        )
    )
    both = union_all(select(last), files, links).subquery()
    return (
        select(both, Author.name.label("author")).outerjoin(Author, Author.id == both.c.author_id).order_by(both.c.id)
    )


def hanging(kind: str, object_id: int, before: int) -> tuple[list[Any], Beside]:
    """The latest comments before one, the oldest first and one more than are shown, and what hangs beside them."""
    rows = _hanging.rows(kind=kind, object_id=object_id, before=before)
    said, files, links = ([row for row in rows if row.what == what] for what in ("comment", "file", "link"))
    return said, Beside(kind, object_id, [_file(row) for row in files], _links((kind, object_id), links))


def _file(row: Any) -> FileRow:
    sort = FileSort(row.sort)
    return FileRow(row.id, row.name, sort, row.size, row.width, row.height, row.author_id, row.author or "", row.at)


def linkable(kind: str) -> bool:
    """Whether a link may lead to objects of a kind: a team's own that have a page and a name."""
    found = kinds.KINDS.get(kind)
    if found is None or not found.argument or found.title is None or not issubclass(found.model, Owned):
        return False
    return found.discussed or issubclass(found.model, Trashable)


def _seen(pairs: Iterable[Pair]) -> dict[Pair, tuple[str, bool]]:
    """What of these objects the reader may see: title, and whether it is gone; one statement for all with a trash."""
    who, wanted = actor.current(), dict[str, list[int]]()
    for kind, row_id in pairs:
        if linkable(kind) and who.may(kinds.viewed_by(kind)):
            wanted.setdefault(kind, []).append(row_id)
    lasting = {kind for kind in wanted if not issubclass(kinds.KINDS[kind].model, Trashable)}
    titles = kinds.titles({(kind, row_id) for kind in lasting for row_id in wanted[kind]})
    found = {pair: (title, False) for pair, title in titles.items()}
    parts = [_titles(kind, ids) for kind, ids in wanted.items() if kind not in lasting]
    if parts:
        rows: Any = db.session().execute(union_all(*parts).execution_options(with_trash=True))
        found |= {(row.kind, row.id): (_title(row), row.trashed_at is not None) for row in rows}
    return found


def _title(row: Any) -> str:
    named = kinds.KINDS[row.kind].title
    return named(row) if named else ""


def _titles(kind: str, ids: list[int]) -> Any:
    model: Any = kinds.KINDS[kind].model
    held = [
        cast(getattr(model, name) if hasattr(model, name) else null(), Text).label(name) for name in kinds.TITLE_COLUMNS
    ]
    asked = select(literal(kind).label("kind"), model.id.label("id"), model.trashed_at.label("trashed_at"), *held)
    return asked.where(
        model.team_id == db.team_id(), model.id.in_(ids), *kinds.readable(kinds.KINDS[kind], actor.current().user_id)
    )


def _links(here: Pair, rows: list[Any]) -> list[LinkRow]:
    ends: dict[int, Pair] = {}
    for row in rows:
        if row.to_kind is not None:
            ends[row.id] = (row.to_kind, row.to_id) if (row.kind, row.object_id) == here else (row.kind, row.object_id)
    seen = _seen(ends.values()) if ends else {}
    return [_object(row, ends[row.id], seen, here) if row.id in ends else _outside(row) for row in rows]


def _outside(row: Any) -> LinkRow:
    host = host_of(row.text)
    more = (row.author_id, row.author or "", row.at)
    return LinkRow(row.id, row.name or host, host, "external-link", None, row.text, False, False, *more)


def _object(row: Any, end: Pair, seen: dict[Pair, tuple[str, bool]], here: Pair) -> LinkRow:
    """What the reader may not see is told by its kind alone; what is gone for good by what it was called, unless it may
    be somebody's alone."""
    visible = linkable(end[0]) and actor.current().may(kinds.viewed_by(end[0])) and not kinds.KINDS[end[0]].readable
    back = (row.kind, row.object_id) != here
    title, gone = seen.get(end, (row.name if visible and not back else "", visible))
    word, icon = kinds.word(end[0]), kinds.KINDS[end[0]].icon if end[0] in kinds.KINDS else "link"
    more = (row.author_id, row.author or "", row.at)
    return LinkRow(row.id, title or word, word, icon, None if gone or end not in seen else end, "", gone, back, *more)


@query(P.COMMENT_VIEW)
def beside(kind: str, object_id: int) -> Beside:
    """What hangs on an object that the page around it has found, without the comments."""
    return hanging(kind, object_id, 0)[1]
