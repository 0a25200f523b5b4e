"""The two engines and their manners: how transactions begin, and what each connection is told."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event

from planner.base.models import Base

database = SQLAlchemy(model_class=Base)

BUSY_MILLISECONDS = 8000


def engine() -> Engine:
    """The application's engine."""
    return database.engine


def is_sqlite() -> bool:
    """Which of the two engines this is."""
    return engine().dialect.name == "sqlite"


def _tell_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
        "temp_store=MEMORY",
        "mmap_size=134217728",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A unit that writes takes the write lock at once: a read upgraded to a write fails whatever the time-out says."""
    if connection.get_execution_options().get("write"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN")  # takes no lock and can't fail, so it needs none of SQLAlchemy's care


def init_app(app: Flask) -> None:
    """Make the engine of this application."""
    url = app.config["DATABASE_URL"]
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"pool_pre_ping": False, "pool_use_lifo": True}  # who just wrote knows its pages still
    if url.startswith("sqlite"):
        options |= {"connect_args": {"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}}
    else:
        options |= {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10, "pool_recycle": 1800}
        options |= {"connect_args": {"connect_timeout": 5}}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    database.init_app(app)
    with app.app_context():
        if database.engine.dialect.name == "sqlite":
            event.listen(database.engine, "connect", _tell_sqlite)
            event.listen(database.engine, "begin", _begin_sqlite)


def connect_apart() -> Any:
    """A connection of the driver, outside of the pool and of every transaction, for what only watches."""
    dialect, url = engine().dialect, engine().url
    args, more = dialect.create_connect_args(url)
    if is_sqlite():
        link: Any = dialect.connect(*args, **{**more, "check_same_thread": False})
        link.isolation_level = None
        return link
    link = dialect.connect(*args, **more)
    link.autocommit = True
    return link


def count_rows() -> None:
    """Let SQLite count what its indexes hold, so that it never walks a whole team where one session is asked for.

    PostgreSQL does so by itself. Looks at a thousand rows an index at most.
    """
    if is_sqlite():
        with engine().connect().execution_options(write=True) as link:
            link.exec_driver_sql("PRAGMA analysis_limit=1000")
            link.exec_driver_sql("ANALYZE")
            link.commit()


def dispose() -> None:
    """Close all pooled connections (before a restore, at the end of a test)."""
    with current_app.app_context():
        database.engine.dispose()
