"""The one conditional UPDATE: scoped, versioned, audited, and it says whether it won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, bindparam, select, update

from planner.base import audit, scope
from planner.base import unit as units
from planner.base.models import Base, Owned, Versioned, table_of


def claim(model: type[Base], row_id: int, when: Mapping[str, Any], set: Mapping[str, Any]) -> bool:  # noqa: A002
    """Set the fields if the row still is as `when` says (values, or tuples of allowed values); False if it is not."""
    unit = units.current()
    if not unit.write:
        raise RuntimeError("a claim is made inside a command")
    session = unit.session
    session.flush()
    old = session.scalars(
        select(model).where(model.id == row_id).execution_options(populate_existing=True, with_trash=True)
    ).one_or_none()
    if old is None:
        return False
    before = {name: getattr(old, name) for name in set}
    values: dict[str, Any] = dict(set)
    asked = update(model).where(model.id == row_id)
    for name, value in when.items():
        column = getattr(model, name)
        if isinstance(value, (tuple, list, frozenset)):
            asked = asked.where(column.in_(list(value)))
        else:
            asked = asked.where(column.is_(None) if value is None else column == value)
    if issubclass(model, Versioned):
        values["version"] = model.version + 1
    done = session.execute(asked.values(**values).execution_options(claimed=True, synchronize_session=False))
    assert isinstance(done, CursorResult)
    if done.rowcount != 1:
        session.refresh(old)
        return False
    session.refresh(old)
    if issubclass(model, Owned) and model.__audited__:
        changes = {
            name: [audit.plain(before[name]), audit.plain(getattr(old, name))]
            for name in set
            if audit.plain(before[name]) != audit.plain(getattr(old, name))
        }
        if changes:
            audit.write([audit.entry(unit, old, "update", changes, getattr(old, "version", None))])
    return True


def _is_history(model: type[Base], note: type[Base]) -> None:
    for each in (model, note):
        if not issubclass(each, Owned) or each.__audited__ or issubclass(each, Versioned):
            raise TypeError(f"{each.__name__} keeps its own history")


class Counting:
    """What `count` does, built once a process: `holds` and the differences (`add_<name>`) are filled in when it runs.

    The conditions are of the table's own columns, with `bindparam` for what changes from call to call.
    """

    def __init__(
        self, model: type[Base], names: Sequence[str], holds: Sequence[ColumnElement[bool]], note: type[Base]
    ) -> None:
        _is_history(model, note)
        self.model, table = model, table_of(model)
        mine = (table.c.id == bindparam("row_id"), table.c.team_id == bindparam(scope.TEAM))
        moved = {name: table.c[name] + bindparam(f"add_{name}", type_=table.c[name].type) for name in names}
        self._asked = update(table).where(*mine, *holds).values(moved)

    def run(self, row_id: int, **values: Any) -> bool:
        """Move the sums of a row of this team, if all holds of it at that moment."""
        unit = units.current()
        if not unit.write:
            raise RuntimeError("a sum is counted inside a command")
        session = unit.session
        held = session.identity_map.get(session.identity_key(self.model, row_id))
        if held is not None and session.is_modified(held):
            session.flush()
        given = {**values, "row_id": row_id, scope.TEAM: scope.team_of(unit)}
        if unit.link.execute(self._asked, given).rowcount != 1:
            return False
        if held is not None:
            session.refresh(held)
        return True


def count(
    model: type[Base], row_id: int, add: Mapping[str, int], holds: Sequence[ColumnElement[bool]], note: type[Base]
) -> bool:
    """Move sums of a row by these differences, if all of `holds` is true of it at that moment; False if it is not.

    Only for sums that rows of another table (`note`, written beside it) are the history of: neither audit nor a version
    looks at them.
    """
    unit = units.current()
    if not unit.write:
        raise RuntimeError("a sum is counted inside a command")
    _is_history(model, note)
    session = unit.session
    session.flush()
    asked = update(model).where(model.id == row_id, *holds)
    moved = {name: getattr(model, name) + change for name, change in add.items()}
    done = session.execute(asked.values(**moved).execution_options(claimed=True, synchronize_session=False))
    assert isinstance(done, CursorResult)
    if done.rowcount != 1:
        return False
    held = session.identity_map.get(session.identity_key(model, row_id))
    if held is not None:
        session.refresh(held)
    return True
