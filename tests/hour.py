"""The hour at which the application takes a request of a test's browser to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from planner.kernel import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Hour:
    """The server's clock stands where it is put; it is moved around the application, which knows of no such door."""

    def __init__(self) -> None:
        self.at: datetime | None = None


@pytest.fixture
def hour(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Hour:
    """`hour.at = instant`: from now on each request comes at it."""
    held, answers = Hour(), app.wsgi_app

    def at_its_hour(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with clock.standing(held.at or clock.now()):
            return answers(environ, start_response)

    monkeypatch.setattr(app, "wsgi_app", at_its_hour)
    return held
