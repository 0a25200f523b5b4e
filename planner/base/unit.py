"""The unit of work: one session, one team, read or write; opened by verbs and by nothing else."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from planner.base import actor
from planner.base.engine import engine, is_sqlite
from planner.base.models import table_of
from planner.base.tables import NewsRow
from planner.kernel import clock

log = logging.getLogger("planner.unit")


class Work(Session):
    """A session that knows the unit it serves; its events live in scope.py and audit.py."""


@dataclass(eq=False)
class Unit:
    """What one verb does, from its first read to its commit."""

    write: bool
    team_id: int | None
    user_id: int | None
    command: str = ""
    command_id: str = ""
    station: str | None = None
    at: datetime = field(default_factory=clock.now)
    unscoped: str = ""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    gathered: dict[Callable[[list[Any]], None], list[Any]] = field(
        default_factory=dict[Callable[[list[Any]], None], list[Any]]
    )
    news: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    changed: bool = False
    memory: dict[Any, Any] = field(default_factory=dict[Any, Any])
    _link: Connection | None = None
    _session: Work | None = None

    @property
    def link(self) -> Connection:
        """The connection, in its transaction from the first time it is asked for."""
        if self._link is None:
            link = engine().connect()
            if self.write:
                link = link.execution_options(write=True)
            try:
                link.begin()
            except BaseException:
                link.close()
                raise
            self._link = link
        return self._link

    @property
    def session(self) -> Work:
        """The session within that transaction; many reads need none."""
        if self._session is None:
            self._session = Work(bind=self.link, expire_on_commit=False, autoflush=self.write)
            self._session.info["unit"] = self
        return self._session

    def gather(self, work: Callable[[list[Any]], None], item: Any) -> None:
        """Lay something by, from commands within commands, too; `work` takes all of it once, before the commit."""
        self.gathered.setdefault(work, []).append(item)

    @contextlib.contextmanager
    def part(self) -> Iterator[None]:
        """A part of a command that may fail by itself: what it wrote, and what it laid by, is then as before it."""
        held, told = {work: list(items) for work, items in self.gathered.items()}, len(self.news)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            self.gathered = held
            del self.news[told:]
            self.session.expire_all()
            raise

    def flush(self) -> None:
        """Write what the session holds so far."""
        if self._session is not None:
            self._session.flush()

    def commit(self) -> None:
        """Flush and commit."""
        if self._session is not None:
            self._session.commit()
        if self._link is not None:
            self._link.commit()

    def close(self) -> None:
        """Give the connection back; what was not committed is rolled back."""
        session, link = self._session, self._link
        self._session = self._link = None
        try:
            if session is not None:
                session.close()
        finally:
            if link is not None:
                link.close()


_unit: ContextVar[Unit | None] = ContextVar("unit", default=None)
_ADD_NEWS = insert(table_of(NewsRow))
_ADD_NEWS_IN_ORDER = _ADD_NEWS.values(xid=text("pg_current_xact_id()::text::bigint"))


def write_news(unit: Unit) -> None:
    """Write what a unit has told so far, in one statement."""
    told, unit.news = unit.news, []
    unit.link.execute(_ADD_NEWS if is_sqlite() else _ADD_NEWS_IN_ORDER, told)


class NoUnit(RuntimeError):
    """The database was asked outside of a verb."""


def current() -> Unit:
    """The open unit."""
    unit = _unit.get()
    if unit is None:
        raise NoUnit("the database is reached inside a @command or @query only")
    return unit


def find() -> Unit | None:
    """The open unit, if there is one."""
    return _unit.get()


def _new(write: bool, command: str) -> Unit:
    who = actor.current()
    at = who.station.name if who.station else None
    return Unit(write, who.team_id, who.user_id, command, secrets.token_hex(16) if write else "", at)


@contextlib.contextmanager
def writing(command: str) -> Iterator[Unit]:
    """A write transaction: commits when the block ends well, rolls all back otherwise; then lets things leave."""
    close_reading()
    unit = _new(True, command)
    token = _unit.set(unit)
    try:
        yield unit
        for work, items in unit.gathered.items():
            work(items)
        if unit.news:
            write_news(unit)
        unit.commit()
    finally:
        _unit.reset(token)
        unit.close()
    for leave in unit.after_commit:
        try:
            leave()
        except Exception:  # what is committed stays acknowledged, whatever happens on the way out
            log.exception("something could not leave after %s", command)


@contextlib.contextmanager
def reading() -> Iterator[Unit]:
    """A read unit. Within a request it stays open for the next query and is closed with the request."""
    unit = _unit.get()
    if unit is not None:
        yield unit
        return
    if has_request_context():
        kept: Unit | None = getattr(g, "reading", None)
        if kept is None or (kept.team_id, kept.user_id) != (actor.current().team_id, actor.current().user_id):
            close_reading()
            kept = g.reading = _new(False, "")
        token = _unit.set(kept)
        try:
            yield kept
        finally:
            _unit.reset(token)
        return
    unit = _new(False, "")
    token = _unit.set(unit)
    try:
        yield unit
    finally:
        _unit.reset(token)
        unit.close()


def close_reading() -> None:
    """Give back the connection of the request's read unit."""
    if has_request_context():
        kept: Unit | None = g.pop("reading", None)
        if kept is not None:
            kept.close()
