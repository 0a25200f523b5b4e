"""News: written with the deed, read by cursor, and none is lost when a slow transaction ends late."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.news import read_for, tell
from planner.base.scope import unscoped
from planner.kernel.errors import Refused
from planner.kernel.news import News
from planner.kernel.permissions import P
from planner.kernel.text import msg
from tests.cast import PROGRAM, Cast

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
Rows = Callable[..., list[Any]]


@dataclass(frozen=True)
class Rang(News):
    """Somebody rang."""

    studio_id: int
    about: ClassVar[tuple[str, str]] = ("studio", "studio_id")


@pytest.fixture
def read(doing: Doing) -> Callable[..., list[int]]:
    """The next news of one reader, as numbers; `fails` lets the effect fail."""

    def work(reader: str, limit: int, fails: bool) -> list[int]:
        with unscoped("tests"):
            found = [row.facts["studio_id"] for row in read_for(reader, limit) if row.name == "base.Rang"]
        if fails:
            raise Refused(msg("no"))
        return found

    command = doing(work, P.INSTALLATION)

    def ask(reader: str = "tests", limit: int = 1000, fails: bool = False) -> list[int]:
        with acting(PROGRAM):
            return command(reader, limit, fails)

    return ask


def gather(read: Callable[..., list[int]], count: int, reader: str = "tests", limit: int = 1000) -> list[int]:
    """So much news, as it becomes readable: on PostgreSQL a writer of any database beside ours holds it back a moment."""
    found, until = list[int](), time.monotonic() + 60
    while len(found) < count and time.monotonic() < until:
        found += read(reader, limit=limit)
        threading.Event().wait(0.02 if len(found) < count else 0)
    return found


@pytest.mark.engines
def test_news_lies_in_the_transaction_of_the_deed(cast: Cast, as_: As, doing: Doing, rows: Rows) -> None:
    def ring(fails: bool) -> None:
        tell(Rang(cast.studio))
        if fails:
            raise Refused(msg("no"))

    command = doing(ring)
    with as_("lead"):
        with pytest.raises(Refused):
            command(True)
        assert rows("SELECT id FROM news WHERE name = 'base.Rang'") == []
        command(False)
    ((team, user, kind, about),) = rows(
        "SELECT team_id, user_id, about_kind, about_id FROM news WHERE name = 'base.Rang'"
    )
    assert (team, user, kind, about) == (cast.team, cast.lead, "studio", cast.studio)


@pytest.mark.engines
def test_a_cursor_moves_with_its_effect_and_readers_do_not_disturb_each_other(
    cast: Cast, as_: As, doing: Doing, read: Callable[..., list[int]]
) -> None:
    ring = doing(lambda number: tell(Rang(number)))
    with as_("lead"):
        for number in range(1, 6):
            ring(number)
    with pytest.raises(Refused):
        read(fails=True)
    assert gather(read, 5) == [1, 2, 3, 4, 5]
    assert read() == []
    assert gather(read, 5, "other") == [1, 2, 3, 4, 5]
    with as_("outsider"):
        ring(6)
    assert gather(read, 1) == [6]
    assert gather(read, 6, "slow", limit=1) == [1, 2, 3, 4, 5, 6]


@pytest.mark.postgres
def test_a_slow_transaction_between_two_fast_ones_loses_no_news(
    cast: Cast, db: Flask, doing: Doing, read: Callable[..., list[int]]
) -> None:
    told, end = threading.Event(), threading.Event()

    def slowly() -> None:
        """News is written last of all, with the number that the transaction got by its first write."""
        units.current().link.execute(text("SELECT pg_current_xact_id()"))
        tell(Rang(2))
        told.set()
        assert end.wait(30)

    ring, slow = doing(lambda number: tell(Rang(number))), doing(slowly)

    def run() -> None:
        with db.app_context(), acting(cast.actors["lead"]):
            slow()

    with acting(cast.actors["lead"]):
        ring(1)
    assert gather(read, 1) == [1]
    thread = threading.Thread(target=run)
    thread.start()
    assert told.wait(30)
    with acting(cast.actors["lead"]):
        ring(3)
    early = read()
    end.set()
    thread.join(30)
    late = gather(read, 2 - len(early))
    assert 2 not in early
    assert sorted(early + late) == [2, 3], "each once, none lost"
    assert read() == []
