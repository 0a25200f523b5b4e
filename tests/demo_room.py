"""The demo team as tests use it: filled once a process and engine, then only read."""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import tempfile
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event

from planner.app import create_app
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.models import Base
from planner.demo import fill
from tests.conftest import Visitor, settings

PASSWORD = "planner-demo-2026"


def make_room(folder: Path) -> Flask:
    """An application with the demo team in it, on a copy of its own."""
    for kept in sorted(_filled().iterdir()):
        (shutil.copytree if kept.is_dir() else shutil.copyfile)(kept, folder / kept.name)
    return _served_from(folder)


@functools.cache
def _filled() -> Path:
    """A folder with the demo team as it is on this day, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="planner-room-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    app = _served_from(folder)
    with app.app_context():
        Base.metadata.create_all(engine())
        with acting(Actor(is_system=True, is_admin=True)):
            fill.fill_demo(hashed)
        engine().dispose()
    return folder


def _served_from(folder: Path) -> Flask:
    return create_app(settings(f"sqlite:///{folder}/demo.db", folder / "files"))


def sign_in(app: Flask, login: str, language: str = "zh_Hans_CN") -> Visitor:
    """A browser of one of the demo's people."""
    visitor = Visitor(app.test_client())
    visitor.get("/login")
    answer = visitor.post_form("/login", {"login": login, "password": PASSWORD})
    assert answer.status_code == 303
    visitor.token = ""
    visitor.get("/me")
    visitor.post_form("/me/language", {"language": language})
    return visitor


def kind_of(path: str) -> str:
    """The shape of an address without its numbers and queries."""
    return re.sub(r"\d[\d-]*", "n", path.split("?")[0])


def walk(visitor: Visitor, start: str = "/") -> dict[str, str]:
    """One page of each kind that can be reached by links: shape -> HTML."""
    queue, seen, pages = [start], set[str](), dict[str, str]()
    while queue:
        path = queue.pop(0)
        shape = kind_of(path) + ("?" + path.split("?")[1].split("=")[0] if "?" in path else "")
        if shape in seen or re.search(r"\.(csv|xlsx|ics|json|css|js|svg)|/imports/\d+/file|/files/\d+/download", path):
            continue
        seen.add(shape)
        answer = visitor.get(path)
        assert answer.status_code in (200, 303), f"{path} answered {answer.status_code}"
        if answer.status_code == 303:
            continue
        pages[path] = answer.text
        queue += [found.replace("&amp;", "&") for found in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)]
    return pages


class Statements:
    """Counts what the database is asked while a block runs."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.told: list[str] = []

    def __enter__(self) -> Statements:
        with self.app.app_context():
            event.listen(engine(), "before_cursor_execute", self._note)
        return self

    def _note(self, conn: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            self.told.append(statement)

    def __exit__(self, *error: object) -> None:
        with self.app.app_context():
            event.remove(engine(), "before_cursor_execute", self._note)
