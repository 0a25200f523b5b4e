"""Writers that check first and write then queue here: a row of `locks`, on both engines, keys in one order."""

from __future__ import annotations

from sqlalchemy import update

from planner.base import unit as units
from planner.base.engine import is_sqlite
from planner.base.models import table_of
from planner.base.tables import Lock

Key = tuple[str, int | str]


def lock(*keys: Key | str | int) -> None:
    """`lock("studio", 7)` or `lock(("studio", 7), ("person", 3))`; held until the command ends.

    On SQLite a write unit already is alone. On PostgreSQL the row is updated, so a second writer waits.
    """
    unit = units.current()
    if not unit.write:
        raise RuntimeError("a lock is taken inside a command")
    pairs = [keys] if keys and isinstance(keys[0], str) else list(keys)
    if is_sqlite():
        return
    table, connection = table_of(Lock), unit.link
    for name in sorted({":".join(str(part) for part in pair) for pair in pairs}):  # type: ignore[union-attr]
        connection.exec_driver_sql(
            "INSERT INTO locks (name, taken) VALUES (%s, 0) ON CONFLICT (name) DO NOTHING", (name,)
        )
        connection.execute(update(table).where(table.c.name == name).values(taken=table.c.taken + 1))
