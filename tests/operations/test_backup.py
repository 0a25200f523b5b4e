"""Backup while somebody writes, restore elsewhere, and everything that must be refused."""

from __future__ import annotations

import contextvars
import io
import json
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import text

from planner.app import create_app
from planner.base import files, rounds
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.verbs import command
from planner.kernel.permissions import P
from planner.people import services as accounts
from tests.cast import Cast
from tests.conftest import settings
from tests.environment import fresh_database

As = Callable[[str], AbstractContextManager[Actor]]
Planner = Callable[..., Result]
NO_PG_DUMP = "pg_dump is not on the path"


@command(P.SESSION_VIEW)
def bring(data: bytes) -> int:
    """A file, as an import keeps one."""
    return files.store(data, "列表.csv", "text/csv")


@pytest.fixture
def here_is_data(db: Flask, as_: As) -> Flask:
    """An installation as the migrations make it, with a few files."""
    stamp(directory=db.extensions["migrate"].directory)
    with as_("lead"):
        for number in range(3):
            bring(b"content %d" % number)
    return db


@pytest.fixture
def elsewhere(engine_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation on a database without a table."""
    if engine_name == "sqlite":
        yield create_app(settings(f"sqlite:///{tmp_path}/elsewhere/planner.db", tmp_path / "elsewhere" / "files"))
        return
    with fresh_database() as url:
        app = create_app(settings(url, tmp_path / "elsewhere" / "files"))
        yield app
        with app.app_context():
            engine().dispose()


def run(app: Flask, *words: str) -> Result:
    """A command of one of the two installations, in a context of its own as a process has it."""
    return contextvars.Context().run(app.test_cli_runner().invoke, args=["planner", *words])


def back_up(app: Flask, target: Path) -> None:
    ended = run(app, "backup", str(target))
    if NO_PG_DUMP in ended.output:
        pytest.skip(NO_PG_DUMP)
    assert ended.exit_code == 0, ended.output


@contextmanager
def writers(app: Flask, cast: Cast, people: int = 2) -> Iterator[list[str]]:
    """Some who write without a pause; gives the names of what was acknowledged so far."""
    acknowledged, ending, begun = list[str](), threading.Event(), threading.Barrier(people + 1)

    def write(who: int) -> None:
        number = 0
        with app.app_context(), acting(cast.actors["lead"]):
            while not ending.is_set():
                accounts.add_position(f"岗位 {who}-{number}")
                acknowledged.append(f"岗位 {who}-{number}")
                if number == 0:
                    begun.wait(20)
                number += 1

    threads = [threading.Thread(target=write, args=(who,)) for who in range(people)]
    for thread in threads:
        thread.start()
    begun.wait(20)
    try:
        yield acknowledged
    finally:
        ending.set()
        for thread in threads:
            thread.join()


def names(app: Flask) -> set[str]:
    with app.app_context(), engine().connect() as link:
        return set(link.execute(text("SELECT name FROM position WHERE name <> ''")).scalars())


@pytest.mark.engines
def test_a_backup_under_load_is_whole_and_holds_all_that_was_acknowledged_before(
    here_is_data: Flask, elsewhere: Flask, cast: Cast, tmp_path: Path
) -> None:
    rounds.seal_all()
    target = tmp_path / "kept.tar"
    with writers(here_is_data, cast) as acknowledged:
        before = set(acknowledged)
        back_up(here_is_data, target)
        went_on = len(acknowledged)
    assert went_on > len(before), "nobody waited for the backup"
    restored = run(elsewhere, "restore", str(target))
    assert restored.exit_code == 0, restored.output
    assert restored.output.strip().endswith("restored the database and 3 files")
    kept = names(elsewhere)
    assert before <= kept <= names(here_is_data)
    with elsewhere.app_context(), engine().connect() as link:
        asked = "SELECT count(*) FROM position p WHERE p.name <> '' AND NOT EXISTS (SELECT 1 FROM audit_entry a "
        asked += "WHERE a.kind = 'position' AND a.object_id = p.id AND a.act = 'insert')"
        assert link.execute(text(asked)).scalar_one() == 0, "no row without its history"
    verified = run(elsewhere, "verify")
    assert verified.exit_code == 0, verified.output
    assert "entries hold" in verified.output
    with elsewhere.app_context(), acting(cast.actors["lead"]):
        assert {read(number) for number in (1, 2, 3)} == {b"content 0", b"content 1", b"content 2"}
        accounts.add_position("之后")
    asked = elsewhere.test_client().get("/readyz")
    assert (asked.status_code, asked.json["ready"]) == (200, True)  # type: ignore[index]


@command(P.SESSION_VIEW)
def read(file_id: int) -> bytes:
    """The bytes of a file."""
    return files.read(file_id)[1]


@pytest.mark.engines
def test_a_used_installation_is_replaced_only_when_told_so(
    here_is_data: Flask, cast: Cast, as_: As, tmp_path: Path
) -> None:
    target = tmp_path / "kept.tar"
    back_up(here_is_data, target)
    with as_("lead"):
        accounts.add_position("后来")
        bring(b"later")
    refused = run(here_is_data, "restore", str(target))
    assert refused.exit_code == 1
    assert "--replace destroys what is here" in refused.output
    assert names(here_is_data) == {"后来"}
    replaced = run(here_is_data, "restore", "--replace", str(target))
    assert replaced.exit_code == 0, replaced.output
    assert names(here_is_data) == set()
    with as_("lead"):
        accounts.add_position("新的")
    assert names(here_is_data) == {"新的"}
    assert run(here_is_data, "verify").exit_code == 0


@pytest.mark.parametrize("fault", ["cut", "changed", "no tar", "newer", "outside", "no database", "other engine"])
def test_what_is_damaged_newer_or_foreign_is_refused_and_nothing_is_touched(
    here_is_data: Flask, elsewhere: Flask, tmp_path: Path, fault: str
) -> None:
    target, bad = tmp_path / "kept.tar", tmp_path / "bad.tar"
    back_up(here_is_data, target)
    whole = target.read_bytes()
    if fault == "cut":
        bad.write_bytes(whole[: len(whole) // 2])
    elif fault == "no tar":
        bad.write_bytes(b"SQLite format 3\x00" * 100)
    else:
        with tarfile.open(target) as old, tarfile.open(bad, "w") as new:
            for member in old:
                data = old.extractfile(member).read()  # type: ignore[union-attr]
                if fault == "changed" and member.name.startswith("files/"):
                    data = data[:-1] + b"!"
                if fault == "no database" and member.name == "database":
                    continue
                if member.name == "manifest.json":
                    told = json.loads(data)
                    told["migration"] = "9999" if fault == "newer" else told["migration"]
                    told["engine"] = "oracle" if fault == "other engine" else told["engine"]
                    if fault == "outside":
                        told["digests"]["../../etc/passwd"] = "0" * 64
                    data = json.dumps(told).encode()
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    says = {"newer": "comes from a newer program", "other engine": "holds a oracle database"}
    refused = run(elsewhere, "restore", str(bad))
    assert refused.exit_code == 1
    assert says.get(fault, "the archive is damaged") in refused.output
    assert "Traceback" not in refused.output
    assert not list(Path(elsewhere.config["FILES_DIR"]).rglob("*"))
    assert run(elsewhere, "restore", str(target)).exit_code == 0, "and the good one still can be"


def test_sqlite_is_not_pulled_away_under_a_running_program(here_is_data: Flask, as_: As, tmp_path: Path) -> None:
    if here_is_data.config["DATABASE_URL"].startswith("postgres"):
        pytest.skip("PostgreSQL replaces everything in one transaction")
    target = tmp_path / "kept.tar"
    back_up(here_is_data, target)
    path = engine().url.database or ""
    with closing(sqlite3.connect(path)) as server:
        server.execute("SELECT count(*) FROM position").fetchone()
        with as_("lead"):
            accounts.add_position("后来")
        refused = run(here_is_data, "restore", "--replace", str(target))
        assert refused.exit_code == 1
        assert "stop the web server and the job worker first" in refused.output
        assert names(here_is_data) == {"后来"}
    assert not list(Path(path).parent.glob("*.restoring"))


def test_a_ruined_sqlite_file_can_be_replaced(here_is_data: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    if here_is_data.config["DATABASE_URL"].startswith("postgres"):
        pytest.skip("a file of SQLite")
    target = tmp_path / "kept.tar"
    back_up(here_is_data, target)
    ruined = Path(str(elsewhere.config["DATABASE_URL"]).removeprefix("sqlite:///"))
    ruined.parent.mkdir(parents=True)
    ruined.write_bytes(b"not a database at all " * 200)
    assert run(elsewhere, "restore", str(target)).exit_code == 1
    assert run(elsewhere, "restore", "--replace", str(target)).exit_code == 0
    assert run(elsewhere, "verify").exit_code == 0


@pytest.mark.postgres
def test_news_from_a_server_that_counted_further_are_read_in_their_order(
    here_is_data: Flask, elsewhere: Flask, cast: Cast, tmp_path: Path
) -> None:
    row = "INSERT INTO news (team_id, xid, at, name, about_kind, about_id, facts, command_id) "
    row += "VALUES (:team, :xid, now(), 'people.MemberLeft', 'person', 1, '{}', '')"
    with engine().begin() as link:
        for xid in (10**12, 10**12 + 7):
            link.execute(text(row), {"team": cast.team, "xid": xid})
        link.execute(text("INSERT INTO news_cursor (reader, xid, last_id) VALUES ('r', 1000000000000, 1)"))
    back_up(here_is_data, tmp_path / "kept.tar")
    assert run(elsewhere, "restore", str(tmp_path / "kept.tar")).exit_code == 0
    with elsewhere.app_context(), engine().begin() as link:
        asked = "SELECT xid - pg_current_xact_id()::text::bigint FROM news ORDER BY id"
        first, second = link.execute(text(asked)).scalars()
        assert (second - first, second < 0) == (7, True)
        assert link.execute(text("SELECT xid = (SELECT min(xid) FROM news) FROM news_cursor")).scalar_one()
    with elsewhere.app_context(), engine().connect() as link, pytest.raises(Exception, match="append-only"):
        link.execute(text("UPDATE news SET xid = 0"))


def test_the_archive_is_for_its_owner_and_appears_whole(
    here_is_data: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "kept.tar"
    target.write_bytes(b"the one before")
    with monkeypatch.context() as broken:
        broken.setattr(tarfile.TarFile, "add", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        ended = run(here_is_data, "backup", str(target))
    if NO_PG_DUMP in ended.output:
        pytest.skip(NO_PG_DUMP)
    assert ended.exit_code == 1
    assert "No space left on device" in ended.output
    assert target.read_bytes() == b"the one before"
    back_up(here_is_data, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.engines
def test_nothing_to_back_up_is_said(elsewhere: Flask, tmp_path: Path) -> None:
    Path(str(elsewhere.config["FILES_DIR"])).parent.mkdir(exist_ok=True)
    ended = run(elsewhere, "backup", str(tmp_path / "kept.tar"))
    assert ended.exit_code == 1
    assert "there is no database of this program here" in ended.output


@pytest.mark.engines
def test_a_changed_history_is_named(here_is_data: Flask, as_: As, planner: Planner) -> None:
    with as_("lead"):
        accounts.add_position("之前")
    rounds.seal_all()
    guard = {
        "sqlite": ["DROP TRIGGER audit_entry_no_update"],
        "postgresql": ["ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_guard"],
    }[engine().dialect.name]
    with engine().begin() as link:
        bad: Any = link.execute(text("SELECT max(id) FROM audit_entry")).scalar_one()
        for statement in [*guard, f"UPDATE audit_entry SET command = 'x' WHERE id = {bad}"]:
            link.execute(text(statement))
    ended = planner("verify")
    assert ended.exit_code == 1
    assert f"entry {bad} is bad" in ended.output
