"""The one place that asks what time it is."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from contextvars import ContextVar
from datetime import UTC, datetime

_standing: ContextVar[datetime | None] = ContextVar("standing_clock", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _standing.get() or datetime.now(UTC)


def stands_at() -> datetime | None:
    """The instant this clock stands at; None where it goes."""
    return _standing.get()


@contextlib.contextmanager
def standing(instant: datetime) -> Generator[None, None, None]:
    """Let the clock stand at an instant: for the demo's past, and for tests."""
    token = _standing.set(instant)
    try:
        yield
    finally:
        _standing.reset(token)
