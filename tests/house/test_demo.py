"""The demo team: a believable quarter around today, which moves with the days until somebody writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from planner.app import create_app
from planner.base import engine as engines
from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.rules import Platform
from planner.people import passwords
from tests.conftest import WIDE, settings


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An installation in demo mode with nothing in it yet."""
    monkeypatch.setattr(passwords, "hash_password", lambda password: f"${password}")
    app = create_app({**settings(f"sqlite:///{tmp_path}/demo.db", tmp_path / "files"), "DEMO": True})
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    yield app
    with app.app_context():
        engines.database.engine.dispose()


def start(app: Flask) -> str:
    """What happens at every start."""
    done = app.test_cli_runner().invoke(args=["planner", "demo", "--if-empty"])
    assert done.exit_code == 0, done.output
    return done.output


def told(app: Flask, statement: str) -> object:
    with app.app_context(), engines.engine().connect() as link:
        return link.execute(text(statement)).scalar()


TONIGHT = "SELECT count(*) FROM live_session WHERE state IN ('preparing', 'scheduled') AND substr(planned_start, 1, 10) = '{}'"


def test_the_story_moves_with_the_days_until_somebody_writes(demo: Flask) -> None:
    with time_machine.travel("2026-03-02T10:00:00+08:00"):
        assert "ready" in start(demo)
        assert told(demo, "SELECT count(*) FROM live_session WHERE state IN ('ended', 'reviewed')") == 60
        assert told(demo, TONIGHT.format("2026-03-02")) == 1
        assert start(demo) == "", "the same day changes nothing"
    with time_machine.travel("2026-03-05T10:00:00+08:00"):
        assert "ready" in start(demo)
        assert told(demo, TONIGHT.format("2026-03-05")) == 1
        team = told(demo, "SELECT id FROM team WHERE is_demo")
        lead = told(demo, "SELECT id FROM user_account WHERE login = 'lead'")
        assert isinstance(team, int)
        assert isinstance(lead, int)
        with demo.app_context(), acting(Actor(user_id=lead, team_id=team, role=Role.LEAD)):
            live.add_channel(Platform.TAOBAO, "我写的", "mine")
    with time_machine.travel("2026-03-09T10:00:00+08:00"):
        assert start(demo) == "", "what people wrote is never thrown away"
        assert told(demo, "SELECT count(*) FROM channel WHERE name = '我写的'") == 1


def test_no_demo_outside_of_demo_mode(tmp_path: Path) -> None:
    app = create_app(settings(f"sqlite:///{tmp_path}/real.db", tmp_path / "files"))
    assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    done = app.test_cli_runner().invoke(args=["planner", "demo", "--fresh"])
    assert done.exit_code == 1
    assert "demo mode" in done.output
    with app.app_context():
        engines.database.engine.dispose()


HAPPENED = (
    ("audit_entry", "at"), ("news", "at"), ("tick", "tapped_at"), ("checklist_item", "acted_at"), ("log_entry", "at"),
    ("figure_set", "taken_at"), ("live_session", "real_end"), ("live_session", "created_at"), ("airing", "real_end"),
    ("step", "done_at"), ("review", "closed_at"), ("sop_proposal", "decided_at"), ("action_check", "signed_at"),
)  # fmt: skip


@pytest.mark.parametrize("now", ["02:00", "06:05", "13:30", "23:55"] if WIDE else ["02:00"])
def test_nothing_has_happened_in_the_future(demo: Flask, now: str) -> None:
    with time_machine.travel(f"2026-03-04T{now}:00+08:00", tick=False):
        start(demo)
        for table, column in HAPPENED:
            last = told(demo, f"SELECT max({column}) FROM {table}")  # nosec B608
            assert str(last)[:19] <= f"{clock.now():%Y-%m-%d %H:%M:%S}", (table, column, last)
