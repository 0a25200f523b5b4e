"""Ready statements: a read that is asked on every page, built once a process instead of once a request.

Building a `select` and putting the team scope into it costs about ten times what running it costs. `@ready` above a
function without arguments that answers a `select` of columns keeps what it built; what changes from call to call stands
in it as `bindparam("name")`, and `rows(name=...)` answers plain rows. Scope and trash are put in by the same rules as
for every other statement (`scope.py`); the team is given when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import inspect

from planner.base import scope
from planner.base import unit as units
from planner.base.models import Base


class Ready:
    """One statement of columns, with team scope or (inside `unscoped`) without."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self._build = build
        self._built: dict[bool, tuple[Any, bool]] = {}
        self.__doc__ = build.__doc__

    def rows(self, **values: Any) -> Sequence[Any]:
        """The rows, for the team of the open unit."""
        unit = units.current()
        if unit.write:
            unit.flush()
        scoped = not unit.unscoped
        found = self._built.get(scoped)
        if found is None:
            bare = self._build()
            statement = bare.options(*scope.options_of(bare, scoped))
            found = self._built[scoped] = (statement, scope.TEAM in statement.compile().params)
        statement, of_team = found
        if of_team:
            values[scope.TEAM] = scope.team_of(unit)
        return unit.link.execute(statement, values).all()

    def first(self, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.rows(**values)), None)


def ready(build: Callable[[], Any]) -> Ready:
    """Make a ready statement."""
    return Ready(build)


def columns_of(model: type[Base]) -> list[Any]:
    """All columns of a table, for a ready statement whose rows read like the objects."""
    return [getattr(model, found.key) for found in inspect(model).column_attrs]
