"""Trash: a whole goes with its children under one id, stays 30 days, and comes back through the same checks."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, literal, null, select, union_all

from planner.base import actor, db, files, kinds
from planner.base import unit as units
from planner.base.kinds import KINDS, Kind
from planner.base.models import Base, Trashable
from planner.base.verbs import command, query
from planner.kernel import clock
from planner.kernel.errors import NotFound, Refused
from planner.kernel.permissions import P

KEPT = timedelta(days=30)
SHOWN = 500

_CHECKS: dict[type[Base], Callable[[Any], None]] = {}
_PARTS: dict[type[Base], tuple[Any, ...]] = {}
_HANGING: dict[type[Base], tuple[Any, Any]] = {}
_FOLLOW: dict[type[Base], Callable[[int], None]] = {}
_BYTES: dict[type[Base], tuple[Any, ...]] = {}


def goes_with(model: type[Base], *keys: Any) -> None:
    """Register the parts of a whole by their foreign keys: they are purged with it. What else names it, holds it."""
    _PARTS[model] = keys


def goes_with_any(kind: Any, row_id: Any) -> None:
    """Register what hangs on objects of any kind, by its columns with the kind's name and the id: purged with them."""
    _HANGING[kind.class_] = (kind, row_id)


def holds_files(model: type[Base], *keys: Any) -> None:
    """Register the stored files that rows of a model alone name, by its columns: destroyed with them."""
    _BYTES[model] = keys


def before_restore(model: type[Base], check: Callable[[Any], None]) -> None:
    """Register what must hold before a row comes back: the rules of its creation."""
    _CHECKS[model] = check


def after_restore(model: type[Base], follow: Callable[[int], None]) -> None:
    """Register what follows when a row is back: told its id."""
    _FOLLOW[model] = follow


def trash(row: Any, *children: Any) -> str:
    """Put a whole into the trash; its id brings all of it back."""
    trash_id = secrets.token_hex(16)
    for each in (row, *children):
        each.trashed_at, each.trash_id = units.current().at, trash_id
    units.current().session.flush()
    return trash_id


@query(P.TRASH_VIEW)
def trashed() -> list[tuple[str, str, int, str, datetime]]:
    """What lies in the trash: its id, kind, row, title, since when; the latest first, and of a whole not its parts."""
    kinds_here = _kinds_of_wholes()
    asked = union_all(*(_lying(kind, place) for place, kind in enumerate(kinds_here)))
    asked = asked.order_by(asked.selected_columns.trashed_at.desc(), asked.selected_columns.place).limit(SHOWN)
    found: dict[str, tuple[str, str, int, str, datetime]] = {}
    for row in units.current().session.execute(asked.execution_options(with_trash=True)):
        kind = kinds_here[row.place]
        title = kind.title(row) if kind.title else str(row.id)
        found.setdefault(row.trash_id, (row.trash_id, kind.name, row.id, title, row.trashed_at))
    return list(found.values())


def _lying(kind: Kind, place: int) -> Any:
    """What of a kind lies in the team's trash, with what titles are made of: the same columns for every kind."""
    model: Any = kind.model
    held = [
        cast(getattr(model, name), Text).label(name) if hasattr(model, name) else cast(null(), Text).label(name)
        for name in kinds.TITLE_COLUMNS
    ]
    columns = (literal(place).label("place"), model.id, model.trash_id, model.trashed_at, *held)
    asked = select(*columns).where(model.team_id == db.team_id(), model.trashed_at > clock.now() - KEPT)
    return asked.where(*kinds.readable(kind, actor.current().user_id))


def _kinds_of_wholes() -> list[Kind]:
    """The kinds that can be trashed, those that others point at first."""
    order = {model: place for place, model in enumerate(reversed(_bins()))}
    return sorted((kind for kind in KINDS.values() if kind.model in order), key=lambda kind: order[kind.model])


@command(P.TRASH_RESTORE)
def restore(trash_id: str) -> None:
    """Bring a whole back, with its parts."""
    session, count = units.current().session, 0
    back: list[Any] = []
    for model in reversed(_bins()):
        asked = select(model).where(model.trash_id == trash_id, model.trashed_at > clock.now() - KEPT)
        kind = kinds.of_table(model.__tablename__)
        asked = asked.where(*(kinds.readable(kind, actor.current().user_id) if kind is not None else ()))
        for row in session.scalars(asked.execution_options(with_trash=True)).all():
            if model in _CHECKS:
                _CHECKS[model](row)
            row.trashed_at = row.trash_id = None
            count += 1
            back += [row] if model in _FOLLOW else []
    if not count:
        raise NotFound()
    session.flush()
    for row in back:
        _FOLLOW[type(row)](row.id)


def _bins() -> list[Any]:
    """The models that can be trashed, those that point at others first."""
    found = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    return [found[t] for t in reversed(Base.metadata.sorted_tables) if issubclass(found.get(t, object), Trashable)]


@query(P.INSTALLATION)
def overdue() -> list[str]:
    """The team's wholes that have been in the trash for too long."""
    session, before = units.current().session, clock.now() - KEPT
    found: dict[str, None] = {}
    for model in _bins():
        asked = select(model.trash_id).where(model.trashed_at <= before, model.trash_id.is_not(None))
        found |= dict.fromkeys(session.scalars(asked.execution_options(with_trash=True)))
    return list(found)


def _destroy(row: Base) -> None:
    for key in _PARTS.get(type(row), ()):
        asked = select(key.class_).where(key == row.id).execution_options(with_trash=True)
        for part in units.current().session.scalars(asked).all():
            _destroy(part)
    for each in _hanging_on(row):
        _destroy(each)
    held = [getattr(row, key.key) for key in _BYTES.get(type(row), ())]
    db.remove(row)
    for file_id in held:
        files.forget(file_id)


def _hanging_on(row: Base) -> list[Any]:
    own = kinds.of_table(row.__tablename__)
    if own is None:
        return []
    found: list[Any] = []
    for model, (kind, row_id) in _HANGING.items():
        asked = select(model).where(kind == own.name, row_id == row.id).execution_options(with_trash=True)
        found += units.current().session.scalars(asked).all()
    return found


@command(P.INSTALLATION)
def purge(trash_id: str) -> None:
    """Destroy a whole with its parts; Refused while something that stays still names it."""
    for model in _bins():
        asked = select(model).where(model.trash_id == trash_id, model.trashed_at <= clock.now() - KEPT)
        for row in units.current().session.scalars(asked.execution_options(with_trash=True)).all():
            _destroy(row)


def purge_overdue() -> tuple[int, int]:
    """Purge what can be purged in this team; the counts of what went, and of what is held out of sight."""
    gone = held = 0
    for trash_id in overdue():
        try:
            purge(trash_id)
            gone += 1
        except Refused:
            held += 1
    return gone, held
