"""From an empty installation into the demo: one button, a page that waits, and a way in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from planner.app import create_app
from planner.base import jobs
from planner.base.engine import engine
from planner.base.models import Base
from planner.demo import fill
from tests.conftest import settings
from tests.journeys.conftest import DESK, PHONE, Enter
from tests.ui.kit import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Flask, str]]:
    """Nobody has an account yet, and the story of the demo is a short one."""
    monkeypatch.setattr(fill, "_tell", lambda room, now: None)
    app = create_app(settings(f"sqlite:///{tmp_path}/empty.db", tmp_path / "files"))
    with app.app_context():
        Base.metadata.create_all(engine())
    with serving(app) as place:
        yield app, place


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_waits_and_then_lets_one_in(empty: tuple[Flask, str], enter: Enter, size: dict[str, int]) -> None:
    app, place = empty
    page = enter(place, "", "", size)
    page.goto(place)
    page.wait_for_url("**/first-run")
    page.click("button:has-text('进入演示'):visible")
    page.wait_for_selector("text=约需一分钟")
    with app.app_context():
        assert jobs.run_pending() == 1
    page.wait_for_selector("#password")
    password = page.inner_text("#password")
    page.click("main a.btn-primary")
    page.fill("input[name=login]", "host")
    page.fill("input[name=password]", password)
    page.click("main .btn-primary")
    page.wait_for_selector("h1")
    assert page.url == f"{place}/"


def test_without_javascript_one_looks_again(empty: tuple[Flask, str], enter: Enter) -> None:
    app, place = empty
    page = enter(place, "", "", DESK, language="en", java_script_enabled=False)
    page.goto(f"{place}/first-run")
    page.click("button:has-text('Open the demo team'):visible")
    page.wait_for_selector("text=Look again")
    with app.app_context():
        jobs.run_pending()
    page.click("text=Look again")
    assert page.locator("#password").is_visible()
