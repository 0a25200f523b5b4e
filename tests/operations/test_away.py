"""The database is away, or the disk is full: a clear page, nothing half done, and back by itself."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from planner.app import create_app
from planner.base import files, jobs, web
from planner.base.engine import engine
from planner.base.unit import Work
from planner.kernel import clock
from tests.conftest import Visitor, apart, settings
from tests.operations.test_rounds import upload

ClientOf = Callable[[str], Visitor]
Count = Callable[..., int]
TICK = {"X-Requested-With": "tick"}


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """As in production: faults become pages."""
    monkeypatch.setitem(app.config, "TESTING", False)
    return app


def is_the_page(answer: Any, lang: str = "zh-Hans") -> bool:
    """Whether it says that the program is not available for the moment, with a number to give to the administrator."""
    shown = answer.text
    number = re.search(r"[0-9a-f]{12}", answer.headers["X-Request-Id"])
    assert f'lang="{lang}"' in shown
    assert number and number[0] in shown
    assert "Traceback" not in shown
    return answer.status_code == 503 and {"zh-Hans": "暂时用不了", "en": "Not available at the moment"}[lang] in shown


# ---------------------------------------------------------------- a full disk


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite's own limit: no page more than there are now. What is there can be read and written over."""

    def limit(connection: Any, record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    target = engine()
    target.dispose()
    event.listen(target, "connect", limit)
    try:
        yield
    finally:
        event.remove(target, "connect", limit)
        target.dispose()


@pytest.fixture
def on_sqlite(db: Flask) -> None:
    """These tests fill a disk by a limit that only SQLite has; PostgreSQL says it with a state of its own."""
    if engine().dialect.name != "sqlite":
        pytest.skip("a limit of SQLite")


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_disk_is_said_and_what_was_acknowledged_is_there(client_of: ClientOf, count: Count) -> None:
    lead, acknowledged, refused = client_of("lead"), 0, None
    with full_disk():
        for number in range(2000):
            form = {"name": f"岗位 {number}"}
            key = secrets.token_hex(16)
            answer = lead.post_form("/settings/positions", form, once=key)
            if answer.status_code != 303:
                refused = (form, key, answer)
                break
            acknowledged += 1
        assert refused is not None, "the disk never was full"
        form, key, answer = refused
        assert is_the_page(answer)
        assert count("position", "name LIKE '岗位 %'") == acknowledged
        assert lead.get("/settings/positions").status_code == 200, "reading goes on"
        with clock.standing(datetime.now(UTC) + timedelta(minutes=30)):
            assert lead.get("/settings/positions").status_code == 200, "although the visit can't be noted"
    again = lead.post_form("/settings/positions", form, once=key)
    assert again.status_code == 303
    assert count("position", "name LIKE '岗位 %'") == acknowledged + 1


@pytest.mark.usefixtures("on_sqlite")
def test_the_worker_goes_on_when_there_is_room_again(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, db: Flask
) -> None:
    done: list[str] = []
    monkeypatch.setattr(jobs, "_last_round", {})
    monkeypatch.setattr(
        jobs,
        "ROUNDS",
        {
            "write": jobs.Round("write", timedelta(hours=6), lambda: _write_a_lot()),
            "read": jobs.Round("read", timedelta(hours=6), lambda: done.append("read")),
        },
    )
    with full_disk():
        assert jobs.go_round() == ["read"], "one that fails does not stop the others"
    assert jobs.go_round() == ["write"]


def _write_a_lot() -> None:
    with engine().connect() as link:
        link.execute(text("CREATE TABLE filler (a TEXT)"))
        link.execute(text("INSERT INTO filler VALUES (:a)"), {"a": "x" * 100_000})


def test_a_file_that_does_not_fit_leaves_nothing(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, db: Flask, count: Count
) -> None:
    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(files.os, "fsync", no_room)
        with pytest.raises(AssertionError, match="暂时用不了"):
            upload(client_of, "")
    assert (count("import_file"), count("stored_file")) == (0, 0)
    assert [path for path in Path(db.config["FILES_DIR"]).rglob("*") if path.is_file()] == []
    assert upload(client_of, "") > 0


# ---------------------------------------------------------------- a database that is away


@pytest.mark.usefixtures("on_sqlite")
def test_a_sqlite_file_that_is_away_and_back(client_of: ClientOf, db: Flask) -> None:
    lead = client_of("lead")
    folder = Path(engine().url.database or "").parent
    hidden = folder.with_name(folder.name + "-away")
    engine().dispose()
    folder.rename(hidden)
    try:
        assert is_the_page(lead.get("/", headers={"Accept-Language": "zh-CN"}))
        assert lead.get("/healthz").status_code == 200
        assert lead.get("/readyz").status_code == 503
    finally:
        hidden.rename(folder)
    assert lead.get("/").status_code == 200


class Wire:
    """A way to the database server that can be cut, and joined again at the same place."""

    def __init__(self, host: str, port: int) -> None:
        self.target, self.joined = (host, port), True
        self.open: list[socket.socket] = []
        wire = self

        class Carry(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                if not wire.joined:
                    return
                with socket.create_connection(wire.target) as far:
                    wire.open += [self.request, far]
                    back = threading.Thread(target=carry, args=(far, self.request))
                    back.start()
                    carry(self.request, far)
                    back.join()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Carry)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def cut(self) -> None:
        """Whoever talks is interrupted, nobody gets through any more."""
        self.joined = False
        for one in self.open:
            shut(one)
        self.open.clear()

    def end(self) -> None:
        self.cut()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def shut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def carry(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    shut(target)
    shut(source)


@pytest.fixture
def wired(app: Flask, tmp_path: Path) -> Iterator[tuple[Flask, Wire]]:
    """The installation on PostgreSQL, over a wire."""
    url = make_url(app.config["DATABASE_URL"])
    wire = Wire(url.host or "127.0.0.1", url.port or 5432)
    over = url.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
    made = create_app(settings(over, tmp_path / "files") | {"TESTING": False})
    yield made, wire
    with made.app_context():
        engine().dispose()
    wire.end()


def signed_in(app: Flask) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.get("/login")
    assert visitor.post_form("/login", {"login": "lead", "password": "a-long-enough-secret-7"}).status_code == 303
    visitor.token = ""
    visitor.get("/me")
    return visitor


@pytest.mark.postgres
def test_a_server_that_is_away_and_back(wired: tuple[Flask, Wire]) -> None:
    app, wire = wired
    lead = signed_in(app)
    wire.cut()
    for language, lang in (("zh-CN", "zh-Hans"), ("en-GB", "en")):
        assert is_the_page(lead.get("/", headers={"Accept-Language": language}), lang)
    sent = apart(lead.client.post, "/checklist-items/1/tick", data={"csrf_token": lead.token}, headers=TICK)
    assert (sent.status_code, json.loads(sent.data)["ok"]) == (503, False), "the phone keeps it and sends it later"
    refused = lead.post_form("/settings/positions", {"name": "4号间"}, once="ab" * 16)
    assert is_the_page(refused)
    assert lead.get("/healthz").status_code == 200
    ready = lead.get("/readyz")
    assert (ready.status_code, ready.json["reason"]) == (503, "database: OperationalError")  # type: ignore[index]
    wire.joined = True
    assert lead.get("/").status_code == 200
    assert lead.get("/readyz").status_code == 200 or "migrations" in lead.get("/readyz").text
    assert lead.post_form("/settings/positions", {"name": "4号间"}, once="ab" * 16).status_code == 303


@pytest.mark.postgres
def test_a_server_that_was_started_again_is_not_even_noticed(client_of: ClientOf, db: Flask) -> None:
    lead = client_of("lead")
    assert lead.get("/").status_code == 200
    asked = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    asked += "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    plain = make_url(db.config["DATABASE_URL"]).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as link:
        assert link.execute(asked).fetchone()[0] > 0  # type: ignore[index]
    assert lead.get("/").status_code == 200
    assert lead.post_form("/settings/positions", {"name": "4号间"}).status_code == 303


@pytest.mark.postgres
def test_a_connection_that_ends_in_the_middle_of_a_command_undoes_all_of_it(
    client_of: ClientOf, db: Flask, count: Count
) -> None:
    lead = client_of("lead")

    def end_it(session: Any, *_: Any) -> None:
        link = session.connection()
        with engine().connect() as other:
            pid = link.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")

    event.listen(Work, "before_commit", end_it)
    try:
        assert is_the_page(lead.post_form("/settings/positions", {"name": "4号间"}, once="ab" * 16))
    finally:
        event.remove(Work, "before_commit", end_it)
    assert count("position", "name = '4号间'") == 0
    assert lead.post_form("/settings/positions", {"name": "4号间"}, once="ab" * 16).status_code == 303
    assert count("position", "name = '4号间'") == 1


# ---------------------------------------------------------------- ready


@pytest.mark.engines
def test_ready_says_which_migration_is_missing(db: Flask) -> None:
    browser = Visitor(db.test_client())
    assert browser.get("/healthz").text == "ok\n"
    bare = browser.get("/readyz")
    assert bare.status_code == 503
    assert bare.json["reason"].startswith("migrations: database at None, program at ")  # type: ignore[index]
    head = bare.json["reason"].rpartition(" ")[2]  # type: ignore[index]
    with engine().begin() as link:
        link.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        link.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})
    ready = browser.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"ready": True, "reason": None})
    with engine().begin() as link:
        link.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert browser.get("/readyz").status_code == 503


@pytest.mark.parametrize(
    ("fault", "away"),
    [
        (psycopg.errors.DiskFull("could not extend file"), True),
        (psycopg.errors.AdminShutdown("terminating connection"), True),
        (psycopg.errors.TooManyConnections("sorry, too many clients"), True),
        (psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT"), True),
        (psycopg.errors.UndefinedTable("no such table"), False),
    ],
)
def test_what_postgres_calls_away(fault: psycopg.Error, away: bool) -> None:
    assert web.database_is_away(DBAPIError.instance("", None, fault, psycopg.Error)) is away


def test_migrations_wait_for_the_server_and_say_when_it_does_not_come(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://planner@127.0.0.1:{nobody.getsockname()[1]}/planner"
        app = create_app(settings(url, tmp_path / "files"))
        ended = apart(app.test_cli_runner().invoke, args=["planner", "up", "--wait", "1"])  # type: ignore[arg-type]
    assert ended.exit_code == 1  # type: ignore[attr-defined]
    assert "the database does not answer yet; waiting" in ended.output  # type: ignore[attr-defined]
    assert "Error: the database does not answer: " in ended.output  # type: ignore[attr-defined]
