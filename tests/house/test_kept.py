"""Kept answers: never older than the data, never another reader's, and with keys of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from planner.app import create_app
from planner.base import engine as engines
from planner.base.actor import acting
from planner.live import services as live
from planner.live.rules import Platform
from tests.cast import PASSWORD, Cast
from tests.conftest import Prepared, Visitor
from tests.demo_room import Statements

pytestmark = pytest.mark.engines
NOW = "2026-03-02T12:00:01+08:00"


@pytest.fixture
def keeping(here: Prepared) -> Iterator[Flask]:
    """A second process on the same database, which keeps its answers."""
    app = create_app({**here.app.config, "KEPT_ANSWERS": 3})
    yield app
    with app.app_context():
        app.extensions["planner_kept"].watcher.forget()
        engines.database.engine.dispose()


@pytest.fixture
def visit(keeping: Flask) -> Callable[[str], Visitor]:
    def sign_in(login: str) -> Visitor:
        visitor = Visitor(keeping.test_client())
        visitor.get("/login")
        assert visitor.post_form("/login", {"login": login, "password": PASSWORD}).status_code == 303
        visitor.get("/settings/channels")
        visitor.get("/settings/channels")
        return visitor

    return sign_in


def once_keys(text: str) -> list[str]:
    return re.findall(r'name="once" value="([0-9a-f]{32})"', text)


def test_the_second_look_asks_nothing_and_has_keys_of_its_own(keeping: Flask, visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False):
        lead = visit("lead")
        # PostgreSQL's mark is the whole server's: what other databases write meanwhile has a look ask again.
        for _try in range(50):
            with Statements(keeping) as asked:
                first, second = lead.get("/settings/channels"), lead.get("/settings/channels")
            if not asked.told:
                break
        assert asked.told == []
    assert once_keys(first.text)
    assert not set(once_keys(first.text)) & set(once_keys(second.text))
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert second.headers["X-Request-Id"] in second.text
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


@pytest.mark.both
def test_a_change_of_another_process_is_seen_at_once(db: Flask, cast: Cast, visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False):
        lead = visit("lead")
        for number in range(3):
            assert f"新号{number}" not in lead.get("/settings/channels").text
            with acting(cast.actors["lead"]):
                live.add_channel(Platform.DOUYIN, f"新号{number}", f"new_{number}")
            assert f"新号{number}" in lead.get("/settings/channels").text


def test_nobody_gets_the_page_of_somebody_else(visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False):
        lead, outsider, nobody = (
            visit("lead"),
            visit("outsider"),
            Visitor(visit("lead").client.application.test_client()),
        )
        assert "晨光美妆" in lead.get("/settings/channels").text
        assert "晨光美妆" not in outsider.get("/settings/channels").text
        assert nobody.get("/settings/channels").status_code == 303


def test_a_revoked_device_is_out_at_its_next_request(visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False):
        here, there = visit("lead"), visit("lead")
        assert there.get("/settings/channels").status_code == 200
        assert here.post_form("/me/devices/end-others").status_code == 303
        assert there.get("/settings/channels").status_code == 303


def test_time_passes(keeping: Flask, visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        lead = visit("lead")
        clock.shift(5)
        with Statements(keeping) as asked:
            lead.get("/settings/channels")
        assert asked.told


def test_strips_are_shown_once(visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False):
        lead = visit("lead")
        made = lead.post_form("/settings/channels", {"platform": "douyin", "name": "一号", "account": "one"})
        assert made.status_code == 303
        shown = ["/undo/" in lead.get("/settings/channels").text for _ in range(3)]
        assert shown == [True, False, False]


def test_only_so_many_are_kept(keeping: Flask, visit: Callable[[str], Visitor]) -> None:
    with time_machine.travel(NOW, tick=False):
        lead = visit("lead")
        for path in ("/sessions", "/plan", "/results", "/settings"):
            lead.get(path)
        assert len(keeping.extensions["planner_kept"]._answers) <= 3
