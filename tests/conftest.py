"""Fixtures for everything that needs the program: an application on a fresh copy of a prepared database, and a small cast.

`db` gives SQLite; a test marked `engines` is about data: `make test` runs it on PostgreSQL, `make test-all` runs
everything on both engines. One marked `both` is about what each of them does in its own way. One marked `postgres`
runs on PostgreSQL only. With PLANNER_TEST_ENGINE=postgres everything runs there.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse
from xdist.scheduler.loadscope import LoadScopeScheduling

import config
from planner.app import create_app
from planner.base import engine as engines
from planner.base import i18n
from planner.base.actor import Actor, acting
from planner.base.models import Base
from planner.kernel import clock
from tests import cast as casting
from tests import renewing
from tests.environment import browser, browser_flags, fresh_database

WIDE = bool(os.environ.get("PLANNER_TEST_ALL"))
DEFAULT_ENGINE = os.environ.get("PLANNER_TEST_ENGINE", "sqlite")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which engines a test runs on."""
    if "engine_name" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    there = "postgres" in marks or ("engines" in marks and not WIDE)
    names = ["postgres" if there else DEFAULT_ENGINE]
    metafunc.parametrize("engine_name", ["sqlite", "postgres"] if "both" in marks and not WIDE else names)


WALKS = ("tests/house/test_pages.py", "tests/house/test_rendering.py")
"""They look at the same walks through the demo, so they share a process."""


class WalksTogether(LoadScopeScheduling):
    """Tests go one by one to whichever process is free, those of a walk together and first."""

    def _split_scope(self, nodeid: str) -> str:
        return "walks" if nodeid.startswith(WALKS) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Only where tests run in several processes."""
    return WalksTogether(config, log)


def settings(url: str, files: Path) -> dict[str, Any]:
    """The settings of the tests: as in production, with small secrets."""
    given = {"SECRET_KEY": "tests-" * 8, "DATABASE_URL": url, "FILES_DIR": str(files), "LOG_LEVEL": "critical"}
    return config.load(given) | {"QUEUE_URL": "none", "TESTING": True, "KEPT_ANSWERS": 0}


@dataclass
class Prepared:
    """One application for all tests of a process, and the database it starts each test from."""

    app: Flask
    cast: casting.Cast
    renew: Callable[[], None]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Prepared]]:
    """Make each engine's application once."""
    made: dict[str, Prepared] = {}
    with contextlib.ExitStack() as stack:

        def get(name: str) -> Prepared:
            if name not in made:
                make = _on_sqlite if name == "sqlite" else _on_postgres
                made[name] = make(tmp_path_factory.mktemp(name), stack)
            return made[name]

        yield get
        for one in made.values():
            with one.app.app_context():
                engines.database.engine.dispose()


def _fill(app: Flask) -> casting.Cast:
    with app.app_context():
        Base.metadata.create_all(engines.engine())
        cast = casting.build()
        engines.database.engine.dispose()
    return cast


def _on_sqlite(folder: Path, stack: contextlib.ExitStack) -> Prepared:
    path, kept = folder / "planner.db", folder / "kept.db"
    app = create_app(settings(f"sqlite:///{path}", folder / "files"))
    cast = _fill(app)
    shutil.copyfile(path, kept)

    def renew() -> None:
        with app.app_context():
            engines.database.engine.dispose()
        # A connection that a test forgot keeps the old file; SQLite shares what it knows of a file within a process.
        for extra in ("", "-wal", "-shm"):
            path.with_name(path.name + extra).unlink(missing_ok=True)
        shutil.copyfile(kept, path)
        shutil.rmtree(folder / "files", ignore_errors=True)

    return Prepared(app, cast, renew)


def _on_postgres(folder: Path, stack: contextlib.ExitStack) -> Prepared:
    kept = make_url(stack.enter_context(fresh_database("planner_kept")))
    name = f"{kept.database}_now"
    url = kept.set(database=name)
    server = kept.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    filling = create_app(settings(kept.render_as_string(hide_password=False), folder / "files"))
    cast = _fill(filling)
    app = create_app(settings(url.render_as_string(hide_password=False), folder / "files"))

    def forget() -> None:
        with app.app_context():
            engines.database.engine.dispose()

    copy = renewing.Copy(server, str(kept.database), name, forget)
    stack.callback(copy.drop)

    def renew() -> None:
        copy.renew()
        shutil.rmtree(folder / "files", ignore_errors=True)

    return Prepared(app, cast, renew)


STUDIO = ("--host-resolver-rules=MAP studio.test 127.0.0.1", "--no-proxy-server")
"""An address that is not this machine's own to the browser: over plain HTTP it has no service worker and no clipboard."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The browser of this machine; `make test` says which. One is started for all tests of a process."""
    return {"executable_path": str(browser()), "args": [*browser_flags(), *STUDIO]}


@pytest.fixture(autouse=True)
def _nobodys_language() -> None:
    """What a test before this one has chosen is not this one's language."""
    i18n.speak(None)


@pytest.fixture
def here(prepared: Callable[[str], Prepared], engine_name: str) -> Prepared:
    """The application on a fresh copy of the database."""
    one = prepared(engine_name)
    one.renew()
    return one


@pytest.fixture
def app(here: Prepared) -> Flask:
    """The application."""
    return here.app


@pytest.fixture
def db(app: Flask) -> Iterator[Flask]:
    """Inside of the application, outside of a request: services and queries can be called."""
    with app.app_context():
        yield app


@pytest.fixture
def cast(here: Prepared) -> casting.Cast:
    """Who and what there is."""
    return here.cast


@pytest.fixture
def as_(cast: casting.Cast) -> Callable[[str], contextlib.AbstractContextManager[Actor]]:
    """`with as_("lead"): ...`."""
    return lambda login: acting(cast.actors[login])


def apart(ask: Callable[..., TestResponse], *args: Any, **more: Any) -> TestResponse:
    """Ask in a context of its own, as a server does: of the test's own context only a standing clock goes along."""
    stands = clock.stands_at()

    def asked() -> TestResponse:
        with clock.standing(stands) if stands else contextlib.nullcontext():
            return ask(*args, **more)

    return contextvars.Context().run(asked)


class Visitor:
    """A browser without a screen. The CSRF token is that of the page it saw last; of `home` where it saw none."""

    def __init__(self, client: FlaskClient, token: str = "", home: str = "/login") -> None:
        self.client, self.home = client, home
        self._token = token

    @property
    def token(self) -> str:
        """What a form of this browser carries."""
        if not self._token:
            self.get(self.home)
        return self._token

    @token.setter
    def token(self, found: str) -> None:
        self._token = found

    def get(self, path: str, **more: Any) -> TestResponse:
        """A page; remembers its CSRF token."""
        answer = apart(self.client.get, path, **more)
        found = TOKEN.search(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else None
        self._token = found[1] if found else self._token
        return answer

    def post_form(
        self, path: str, data: dict[str, Any] | None = None, once: str | None = None, **more: Any
    ) -> TestResponse:
        """Send a form with its token and a once-key."""
        key = os.urandom(16).hex() if once is None else once
        sent = {"csrf_token": self.token, "once": key, **(data or {})}
        return apart(self.client.post, path, data=sent, **more)

    def in_english(self) -> Visitor:
        """The same browser, whose person reads English from now on."""
        self.post_form("/me/language", {"language": "en"})
        return self


@pytest.fixture
def client_of(app: Flask) -> Callable[[str], Visitor]:
    """A browser in which this person has signed in; "" is nobody."""

    def sign_in(login: str) -> Visitor:
        visitor = Visitor(app.test_client())
        if login:
            visitor.get("/login")
            answer = visitor.post_form("/login", {"login": login, "password": casting.PASSWORD})
            assert answer.status_code == 303, f"{login} could not sign in: {answer.status_code}"
            visitor.token, visitor.home = "", "/me"
        return visitor

    return sign_in
