"""kill -9 of any process at any moment: what was acknowledged is there, once, and the program goes on by itself."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.environment import fresh_database
from tests.operations.processes import Browser, environment, first_admin, flask, serving
from tests.operations.smtp import MailServer

BROKEN = (OSError, http.client.HTTPException)
SENDERS = 3
ACKNOWLEDGED_BETWEEN_KILLS = 5
KILLS = 3


@pytest.fixture
def url(engine_name: str, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path}/planner.db"
        return
    with fresh_database() as made:
        yield made


class Sender(threading.Thread):
    """A person who sends one form after the other, and sends it again when the connection breaks."""

    def __init__(self, browser: Browser, who: int, ending: threading.Event, heard: threading.Semaphore) -> None:
        super().__init__()
        self.browser, self.who, self.ending, self.heard = browser, who, ending, heard
        self.acknowledged: list[str] = []
        self.odd: list[tuple[int, str]] = []
        self.broken = 0

    def run(self) -> None:
        number = 0
        while not self.ending.is_set():
            name, once, status = f"岗位 {self.who}-{number}", os.urandom(16).hex(), 0
            while status != 303 and not self.odd:
                try:
                    status, told = self.browser.send("/settings/positions", once, name=name)
                    if status != 303:
                        self.odd.append((status, told))
                except BROKEN:
                    self.broken += 1
            if status == 303:
                self.acknowledged.append(name)
                self.heard.release()
            else:
                return
            number += 1


def names(url: str) -> list[str]:
    """The positions with a name, as they lie in the database."""
    target = create_engine(make_url(url))
    with target.connect() as link:
        found = list(link.execute(text("SELECT name FROM position WHERE name <> '' ORDER BY id")).scalars())
    target.dispose()
    return found


@pytest.mark.slow
@pytest.mark.engines
def test_nothing_acknowledged_is_lost_when_web_workers_are_killed(url: str, tmp_path: Path) -> None:
    environ = environment(url, tmp_path / "files")
    with serving(environ) as program:
        first_admin(environ)
        ending, heard = threading.Event(), threading.Semaphore(0)
        senders = [Sender(Browser(program.address), who, ending, heard) for who in range(SENDERS)]
        for sender in senders:
            sender.browser.sign_in()
            sender.start()
        for number in range(KILLS):
            for _ in range(ACKNOWLEDGED_BETWEEN_KILLS):
                assert heard.acquire(timeout=60)
            workers = program.web_workers()
            os.kill(workers[number % len(workers)], signal.SIGKILL)
        for _ in range(ACKNOWLEDGED_BETWEEN_KILLS):
            assert heard.acquire(timeout=60)
        ending.set()
        for sender in senders:
            sender.join()
        assert [sender.odd for sender in senders] == [[]] * SENDERS
        acknowledged = [name for sender in senders for name in sender.acknowledged]
        kept = names(url)
        assert len(kept) == len(set(kept)), "a form that was sent again counted twice"
        assert set(acknowledged) == set(kept)
        assert program.end() == 0
    verified = flask(environ, "verify")
    assert verified.returncode == 0, verified.stderr
    assert "entries hold" in verified.stdout


@pytest.mark.slow
def test_a_mail_survives_its_worker(url: str, tmp_path: Path, smtp: MailServer) -> None:
    mail = {"SMTP_URL": f"smtp://127.0.0.1:{smtp.port}", "MAIL_FROM": "planner@example.com"}
    environ = environment(url, tmp_path / "files", **mail)
    smtp.go_on.clear()
    with serving(environ) as program:
        first_admin(environ)
        browser = Browser(program.address)
        browser.sign_in()
        form = {"role": "host", "language": "en"}
        assert browser.send("/settings/people/invite", mail="first@example.org", **form)[0] == 200
        assert smtp.reached.wait(30), "the worker is woken by the commit"
        os.kill(program.job_worker(), signal.SIGKILL)
        program.until("starting another")
        target = create_engine(make_url(url))
        with target.begin() as link:
            held = link.execute(text("SELECT state FROM job")).scalar_one()
            link.execute(text("UPDATE job SET leased_until = '2020-01-01 00:00:00'"))  # as if two minutes had passed
        assert held == "running", "it was killed while the mail was on its way"
        smtp.letters.clear()
        smtp.go_on.set()
        assert browser.send("/settings/people/invite", mail="second@example.org", **form)[0] == 200
        assert smtp.delivered.acquire(timeout=30)
        assert smtp.delivered.acquire(timeout=30)
        assert smtp.delivered.acquire(timeout=30)
        assert program.end() == 0
    with target.connect() as link:
        assert set(link.execute(text("SELECT state FROM job")).scalars()) == {"done"}
    target.dispose()
    sent = [(letter["To"], letter["Message-ID"]) for letter in smtp.letters]
    assert {to for to, _ in sent} == {"first@example.org", "second@example.org"}
    assert len(set(sent)) == 2, "the repeat of the first is the same mail to whoever receives it"
    assert program.lines[-1] == "ended"
