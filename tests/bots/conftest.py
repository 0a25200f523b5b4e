"""What tests of group bots need: a group of each vendor that checks what it is told, and a worker at hand."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import jobs
from planner.base.actor import Actor
from planner.base.engine import engine
from planner.bots.jobs import tell_bots
from planner.bots.rules import USUAL, Vendor
from planner.bots.services import Wish
from planner.kernel import clock
from planner.live import services as live
from planner.live.rules import Weight
from tests import far
from tests.bots.vendors import PATHS, SECRET, Group
from tests.cast import Cast

hypothesis.settings.register_profile("planner", deadline=None, derandomize=True)
hypothesis.settings.load_profile("planner")

NAME = "bots.example.test"
PUBLIC = "https://plan.example.com"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return far.certify(tmp_path_factory.mktemp("far"), NAME)


@dataclasses.dataclass
class Town:
    """The groups on one server, by vendor, and its address."""

    port: int
    groups: dict[Vendor, Group]

    def address(self, vendor: Vendor) -> str:
        """As it is copied from the group."""
        return f"https://{NAME}:{self.port}{PATHS[vendor]}"

    def wish(self, vendor: Vendor = Vendor.FEISHU, **more: Any) -> Wish:
        """A bot of a group as somebody would set it up."""
        secret = self.groups[vendor].secret
        made = Wish(vendor, "运营群", self.address(vendor), secret, "", USUAL, "zh_Hans_CN", 570)
        return dataclasses.replace(made, **more)


@pytest.fixture
def town(certificate: tuple[Path, Path], db: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The three vendors, secured as far as they can be, at the one host that may be called."""
    groups = {vendor: Group(vendor, secret="" if vendor is Vendor.WECOM else SECRET) for vendor in Vendor}

    def answer(asked: far.Asked) -> tuple[int, bytes]:
        for vendor, path in PATHS.items():
            if asked.path.split("?")[0] == path.split("?")[0]:
                return groups[vendor].answer(asked)
        return 404, b"not here"

    names = far.resolver(monkeypatch)
    names.known[NAME] = [["127.0.0.1"]]
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with far.serving(certificate, answer) as server:
        monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {NAME: server.port})
        monkeypatch.setitem(db.config, "OUTGOING_PRIVATE", frozenset({"127.0.0.1"}))
        monkeypatch.setitem(db.config, "PUBLIC_URL", PUBLIC)
        yield Town(server.port, groups)


@pytest.fixture
def worker(db: Flask, town: Town) -> Callable[..., None]:
    """Let so many seconds pass, then do what the worker does: `worker(30)`. The groups' clocks go along."""
    ahead = [0.0]

    def run(seconds: float = 30, rounds: bool = True) -> None:
        ahead[0] += seconds
        instant = datetime.now(UTC) + timedelta(seconds=ahead[0])
        for group in town.groups.values():
            group.now = instant.timestamp
        with clock.standing(instant):
            if rounds:
                tell_bots()
            while jobs.run_pending():
                pass

    return run


@pytest.fixture
def until(worker: Callable[..., None]) -> Callable[[Callable[[], bool]], None]:
    """Let the worker go on, by small steps, until something is so: on PostgreSQL others' writers hold news back."""

    def wait(so: Callable[[], bool]) -> None:
        for number in range(200):
            worker(30 if number == 0 else 0.5)
            if so():
                return
            threading.Event().wait(0.05)
        raise AssertionError("it never came to be so")

    return wait


@pytest.fixture
def plan_show(cast: Cast, as_: Callable[[str], AbstractContextManager[Actor]]) -> Callable[..., int]:
    """`plan_show(hours=5)`: a session so far ahead; answers it."""

    def make(hours: float = 26, theme: str = "秋冬修护专场") -> int:
        start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=hours)
        with as_("lead"):
            return live.schedule_session(theme, Weight.DAILY, cast.channel, cast.studio, start, 240)

    return make


@pytest.fixture
def rows(db: Flask) -> Callable[..., list[Any]]:
    """What really lies in the database."""

    def ask(statement: str, **values: Any) -> list[Any]:
        with engine().connect() as link:
            return list(link.execute(text(statement), values))

    return ask
