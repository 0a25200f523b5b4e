"""Kinds of objects: the word, icon and page of each, behind `link(kind, id)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, url_for
from flask_babel import LazyString
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from planner.base import actor
from planner.base.db import LARGEST_ID, session
from planner.base.models import Base, Trashable
from planner.base.verbs import check
from planner.kernel.permissions import P


@dataclass(frozen=True)
class Kind:
    """One kind of object. `argument` is the name of the id in its endpoint, empty where
    the page lists them all; `title` names one object in a list, of what can be trashed from its
    `TITLE_COLUMNS` alone; people may comment on a discussed kind. What has no trash of its own says by `within` of
    which whole it is a part, by its foreign key: with that one it lies in the trash."""

    name: str
    word: LazyString
    icon: str
    endpoint: str
    argument: str
    model: type[Base]
    view: P
    title: Callable[[Any], str] | None = None
    discussed: bool = False
    within: tuple[Any, type[Trashable]] | None = None


TITLE_COLUMNS = ("key", "name", "title", "theme", "text")
KINDS: dict[str, Kind] = {}
_BY_TABLE: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known; wiring does."""
    KINDS[kind.name] = kind
    _BY_TABLE[kind.model.__tablename__] = kind


def of_table(table: str) -> Kind | None:
    """The kind whose rows lie in a table."""
    return _BY_TABLE.get(table)


def link(kind: str, row_id: int) -> str:
    """The address of an object's page; empty for a kind without one, and for readers who may not open it."""
    found = KINDS.get(kind)
    if found is None:
        return ""
    door = getattr(current_app.view_functions[found.endpoint], "__uses__", (None,))[0]
    if door is not None and not actor.current().may(door.permission):
        return ""
    values: dict[str, Any] = {found.argument: row_id} if found.argument else {}
    return url_for(found.endpoint, **values)


def at(path: str) -> tuple[str, int] | None:
    """The object whose page, or a page of whose, lies at one of our paths; None for any other page."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    own = [kind for kind in KINDS.values() if kind.argument and kind.endpoint == endpoint]
    around = [kind for kind in KINDS.values() if kind.discussed and kind.argument in values]
    return next(((kind.name, int(values[kind.argument])) for kind in (*own, *around)), None)


def word(kind: str) -> str:
    """The kind in the reader's language."""
    return str(KINDS[kind].word) if kind in KINDS else kind


def exists(kind: str, row_id: int) -> bool:
    """Whether this team has such an object, out of the trash, and the actor may see it."""
    found = KINDS.get(kind)
    if found is None or not 0 < row_id <= LARGEST_ID:
        return False
    check(found.view)
    asked = select(found.model.id).where(found.model.id == row_id)
    if found.within is not None:
        key, whole = found.within
        asked = asked.join(whole, cast("Any", whole).id == key).where(whole.trashed_at.is_(None))
    return session().scalar(asked) is not None


def whose(kind: str, row_id: int) -> list[int | None]:
    """Whose an object is: its owner where it names one, else whoever made it."""
    found = KINDS.get(kind)
    if found is None:
        return []
    made: Any = found.model
    column = getattr(made, "owner_id", None)
    own = made.created_by if column is None else func.coalesce(column, made.created_by)
    return list(session().scalars(select(own).where(made.id == row_id)))


def viewed_by(kind: str) -> P:
    """What one needs to look at objects of a kind; nobody may look at what has none."""
    return KINDS[kind].view if kind in KINDS else P.INSTALLATION


def path(kind: str, row_id: int) -> str:
    """The path of an object's page for a letter, which nobody's request writes; empty for a kind without one."""
    found = KINDS.get(kind)
    if found is None:
        return ""
    values: dict[str, Any] = {found.argument: row_id} if found.argument else {}
    return current_app.url_map.bind("").build(found.endpoint, values)


def titles(pairs: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The titles of many objects, trashed ones too, one statement a kind."""
    told: dict[tuple[str, int], str] = {}
    for name in {kind for kind, _ in pairs}:
        found = KINDS.get(name)
        if found is None or found.title is None:
            continue
        ids = [row_id for kind, row_id in pairs if kind == name]
        asked = select(found.model).where(found.model.id.in_(ids)).execution_options(with_trash=True)
        for row in session().scalars(asked):
            told[(name, row.id)] = found.title(row)
    return told
