"""Settings: what can't work stops the start with one line; proxies, HTTPS, sizes and request ids as documented."""

from __future__ import annotations

import http.client
import logging
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import text

import config
from planner.app import create_app
from planner.base.engine import engine
from planner.base.web import open_to_all
from tests import cast as casting
from tests.conftest import Visitor, apart
from tests.operations.processes import ROOT, Browser, Program, environment, flask, serving

GIVEN = {"SECRET_KEY": "x" * 40, "DATABASE_URL": "sqlite:////srv/planner.db", "FILES_DIR": "/srv/files"}
NO_SECRET = "SECRET_KEY is missing or shorter than 32 characters; see docs/operate.md"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"SECRET_KEY": ""}, NO_SECRET),
        ({"SECRET_KEY": "short"}, NO_SECRET),
        ({"DATABASE_URL": ""}, "DATABASE_URL must be"),
        ({"DATABASE_URL": "mysql://host/name"}, "DATABASE_URL must be"),
        ({"FILES_DIR": ""}, "FILES_DIR is missing"),
        ({"TRUSTED_HOPS": "all"}, "TRUSTED_HOPS must be a whole number, not 'all'"),
        ({"TRUSTED_HOPS": "-1"}, "TRUSTED_HOPS must be 0 or more"),
        ({"MAX_UPLOAD_MB": "-5"}, "MAX_UPLOAD_MB must be 1 or more"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of debug, info"),
        ({"PUBLIC_URL": "planner.example.com"}, "PUBLIC_URL must begin with"),
        ({"QUEUE_URL": "memory"}, "QUEUE_URL must be"),
    ],
)
def test_what_can_not_work_is_refused_by_name(change: dict[str, str], says: str) -> None:
    assert config.load(GIVEN)["TRUSTED_HOPS"] == 0
    with pytest.raises(config.Misconfigured) as refused:
        config.load(GIVEN | change)
    assert says in str(refused.value)


COMMANDS = {
    "the whole program": ["tools/run.py", "--serve"],
    "the web server": ["-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"],
    "a command": ["-m", "flask", "--app", "wsgi", "planner", "up"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_nothing_starts_without_a_secret(command: list[str], tmp_path: Path) -> None:
    environ = environment(f"sqlite:///{tmp_path}/planner.db", tmp_path / "files") | {"SECRET_KEY": ""}
    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert NO_SECRET in said
    assert "Traceback" not in said
    assert not (tmp_path / "planner.db").exists()


# ---------------------------------------------------------------- proxies


@pytest.fixture
def behind(app: Flask) -> Iterator[Callable[..., Visitor]]:
    """A browser of the installation as it is with these settings: `behind(TRUSTED_HOPS=1)`."""
    made: list[Flask] = []

    def make(**more: Any) -> Visitor:
        taken = {name: value for name, value in app.config.items() if not name.startswith("SQLALCHEMY")}
        made.append(create_app(taken | more))
        return Visitor(made[-1].test_client())

    yield make
    for one in made:
        with one.app_context():
            engine().dispose()


FORGED = {
    "X-Forwarded-For": "198.51.100.7, 203.0.113.5",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "planner.example.com",
}


@pytest.mark.parametrize(
    ("hops", "address", "host"),
    [(0, "127.0.0.1", "http://localhost"), (1, "203.0.113.5", "https://planner.example.com")],
)
def test_only_as_many_proxies_are_believed_as_there_are(
    behind: Callable[..., Visitor], db: Flask, hops: int, address: str, host: str
) -> None:
    visitor = behind(TRUSTED_HOPS=hops)
    visitor.get("/login", headers=FORGED)
    form = {"login": "lead", "password": casting.PASSWORD}
    answer = visitor.post_form("/login", form, headers=FORGED)
    assert answer.status_code == 303
    with engine().connect() as link:
        assert link.execute(text("SELECT address FROM device")).scalar_one() == address
    visitor.token = ""
    page = visitor.get("/settings/people/invite", headers=FORGED)
    assert ("Strict-Transport-Security" in page.headers) is (hops == 1)
    link_page = visitor.post_form("/settings/people/invite", {"role": "member", "language": "en"}, headers=FORGED)
    assert f"{host}/invite/" in link_page.text


def test_failed_tries_are_counted_by_the_true_address(behind: Callable[..., Visitor], db: Flask) -> None:
    visitor = behind(TRUSTED_HOPS=0)
    for number in range(3):
        forged = {"X-Forwarded-For": f"198.51.100.{number}"}
        visitor.get("/login", headers=forged)
        visitor.post_form("/login", {"login": f"nobody-{number}", "password": "wrong"}, headers=forged)
    with engine().connect() as link:
        keys = set(link.execute(text("SELECT key FROM failed_try WHERE key LIKE 'address:%'")).scalars())
    assert keys == {"address:127.0.0.1"}


def test_links_name_the_public_address_where_one_is_set(behind: Callable[..., Visitor], db: Flask) -> None:
    visitor = behind(PUBLIC_URL="https://studio.example.com")
    visitor.get("/login")
    visitor.post_form("/login", {"login": "lead", "password": casting.PASSWORD})
    visitor.token = ""
    visitor.get("/settings/people/invite")
    made = visitor.post_form("/settings/people/invite", {"role": "member", "language": "en"})
    assert "https://studio.example.com/invite/" in made.text


# ---------------------------------------------------------------- cookies


@pytest.mark.parametrize(("given", "secure"), [({}, False), ({"HTTPS_ONLY": "1"}, True), ({"TLS_CERT": "c.pem"}, True)])
def test_cookies_travel_by_https_only_where_told_so(
    behind: Callable[..., Visitor], given: dict[str, str], secure: bool
) -> None:
    loaded = config.load(GIVEN | given)
    visitor = behind(SESSION_COOKIE_SECURE=loaded["SESSION_COOKIE_SECURE"])
    base = {"base_url": "https://localhost"} if secure else {}
    visitor.get("/login", **base)
    answers = [visitor.post_form("/login", {"login": "lead", "password": casting.PASSWORD}, **base)]
    visitor.get("/me", **base)
    answers += [visitor.post_form("/me/language", {"language": "en"}, **base)]
    answers += [visitor.post_form("/me/theme", {"theme": "dark"}, **base)]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert {line.partition("=")[0] for line in cookies} == {"planner", "language", "theme"}
    for line in cookies:
        assert ("Secure" in line.split("; ")) is secure, line
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line


# ---------------------------------------------------------------- request ids


@pytest.fixture
def quiet_again() -> Iterator[None]:
    """The log as it was."""
    log = logging.getLogger("planner")
    handlers, level = log.handlers[:], log.level
    yield
    log.handlers[:] = handlers
    log.setLevel(level)


@pytest.mark.usefixtures("quiet_again")
def test_a_fault_has_the_same_number_on_its_page_and_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @open_to_all("tests")
    def broken() -> Response:
        raise ZeroDivisionError("secret detail")

    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/planner.db", "FILES_DIR": str(tmp_path)}
    made = create_app(config.load(GIVEN | given) | {"QUEUE_URL": "none"})
    made.add_url_rule("/broken", "broken", broken)
    numbers = set()
    for _ in range(2):
        answer = apart(made.test_client().get, "/broken")
        assert answer.status_code == 500
        assert "secret detail" not in answer.text
        number = answer.headers["X-Request-Id"]
        assert f"请提供编号：{number}" in answer.text
        logged = capsys.readouterr().err
        assert re.search(rf"ERROR planner \[{number}\] .*GET /broken failed", logged)
        assert "ZeroDivisionError: secret detail" in logged
        numbers.add(number)
    assert len(numbers) == 2
    forged = apart(made.test_client().get, "/login", headers={"X-Request-Id": "mine"})
    assert forged.headers["X-Request-Id"] != "mine"


# ---------------------------------------------------------------- a real server


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The whole program with a small limit."""
    folder = tmp_path_factory.mktemp("served")
    with serving(environment(f"sqlite:///{folder}/planner.db", folder / "files", MAX_UPLOAD_MB="1")) as running:
        yield running


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("megabytes", [2, 40])
def test_what_is_too_big_gets_a_page_and_not_a_broken_connection(
    program: Program, megabytes: int, chunked: bool
) -> None:
    link = http.client.HTTPConnection("127.0.0.1", int(program.environ["PORT"]), timeout=30)
    pieces = [b"x" * 65536] * (16 * megabytes)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Accept-Language": "en"}
    body = iter(pieces) if chunked else b"".join(pieces)
    link.request("POST", "/imports", body, headers, encode_chunked=chunked)
    answer = link.getresponse()
    told = answer.read().decode()
    link.close()
    assert answer.status == 413
    assert "This file is too big" in told
    assert "At most 1 MB can be sent at once." in told
    assert str(answer.headers["X-Request-Id"]) in told


def test_the_server_itself_believes_no_proxy_either(program: Program) -> None:
    link = http.client.HTTPConnection("127.0.0.1", int(program.environ["PORT"]), timeout=30)
    link.request("GET", "/login", headers=FORGED | {"Forwarded": "proto=https;host=planner.example.com"})
    answer = link.getresponse()
    answer.read()
    link.close()
    assert (answer.status, answer.headers["Location"]) == (303, "/first-run")
    assert answer.headers["Strict-Transport-Security"] is None


def test_first_administrator_from_the_command_line(program: Program) -> None:
    given = ["--login", "boss", "--name", "老板", "--team", "晨光", "--password"]
    weak = flask(program.environ, "first-admin", *given, "123456789012")
    assert weak.returncode == 1
    assert "Error: This password is too easy to guess." in weak.stderr
    made = flask(program.environ, "first-admin", *given, "a-long-enough-secret-7")
    assert (made.returncode, made.stdout) == (0, "done\n")
    twice = flask(program.environ, "first-admin", *given, "a-long-enough-secret-7")
    assert twice.returncode == 1
    assert "already has an administrator" in twice.stderr
    browser = Browser(program.address)
    browser.sign_in()
    assert browser.ask("/settings/installation")[0] == 200


def test_tls_without_a_proxy(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    made, key = certificate
    environ = environment(f"sqlite:///{tmp_path}/planner.db", tmp_path / "files", TLS_CERT=str(made), TLS_KEY=str(key))
    with serving(environ) as running:
        link = http.client.HTTPSConnection("127.0.0.1", int(environ["PORT"]), timeout=30, context=_trusting(made))
        link.request("GET", "/first-run")
        answer = link.getresponse()
        assert answer.status == 200
        assert "Secure" in str(answer.headers["Set-Cookie"])
        assert answer.headers["Strict-Transport-Security"]
        answer.read()
        link.close()
        assert any(line.startswith("ready in") and "https://" in line for line in running.lines)


def _trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
