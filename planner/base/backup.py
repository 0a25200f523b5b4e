"""Backup and restore: the database's own online backup, the files, and a list with a digest of each."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.engine import URL

import planner
from planner.base import health
from planner.base.engine import database, engine

LIST = "manifest.json"


class Unfit(Exception):
    """An archive that can't be restored; the text says why."""


def _digest(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            total.update(piece)
    return total.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    root = Path(current_app.config["FILES_DIR"])
    for path in sorted(root.glob("??/??/*")):
        if path.is_file() and len(path.name) == 64:
            yield f"files/{path.relative_to(root).as_posix()}", path


def _postgres(program: str, url: URL, *more: str) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    if shutil.which(program) is None:
        raise Unfit(f"{program} is not on the path; install PostgreSQL's client programs")
    done = subprocess.run([program, *more, f"--dbname={plain}"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(f"{program}: {done.stderr.strip()[-400:]}")


def make(target: Path) -> int:
    """Write the archive; answers the number of files. The archive appears whole or not at all."""
    url = engine().url
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        dump = Path(folder) / "database"
        head = health.database_head()
        if url.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(dump)) as copy:
                source.backup(copy)
        else:
            _postgres("pg_dump", url, "--format=custom", f"--file={dump}")
        held = list(_files())
        told: dict[str, Any] = {
            "program": planner.__version__,
            "engine": url.get_backend_name(),
            "migration": head,
            "digests": {"database": _digest(dump), **{name: _digest(path) for name, path in held}},
        }
        manifest = Path(folder) / LIST
        manifest.write_text(json.dumps(told, indent=1), encoding="utf-8")
        archive = Path(folder) / "archive.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(manifest, LIST)
            tar.add(dump, "database")
            for name, path in held:
                tar.add(path, name)
        archive.replace(target)
    return len(held)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        for name, digest in told["digests"].items():
            if _digest(folder / name) != digest:
                raise Unfit(f"the archive is damaged: {name} is not what was written")
    except (tarfile.TarError, OSError, ValueError, KeyError) as fault:
        raise Unfit(f"the archive is damaged: {fault}") from fault
    return told


def _check(told: dict[str, Any]) -> None:
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    known = {revision.revision for revision in script.walk_revisions()}
    if told["migration"] not in known:
        raise Unfit(f"the archive comes from a newer program ({told['program']}, migration {told['migration']})")
    if told["engine"] != engine().url.get_backend_name():
        raise Unfit(f"the archive holds a {told['engine']} database; set DATABASE_URL to one of that kind")
    tables = set(inspect(engine()).get_table_names()) - {"alembic_version"}
    if tables:
        with engine().connect() as link:
            if link.exec_driver_sql("SELECT count(*) FROM user_account").scalar():
                raise Unfit("this installation is not empty")


def restore(source: Path) -> int:
    """Check everything first, then bring database and files in; answers the number of files."""
    url = engine().url
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = _unpack(source, folder)
        _check(told)
        database.engine.dispose()
        if url.get_backend_name() == "sqlite":
            path = Path(url.database or "")
            for extra in ("", "-wal", "-shm"):
                path.with_name(path.name + extra).unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / "database", path)
        else:
            _postgres(
                "pg_restore",
                url,
                "--clean",
                "--if-exists",
                "--no-owner",
                "--single-transaction",
                str(folder / "database"),
            )
        root = Path(current_app.config["FILES_DIR"])
        names = [entry for entry in told["digests"] if entry != "database"]
        for entry in names:
            target = root / entry.removeprefix("files/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / entry, target)
    return len(names)
