"""What the tests of running the program need: a mail server, and the commands as an operator types them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

import config
from planner.base.engine import engine
from tests.operations import smtp as mail_server

FROM = "Planner <planner@example.com>"


@pytest.fixture
def count(db: Flask) -> Callable[..., int]:
    """How many rows of a table there are."""

    def ask(table: str, where: str = "1 = 1", **values: Any) -> int:
        with engine().connect() as link:
            return link.execute(text(f"SELECT count(*) FROM {table} WHERE {where}"), values).scalar_one()

    return ask


@pytest.fixture
def smtp() -> Iterator[mail_server.MailServer]:
    """A mail server without TLS."""
    with mail_server.running() as server:
        yield server


@pytest.fixture
def mail_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set up mail as the environment would: `mail_on("smtp://127.0.0.1:25")`."""

    def turn_on(url: str) -> None:
        given = {"SMTP_URL": url, "MAIL_FROM": FROM, "SECRET_KEY": "x" * 40}
        loaded = config.load(given | {"DATABASE_URL": "sqlite:////unused", "FILES_DIR": "unused"})
        monkeypatch.setitem(app.config, "MAIL", loaded["MAIL"])

    return turn_on


@pytest.fixture
def planner(app: Flask) -> Callable[..., Result]:
    """`planner("verify")` is `flask --app wsgi planner verify`."""

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["planner", *words])

    return run


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on the path to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=tests"
    wanted += f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {made}"
    subprocess.run(["openssl", *wanted.split()], check=True, capture_output=True)
    return made, key
