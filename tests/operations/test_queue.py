"""The queue only wakes workers: through a file or Redis; a queue that is away costs nothing but time."""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask

from planner.app import create_app
from planner.base import jobs, worker
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.verbs import command
from planner.kernel.permissions import P
from tests.cast import Cast
from tests.operations.processes import free_port

As = Callable[[str], AbstractContextManager[Actor]]


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis with a password, until the block ends."""
    port = free_port()
    command_line = ["redis-server", "--port", str(port), "--requirepass", "pw", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ready to accept connections" in line:
                break
        with socket.create_connection(("127.0.0.1", port), 5):
            pass
        try:
            yield f"redis://:pw@127.0.0.1:{port}/0"
        finally:
            process.kill()


@pytest.fixture(params=["file", "redis"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where wake-up calls go."""
    if request.param == "file":
        yield str(tmp_path / "queue.db")
    elif shutil.which("redis-server") is None:
        pytest.skip("no redis-server on the path")
    else:
        with redis_server(tmp_path) as url:
            yield url


@pytest.fixture
def waking(app: Flask, queue_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The installation with this queue."""
    monkeypatch.setattr(jobs, "WAKERS", [])
    taken = {name: value for name, value in app.config.items() if not name.startswith("SQLALCHEMY")}
    made = create_app(taken | {"QUEUE_URL": queue_url})
    with made.app_context():
        yield made
        engine().dispose()


@command(P.SESSION_VIEW)
def ask_for(name: str, fail: bool = False) -> int:
    """A job, as a command of a column asks for one."""
    row_id = jobs.enqueue(name)
    if fail:
        raise RuntimeError("after all not")
    return row_id


@pytest.fixture
def did(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the job of these tests has done."""
    done: list[str] = []
    monkeypatch.setitem(jobs.HANDLERS, "tests.note", jobs.Handler(lambda: done.append("noted"), "note", ()))
    return done


def next_call(app: Flask) -> Any:
    return worker.queue_of(app).dequeue() if worker.queue_of(app).pending_count() else None


def test_a_commit_wakes_the_worker_and_a_rollback_does_not(waking: Flask, cast: Cast, did: list[str]) -> None:
    with acting(cast.actors["lead"]):
        with pytest.raises(RuntimeError):
            ask_for("tests.note", fail=True)
        assert next_call(waking) is None
        ask_for("tests.note")
    call = next_call(waking)
    assert call is not None
    assert did == []
    worker.queue_of(waking).execute(call)
    assert did == ["noted"]
    assert next_call(waking) is None


def test_a_queue_that_is_away_refuses_nobody(
    app: Flask, cast: Cast, did: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(jobs, "WAKERS", [])
    taken = {name: value for name, value in app.config.items() if not name.startswith("SQLALCHEMY")}
    for nowhere in (f"redis://127.0.0.1:{free_port()}/0", str(tmp_path / "no" / "folder" / "queue.db")):
        jobs.WAKERS.clear()
        made = create_app(taken | {"QUEUE_URL": nowhere})
        with made.app_context():
            with acting(cast.actors["lead"]):
                assert ask_for("tests.note") > 0
            assert jobs.run_pending() == 1, "the next look finds it"
            engine().dispose()
    assert did == ["noted", "noted"]


def test_the_round_looks_for_jobs_that_nobody_called_for(
    waking: Flask, cast: Cast, did: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "ROUNDS", {})
    with acting(cast.actors["lead"]):
        ask_for("tests.note")
    worker.queue_of(waking).flush()
    waking.extensions["planner_round"]()
    worker.queue_of(waking).execute(next_call(waking))
    assert did == ["noted"]


def test_a_queue_that_is_away_is_said_once_a_minute_and_all_else_always(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: clock[0])
    calm = worker.Calm()

    def record(fault: Exception | None) -> logging.LogRecord:
        told = (type(fault), fault, None) if fault else None
        return logging.LogRecord("huey.consumer", logging.ERROR, "x.py", 1, "went wrong", (), told)

    away = record(redis.ConnectionError("Connection refused"))
    assert calm.filter(away)
    assert away.exc_info is None
    assert "Connection refused" in away.getMessage()
    assert not calm.filter(record(ConnectionResetError()))
    bug = record(ValueError("a bug"))
    assert calm.filter(bug)
    assert bug.exc_info is not None
    assert calm.filter(record(None))
    clock[0] += worker.Calm.EVERY_SECONDS
    assert calm.filter(record(redis.ConnectionError()))
