"""Live updates: who is told of what, that no news is missed, and what happens with clients that are gone or stuck."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import stream
from planner.base import unit as units
from planner.base.actor import NOBODY, Actor, Desk, acting
from planner.base.news import tell
from planner.base.stream import Changed, Hub, NewsReader, Watching
from planner.base.turnstile import HUB, SEAT, Turnstile
from planner.kernel.news import News
from planner.kernel.permissions import P
from tests.cast import PROGRAM, Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
PATIENCE = 10.0
ALL = frozenset({"session", "step"})


@dataclass(frozen=True)
class Moved(News):
    """A show was moved."""

    session_id: int
    about: ClassVar[tuple[str, str]] = ("session", "session_id")


class Client:
    """The far end of a stream."""

    def __init__(self, hub: Hub, team_id: int = 1, kinds: frozenset[str] = ALL, browser: str = "device 1") -> None:
        self.near, self.far = socket.socketpair()
        self.far.settimeout(PATIENCE)
        self.heard = b""
        hub.take(Watching(team_id, browser, kinds), self.near, self.near.makefile("rb", buffering=0))
        self.near.close()  # as the server does

    def until(self, words: bytes) -> bytes:
        """What was heard, up to these words."""
        while words not in self.heard:
            piece = self.far.recv(4096)
            assert piece, f"the stream ended after {self.heard!r}"
            self.heard += piece
        return self.heard

    def ended(self) -> bool:
        """Whether the other side closes the connection."""
        while True:
            piece = self.far.recv(4096)
            if not piece:
                return True
            self.heard += piece


class Source:
    """News by hand."""

    def __init__(self) -> None:
        self.waiting: list[Changed] = []
        self.away = threading.Event()
        self.opened = 0
        self.fresh = True

    def read(self) -> list[Changed] | None:
        if self.away.is_set():
            raise OSError("the database is away")
        if self.fresh:
            self.fresh, self.opened = False, self.opened + 1
            return None
        found, self.waiting = self.waiting, []
        return found

    def forget(self) -> None:
        self.fresh = True


def comes_true(what: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > until:
            return False
        os.sched_yield()
    return True


@contextmanager
def running(source: Source) -> Iterator[Hub]:
    ends = threading.Event()
    hub = Hub(source.read, source.forget, lambda: not ends.is_set())
    try:
        yield hub
    finally:
        ends.set()


def test_a_client_hears_of_its_team_and_of_what_it_may_see() -> None:
    source = Source()
    with running(source) as hub:
        mine, other, low = Client(hub), Client(hub, team_id=2), Client(hub, kinds=frozenset({"step"}))
        for client in (mine, other, low):
            client.until(b"data: *\n\n")
        source.waiting = [(1, "session", 7), (1, "session", 7), (1, "step", 9), (1, "comment", 3), (2, "session", 8)]
        assert mine.until(b"step-9\n\n").endswith(b"data: session-7 step-9\n\n")
        assert other.until(b"session-8\n\n").count(b"session") == 1
        assert b"session" not in low.until(b"step-9\n\n")


def test_what_may_have_been_missed_is_everything() -> None:
    """A page that opens its stream, and one whose server lost the database, asks for its part once."""
    source = Source()
    with running(source) as hub:
        client = Client(hub)
        client.until(b"data: *\n\n")
        client.heard = b""
        source.away.set()
        source.forget()
        source.away.clear()
        client.until(b"data: *\n\n")


def test_who_is_gone_or_stuck_gives_the_seat_back() -> None:
    source = Source()
    with running(source) as hub:
        open_ones = [Client(hub) for _ in range(stream.MOST_OF_ONE)]
        for client in open_ones:
            client.until(b"data: *\n\n")
        mine, other = Watching(1, "device 1", ALL), Watching(1, "device 2", ALL)
        assert not hub.has_room(mine), "six of a browser are enough"
        assert hub.has_room(other)
        open_ones[0].far.close()
        assert comes_true(lambda: hub.has_room(mine)), "whoever is gone is let go"
        stuck = [Client(hub, browser="device 2") for _ in range(stream.MOST_OF_ONE)]
        for client in stuck:
            client.until(b"data: *\n\n")
        assert not hub.has_room(other)

        much = [(1, "session", number) for number in range(1, 40_000)]

        def told_too_much() -> bool:
            source.waiting = source.waiting or much
            return hub.has_room(other)

        assert comes_true(told_too_much), "whoever takes nothing any more is let go"


def test_a_stream_ends_with_its_server_and_after_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    source, ends = Source(), threading.Event()
    hub = Hub(source.read, source.forget, lambda: not ends.is_set())
    monkeypatch.setattr(stream, "LONGEST_SECONDS", 0.0)
    assert Client(hub).ended()
    monkeypatch.setattr(stream, "LONGEST_SECONDS", 300.0)
    stays = Client(hub)
    stays.until(b"data: *\n\n")
    ends.set()
    assert stays.ended()
    assert not hub.has_room(Watching(1, "device 1", ALL))


@pytest.fixture
def happen(doing: Doing, cast: Cast) -> Callable[[int], None]:
    """News of a show, by the lead."""
    command = doing(lambda session_id: tell(Moved(session_id=session_id)), P.SESSION_EDIT)

    def act(session_id: int) -> None:
        with acting(cast.actors["lead"]):
            command(session_id)

    return act


def read_all(reader: NewsReader, count: int) -> list[int]:
    """Ids of shows, as they become readable."""
    found, until = list[int](), time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < until:
        found += [row_id for _team, kind, row_id in reader.read() or [] if kind == "session"]
    return found


@pytest.mark.engines
def test_the_reader_tells_each_news_once(app: Flask, db: Flask, happen: Callable[[int], None]) -> None:
    happen(1)
    reader = NewsReader(app)
    assert reader.read() is None, "what was before it began is everything"
    happen(2)
    happen(3)
    assert read_all(reader, 2) == [2, 3]
    assert list(reader.read() or []) == []
    reader.forget()
    assert reader.read() is None
    happen(4)
    assert read_all(reader, 1) == [4]
    reader.forget()


@pytest.mark.engines
def test_a_slow_transaction_is_told_after_a_fast_one(
    app: Flask, db: Flask, doing: Doing, cast: Cast, happen: Callable[[int], None], engine_name: str
) -> None:
    """On PostgreSQL the fast one is told at once although the slow one, which began earlier, is still under way."""
    reader = NewsReader(app)
    assert reader.read() is None
    told, go = threading.Event(), threading.Event()

    def slowly() -> None:
        if engine_name == "postgres":  # by its first write a transaction has its number, and its news is written last
            units.current().link.execute(text("SELECT pg_current_xact_id()"))
        tell(Moved(session_id=1))
        told.set()
        assert go.wait(PATIENCE)

    command = doing(slowly, P.SESSION_EDIT)

    def work() -> None:
        with app.app_context(), acting(cast.actors["lead"]):
            command()

    if engine_name == "sqlite":
        go.set()
    thread = threading.Thread(target=work)
    thread.start()
    assert told.wait(PATIENCE)
    happen(2)
    if engine_name == "postgres":
        assert read_all(reader, 1) == [2]
        go.set()
        thread.join()
        assert read_all(reader, 1) == [1]
    else:
        thread.join()
        assert sorted(read_all(reader, 2)) == [1, 2]
    assert list(reader.read() or []) == []
    reader.forget()


def test_who_may_follow_what(db: Flask, cast: Cast) -> None:
    def kinds(who: Actor) -> frozenset[str]:
        with acting(who):
            found = stream.watching()
            assert found is not None
            assert found.team_id == cast.team
            return found.kinds

    assert kinds(cast.actors["viewer"]) >= {"session", "step", "goal"}
    desk = Desk(3, "中控台", 120)
    assert kinds(Actor(team_id=cast.team, station=desk)) == {"session"}, "a locked desk follows the shows"
    locked = replace(cast.actors["host"], station=desk, only=frozenset({P.SESSION_VIEW}))
    assert kinds(locked) == {"session"}
    with acting(NOBODY):
        assert stream.watching() is None
    with acting(cast.actors["admin"]):
        assert stream.watching() is None, "who is in no team follows nothing"
    with acting(PROGRAM):
        assert stream.watching() is None


def test_without_a_server_that_hands_over_the_page_asks_in_turn(client_of: Callable[[str], Visitor]) -> None:
    answer = client_of("host").get("/stream")
    assert (answer.status_code, answer.data) == (204, b"")


class FakeServer:
    """What gunicorn gives an application of its answer."""

    def __init__(self) -> None:
        self.chunked, self.closing, self.status = True, False, ""

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status = status

    def force_close(self) -> None:
        self.closing = True


def test_the_turnstile_hands_over_only_what_asks_for_it() -> None:
    taken: list[tuple[Any, Any]] = []

    class Taker:
        def take(self, seat: Any, link: Any, holds: Any) -> None:
            taken.append((seat, link))
            holds.close()

    def program(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        assert HUB in environ
        if environ["PATH_INFO"] == "/stream":
            environ[SEAT] = "a seat"
        return [b"begun"]

    near, far = socket.socketpair()
    gate = Turnstile(program, 1, hub=Taker())
    for path, handed in (("/page", False), ("/stream", True)):
        server = FakeServer()
        answer = gate({"PATH_INFO": path, "gunicorn.socket": near}, server.start_response)
        assert b"".join(answer) == b"begun"
        assert (server.closing, server.chunked) == (handed, not handed)
        if handed:
            answer.close()  # type: ignore[attr-defined]
    assert taken == [("a seat", near)]
    assert gate.gate.acquire(blocking=False), "a stream keeps no slot"
    near.close()
    far.close()


def test_what_takes_long_leaves_a_slot_to_the_rest() -> None:
    """Two batches of a phone's taps at once: the second waits outside, and a tick between them is let in."""
    begun, go, inside = threading.Semaphore(0), threading.Event(), []

    def program(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        inside.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/lists/replay":
            begun.release()
            assert go.wait(PATIENCE)
        return [b""]

    gate = Turnstile(program, 2, slow=("/replay",))
    ask = FakeServer().start_response
    batches = [threading.Thread(target=gate, args=({"PATH_INFO": "/lists/replay"}, ask)) for _ in range(2)]
    for batch in batches:
        batch.start()
    assert begun.acquire(timeout=PATIENCE)
    gate({"PATH_INFO": "/tick"}, ask)
    assert inside == ["/lists/replay", "/tick"]
    go.set()
    for batch in batches:
        batch.join()
    assert inside.count("/lists/replay") == 2
