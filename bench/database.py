"""The program's database seen from outside: made, filled with sessions, and changed between two requests."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy.engine import make_url

from tests.environment import fresh_database

ROOT = Path(__file__).resolve().parent.parent


FULL, COPIED = 300, 28
"""How many shows the two full weeks have: one to look at, one to copy."""


QUEUE, APPROVED = 100, 400
"""How many requests wait for a manager, and how many more a lead decides on while it is measured."""


TONIGHT, LINES = 10, 40
"""How many shows the wall has to show, and how long their lists are."""


NAMES = {"session": ("live_session", "theme"), "step": ("step", "title"), "request": ("resource_request", "title")}
"""Where the name of an object lies."""


def monday(weeks: int) -> date:
    """The Monday so many weeks ahead, where the demo team lives."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return today + timedelta(days=7 * weeks - today.weekday())


FULL_WEEK, COPIED_WEEK = monday(5), monday(8)


@dataclass(frozen=True)
class Database:
    """One engine with one number of sessions in it."""

    engine: str
    sessions: int
    environ: dict[str, str]

    @property
    def address(self) -> str:
        """What DATABASE_URL says."""
        return self.environ["DATABASE_URL"]

    def rename(self, what: str, row_id: int, name: str) -> None:
        """Change one session or step behind the program's back, as another process would."""
        table, column = NAMES[what]
        asked = f"update {table} set {column} = ?, version = version + 1 where id = ?"
        if self.engine == "sqlite":
            path = make_url(self.address).database or ""
            with contextlib.closing(sqlite3.connect(path, timeout=10)) as link, link:
                link.execute(asked, (name, row_id))
            return
        with psycopg.connect(self.address, autocommit=True) as link:
            link.execute(asked.replace("?", "%s"), (name, row_id))  # type: ignore[arg-type]

    def fill_weeks(self) -> None:
        """Plan the two full weeks."""
        run_command(
            self.environ, ["seed", "--sessions=0", f"--week={FULL_WEEK}:{FULL}", f"--week={COPIED_WEEK}:{COPIED}"]
        )

    def fill_evening(self) -> int:
        """Plan ten shows of tonight with lists of forty lines; answers one of them."""
        run_command(self.environ, ["seed", "--sessions=0", f"--evening={TONIGHT}:{LINES}"])
        return int(str(self.ask("select max(id) from live_session")[0][0]))

    def waiting(self) -> int:
        """How many requests wait for an answer."""
        return int(str(self.ask("select count(*) from resource_request where state = 'pending'")[0][0]))

    def fill_approvals(self) -> list[tuple[int, str]]:
        """Hand in requests that a lead decides on alone; answers their ids, each with what is seen of it."""
        run_command(self.environ, ["seed", "--sessions=0", f"--to-approve={APPROVED}"])
        asked = f"select id, seen from resource_request where state = 'pending' order by id desc limit {APPROVED}"
        return [(int(str(row_id)), str(seen)) for row_id, seen in self.ask(asked)]

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Rows, past the program."""
        if self.engine == "sqlite":
            path = make_url(self.address).database or ""
            with contextlib.closing(sqlite3.connect(path, timeout=10)) as link:
                return link.execute(statement).fetchall()
        with psycopg.connect(self.address, autocommit=True) as link:
            return link.execute(statement).fetchall()  # type: ignore[arg-type]

    def server_processes(self) -> list[int]:
        """The PostgreSQL processes that work for us; SQLite has none."""
        if self.engine == "sqlite":
            return []
        with psycopg.connect(self.address, autocommit=True) as link:
            listed = link.execute(
                "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            return [row[0] for row in listed]


def run_command(environ: dict[str, str], words: list[str]) -> None:
    """`flask --app wsgi planner …`, or the end of everything with what it said."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "planner", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: {' '.join(words)} failed\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


STEPS = {60: 200, 20_000: 50_000}
"""How many steps an installation with so many sessions has; 200 of them are unfinished."""
REQUESTS = {60: 100, 20_000: 50_000}
"""How many requests for money; 100 of them wait for a manager."""


def fill(environ: dict[str, str], sessions: int) -> None:
    """Migrate, make the demo team, add sessions with checklists and results, steps and requests."""
    seed = ["seed", f"--sessions={sessions}", f"--steps={STEPS[sessions]}", f"--requests={REQUESTS[sessions]}"]
    for words in (["up"], ["demo", "--if-empty"], seed):
        run_command(environ, words)
    if environ["DATABASE_URL"].startswith("postgresql"):
        with psycopg.connect(environ["DATABASE_URL"], autocommit=True) as link:
            link.execute("vacuum analyze")


def fill_demo(environ: dict[str, str]) -> None:
    """Migrate, make the demo team, and nothing else."""
    for words in (["up"], ["demo", "--if-empty"]):
        run_command(environ, words)


@contextlib.contextmanager
def filled(engine: str, sessions: int, folder: Path, password: str) -> Iterator[Database]:
    """A database with so many sessions, gone afterwards."""
    with environment_of(engine, folder, password, str(sessions)) as environ:
        fill(environ, sessions)
        yield Database(engine, sessions, environ)


@contextlib.contextmanager
def environment_of(engine: str, folder: Path, password: str, name: str = "demo") -> Iterator[dict[str, str]]:
    """An empty database and the settings for it, gone afterwards."""
    home = folder / f"{engine}-{name}"
    home.mkdir()
    environ = {
        "SECRET_KEY": "bench-" * 8,
        "FILES_DIR": str(home / "files"),
        "PLANNER_DEMO": "1",
        "PLANNER_DEMO_PASSWORD": password,
    }
    with contextlib.ExitStack() as stack:
        address = f"sqlite:///{home / 'planner.db'}" if engine == "sqlite" else stack.enter_context(fresh_database())
        environ["DATABASE_URL"] = address
        yield environ
