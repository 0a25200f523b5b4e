"""What services and queries call of the database: one row, an edit, a new row."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from planner.base import scope
from planner.base import unit as units
from planner.base.models import Base, Owned, Versioned, table_of
from planner.base.tables import AuditEntry
from planner.kernel.errors import NotFound, Stale

M = TypeVar("M", bound=Base)

LARGEST_ID = 2**63 - 1


def session() -> Session:
    """The session of the open unit."""
    return units.current().session


@functools.lru_cache(256)
def _by_id(model: Any, with_trash: bool) -> Any:
    asked = select(model).where(model.id == bindparam("row_id"))
    return asked.execution_options(kept=True, with_trash=with_trash)


def one(model: type[M], row_id: int | None, *options: Any, with_trash: bool = False) -> M:
    """The row of this team, freshly read; NotFound for strangers, trash and ids that can't be."""
    if row_id is None or not 0 < row_id <= LARGEST_ID:
        raise NotFound()
    asked = _by_id(model, with_trash)
    if options:
        asked = asked.options(*options).execution_options(kept=False)
    row = session().scalars(asked, {"row_id": row_id}).unique().one_or_none()
    if row is None:
        raise NotFound()
    return row


def some(model: type[M], ids: Iterable[int], *options: Any, with_trash: bool = False) -> dict[int, M]:
    """The rows of this team among these ids, by id."""
    wanted = {row_id for row_id in ids if 0 < row_id <= LARGEST_ID}
    if not wanted:
        return {}
    asked = select(model).where(model.id.in_(wanted)).options(*options).execution_options(with_trash=with_trash)
    return {row.id: row for row in session().scalars(asked).unique()}


def edit(model: type[M], row_id: int | None, version: int | None, *options: Any) -> M:
    """The row to be changed; Stale when the form started from another version than the one that stands."""
    row = one(model, row_id, *options)
    if isinstance(row, Versioned) and version != row.version:
        theirs = {c.key: getattr(row, c.key) for c in type(row).__mapper__.column_attrs}
        raise Stale(theirs, row.version, *last_change(row))
    return row


def last_change(row: Base) -> tuple[int | None, datetime | None]:
    """Who changed a row or a part of it last, and when."""
    ours, table = AuditEntry.team_id == team_id(), row.__tablename__
    found: list[Any] = []
    for where in (
        (AuditEntry.kind == table, AuditEntry.object_id == row.id),
        (AuditEntry.whole_kind == table, AuditEntry.whole_id == row.id),
    ):
        asked = select(AuditEntry.id, AuditEntry.user_id, AuditEntry.at).where(ours, *where)
        found += session().execute(asked.order_by(AuditEntry.id.desc()).limit(1)).all()
    last = max(found, default=None)
    return (last[1], last[2]) if last else (None, None)


def add(row: M) -> M:
    """Add a row and flush, so that its id is known."""
    session().add(row)
    session().flush()
    return row


def add_all(rows: Iterable[M]) -> list[M]:
    """Add many rows with one flush."""
    made = list(rows)
    session().add_all(made)
    session().flush()
    return made


@functools.lru_cache(64)
def _noting(model: Any) -> Any:
    return insert(table_of(model))


@functools.lru_cache(64)
def _amending(model: Any, names: tuple[str, ...]) -> Any:
    table = table_of(model)
    asked = update(table).where(table.c.id == bindparam("row_id"), table.c.team_id == bindparam(scope.TEAM))
    return asked.values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names})


def _plain(model: type[Base]) -> units.Unit:
    """Only for what folds: rows whose acts are their own history, so neither audit nor a version looks at them."""
    if not issubclass(model, Owned) or model.__audited__ or issubclass(model, Versioned):
        raise TypeError(f"{model.__name__} is written through the session")
    unit = units.current()
    if not unit.write:
        raise RuntimeError("a query must not write")
    return unit


def note(model: type[Base], **values: Any) -> None:
    """Add a row to a table of acts, in one statement."""
    unit = _plain(model)
    given = {"team_id": scope.team_of(unit), "created_at": unit.at, "created_by": unit.user_id, **values}
    unit.link.execute(_noting(model), given)


def note_all(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add many rows to a table of acts, in one statement."""
    unit = _plain(model)
    given = {"team_id": scope.team_of(unit), "created_at": unit.at, "created_by": unit.user_id}
    if rows:
        unit.link.execute(_noting(model), [given | row for row in rows])


def amend(model: type[Base], row_id: int, **values: Any) -> None:
    """Set what is folded from acts, in one statement, under the lock that its acts queue for."""
    unit = _plain(model)
    given = {f"new_{name}": value for name, value in values.items()}
    asked = _amending(model, tuple(values))
    if unit.link.execute(asked, {**given, "row_id": row_id, scope.TEAM: scope.team_of(unit)}).rowcount != 1:
        raise NotFound()


def remove(row: Base) -> None:
    """Delete a row for good: only for parts that are rewritten as a whole. Objects of people go to the trash."""
    session().delete(row)
    session().flush()


def sweep(model: type[Base], *conditions: Any, most: int = 1000) -> int:
    """Delete up to `most` rows that are nobody's object (keys, links, lines of a dropped file), unaudited."""
    ids = list(session().scalars(select(model.id).where(*conditions).limit(most)))
    if ids:
        gone = delete(model).where(model.id.in_(ids)).execution_options(claimed=True, synchronize_session=False)
        session().execute(gone)
    return len(ids)


def dicts(asked: Any) -> list[dict[str, Any]]:
    """The rows of a select of columns by their names, those in the trash too: for what people take along."""
    return [row._asdict() for row in session().execute(asked.execution_options(with_trash=True))]


def flush() -> None:
    """Write what has changed so far."""
    session().flush()


def alive(model: Any) -> Any:
    """The condition that a row is not in the trash, for counts and joins."""
    return model.trashed_at.is_(None)


def team_id() -> int:
    """The team of the open unit."""
    found = units.current().team_id
    if found is None:
        raise NotFound()
    return found


__all__ = [
    "add",
    "add_all",
    "alive",
    "amend",
    "dicts",
    "edit",
    "flush",
    "last_change",
    "note",
    "note_all",
    "one",
    "remove",
    "session",
    "some",
    "sweep",
    "team_id",
]
