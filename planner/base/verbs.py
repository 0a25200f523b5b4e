"""Verbs: the only doors to the data. A command writes, a query reads; each names one permission.

The outermost verb checks the permission and opens the unit of work; verbs it calls join that unit, and what it asks of
lower columns is covered by its own permission. A command's result is remembered under the request's once-key, so that
a double click or a retry has one effect and one answer.
"""

from __future__ import annotations

import functools
import json
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from planner.base import actor
from planner.base import unit as units
from planner.base.engine import is_sqlite
from planner.base.models import table_of
from planner.base.ready import ready
from planner.base.tables import OnceKey
from planner.kernel.errors import Forbidden, NotSignedIn, PlannerError, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg

A = ParamSpec("A")
R = TypeVar("R")

TRIES = 4
"""The first try and three repeats."""

SERIALIZATION_STATES = {"40001", "40P01", "55P03"}


@dataclass(frozen=True)
class Verb:
    """One door: `live.move_session`, a command or a query, behind one permission."""

    name: str
    permission: P
    writes: bool
    function: Callable[..., Any]


VERBS: dict[str, Verb] = {}

_once: ContextVar[list[Any] | None] = ContextVar("once", default=None)


def once_key(key: str | None) -> None:
    """Set the key of this request; each outermost command takes it with its own ordinal."""
    _once.set([key, 0] if key else None)


def asked_once() -> str:
    """The key of this request; empty where it has none."""
    held = _once.get()
    return held[0] if held else ""


def verb_of(function: Callable[..., Any]) -> Verb:
    """The verb behind a decorated function."""
    found = getattr(function, "__verb__", None)
    if found is None:
        raise TypeError(f"{function!r} is not a verb")
    return found


def check(permission: P) -> None:
    """Raise unless the actor holds the permission."""
    who = actor.current()
    if who.may(permission):
        return
    if not who.signed_in and not who.is_system:
        raise NotSignedIn()
    raise Forbidden(msg("This can't be done at a shared desk.") if who.station else None, needs=permission)


def _register(function: Callable[..., Any], permission: P, writes: bool) -> Verb:
    column = function.__module__.split(".")[1]
    verb = Verb(f"{column}.{function.__name__}", permission, writes, function)
    if verb.name in VERBS and VERBS[verb.name].function.__module__ != function.__module__:
        raise RuntimeError(f"two verbs are called {verb.name}")
    VERBS[verb.name] = verb
    return verb


def query(permission: P, remember: bool = False) -> Callable[[Callable[A, R]], Callable[A, R]]:
    """A read. It joins an open unit, or opens a read unit; a remembered one is asked once in a read unit."""

    def decorate(function: Callable[A, R]) -> Callable[A, R]:
        verb = _register(function, permission, False)

        def _ask(unit: units.Unit, *args: A.args, **kwargs: A.kwargs) -> R:
            if not remember or unit.write:
                return function(*args, **kwargs)
            key = (verb.name, args, tuple(kwargs.items()))
            if key not in unit.memory:
                unit.memory[key] = function(*args, **kwargs)
            return unit.memory[key]

        @functools.wraps(function)
        def run(*args: A.args, **kwargs: A.kwargs) -> R:
            unit = units.find()
            if unit is None:
                check(permission)
                with units.reading() as unit:
                    return _ask(unit, *args, **kwargs)
            return _ask(unit, *args, **kwargs)

        run.__verb__ = verb  # type: ignore[attr-defined]
        return run

    return decorate


def command(permission: P, once: bool = True) -> Callable[[Callable[A, R]], Callable[A, R]]:
    """A write. It joins an open write unit, or runs as one transaction, repeated when the database asks for it.

    `once=False` is for what must happen each time it is asked, whatever key the browser sends: counting failed tries.
    """

    def decorate(function: Callable[A, R]) -> Callable[A, R]:
        verb = _register(function, permission, True)

        @functools.wraps(function)
        def run(*args: A.args, **kwargs: A.kwargs) -> R:
            unit = units.find()
            if unit is not None and unit.write:
                return function(*args, **kwargs)
            if unit is not None:
                raise RuntimeError(f"{verb.name}: a query must not call a command")
            check(permission)
            return _repeat(verb, _take_once_key(verb) if once else None, lambda: function(*args, **kwargs))

        run.__verb__ = verb  # type: ignore[attr-defined]
        return run

    return decorate


def _take_once_key(verb: Verb) -> str | None:
    held = _once.get()
    if held is None:
        return None
    held[1] += 1
    return f"{held[0]}:{held[1]}:{verb.name}"[:200]


def wants_repeat(error: Exception) -> bool:
    """Busy, deadlock and serialization failures, and a row changed between our read and our write."""
    if isinstance(error, StaleDataError):
        return True
    if isinstance(error, DBAPIError):
        if getattr(error.orig, "sqlstate", None) in SERIALIZATION_STATES:
            return True
        return isinstance(error, OperationalError) and "database is locked" in str(error.orig)
    return False


def _repeat(verb: Verb, key: str | None, work: Callable[[], R]) -> R:
    clashed = False
    for number in range(1, TRIES + 1):
        try:
            with units.writing(verb.name) as unit:
                done, result = _replay(unit, key)
                if done:
                    return result
                result = work()
                if key and result is not None:
                    told = json.dumps(result, default=str)
                    unit.link.execute(_ANSWER, {"of_user": unit.user_id or 0, "of_key": key, "told": told})
                unit.flush()
                remember_command(unit)
            return result
        except PlannerError:
            raise
        except IntegrityError as error:
            # Somebody was faster: a second look usually finds their row and says so in plain words.
            if clashed or number == TRIES:
                raise Refused(msg("This already exists, or something it refers to has just gone.")) from error
            clashed = True
        except Exception as error:
            if number == TRIES and isinstance(error, StaleDataError):
                raise Refused(msg("Many people changed this at the same moment. Try again.")) from error
            if number == TRIES or not wants_repeat(error):
                raise
            time.sleep(random.uniform(0.005, 0.03) * number)  # nosec B311
    raise AssertionError("unreachable")


def _replay(unit: units.Unit, key: str | None) -> tuple[bool, Any]:
    """Take the key, or answer what came of it: whoever sends it at the same instant waits for the one who has it."""
    if not key:
        return False, None
    held = {"user_id": unit.user_id or 0, "key": key}
    taken = unit.link.execute(_TAKE[is_sqlite()], {**held, "at": unit.at, "result": _NO_ANSWER})
    return (False, None) if taken.rowcount else (True, json.loads(_results.first(**held)[0]))


_NO_ANSWER = "null"
_KEYS = table_of(OnceKey)
_TAKE = {
    False: postgresql.insert(_KEYS).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True),
    True: sqlite.insert(_KEYS).on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True),
}
_ANSWER = (
    update(_KEYS)
    .where(_KEYS.c.user_id == bindparam("of_user"), _KEYS.c.key == bindparam("of_key"))
    .values(result=bindparam("told"))
)


@ready
def _results() -> Any:
    return select(OnceKey.result).where(OnceKey.user_id == bindparam("user_id"), OnceKey.key == bindparam("key"))


last_command: ContextVar[str | None] = ContextVar("last_command", default=None)


def remember_command(unit: units.Unit) -> None:
    """The id of the last change made in this context, for the Undo that the answer offers."""
    last_command.set(unit.command_id if unit.changed else None)
