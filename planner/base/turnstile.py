"""Few requests compute at once, many clients may be slow at once: the body is read before a slot is taken."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import Any

READ_STEP = 64 * 1024
MEMORY_LIMIT = 256 * 1024

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Turnstile:
    """A WSGI wrapper around the whole application that lets `slots` requests of this process compute at a time.

    Reading a slow upload and sending a slow answer happen outside of the slot, so they cost a thread and nothing else.
    A body that is announced larger than `largest` is handed on unread: the application refuses it by its length.
    """

    def __init__(self, app: WsgiApp, slots: int, largest: int = 64 * 1024 * 1024) -> None:
        self.app = app
        self.gate = threading.BoundedSemaphore(slots)
        self.largest = largest

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH")
        if not length or not length.isdigit() or not 0 < int(length) <= self.largest:
            with self.gate:
                return self.app(environ, start_response)
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
            with self.gate:
                return self.app(environ, start_response)
