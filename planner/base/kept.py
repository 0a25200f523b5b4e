"""Answers that are kept while nothing has changed: the second look at a page, and the phones that ask again and again.

A GET that answered 200 is kept under everything it may depend on: the address, the reader's cookies and languages, a
stretch of five seconds, and the *mark* of the database. The mark changes with every committed transaction, so a kept
answer is never older than the data: on SQLite it is `PRAGMA data_version` of a connection that only watches, on
PostgreSQL the current snapshot (equal snapshots see the same rows). What belongs to one answer alone is put in anew
each time: the once-only keys of its forms, the number of the request, the time of the server.
"""

from __future__ import annotations

import itertools
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, request, session

from planner.base import engine as engines
from planner.base import show
from planner.kernel import clock

STRETCH_SECONDS = 5
LARGEST_BYTES = 300_000
ONCE = re.compile(rb'name="once" value="[0-9a-f]{32}"')
SERVER_NOW = re.compile(rb'<meta name="server-now" content="[^"]*">')
ASKED_WITH = ("Cookie", "Accept-Language", "Accept", "Host", "X-Requested-With", "HX-Request", "HX-Target")


@dataclass(frozen=True)
class Kept:
    """An answer between its once-only keys, and the number of the request it was made for."""

    pieces: tuple[bytes, ...]
    number: bytes
    headers: tuple[tuple[str, str], ...]


class Watcher:
    """Tells the mark of the database over connections that do nothing else.

    On SQLite all threads of a process ask one connection in turn, so that they have one mark and share what is kept; on
    PostgreSQL, where the mark is the server's own, each thread has a connection.
    """

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._of_process: Any = None
        self._turn = threading.Lock()
        self._count = itertools.count()
        self._number = 0

    def mark(self) -> str | None:
        """The mark; None where the database does not answer: the ordinary way has a page for that."""
        try:
            return self._of_sqlite() if engines.is_sqlite() else self._of_postgres()
        except Exception:
            self.forget()
            return None

    def _of_sqlite(self) -> str:
        with self._turn:
            if self._of_process is None:
                self._of_process, self._number = engines.connect_apart(), next(self._count)
            return f"{self._number}:{self._of_process.execute('pragma data_version').fetchone()[0]}"

    def _of_postgres(self) -> str:
        mine: Any = self._of_thread
        if not hasattr(mine, "link"):
            mine.link = engines.connect_apart()
        return str(mine.link.execute("select pg_current_snapshot()::text").fetchone()[0])

    def forget(self) -> None:
        """Close the connection of this thread, or of the process."""
        with self._turn:
            link, self._of_process = self._of_process, None
        link = self._of_thread.__dict__.pop("link", link)
        if link is not None:
            link.close()


class Shelf:
    """The kept answers of one process, the oldest go first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.watcher = Watcher()
        self._answers: OrderedDict[Any, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: Any) -> Kept | None:
        """A kept answer."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: Any, answer: Kept) -> None:
        """Keep an answer."""
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self.most:
                self._answers.popitem(last=False)


def _shelf() -> Shelf:
    return current_app.extensions["planner_kept"]


def _look() -> Response | None:
    """Before anything else of a request: the kept answer, if the database has not changed since."""
    g.kept_key = None
    if request.method != "GET" or not hasattr(current_app.view_functions.get(request.endpoint or ""), "__uses__"):
        return None
    mark = _shelf().watcher.mark()
    if mark is None:
        return None
    stretch = int(clock.now().timestamp()) // STRETCH_SECONDS
    asked = tuple(request.headers.get(name) for name in ASKED_WITH)
    g.kept_key = (mark, stretch, request.scheme, request.script_root, request.full_path, asked)
    found = _shelf().find(g.kept_key)
    if found is None:
        return None
    g.kept_key = None
    g.request_id = secrets.token_hex(6)
    body = _with_keys(found.pieces).replace(found.number, g.request_id.encode())
    body = SERVER_NOW.sub(b'<meta name="server-now" content="%s">' % show.iso(clock.now()).encode(), body, count=1)
    answer = Response(body, 200, headers=list(found.headers))
    if answer.get_etag()[0]:
        answer.make_conditional(request)
    return answer


def _with_keys(pieces: tuple[bytes, ...]) -> bytes:
    """The page with a once-only key of its own for each of its forms."""
    first, *rest = pieces
    drawn = secrets.token_hex(16 * len(rest)).encode()
    keys = (b'name="once" value="%s"' % drawn[at : at + 32] for at in range(0, len(drawn), 32))
    return b"".join(itertools.chain([first], *zip(keys, rest, strict=True)))


def _keep(answer: Response) -> Response:
    """After everything else: keep what may be shown again."""
    key = g.get("kept_key")
    if (
        key is not None
        and answer.status_code == 200
        and answer.mimetype == "text/html"
        and not answer.is_streamed
        and not session.modified
        and "no-store" not in answer.headers.get("Cache-Control", "")
        and "Set-Cookie" not in answer.headers
    ):
        body = answer.get_data()
        if len(body) <= LARGEST_BYTES:
            told = tuple(
                (name, value) for name, value in answer.headers if name not in ("X-Request-Id", "Content-Length")
            )
            _shelf().put(key, Kept(tuple(ONCE.split(body)), g.request_id.encode(), told))
    return answer


def init_app(app: Flask) -> None:
    """Hang it before and after everything else; to be called last. KEPT_ANSWERS says how many a process keeps."""
    most = app.config.get("KEPT_ANSWERS", 0)
    if not most:
        return
    app.extensions["planner_kept"] = Shelf(most)
    app.before_request_funcs.setdefault(None, []).insert(0, _look)
    app.after_request_funcs.setdefault(None, []).insert(0, _keep)
