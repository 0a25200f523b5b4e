"""The worker process: Huey wakes it and keeps its schedule, the job rows say what to do."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis
from flask import Flask
from huey import RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy.engine import make_url

from planner.base import jobs

log = logging.getLogger("planner.worker")
_queues: dict[int, Any] = {}


def queue_of(app: Flask) -> Any:
    """The queue of wake-up calls: beside the SQLite database, in FILES_DIR, or on Redis by QUEUE_URL."""
    held = _queues.get(id(app))
    if held is None:
        url = app.config.get("QUEUE_URL", "")
        if url.startswith("redis"):
            held = RedisHuey("planner", url=url)
        else:
            database = make_url(app.config["DATABASE_URL"])
            folder = Path(app.config["FILES_DIR"])
            if database.get_backend_name() == "sqlite" and database.database:
                folder = Path(database.database).resolve().parent
            folder.mkdir(parents=True, exist_ok=True)
            held = SqliteHuey("planner", filename=url or str(folder / "queue.db"), fsync=False, results=False)
        _queues[id(app)] = held
        _register(app, held)
    return held


def close_queues() -> None:
    """Give back what this process holds of the queues; the next wake-up opens it again."""
    for queue in _queues.values():
        queue.storage.close()


def _register(app: Flask, queue: Any) -> None:
    @queue.task(name="wake")
    def wake() -> None:
        with app.app_context():
            jobs.run_pending(ending=_ending(app))

    @queue.periodic_task(crontab(minute="*"), name="round")
    def come_round() -> None:
        with app.app_context():
            jobs.run_pending(ending=_ending(app))
            jobs.go_round()

    app.extensions["planner_wake"], app.extensions["planner_round"] = wake, come_round


def _ending(app: Flask) -> Callable[[], bool]:
    """Says whether this worker has been told to end."""
    flag = app.extensions.get("planner_ending")
    return flag.is_set if flag else lambda: False


def init_app(app: Flask) -> None:
    """Wake the worker after a commit that asked for work."""
    if app.config.get("QUEUE_URL") == "none":
        return

    def call() -> None:
        queue_of(app)
        app.extensions["planner_wake"]()

    if not jobs.WAKERS:
        jobs.WAKERS.append(call)


class Calm(logging.Filter):
    """Says once a minute, in one line, that the queue is away: a traceback for each try would bury all else."""

    EVERY_SECONDS = 60.0

    def __init__(self) -> None:
        super().__init__()
        self._said: float | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets everything else pass."""
        fault = record.exc_info[1] if record.exc_info else None
        if not isinstance(fault, (ConnectionError, TimeoutError, redis.ConnectionError, redis.TimeoutError)):
            return True
        now = time.monotonic()
        if self._said is not None and now - self._said < self.EVERY_SECONDS:
            return False
        self._said = now
        record.msg, record.args = "the queue is away, the worker tries again every second: %s", (fault,)
        record.exc_info = record.exc_text = None
        return True


def run(app: Flask) -> None:
    """Work until told to end: SIGTERM lets the jobs at hand finish, Ctrl-C does not wait."""
    consumer = Consumer(
        queue_of(app),
        workers=2,
        periodic=True,
        initial_delay=0.1,
        max_delay=1.0,
        check_worker_health=True,
        graceful_signal="TERM",
    )
    app.extensions["planner_ending"] = consumer.stop_flag
    calm, handlers = Calm(), logging.getLogger("planner").handlers
    for handler in handlers:
        handler.addFilter(calm)
    theirs = logging.getLogger("huey")
    theirs.handlers[:], theirs.propagate = handlers, False
    try:
        app.extensions["planner_round"]()
    except Exception:
        log.warning("the queue is away; the first round waits for the next minute", exc_info=True)
    consumer.run()
