"""What tests of the base need: commands made for one test, and many people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import verbs
from planner.base.engine import engine
from planner.kernel.permissions import P

hypothesis.settings.register_profile("planner", deadline=None, derandomize=True)
hypothesis.settings.load_profile("planner")

Work = Callable[[int], Any]


@pytest.fixture
def doing(db: Flask) -> Iterator[Callable[..., Any]]:
    """`doing(function)`: a command of this test only, which no table of verbs remembers."""
    before = dict(verbs.VERBS)

    def make(function: Callable[..., Any], permission: P = P.SELF, once: bool = True) -> Callable[..., Any]:
        return verbs.command(permission, once)(function)

    yield make
    verbs.VERBS.clear()
    verbs.VERBS.update(before)


@pytest.fixture
def together(db: Flask) -> Callable[[int, Work], list[Any]]:
    """`together(32, work)`: that many threads call `work(number)` at the same moment; answers or faults, in order."""

    def run(count: int, work: Work) -> list[Any]:
        gate, told = threading.Barrier(count), [None] * count

        def one(number: int) -> None:
            with db.app_context():
                gate.wait()
                try:
                    told[number] = work(number)
                except Exception as fault:
                    told[number] = fault  # type: ignore[call-overload]

        threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
        return told

    return run


@pytest.fixture
def rows(db: Flask) -> Callable[..., list[Any]]:
    """`rows("SELECT ...", x=1)`: what really lies in the database, past every unit and scope."""

    def ask(statement: str, **values: Any) -> list[Any]:
        with engine().connect() as link:
            return list(link.execute(text(statement), values))

    return ask
