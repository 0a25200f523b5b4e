"""Live updates: which objects have changed, told to open pages within a second; never what has changed.

A page keeps one event stream open for all tabs of its browser and asks for its part again, with its own rights, when an
object it shows is named. A stream takes no thread and no connection of the database: once the answer has begun, the
server's thread hands the socket to the hub of its process (`turnstile.py`), where one thread writes to all of them and
reads the news of all teams. Where the server can't hand sockets over, the answer is empty and the page asks in turn.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from planner.base import actor
from planner.base import engine as engines
from planner.base.kinds import KINDS
from planner.base.turnstile import HUB, SEAT
from planner.base.verbs import query
from planner.base.web import uses
from planner.kernel.permissions import ROLE_MAY, P, Role

log = logging.getLogger("planner.stream")

LOOK_SECONDS = 0.15
BEAT_SECONDS = 15.0
LONGEST_SECONDS = 300.0
"""Then a stream ends, and whoever opens it again is looked at again."""

MOST_STREAMS, MOST_OF_ONE = 600, 6
MOST_OPEN_ROWS = 5_000
AWAY_SECONDS = 1.0
FOLLOWED = frozenset({"session", "step", "goal", "period", "sop"})
"""The kinds of objects that pages follow."""

EVERYTHING = "*"
Changed = tuple[int, str, int]
"""The team, the kind and the id of what has news."""


@dataclass(frozen=True)
class Watching:
    """Who follows a team, from which browser, and which kinds they may see."""

    team_id: int
    browser: str
    kinds: frozenset[str]


@dataclass(eq=False)
class Seat:
    """An open stream. `holds` keeps the socket open after the server has let go of it."""

    watching: Watching
    link: socket.socket
    holds: Any
    until: float
    file: int = field(init=False)

    def __post_init__(self) -> None:
        self.link.setblocking(False)
        self.file = self.link.fileno()

    def say(self, told: bytes) -> bool:
        """Write; False for a client that is gone or does not take what it is told."""
        try:
            return self.link.send(told) == len(told)
        except OSError:
            return False

    def hears(self) -> bool:
        """Whether the client is still there, asked when its socket has something to read."""
        try:
            return self.link.recv(4096) != b""
        except BlockingIOError:
            return True
        except OSError as error:
            return "want" in type(error).__name__.lower()  # TLS has not read a whole record yet

    def end(self) -> None:
        """Close the connection."""
        with contextlib.suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        for each in (self.holds, self.link):
            with contextlib.suppress(OSError):
                each.close()


class NewsReader:
    """What has news since it was asked last, over a connection that does nothing else.

    On PostgreSQL a row may become visible after one with a higher number. Nothing here needs an order, so each look
    reads all rows from the oldest transaction that still ran at the look before, and leaves out those it has told.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._link: Any = None
        self._mark: Any = None
        self._from = 0
        self._told: dict[int, int] = {}

    def read(self) -> Iterable[Changed] | None:
        """What changed; None where something may have been missed: at first, and after the database was away."""
        if self._link is None:
            with self._app.app_context():
                self._sqlite = engines.is_sqlite()
                self._link = engines.connect_apart()
            self._look()
            return None
        return self._look()

    def _look(self) -> Iterable[Changed]:
        return self._look_at_sqlite() if self._sqlite else self._look_at_postgres()

    def _look_at_sqlite(self) -> list[Changed]:
        mark = self._link.execute("pragma data_version").fetchone()[0]
        if mark == self._mark:
            return []
        if self._mark is None:
            self._from = self._link.execute("select coalesce(max(id), 0) from news").fetchone()[0]
        self._mark = mark
        asked = "select id, team_id, about_kind, about_id from news where id > ? order by id"
        rows = self._link.execute(asked, (self._from,)).fetchall()
        if rows:
            self._from = rows[-1][0]
        return [row[1:] for row in rows]

    def _look_at_postgres(self) -> list[Changed]:
        asked = "select pg_current_snapshot()::text, pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        mark, oldest = self._link.execute(asked).fetchone()
        if mark == self._mark:
            return []
        first = self._mark is None
        self._mark = mark
        asked = "select id, xid, team_id, about_kind, about_id from news where xid >= %s"
        rows = self._link.execute(asked, (oldest if first else self._from,)).fetchall()
        fresh = [row[2:] for row in rows if row[0] not in self._told]
        if len(rows) > MOST_OPEN_ROWS:  # a transaction that runs for hours holds the horizon: pages ask in turn, too
            oldest = max(row[1] for row in rows) + 1
        self._from = oldest
        self._told = {row[0]: row[1] for row in rows if row[1] >= oldest}
        return [] if first else fresh

    def forget(self) -> None:
        """Close the connection; the next look opens another one."""
        link, self._link, self._mark, self._told = self._link, None, None, {}
        if link is not None:
            with contextlib.suppress(Exception):
                link.close()


class Hub:
    """All streams of a process, and the one thread that serves them; it starts with the first of them."""

    def __init__(self, read: Callable[[], Iterable[Changed] | None], forget: Callable[[], None],
                 alive: Callable[[], bool]) -> None:  # fmt: skip
        self._read, self._forget, self._alive = read, forget, alive
        self._seats: dict[int, Seat] = {}
        self._coming: deque[Seat] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._selector = selectors.DefaultSelector()
        self._bell, self._rings = socket.socketpair()
        for end in (self._bell, self._rings):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)

    def has_room(self, watching: Watching) -> bool:
        """Whether one more stream of this browser finds a seat."""
        seats = [*self._seats.values(), *self._coming]
        own = sum(seat.watching.browser == watching.browser for seat in seats)
        return self._alive() and len(seats) < MOST_STREAMS and own < MOST_OF_ONE

    def take(self, watching: Watching, link: socket.socket, holds: Any) -> None:
        """Serve a client from now on, for five minutes at most."""
        with self._lock:
            self._coming.append(Seat(watching, link, holds, time.monotonic() + LONGEST_SECONDS))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="streams", daemon=True)
                self._thread.start()
        with contextlib.suppress(OSError):
            self._rings.send(b"1")

    def _run(self) -> None:
        try:
            self._serve()
        except Exception:
            log.exception("the streams ended; pages open them again")
        with self._lock:
            self._thread = None
            for seat in [*self._seats.values(), *self._coming]:
                self._drop(seat)
            self._coming.clear()

    def _serve(self) -> None:
        looked = beaten = 0.0
        while self._alive():
            ready = self._selector.select(LOOK_SECONDS if self._seats else None)
            now = time.monotonic()
            self._listen(ready)
            looks = now - looked >= LOOK_SECONDS * 0.9 or bool(self._coming)
            looked = self._look(now) if looks and (self._seats or self._coming) else looked
            self._seat()
            if now - beaten >= BEAT_SECONDS:
                beaten = now
                self._tell(self._seats.values(), b":\n\n")
            for seat in [seat for seat in self._seats.values() if seat.until <= now]:
                self._drop(seat)

    def _listen(self, ready: list[tuple[selectors.SelectorKey, int]]) -> None:
        for key, _ in ready:
            if key.fileobj is self._bell:
                with contextlib.suppress(OSError):
                    self._bell.recv(4096)
            elif key.fd in self._seats and not self._seats[key.fd].hears():
                self._drop(self._seats[key.fd])

    def _look(self, now: float) -> float:
        """Read the news and tell them; what may have been missed is everything. Answers when to count from."""
        try:
            changed = self._read()
        except Exception as error:
            log.warning("the news can't be read: %s", type(error).__name__)
            self._forget()
            return now + AWAY_SECONDS
        if changed is None:
            self._tell(self._seats.values(), event({EVERYTHING}))
            return now
        by_team: dict[int, set[tuple[str, int]]] = {}
        for team_id, kind, row_id in changed:
            if kind in FOLLOWED:
                by_team.setdefault(team_id, set()).add((kind, row_id))
        for seat in [seat for seat in self._seats.values() if seat.watching.team_id in by_team]:
            told = {
                f"{kind}-{row_id}" for kind, row_id in by_team[seat.watching.team_id] if kind in seat.watching.kinds
            }
            if told:
                self._tell([seat], event(told))
        return now

    def _seat(self) -> None:
        """Let in who has come: what happens from here on they are told, what was before they ask for at once."""
        while self._coming:
            seat = self._coming.popleft()
            try:
                self._selector.register(seat.link, selectors.EVENT_READ)
            except (OSError, ValueError, KeyError):
                seat.end()
                continue
            self._seats[seat.file] = seat
            self._tell([seat], event({EVERYTHING}))

    def _tell(self, seats: Iterable[Seat], told: bytes) -> None:
        for seat in [seat for seat in seats if not seat.say(told)]:
            self._drop(seat)

    def _drop(self, seat: Seat) -> None:
        self._seats.pop(seat.file, None)
        with contextlib.suppress(KeyError, ValueError, OSError):
            self._selector.unregister(seat.link)
        seat.end()


def event(told: Iterable[str]) -> bytes:
    """One event that names what has changed."""
    return f"data: {' '.join(sorted(told))}\n\n".encode()


def hub_for(app: Flask, alive: Callable[[], bool]) -> Hub:
    """The hub of a server process; `alive` says when it ends, and then its streams end first."""
    reader = NewsReader(app)
    return Hub(reader.read, reader.forget, alive)


@query(P.PUBLIC)
def watching() -> Watching | None:
    """What the reader may follow: in their team; a shared desk that is locked follows the shows of its team."""
    who = actor.current()
    if who.team_id is None or not (who.signed_in or who.station):
        return None
    may = who.may if who.signed_in else ROLE_MAY[Role.VIEWER].__contains__
    kinds = {name for name, kind in KINDS.items() if name in FOLLOWED and may(kind.view)}
    browser = f"desk {who.station.id}" if who.station else f"device {who.session_id}"
    return Watching(who.team_id, browser, frozenset(kinds if who.signed_in else kinds & {"session"}))


@uses(watching)
def stream() -> Response:
    """Ids of what changes, as server-sent events; 204 where no stream can be had, which browsers take as an end."""
    found, hub = watching(), request.environ.get(HUB)
    if found is None or hub is None or not hub.has_room(found):
        return Response("", 204, headers={"Cache-Control": "no-store"})
    request.environ[SEAT] = found
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(iter([b"retry: 1500\n\n"]), mimetype="text/event-stream", headers=headers)


def init_app(app: Flask) -> None:
    """The one address."""
    app.add_url_rule("/stream", "stream", stream)
