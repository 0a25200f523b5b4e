"""Few requests compute at once, many clients may be slow at once: the body is read before a slot is taken."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

READ_STEP = 64 * 1024
MEMORY_LIMIT = 256 * 1024

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HUB, SEAT = "planner.hub", "planner.seat"
"""What a request is told when its socket can be handed over, and what its answer leaves there when it should."""


class Taker(Protocol):
    """Whoever serves a client once the server has let go of it."""

    def take(self, seat: Any, link: Any, holds: Any) -> None:
        """Serve this socket from now on; `holds` keeps it open."""


class HandingOver:
    """The beginning of an answer that never ends: once the server has sent it, the socket goes to somebody else."""

    def __init__(self, answer: Iterable[bytes], environ: dict[str, Any], server: Any) -> None:
        self._answer, self._environ = answer, environ
        server.force_close()  # of what is sent, the end is the end of the connection
        server.chunked = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """The server is done with it, and closes its side next: a file made of the socket keeps it open."""
        close = getattr(self._answer, "close", None)
        if close is not None:
            close()
        link = self._environ["gunicorn.socket"]
        self._environ[HUB].take(self._environ[SEAT], link, link.makefile("rb", buffering=0))


class Turnstile:
    """A WSGI wrapper around the whole application that lets `slots` requests of this process compute at a time.

    Reading a slow upload and sending a slow answer happen outside of the slot, so they cost a thread and nothing else.
    A body that is announced larger than `largest` is handed on unread: the application refuses it by its length.
    Streams keep neither a slot nor a thread: under gunicorn their sockets are handed to `hub`. Of what takes long by
    nature (`slow` are the ends of its paths) one at a time is let in, so that the other slots stay free for the rest.
    """

    def __init__(
        self,
        app: WsgiApp,
        slots: int,
        largest: int = 64 * 1024 * 1024,
        hub: Taker | None = None,
        slow: tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self.gate = threading.BoundedSemaphore(slots)
        self.largest = largest
        self.hub = hub
        self.slow = slow
        self.lane = threading.BoundedSemaphore(1)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        server = getattr(start_response, "__self__", None)
        if self.hub is None or "gunicorn.socket" not in environ or environ.get("HTTP_VERSION") == "2":
            return self._pass(environ, start_response)
        environ[HUB] = self.hub
        answer = self._pass(environ, start_response)
        return HandingOver(answer, environ, server) if SEAT in environ else answer

    def _pass(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH")
        if not length or not length.isdigit() or not 0 < int(length) <= self.largest:
            return self._enter(environ, start_response)
        with tempfile.SpooledTemporaryFile(max_size=MEMORY_LIMIT) as body:
            source, left = environ["wsgi.input"], int(length)
            while left > 0:
                piece = source.read(min(READ_STEP, left))
                if not piece:
                    break
                body.write(piece)
                left -= len(piece)
            body.seek(0)
            environ["wsgi.input"] = body
            return self._enter(environ, start_response)

    def _enter(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        slow = bool(self.slow) and environ.get("PATH_INFO", "").endswith(self.slow)
        with self.lane if slow else contextlib.nullcontext(), self.gate:
            return self.app(environ, start_response)
