"""Undo: the inverse of a command's change set, if what it changed still is as it left it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, select
from sqlalchemy.orm import Mapper

from planner.base import actor, audit
from planner.base import unit as units
from planner.base.models import APPEND_ONLY, Base, EnumText, Exact, Owned, Trashable, UtcDateTime
from planner.base.tables import AuditEntry
from planner.base.verbs import VERBS, check, command
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg

WITHIN = timedelta(hours=24)
OWN_NAME = "base.undo"

_FOLLOW: dict[type[Base], Callable[[Any, frozenset[str]], None]] = {}
_PARTS: dict[type[Base], tuple[str, Callable[[int], None]]] = {}
_BEFORE: dict[type[Base], Callable[[Any, str], None]] = {}
_KEPT: set[type[Base]] = set()
_FIXED: dict[type[Base], frozenset[str]] = {}
_ALSO: list[Callable[[str], None]] = []
_taking_back: ContextVar[datetime | None] = ContextVar("taking_back", default=None)


def taking_back() -> datetime | None:
    """When the command was done that is being taken back at this moment; None where none is."""
    return _taking_back.get()


def _models() -> dict[str, Mapper[Any]]:
    return {
        mapper.class_.__tablename__: mapper
        for mapper in Base.registry.mappers
        if hasattr(mapper.class_, "__tablename__")
    }


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
        return Exact().process_result_value(int(Decimal(str(kept)) * Exact.SCALE), None)
    return kept


def after(model: type[Base], follow: Callable[[Any, frozenset[str]], None]) -> None:
    """Register what must hold, or follow, when a row of this model is put back: told the row and its changed fields."""
    _FOLLOW[model] = follow


def after_part(model: type[Base], whole: str, follow: Callable[[int], None]) -> None:
    """Register what follows when parts of a whole are put back: told the id in the column `whole`, once for each."""
    _PARTS[model] = (whole, follow)


def keeps(model: type[Base]) -> None:
    """Register what stays when the command that made it is taken back: acts hang on it, and its whole hides it."""
    _KEPT.add(model)


def fixed(model: type[Base], *fields: str) -> None:
    """Register fields that only their own verbs move: what has changed one of them is not taken back here."""
    _FIXED[model] = frozenset(fields)


def before(model: type[Base], check: Callable[[Any, str], None]) -> None:
    """Register who may take back what was done to a row of this model: told the row as it is, and the act."""
    _BEFORE[model] = check


def also(work: Callable[[str], None]) -> None:
    """Register what is taken back with a command though no history tells of it: told the command's id."""
    if work not in _ALSO:
        _ALSO.append(work)


def untell(command_id: str) -> None:
    """What was told of a command is taken back with it, where it is an act of its own that takes it back."""
    for work in _ALSO:
        work(command_id)


def changed() -> Refused:
    """What is said where somebody has gone on since."""
    return Refused(msg("It can't be undone any more: somebody has gone on working with it."))


def over() -> Refused:
    """What is said where it was too long ago."""
    return Refused(msg("It can't be undone any more: more than a day has passed."))


def _needed(name: str) -> P:
    """What the command itself asks for; taking an undo back is a lead's."""
    return P.TRASH_RESTORE if name == OWN_NAME or name not in VERBS else VERBS[name].permission


def _tell_followers(models: dict[str, Mapper[Any]], entries: list[AuditEntry]) -> None:
    changed: dict[tuple[str, int], set[str]] = {}
    for entry in entries:
        if entry.act == "update" and models[entry.kind].class_ in _FOLLOW:
            changed.setdefault((entry.kind, entry.object_id), set()).update(entry.changes or {})
    wholes: set[tuple[type[Base], int]] = set()
    for entry in entries:
        model = models[entry.kind].class_
        if model in _PARTS:
            column = _PARTS[model][0]
            row = units.current().session.get(model, entry.object_id)
            held = [getattr(row, column)] if row is not None else (entry.changes or {}).get(column, [])
            wholes |= {(model, row_id) for row_id in held if row_id is not None}
    for model, row_id in sorted(wholes, key=lambda whole: whole[1]):
        _PARTS[model][1](row_id)
    for (kind, row_id), fields in changed.items():
        model = models[kind].class_
        row = units.current().session.get(model, row_id)
        if row is not None:
            _FOLLOW[model](row, frozenset(fields))


@command(P.PERSON)
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
    check(_needed(entries[0].command))
    if unit.at - entries[0].at > WITHIN or any(entry.changes is None for entry in entries):
        raise over()
    models = _models()
    made = {(entry.kind, entry.object_id) for entry in entries if entry.act == "insert"}
    whole = _wholes(models, entries)
    left = {(entry.kind, entry.object_id): entry.version for entry in reversed(entries)}
    for entry in entries:
        mapper = models[entry.kind]
        if entry.kind in APPEND_ONLY:
            continue
        if entry.act == "update" and (entry.kind, entry.object_id) not in made:
            _put_back(mapper, entry)
        elif entry.act == "insert":
            key = (entry.kind, entry.object_id)
            _take_away(mapper, entry, key in whole, left[key])
        elif entry.act == "delete":
            _bring_back(mapper, entry)
    session.flush()
    token = _taking_back.set(entries[0].at)
    try:
        _tell_followers(models, entries)
    finally:
        _taking_back.reset(token)
    untell(command_id)


def _row(mapper: Mapper[Any], entry: AuditEntry) -> Any:
    asked = select(mapper.class_).where(mapper.class_.id == entry.object_id).execution_options(with_trash=True)
    return units.current().session.scalars(asked).one_or_none()


def _ask_before(row: Any, act: str) -> None:
    if type(row) in _BEFORE:
        _BEFORE[type(row)](row, act)


def _put_back(mapper: Mapper[Any], entry: AuditEntry) -> None:
    row = _row(mapper, entry)
    if row is None:
        raise changed()
    _ask_before(row, entry.act)
    if _FIXED.get(mapper.class_, frozenset()) & (entry.changes or {}).keys():
        raise Refused(msg("This is not taken back here: use what its own page offers."))
    for name, (old, new) in (entry.changes or {}).items():
        if audit.plain(getattr(row, name)) != new:
            raise changed()
        setattr(row, name, _value(mapper, name, old))


def _take_away(mapper: Mapper[Any], entry: AuditEntry, stays: bool, left: int | None) -> None:
    """Of what the command made; `left` is the version at which it left it, having gone on with it itself."""
    row = _row(mapper, entry)
    if row is None:
        return
    _ask_before(row, entry.act)
    if left is not None and row.version != left:
        raise changed()
    if isinstance(row, Trashable):
        row.trashed_at, row.trash_id = units.current().at, entry.command_id
    elif not stays and type(row) not in _KEPT:
        units.current().session.delete(row)


def _wholes(models: dict[str, Mapper[Any]], entries: list[AuditEntry]) -> set[tuple[str, int]]:
    """What the command made and what goes to the trash rather than away, with its parts: they come back complete.

    A part that was added to something older (a shift, a target) is not among them, so it goes.
    """
    found = set[tuple[str, int]]()
    for entry in reversed(entries):
        if entry.act != "insert":
            continue
        mapper = models[entry.kind]
        held = entry.changes or {}
        owners = {
            (key.column.table.name, held[column.key][1])
            for column in mapper.columns
            for key in column.foreign_keys
            if column.key in held
        }
        if issubclass(mapper.class_, Trashable) or owners & found:
            found.add((entry.kind, entry.object_id))
    return found


def _bring_back(mapper: Mapper[Any], entry: AuditEntry) -> None:
    if _row(mapper, entry) is not None or not issubclass(mapper.class_, Owned):
        raise changed()
    values = {name: _value(mapper, name, old) for name, (old, _new) in (entry.changes or {}).items()}
    made: Any = mapper.class_
    units.current().session.add(made(id=entry.object_id, **values))
