"""Kinds of objects: the word, icon and page of each, behind `link(kind, id)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, url_for
from flask_babel import LazyString
from sqlalchemy import exists as there_is
from sqlalchemy import func, or_, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from planner.base import actor
from planner.base.actor import Actor
from planner.base.db import LARGEST_ID, session
from planner.base.models import Base, Trashable
from planner.base.verbs import check
from planner.kernel.permissions import P
from planner.kernel.permissions import may as may_role


@dataclass(frozen=True)
class Kind:
    """One kind of object. `argument` is the name of the id in its endpoint, empty where
    the page lists them all; `title` names one object in a list, of what can be trashed from its
    `TITLE_COLUMNS` alone; people may comment on a discussed kind. What has no trash of its own says by `within` of
    which whole it is a part, by its foreign key: with that one it lies in the trash. Where not everything of a kind is
    for everybody with its permission, `readable` answers, of a reader's id, the condition of the rows they may read;
    what `hangs` on any object (by its columns `kind` and `object_id`) is read by whoever may read that one."""

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
    readable: Callable[[int | None], Any] | None = None
    hangs: bool = False


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
    asked = select(found.model.id).where(found.model.id == row_id, *_unless_system(found))
    if found.within is not None:
        key, whole = found.within
        asked = asked.join(whole, cast("Any", whole).id == key).where(whole.trashed_at.is_(None))
    return session().scalar(asked) is not None


def _unless_system(found: Kind) -> list[Any]:
    return [] if actor.current().is_system else readable(found, actor.current().user_id)


def readable(found: Kind, reader: int | None) -> list[Any]:
    """The conditions of what of a kind somebody may read; whoever acts says by their role which kinds."""
    if found.hangs:
        model: Any = found.model
        return readable_about(model.kind, model.object_id, reader)
    return [] if found.readable is None else [found.readable(reader)]


def readable_about(kind: Any, row_id: Any, reader: int | None) -> list[Any]:
    """The conditions of rows that name an object by two columns: that one may be read."""
    may = actor.current().may
    barred = [each.name for each in KINDS.values() if not may(each.view)]
    held: list[Any] = [or_(kind.is_(None), kind.not_in(barred))] if barred else []
    for each in KINDS.values():
        if each.readable is not None and each.name not in barred:
            mine = there_is().where(each.model.id == row_id, each.readable(reader))
            held.append(or_(kind.is_(None), kind != each.name, mine))
    return held


def readers(kind: str, row_id: int, user_ids: Iterable[int | None]) -> list[int]:
    """Who of these people may read an object, as far as it is not their role that says so."""
    ids, found = [user_id for user_id in user_ids if user_id is not None], KINDS.get(kind)
    if found is None or found.readable is None:
        return ids
    here = select(found.model.id).where(found.model.id == row_id).execution_options(with_trash=True)
    if session().scalar(here.where(found.readable(None))) is not None:
        return ids
    return [user_id for user_id in ids if session().scalar(here.where(found.readable(user_id))) is not None]


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


def _by_role(who: Actor, view: P) -> bool:
    """Whether somebody's role lets them see a kind; the program does, and a shared desk with nobody at it."""
    return who.role is None or may_role(who.role, view, is_admin=who.is_admin, signed_in=True)


def titles(pairs: set[tuple[str, int]], reader: int | None = None) -> dict[tuple[str, int], str]:
    """The titles of many objects, trashed ones too, one statement a kind; as far as whoever acts, or the program for
    a reader, may read them."""
    who = actor.current()
    reader = reader or who.user_id
    told: dict[tuple[str, int], str] = {}
    for name in {kind for kind, _ in pairs}:
        found = KINDS.get(name)
        if found is None or found.title is None or not _by_role(who, found.view):
            continue
        ids = [row_id for kind, row_id in pairs if kind == name]
        asked = (
            select(found.model)
            .where(found.model.id.in_(ids), *readable(found, reader))
            .execution_options(with_trash=True)
        )
        for row in session().scalars(asked):
            told[(name, row.id)] = found.title(row)
    return told
