"""Team scope on every ORM statement, and trash out of sight: nothing a caller can forget."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, bindparam, event, false
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from planner.base import unit as units
from planner.base.models import Owned, Trashable
from planner.base.unit import Work

UNSCOPED_REASONS: set[str] = set()


class NoScope(RuntimeError):
    """A team's table was asked for while no team is set."""


@contextlib.contextmanager
def unscoped(reason: str) -> Iterator[None]:
    """See all teams for a while: signing in, sealing, purging. Each reason stands in a table of tests/house."""
    UNSCOPED_REASONS.add(reason)
    unit = units.current()
    before, unit.unscoped = unit.unscoped, reason
    try:
        yield
    finally:
        unit.unscoped = before


@contextlib.contextmanager
def as_team(team_id: int) -> Iterator[None]:
    """Work on one other team inside an unscoped command (first run, accepting an invitation)."""
    unit = units.current()
    before, unit.team_id = (unit.team_id, unit.unscoped), team_id
    unit.unscoped = ""
    try:
        yield
        unit.flush()
    finally:
        unit.team_id, unit.unscoped = before


@functools.lru_cache(1024)
def _team_criteria(team_id: int) -> Any:
    return with_loader_criteria(Owned, lambda cls: cls.team_id == team_id, include_aliases=True)


TEAM = "scope_team"
"""The parameter of a ready statement that carries the team."""

_TEAM_PARAMETER = bindparam(TEAM, type_=BigInteger())
_READY_TEAM = with_loader_criteria(
    Owned, lambda cls: cls.team_id == _TEAM_PARAMETER, include_aliases=True, track_closure_variables=False
)


@functools.lru_cache(256)
def _untrashed(kind: type) -> Any:
    return with_loader_criteria(
        kind, lambda cls: cls.trashed_at.is_(None), include_aliases=True, propagate_to_loaders=False
    )


def options_of(statement: Any, scoped: bool) -> list[Any]:
    """Scope and trash for a statement that is compiled once (see ready.py)."""
    kind = None if statement.get_execution_options().get("with_trash") else _first_entity(statement)
    return [*([_READY_TEAM] if scoped else []), *([_untrashed(kind)] if kind is not None else [])]


def team_of(unit: units.Unit) -> int:
    """The team a unit works for."""
    if unit.team_id is None:
        raise NoScope("no team is set")
    return unit.team_id


_NOTHING = with_loader_criteria(Owned, lambda cls: false(), include_aliases=True)


def _first_entity(statement: Any) -> type | None:
    """The class of what is selected first; None where that is a function or a plain expression."""
    for described in statement.column_descriptions:
        entity = described.get("entity")
        if entity is None:
            return None
        kind = entity if isinstance(entity, type) else entity._sa_class_manager.class_  # aliased(...)
        return kind if issubclass(kind, Trashable) else None
    return None


_KEPT: dict[Any, Any] = {}
"""Statements that live as long as the process (option `kept`), each with scope and trash of a team: compiled once."""


@event.listens_for(Work, "do_orm_execute")
def _keep_scope(state: ORMExecuteState) -> None:
    if state.is_column_load and not state.is_select:
        return
    if not state.is_orm_statement:
        raise NoScope("plain tables and texts know no team: ask with models")
    unit: units.Unit = state.session.info["unit"]
    if (state.is_update or state.is_delete) and not state.execution_options.get("claimed"):
        raise RuntimeError("bulk writes go through base.claim")
    kept = (state.statement, unit.unscoped, unit.team_id) if state.execution_options.get("kept") else None
    if kept in _KEPT:
        state.statement = _KEPT[kept]
        return
    options: list[Any] = []
    if not unit.unscoped:
        if unit.team_id is None:
            if any(issubclass(mapper.class_, Owned) for mapper in state.all_mappers):
                raise NoScope(f"no team is set for {[m.class_.__name__ for m in state.all_mappers]}")
            options.append(_NOTHING)
        elif not state.is_relationship_load:
            options.append(_team_criteria(unit.team_id))
    if state.is_select and not (
        state.is_relationship_load or state.is_column_load or state.execution_options.get("with_trash")
    ):
        kind = _first_entity(state.statement)
        if kind is not None:
            options.append(_untrashed(kind))
    state.statement = state.statement.options(*options) if options else state.statement
    if kept is not None:
        if len(_KEPT) >= 1024:
            _KEPT.clear()
        _KEPT[kept] = state.statement


@event.listens_for(Work, "before_flush")
def _own_new_rows(session: Session, context: Any, instances: Any) -> None:
    """New rows belong to the unit's team and actor; rows of another team can't be written."""
    unit: units.Unit = session.info["unit"]
    if not unit.write and (session.new or session.dirty or session.deleted):
        raise RuntimeError("a query must not write")
    for row in session.new:
        if isinstance(row, Owned):
            if row.team_id is None:
                if unit.team_id is None:
                    raise NoScope(f"no team is set for a new {type(row).__name__}")
                row.team_id = unit.team_id
            if row.created_at is None:
                row.created_at = unit.at
            if row.created_by is None:
                row.created_by = unit.user_id
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned) and not unit.unscoped and row.team_id != unit.team_id:
            raise NoScope(f"{type(row).__name__} belongs to another team")
