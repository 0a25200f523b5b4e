"""Running servers for journeys: the small cast, an empty installation, the demo room."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, Page

from planner.app import create_app
from planner.kernel import clock
from tests.conftest import settings
from tests.demo_room import make_room
from tests.ui.kit import ROOT, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

QUIET = re.compile("ERR_|Failed to load resource|htmx:(afterRequest|sendError|sendAbort)")
"""What a browser says about an answer of 404 or 422, about the network a test has taken away, or about a look for news
that was under way when the page was left."""

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SIDES = [pytest.param(PHONE, "zh-CN", id="phone-zh"), pytest.param(DESK, "en", id="desk-en")]
"""The two ways a long journey is walked; `make test` walks it one way, `make test-all` both."""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application with the small cast, being served."""
    with serving(app) as place:
        yield place


@pytest.fixture
def empty_address(tmp_path: Path) -> Iterator[str]:
    """An installation nobody has used yet."""
    app = create_app(settings(f"sqlite:///{tmp_path}/empty.db", tmp_path / "files"))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    with serving(app) as place:
        yield place


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The demo room, and where it is being served."""
    app = make_room(tmp_path_factory.mktemp("room"))
    with serving(app) as place:
        yield app, place


class Hands:
    """The hands of the server's clock: it goes on from where it is put, request by request."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def put(self, at: datetime) -> None:
        """From now on it is this instant, and time goes on."""
        self._ahead = at - datetime.now(UTC)

    def now(self) -> datetime:
        """What the server takes for now."""
        return datetime.now(UTC) + self._ahead


@pytest.fixture
def hands(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """The clock of the served application. It is moved around the application, which knows of no such door."""
    held, answers = Hands(), app.wsgi_app

    def at_its_hour(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with clock.standing(held.now()):
            return answers(environ, start_response)

    monkeypatch.setattr(app, "wsgi_app", at_its_hour)
    return held


Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser) -> Iterator[Enter]:
    """Open a browser window of one's own and sign in through the page."""
    with contextlib.ExitStack() as stack:

        def sign_in(
            place: str, login: str, password: str, size: dict[str, int], language: str = "zh-CN", **more: object
        ) -> Page:
            more.setdefault("service_workers", "block")
            window = browser.new_context(viewport=size, locale=language, has_touch=size == PHONE, **more)  # type: ignore[arg-type]
            stack.callback(window.close)
            page = window.new_page()
            faults: list[str] = []
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on(
                "console",
                lambda told: faults.append(told.text) if told.type == "error" and not QUIET.search(told.text) else None,
            )
            stack.callback(lambda: _none(faults))
            if login:
                wanted = "zh_Hans_CN" if language.startswith("zh") else "en"
                # Only the browser itself knows a name that it was told to resolve.
                (_by_page if "studio.test" in place else _by_form)(page, place, login, password, wanted)
                page.goto(f"{place}/")
            return page

        yield sign_in


def _by_page(page: Page, place: str, login: str, password: str, language: str) -> None:
    page.goto(f"{place}/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{place}/me")
    page.locator(f"main button[value={language}]").click()


def _by_form(page: Page, place: str, login: str, password: str, language: str) -> None:
    """The same forms, sent from this window without drawing their pages: most journeys begin after them."""
    sending = page.context.request
    for path, to, more in (
        ("/login", "/login", {"login": login, "password": password}),
        ("/me", "/me/language", {"language": language}),
    ):
        text = sending.get(f"{place}{path}").text()
        kept = {name: _value(text, name) for name in ("csrf_token", "once")}
        answer = sending.post(f"{place}{to}", form={**kept, **more}, max_redirects=0)
        assert answer.status == 303, f"{to} answered {answer.status}"


def _value(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found, f"no {name} in the form"
    return found[1]


def _none(faults: list[str]) -> None:
    assert faults == []
