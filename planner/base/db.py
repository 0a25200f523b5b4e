"""What services and queries call of the database: one row, an edit, a new row."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from planner.base import unit as units
from planner.base.models import Base, Versioned
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
        raise Stale({c.key: getattr(row, c.key) for c in type(row).__mapper__.column_attrs}, version=row.version)
    return row


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


__all__ = ["add", "add_all", "alive", "edit", "flush", "one", "remove", "session", "some", "sweep", "team_id"]
