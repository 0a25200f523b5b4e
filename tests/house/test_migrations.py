"""Migrations go up, agree with the models, go down and up again, with one head, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from planner.app import create_app
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.models import APPEND_ONLY, Base
from planner.demo import fill
from tests.conftest import settings
from tests.environment import fresh_database

MIGRATIONS = str(Path(__file__).resolve().parents[2] / "migrations")


@pytest.fixture
def empty(engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without a table."""
    if engine_name == "sqlite":
        yield create_app(settings(f"sqlite:///{tmp_path}/planner.db", tmp_path / "files"))
        return
    with fresh_database() as url:
        app = create_app(settings(url, tmp_path / "files"))
        yield app
        with app.app_context():
            engine().dispose()


def same_type(
    context: object, inspected: object, declared: object, inspected_type: object, declared_type: object
) -> bool | None:
    return False if type(declared_type).__module__ == "planner.base.models" else None


@pytest.mark.engines
def test_up_check_down_up(empty: Flask) -> None:
    with empty.app_context():
        upgrade(directory=MIGRATIONS)
        with engine().connect() as link:
            context = MigrationContext.configure(link, opts={"compare_type": same_type})
            assert compare_metadata(context, Base.metadata) == []
        downgrade(directory=MIGRATIONS, revision="base")
        assert set(inspect(engine()).get_table_names()) == {"alembic_version"}
        upgrade(directory=MIGRATIONS)
        assert "live_session" in inspect(engine()).get_table_names()


@pytest.mark.engines
def test_the_migration_makes_the_triggers(empty: Flask) -> None:
    with empty.app_context():
        upgrade(directory=MIGRATIONS)
        asked = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        }[engine().dialect.name]
        with engine().connect() as link:
            names = {row[0] for row in link.execute(text(asked))}
        for table in APPEND_ONLY:
            assert any(name.startswith(f"{table}_") for name in names), table


@pytest.mark.engines
def test_a_filled_database_goes_down_and_up_and_loses_nothing(empty: Flask) -> None:
    """Every migration takes real rows along; what a younger version adds is filled in again from what stands.

    The rows of tables that only a younger version has are gone on the way down, and so is what was known of them; so
    are the lists of emergencies, which an older version has no place for.
    """

    def read(statement: str) -> list[tuple[object, ...]]:
        with engine().connect() as link:
            return [tuple(row) for row in link.execute(text(statement))]

    emergencies = "kind = 'checklist' AND object_id IN ({})"
    wholes = "SELECT id, whole_kind, whole_id, kind FROM audit_entry WHERE NOT ({}) ORDER BY id"
    counted = {table: f"SELECT count(*) FROM {table}" for table in ("live_session", "shift", "audit_entry", "news")}  # nosec B608
    with empty.app_context():
        upgrade(directory=MIGRATIONS)
        with acting(Actor(is_system=True, is_admin=True)):
            fill.fill_demo("no password")
        began = [str(row[0]) for row in read("SELECT id FROM checklist WHERE began IS NOT NULL")]
        assert began
        wholes = wholes.format(emergencies.format(", ".join(began)))
        before, sizes = read(wholes), {table: read(asked) for table, asked in counted.items()}
        assert any(kind == "live_session" for _id, kind, *_rest in before)
        assert any(kind == "review" for _id, kind, *_rest in before)
        downgrade(directory=MIGRATIONS, revision="0001")
        assert {table: read(asked) for table, asked in counted.items()} == sizes
        old = set(inspect(engine()).get_table_names())
        assert {row[3] for row in before} > {"live_session", "shift"} and {"live_session", "shift"} < old
        upgrade(directory=MIGRATIONS)
        assert [row for row in read(wholes) if row[3] in old] == [row for row in before if row[3] in old]
        for column in ("whole_id", "object_id"):
            with pytest.raises(DBAPIError, match="append-only"), engine().begin() as link:
                link.execute(text(f"UPDATE audit_entry SET {column} = 99"))  # nosec B608


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


@pytest.mark.engines
def test_audit_is_append_only(db: Flask) -> None:
    for statement in ("DELETE FROM audit_entry", "UPDATE audit_entry SET command = 'x'"):
        with pytest.raises(DBAPIError, match="append-only"), engine().begin() as link:
            link.execute(text(statement))
