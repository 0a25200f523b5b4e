"""Undo: the inverse of a command's change set, if what it changed still is as it left it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, select
from sqlalchemy.orm import Mapper

from planner.base import actor, audit
from planner.base import unit as units
from planner.base.models import APPEND_ONLY, Base, EnumText, Exact, Owned, Trashable, UtcDateTime
from planner.base.tables import AuditEntry
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg

WITHIN = timedelta(hours=24)


def _models() -> dict[str, Mapper[Any]]:
    return {mapper.class_.__tablename__: mapper for mapper in Base.registry.mappers if hasattr(mapper.class_, "__tablename__")}


def _value(mapper: Mapper[Any], name: str, kept: Any) -> Any:
    """What audit kept as JSON, as the column takes it."""
    kind = mapper.columns[name].type
    if kept is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(kept)
    if isinstance(kind, Date):
        return date.fromisoformat(kept)
    if isinstance(kind, EnumText):
        return kind.kind(kept)
    if isinstance(kind, Exact):
        return Exact().process_result_value(int(round(float(kept) * Exact.SCALE)), None) if "." in str(kept) else _whole(kept)
    return kept


def _whole(kept: Any) -> Any:
    return Exact().process_result_value(int(kept) * Exact.SCALE, None)


def _changed() -> Refused:
    return Refused(msg("It can't be undone any more: somebody has gone on working with it."))


@command(P.SELF)
def undo(command_id: str) -> None:
    """Take a command back as a whole: one's own, or anybody's for a lead, within a day."""
    unit, who = units.current(), actor.current()
    try:
        uuid.UUID(hex=command_id)
    except ValueError:
        raise NotFound() from None
    session = unit.session
    asked = select(AuditEntry).where(AuditEntry.command_id == command_id, AuditEntry.team_id == unit.team_id)
    entries = list(session.scalars(asked.order_by(AuditEntry.id.desc())))
    if not entries:
        raise NotFound()
    if entries[0].user_id != who.user_id and not who.may(P.TRASH_RESTORE):
        raise Forbidden()
    if unit.at - entries[0].at > WITHIN or any(entry.changes is None for entry in entries):
        raise Refused(msg("It can't be undone any more: more than a day has passed."))
    models = _models()
    made = {(entry.kind, entry.object_id) for entry in entries if entry.act == "insert"}
    for entry in entries:
        mapper = models[entry.kind]
        if entry.kind in APPEND_ONLY:
            continue
        if entry.act == "update" and (entry.kind, entry.object_id) not in made:
            _put_back(mapper, entry)
        elif entry.act == "insert":
            _take_away(mapper, entry)
        elif entry.act == "delete":
            _bring_back(mapper, entry)
    session.flush()


def _row(mapper: Mapper[Any], entry: AuditEntry) -> Any:
    asked = select(mapper.class_).where(mapper.class_.id == entry.object_id).execution_options(with_trash=True)
    return units.current().session.scalars(asked).one_or_none()


def _put_back(mapper: Mapper[Any], entry: AuditEntry) -> None:
    row = _row(mapper, entry)
    if row is None:
        raise _changed()
    for name, (old, new) in (entry.changes or {}).items():
        if audit.plain(getattr(row, name)) != new:
            raise _changed()
        setattr(row, name, _value(mapper, name, old))


def _take_away(mapper: Mapper[Any], entry: AuditEntry) -> None:
    row = _row(mapper, entry)
    if row is None:
        return
    if entry.version is not None and row.version != entry.version:
        raise _changed()
    if isinstance(row, Trashable):
        row.trashed_at, row.trash_id = units.current().at, entry.command_id
    elif not _is_part_of_made(row):
        units.current().session.delete(row)


def _is_part_of_made(row: Any) -> bool:
    """Parts of a whole that goes to the trash stay with it, so that it can come back complete."""
    return any(hasattr(row, name) for name in ("session_id", "checklist_id", "set_id", "goal_id", "template_id", "version_id"))


def _bring_back(mapper: Mapper[Any], entry: AuditEntry) -> None:
    if _row(mapper, entry) is not None or not issubclass(mapper.class_, Owned):
        raise _changed()
    values = {name: _value(mapper, name, old) for name, (old, _new) in (entry.changes or {}).items()}
    units.current().session.add(mapper.class_(id=entry.object_id, **values))
