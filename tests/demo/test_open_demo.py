"""The demo from the first-run page: only on an empty installation, once, with a password nobody knows beforehand."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

import config
from planner.app import create_app
from planner.base import engine as engines
from planner.base import jobs
from planner.base.actor import Actor, acting
from planner.base.models import Base
from planner.demo import fill, services
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.people import services as people
from tests.conftest import Visitor, settings
from tests.environment import fresh_database

HASH = "$argon2id$kept"
FIRST = {
    "login": "boss", "name": "老板", "password": "gentle evening light 8", "team_name": "我的直播间", "timezone": "Asia/Shanghai",
}  # fmt: skip


@pytest.fixture
def empty(engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation in which nobody has an account yet, not in demo mode."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'empty.db'}"
        if engine_name == "postgres":
            url = stack.enter_context(fresh_database("planner_demo"))
        app = create_app(settings(url, tmp_path / "files"))
        with app.app_context():
            Base.metadata.create_all(engines.engine())
        yield app
        with app.app_context():
            engines.database.engine.dispose()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """People and teams without the story of sixty shows, which takes its time."""
    monkeypatch.setattr(fill, "_tell", lambda room, now: None)


def rows(app: Flask, statement: str) -> list[Any]:
    with app.app_context(), engines.engine().connect() as link:
        return list(link.execute(text(statement)))


def work(app: Flask) -> int:
    """What the worker does when it is woken."""
    with app.app_context():
        return jobs.run_pending()


def opened(app: Flask, once: str | None = None) -> Visitor:
    """A browser that has pressed the button."""
    visitor = Visitor(app.test_client())
    page = visitor.get("/first-run")
    assert 'action="/first-run/demo"' in page.text
    answer = visitor.post_form("/first-run/demo", once=once)
    assert (answer.status_code, answer.location) == (303, "/first-run/demo")
    return visitor


def password_in(page: str) -> str:
    found = re.search(r'<pre id="password">([^<]*)</pre>', page)
    assert found, page
    return found[1]


@pytest.mark.engines
def test_the_button_makes_the_demo_and_shows_its_password_once(empty: Flask) -> None:
    visitor = opened(empty)
    for path in ("/first-run/demo", "/first-run/demo?part=state"):
        waiting = visitor.get(path)
        assert waiting.status_code == 200
        assert "约需一分钟" in waiting.text
        assert "password" not in waiting.text
    for path in ("/login", "/", "/first-run"):
        assert Visitor(empty.test_client()).get(path, follow_redirects=True).request.path == "/first-run/demo"
    assert work(empty) == 1
    page = visitor.get("/first-run/demo").text
    password = password_in(page)
    assert re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", password)
    assert password != config.DEMO_PASSWORD
    assert "outsider" in page
    assert password in visitor.get("/first-run/demo?part=state").text
    stranger = Visitor(empty.test_client())
    assert stranger.get("/first-run/demo").location == "/login"
    assert password not in stranger.get("/login").text, "nobody else is told"
    stranger.get("/login")
    assert stranger.post_form("/login", {"login": "lead", "password": config.DEMO_PASSWORD}).status_code == 422
    assert visitor.get("/login").status_code == 200
    assert visitor.post_form("/login", {"login": "lead", "password": password}).status_code == 303
    assert visitor.get("/").status_code == 200
    assert visitor.get("/first-run/demo").location == "/login"
    assert rows(empty, "SELECT count(*) FROM live_session WHERE state IN ('ended', 'reviewed')") == [(60,)]
    assert rows(empty, "SELECT args FROM job WHERE name = 'demo.fill'")[0][0] in ("{}", {})


def test_in_demo_mode_it_has_the_password_that_is_told_everywhere(empty: Flask, short: None) -> None:
    empty.config["DEMO"] = True
    visitor = opened(empty)
    work(empty)
    assert password_in(visitor.get("/first-run/demo").text) == empty.config["DEMO_PASSWORD"]


def test_a_double_click_makes_one_and_shows_one_password(empty: Flask, short: None) -> None:
    first = opened(empty, once="a" * 32)
    again = first.post_form("/first-run/demo", once="a" * 32)
    assert again.status_code == 303
    assert rows(empty, "SELECT count(*) FROM team") == [(1,)]
    work(empty)
    password = password_in(first.get("/first-run/demo").text)
    first.get("/login")
    assert first.post_form("/login", {"login": "host", "password": password}).status_code == 303


def test_the_job_done_twice_is_done_once(empty: Flask, short: None) -> None:
    opened(empty)
    work(empty)
    before = rows(empty, "SELECT count(*) FROM user_account")
    with empty.app_context(), acting(Actor(is_system=True, is_admin=True)):
        fill.fill_demo(HASH)
    assert rows(empty, "SELECT count(*) FROM user_account") == before


@pytest.mark.engines
def test_where_somebody_is_nobody_makes_a_demo_and_the_other_way_round(empty: Flask) -> None:
    visitor = Visitor(empty.test_client())
    visitor.get("/first-run")
    boss = Visitor(empty.test_client())
    boss.get("/first-run")
    opened(empty)
    late = boss.post_form("/first-run", FIRST)
    assert late.status_code == 422
    assert "演示团队正在搭建" in late.text
    assert 'value="我的直播间"' in late.text
    refused = visitor.post_form("/first-run/demo")
    assert refused.status_code == 409
    assert rows(empty, "SELECT count(*) FROM team") == [(1,)]


def test_a_real_installation_stays_real(empty: Flask) -> None:
    late, boss = Visitor(empty.test_client()), Visitor(empty.test_client())
    late.get("/first-run")
    boss.get("/first-run")
    assert boss.post_form("/first-run", FIRST).status_code == 303
    boss.get("/me")
    assert late.post_form("/first-run/demo").status_code == 409
    assert boss.post_form("/first-run/demo").status_code == 409
    assert boss.post_form("/first-run/demo/drop").status_code == 409
    assert work(empty) == 0
    assert rows(empty, "SELECT count(*) FROM user_account") == [(1,)]
    assert late.get("/first-run/demo").location == "/login"


@pytest.mark.engines
def test_first_run_and_demo_at_the_same_moment_are_one(empty: Flask) -> None:
    gate, told = threading.Barrier(4), list[Any]()

    def one(ask: Callable[[], int]) -> None:
        with empty.app_context():
            gate.wait()
            try:
                told.append(ask())
            except Refused as fault:
                told.append(fault)

    first = lambda: people.first_run("boss", "老板", HASH, "我的直播间", "Asia/Shanghai")  # noqa: E731
    demo = lambda: services.begin_demo(HASH)  # noqa: E731
    threads = [threading.Thread(target=one, args=(ask,)) for ask in (first, demo, first, demo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(isinstance(each, int) for each in told) == 1
    assert len(told) == 4
    assert rows(empty, "SELECT count(*) FROM team") == [(1,)]


def test_what_failed_or_never_began_can_be_started_over(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = opened(empty)
    assert visitor.post_form("/first-run/demo/drop").status_code == 409, "somebody may be at it"

    def broken(password_hash: str) -> None:
        raise RuntimeError("no room left")

    with monkeypatch.context() as patch:
        patch.setattr(fill, "fill_demo", broken)
        assert work(empty) == 1
    page = visitor.get("/first-run/demo").text
    assert "没有建成" in page
    assert visitor.post_form("/first-run/demo/drop").location == "/first-run"
    assert rows(empty, "SELECT count(*) FROM team") == [(0,)]
    visitor = opened(empty)
    with monkeypatch.context() as patch:
        later = clock.now()
        patch.setattr(clock, "now", lambda: later.replace(year=later.year + 1))
        assert "后台任务进程还没有开始" in visitor.get("/first-run/demo").text
        assert visitor.post_form("/first-run/demo/drop").status_code == 303
    assert work(empty) == 0
    assert visitor.post_form("/first-run", FIRST).status_code == 303


def test_the_command_takes_over_what_the_button_began(empty: Flask, short: None) -> None:
    opened(empty)
    empty.config["DEMO"] = True
    done = empty.test_cli_runner().invoke(args=["planner", "demo", "--if-empty"])
    assert done.exit_code == 0, done.output
    assert rows(empty, "SELECT count(*) FROM team WHERE is_demo") == [(1,)]
    assert work(empty) == 1
    assert rows(empty, "SELECT count(*) FROM user_account") == [(11,)]
