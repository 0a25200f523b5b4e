"""The unit of work and its once-keys: all or nothing, repeated where the database asks, one effect for a repeat."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from planner.base import db as house
from planner.base import unit as units
from planner.base import verbs
from planner.base.actor import NOBODY, Actor, acting
from planner.base.lock import lock
from planner.base.tables import Lock
from planner.kernel.errors import Forbidden, Invalid, NotSignedIn, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live.models import Studio
from tests.cast import Cast

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
Together = Callable[[int, Callable[[int], Any]], list[Any]]
Rows = Callable[..., list[Any]]
MANY = 32


def add(name: str) -> int:
    return house.add(Studio(name=name)).id


def studios(rows: Rows) -> list[str]:
    return [row[0] for row in rows("SELECT name FROM studio ORDER BY id")]


# ---------------------------------------------------------------- all or nothing


@pytest.mark.engines
def test_an_exception_rolls_everything_back(
    as_: As, doing: Doing, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    before = rows("SELECT count(*) FROM audit_entry")

    def half() -> None:
        add("甲")
        house.flush()
        raise Invalid.at("name", msg("no"))

    with as_("lead"), pytest.raises(Invalid):
        doing(half)()
    assert studios(rows) == ["3号间"]
    assert rows("SELECT count(*) FROM audit_entry") == before
    assert units.find() is None


def test_a_verb_called_by_a_verb_joins_its_unit(as_: As, doing: Doing, rows: Rows) -> None:
    inner = doing(add)

    def outer() -> None:
        inner("甲")
        raise Refused(msg("no"))

    with as_("lead"), pytest.raises(Refused):
        doing(outer)()
    assert studios(rows) == ["3号间"]


def test_what_leaves_waits_for_the_commit_and_can_not_take_it_back(
    as_: As, doing: Doing, rows: Rows, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr(logging.getLogger("planner"), "propagate", True)

    def see() -> None:
        seen.append(studios(rows))

    def work(fails: bool) -> int:
        units.current().after_commit.append(see)
        made = add(f"{fails}")
        if fails:
            raise Refused(msg("no"))
        units.current().after_commit.append(fail)
        return made

    def fail() -> None:
        raise ZeroDivisionError

    command = doing(work)
    with as_("lead"):
        with pytest.raises(Refused):
            command(True)
        assert seen == []
        with caplog.at_level(logging.ERROR, "planner.unit"):
            assert command(False)
    assert seen == [["3号间", "False"]]
    assert "could not leave" in caplog.text


def test_doors_that_are_not_there(as_: As, doing: Doing, db: Flask) -> None:
    with pytest.raises(units.NoUnit):
        house.session()
    with as_("lead"):

        @verbs.query(P.SELF)
        def look() -> None:
            doing(add)("甲")

        with pytest.raises(RuntimeError, match="must not call a command"):
            look()

        @verbs.query(P.SELF)
        def write() -> None:
            house.add(Studio(name="甲"))

        with pytest.raises(RuntimeError, match="must not write"):
            write()


def test_a_verb_asks_for_its_permission_first(as_: As, doing: Doing, cast: Cast, rows: Rows) -> None:
    command = doing(add, P.CHANNEL_EDIT)
    with acting(NOBODY), pytest.raises(NotSignedIn):
        command("甲")
    with as_("member"), pytest.raises(Forbidden) as caught:
        command("甲")
    assert not isinstance(caught.value, NotSignedIn)
    assert studios(rows) == ["3号间"]
    with as_("lead"):
        assert command("甲")


# ---------------------------------------------------------------- repeats


@pytest.mark.engines
def test_many_add_one_at_the_same_moment_and_none_is_lost(cast: Cast, doing: Doing, together: Together) -> None:
    """Read, think, write: under a lock everybody gets through; without one, whoever lost is told so."""

    def count(locked: bool) -> int:
        if locked:
            lock("studio", cast.studio)
        row = house.one(Studio, cast.studio)
        number = int(row.name) if row.name.isdecimal() else 0
        row.name = str(number + 1)
        house.flush()
        return number + 1

    command = doing(count)

    def work(locked: bool) -> Any:
        with acting(cast.actors["lead"]):
            return command(locked)

    assert sorted(together(MANY, lambda _: work(True))) == list(range(1, MANY + 1))
    told = together(MANY, lambda _: work(False))
    won = [each for each in told if isinstance(each, int)]
    assert all(isinstance(each, (int, Refused)) for each in told), told
    assert won
    assert sorted(won) == list(range(MANY + 1, MANY + 1 + len(won)))
    assert work(True) == MANY + len(won) + 1


class Orig(Exception):
    """A driver's fault with its state."""

    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (OperationalError("", {}, Orig("database is locked")), 4),
        (OperationalError("", {}, Orig("deadlock detected", "40P01")), 4),
        (OperationalError("", {}, Orig("could not serialize", "40001")), 4),
        (StaleDataError("changed meanwhile"), 4),
        (OperationalError("", {}, Orig("disk I/O error")), 1),
        (IntegrityError("", {}, Orig("duplicate key")), 2),
        (ZeroDivisionError(), 1),
        (Refused(msg("a rule says no")), 1),
    ],
)
def test_what_is_tried_again_and_how_often(as_: As, doing: Doing, rows: Rows, fault: Exception, tries: int) -> None:
    tried: list[int] = []

    def work(heals: bool) -> str:
        tried.append(add(f"{len(tried)}"))
        if not heals or len(tried) < tries:
            raise fault
        return "done"

    command = doing(work)
    with as_("lead"):
        with pytest.raises(Exception) as caught:
            command(False)
        assert len(tried) == tries
        assert studios(rows) == ["3号间"]
        assert caught.value is fault or isinstance(caught.value, Refused)
        if tries > 1:
            tried.clear()
            assert command(True) == "done"
            assert studios(rows) == ["3号间", str(tries - 1)], "the failed tries left nothing"


# ---------------------------------------------------------------- once


@pytest.mark.engines
def test_many_send_the_same_key_and_it_has_one_effect(cast: Cast, doing: Doing, together: Together, rows: Rows) -> None:
    command = doing(add)

    def work(number: int) -> int:
        with acting(cast.actors["lead"]):
            verbs.once_key("a" * 32)
            return command("甲")

    told = together(MANY, work)
    assert len(set(told)) == 1, told
    assert studios(rows) == ["3号间", "甲"]
    assert len(rows("SELECT id FROM once_key")) == 1


@pytest.mark.both
def test_a_form_that_is_refused_because_it_has_had_its_effect_gets_the_answer_of_that(
    cast: Cast, doing: Doing, together: Together, rows: Rows
) -> None:
    def add_once(name: str) -> int:
        lock("studio names", name)
        if house.session().scalar(select(Studio.id).where(Studio.name == name)) is not None:
            raise Refused(msg("This already exists, or something it refers to has just gone."))
        return add(name)

    command = doing(add_once)

    def work(number: int) -> int:
        with acting(cast.actors["lead"]):
            verbs.once_key("e" * 32)
            return command("甲")

    told = together(MANY, work)
    assert len(set(told)) == 1, told
    assert isinstance(told[0], int), told
    assert studios(rows) == ["3号间", "甲"]


def test_a_key_counts_for_one_person_and_one_command(as_: As, doing: Doing, rows: Rows, cast: Cast) -> None:
    def rename(name: str) -> str:
        house.one(Studio, cast.studio).name = name
        return name

    first, other = doing(add), doing(rename)
    made: list[Any] = []
    for login in ("lead", "lead", "manager"):
        with as_(login):
            verbs.once_key("b" * 32)
            made.append((first(f"甲 {login}"), first(f"乙 {login}"), other("新")))
    assert made[0] == made[1]
    assert made[0][0] != made[0][1], "two commands of one form are two"
    assert made[2][0] not in made[0]
    assert len(studios(rows)) == 5


def test_a_command_that_failed_leaves_its_key_free(as_: As, doing: Doing, rows: Rows) -> None:
    def work(fails: bool) -> int:
        if fails:
            raise Refused(msg("not now"))
        return add("甲")

    command = doing(work)
    with as_("lead"):
        verbs.once_key("c" * 32)
        with pytest.raises(Refused):
            command(True)
        verbs.once_key("c" * 32)
        assert command(False)
    assert studios(rows) == ["3号间", "甲"]


def test_what_must_happen_each_time_takes_no_key(as_: As, doing: Doing, rows: Rows) -> None:
    command = doing(add, once=False)
    with as_("lead"):
        for name in ("甲", "乙"):
            verbs.once_key("d" * 32)
            assert verbs.asked_once() == "d" * 32
            command(name)
    assert studios(rows) == ["3号间", "甲", "乙"]
    assert rows("SELECT * FROM once_key") == []


def test_the_last_change_is_known_for_its_undo(as_: As, doing: Doing, rows: Rows) -> None:
    with as_("lead"):
        doing(lambda: add("甲"))()
        changed = verbs.last_command.get()
        doing(lambda: None)()
        assert verbs.last_command.get() is None
    (entry,) = rows("SELECT command_id FROM audit_entry WHERE kind = 'studio' ORDER BY id DESC LIMIT 1")
    assert entry[0] == changed


@pytest.mark.engines
def test_a_lock_needs_a_command_and_is_a_row_on_postgres(
    as_: As, doing: Doing, rows: Rows, engine_name: str, db: Flask
) -> None:
    @verbs.query(P.SELF)
    def look() -> None:
        lock("studio", 7)

    with as_("lead"):
        with pytest.raises(RuntimeError, match="inside a command"):
            look()
        doing(lambda: lock(("studio", 7), ("person", 3), ("studio", 7)))()
        doing(lambda: lock("studio", 7))()
    taken = rows(f"SELECT name, taken FROM {Lock.__tablename__} WHERE name IN ('studio:7', 'person:3') ORDER BY name")
    expected = [("person:3", 1), ("studio:7", 2)] if engine_name == "postgres" else []
    assert [tuple(row) for row in taken] == expected
