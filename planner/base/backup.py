"""Backup and restore: the database's own online backup, the files, and a list with a digest of each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

import planner
from planner.base import health
from planner.base.engine import database, engine

LIST = "manifest.json"
MEMBER = re.compile(r"database|files/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")

TRANSACTIONS_OF_NEWS = """
ALTER TABLE public.news DISABLE TRIGGER news_guard;
WITH ahead AS (
    SELECT max(xid) - pg_current_xact_id()::text::bigint + 1 AS n
    FROM (SELECT xid FROM public.news UNION ALL SELECT xid FROM public.news_cursor) AS kept
), cursors AS (UPDATE public.news_cursor SET xid = xid - n FROM ahead WHERE n > 0)
UPDATE public.news SET xid = xid - n FROM ahead WHERE n > 0;
ALTER TABLE public.news ENABLE TRIGGER news_guard;
"""
"""News are read in the order of the server's transactions; another server counts from another number."""


class Unfit(Exception):
    """What can't be backed up or restored; the text says why."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _postgres(url: URL, program: str, *more: str) -> None:
    """Run one of PostgreSQL's own programs on the database; the password goes by the environment, not by `ps`."""
    if shutil.which(program) is None:
        raise Unfit(f"{program} is not on the path; install PostgreSQL's client programs")
    place = url.set(drivername="postgresql", password=None).render_as_string()
    environ = dict(os.environ, PGOPTIONS="-c lock_timeout=10s", LC_ALL="C")
    if url.password:
        environ["PGPASSWORD"] = str(url.password)
    command = [program, f"--dbname={place}", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    if done.returncode:
        raise Unfit(f"{program}: {done.stderr.strip()[-400:]}")


# ---------------------------------------------------------------- backup


def _dump(target: Path) -> None:
    url = engine().url
    if url.get_backend_name() != "sqlite":
        _postgres(url, "pg_dump", "--format=custom", f"--file={target}")
        return
    with closing(sqlite3.connect(url.database or "")) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        told = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if told != "ok":
        raise Unfit(f"the database itself is damaged: {told}")


def make(target: Path) -> int:
    """Write the archive; answers the number of files. It appears whole, readable by its owner only, or not at all.

    The database goes first: every file it names is on disk before its row is, and stays for a day after.
    """
    head = health.database_head()
    if head is None:
        raise Unfit("there is no database of this program here; DATABASE_URL says where it is looked for")
    root, count = Path(current_app.config["FILES_DIR"]), 0
    told: dict[str, Any] = {"program": planner.__version__, "engine": engine().url.get_backend_name()}
    told |= {"migration": head, "digests": {}}
    try:
        with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".backup-") as folder:
            dump, archive, manifest = (Path(folder) / name for name in ("database", "archive.tar", LIST))
            _dump(dump)
            archive.touch(mode=0o600)
            with tarfile.open(archive, "w") as tar:
                told["digests"]["database"] = _digest(dump)
                tar.add(dump, "database")
                dump.unlink()
                for path in sorted(root.glob("??/??/*")):
                    name = f"files/{path.relative_to(root).as_posix()}"
                    if MEMBER.fullmatch(name):
                        with suppress(FileNotFoundError):  # nobody named it any more, and it went just now
                            tar.add(path, name)
                            told["digests"][name] = path.name
                            count += 1
                manifest.write_text(json.dumps(told, indent=1), encoding="utf-8")
                tar.add(manifest, LIST)
            _sync(archive)
            archive.replace(target)
            _sync(target.resolve().parent)
    except OSError as fault:
        raise Unfit(f"{target}: {fault.strerror or fault}") from fault
    return count


# ---------------------------------------------------------------- restore


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        for name, digest in told["digests"].items():
            if not MEMBER.fullmatch(name) or (name != "database" and not name.endswith(digest)):
                raise Unfit(f"the archive is damaged: {name} is no name of ours")
            if _digest(folder / name) != digest:
                raise Unfit(f"the archive is damaged: {name} is not what was written")
        if "database" not in told["digests"]:
            raise Unfit("the archive is damaged: it holds no database")
        if not told["migration"] or not told["engine"] or not told["program"]:
            raise KeyError("migration")
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Unfit(f"the archive is damaged: {fault}") from fault
    return told


def _is_used() -> bool:
    """Whether somebody has an account here; what can't be read counts as used."""
    try:
        if not inspect(engine()).has_table("user_account"):
            return False
        with engine().connect() as link:
            return bool(link.exec_driver_sql("SELECT count(*) FROM user_account").scalar())
    except DBAPIError as fault:
        if engine().dialect.name == "sqlite":
            return True
        raise Unfit(f"the database does not answer: {fault.orig}") from fault


def _check(told: dict[str, Any], replace: bool) -> None:
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    if told["migration"] not in {revision.revision for revision in script.walk_revisions()}:
        raise Unfit(f"the archive comes from a newer program ({told['program']}, migration {told['migration']})")
    if told["engine"] != engine().url.get_backend_name():
        raise Unfit(f"the archive holds a {told['engine']} database; set DATABASE_URL to one of that kind")
    if not replace and _is_used():
        raise Unfit("this installation is in use; --replace destroys what is here")


def _take_sqlite(dump: Path, path: Path) -> None:
    """Put the database in its place in one step, when nobody has the old one open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".restoring")
    shutil.copyfile(dump, fresh)
    _sync(fresh)
    if path.exists():
        with closing(sqlite3.connect(path, timeout=1)) as link:
            try:
                link.execute("PRAGMA journal_mode=DELETE")  # takes everything out of the log, and needs to be alone
            except sqlite3.OperationalError as fault:
                fresh.unlink()
                raise Unfit(f"{path} is open ({fault}); stop the web server and the job worker first") from fault
            except sqlite3.DatabaseError:
                pass  # not readable at all, which may be why it is replaced
    for extra in ("-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    fresh.replace(path)
    _sync(path.parent)


def _take_postgres(dump: Path, url: URL) -> None:
    """What is there goes and what was kept comes, in one transaction."""
    script = dump.with_name("script.sql")
    if shutil.which("pg_restore") is None:
        raise Unfit("pg_restore is not on the path; install PostgreSQL's client programs")
    command = ["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(f"pg_restore: {done.stderr.strip()[-400:]}")
    tables = inspect(engine()).get_table_names()
    with engine().connect() as link:
        asked = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        asked += "AND prorettype = 'trigger'::regtype"
        functions = [f'DROP FUNCTION public."{row[0]}"()' for row in link.exec_driver_sql(asked)]
    database.engine.dispose()
    clear = [f'DROP TABLE public."{name}" CASCADE' for name in tables] + functions
    steps = [f"--command={step}" for step in clear] + [f"--file={script}", f"--command={TRANSACTIONS_OF_NEWS}"]
    _postgres(url, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *steps)


def restore(source: Path, replace: bool = False) -> int:
    """Check everything first, then bring files and database in; answers the number of files."""
    url, root = engine().url, Path(current_app.config["FILES_DIR"])
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root, prefix=".restore-") as name:
            folder = Path(name)
            told = _unpack(source, folder)
            _check(told, replace)
            names = [entry for entry in told["digests"] if entry != "database"]
            for entry in names:
                target = root / entry.removeprefix("files/")
                target.parent.mkdir(parents=True, exist_ok=True)
                (folder / entry).replace(target)
            database.engine.dispose()
            if url.get_backend_name() == "sqlite":
                _take_sqlite(folder / "database", Path(url.database or ""))
            else:
                _take_postgres(folder / "database", url)
    except OSError as fault:
        raise Unfit(f"{fault.filename or source}: {fault.strerror or fault}") from fault
    return len(names)
