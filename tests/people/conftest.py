"""What tests of people need: a clock that can be moved for whole requests, cheap hashes, and what really is stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import argon2
import pytest
from flask import Flask
from sqlalchemy import text

from planner.app import create_app
from planner.base import engine as engines
from planner.base.engine import engine
from planner.base.models import Base
from planner.kernel import clock
from planner.people import passwords
from tests.conftest import settings
from tests.environment import fresh_database


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash takes no time here; what it costs in earnest is tested once."""
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`ahead(minutes=15)`: for requests too, it is that much later than now."""

    def move(**by: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(**by))

    return move


@pytest.fixture
def rows(db: Flask) -> Callable[..., list[Any]]:
    """`rows("SELECT ...", x=1)`: what really lies in the database."""

    def ask(statement: str, **values: Any) -> list[Any]:
        with engine().connect() as link:
            return list(link.execute(text(statement), values))

    return ask


@pytest.fixture
def empty(engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation in which nobody has an account yet."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
        if engine_name == "postgres":
            url = stack.enter_context(fresh_database("planner_empty"))
        app = create_app(settings(url, tmp_path / "files"))
        with app.app_context():
            Base.metadata.create_all(engines.engine())
        yield app
        with app.app_context():
            engines.database.engine.dispose()


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """`together(app, first, second, ...)`: all at the same moment; their answers or faults, in order."""

    def run(app: Flask, *works: Callable[[], Any]) -> list[Any]:
        gate, told = threading.Barrier(len(works)), [None] * len(works)

        def one(number: int) -> None:
            with app.app_context():
                gate.wait()
                try:
                    told[number] = works[number]()
                except Exception as fault:
                    told[number] = fault  # type: ignore[call-overload]

        threads = [threading.Thread(target=one, args=(number,)) for number in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
        return told

    return run
