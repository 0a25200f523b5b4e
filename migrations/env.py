"""How Alembic reaches the database: the application's engine, its models, both engines in batch mode."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from planner.base.engine import engine
from planner.base.models import Base

config = context.config


def render_item(kind: str, item: Any, autogen_context: Any) -> Any:
    """Our own types by their place in base.models; those with arguments as the plain type they store."""
    if kind == "type" and type(item).__module__ == "planner.base.models":
        if type(item).__name__ == "EnumText":
            return "sa.String(length=40)"
        return f"models.{type(item).__name__}()"
    return False


def same_type(
    context_: Any, inspected: Any, declared: Any, inspected_type: TypeEngine[Any], declared_type: Any
) -> bool | None:
    """Types that differ only in how an engine names them are the same."""
    if type(declared_type).__module__ == "planner.base.models":
        return False
    return None


@contextlib.contextmanager
def resting_keys(link: Connection) -> Iterator[None]:
    """SQLite rebuilds a table by dropping it, which its foreign keys forbid; they are checked before the commit."""
    driver: Any = link.connection.driver_connection
    if link.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Migrate over one connection; on SQLite foreign keys rest while tables are rebuilt."""
    if context.is_offline_mode():
        context.configure(url=current_app.config["DATABASE_URL"], target_metadata=Base.metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    with engine().execution_options(write=True).connect() as link, resting_keys(link):
        context.configure(
            connection=link,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=same_type,
            user_module_prefix="models.",
        )
        with context.begin_transaction():
            context.run_migrations()
            if link.dialect.name == "sqlite" and link.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("a migration has left a row that names another one which is gone")


run()
