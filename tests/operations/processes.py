"""The program as it runs in production: `tools/run.py --serve` with its children, and a browser that speaks HTTP."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
PASSWORD = "a-long-enough-secret-7"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def environment(url: str, files: Path, **more: str) -> dict[str, str]:
    """What an operator sets; nothing of the machine's own settings but the path."""
    given = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp"), "NO_COLOR": "1"}
    given |= {"SECRET_KEY": "production-" * 4, "DATABASE_URL": url, "FILES_DIR": str(files), "WEB_WORKERS": "2"}
    return given | {"PORT": str(free_port())} | more


def children(pid: int) -> dict[int, str]:
    """The command lines of a process's children."""
    found: dict[int, str] = {}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for word in (task / "children").read_text(encoding="ascii").split():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    found[int(word)] = Path(f"/proc/{word}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


@dataclass
class Program:
    """A running program; what it says is kept, line by line."""

    process: subprocess.Popen[str]
    environ: dict[str, str]
    lines: list[str] = field(default_factory=list)
    told: threading.Condition = field(default_factory=threading.Condition)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def listen(self) -> None:
        """Keep what it says, until it ends."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.told:
                self.lines.append(line.rstrip())
                self.told.notify_all()
        with self.told:
            self.told.notify_all()

    def until(self, words: str, times: int = 1) -> None:
        """Wait until it has said this so many times."""

        def said() -> bool:
            return sum(words in line for line in self.lines) >= times or self.process.poll() is not None

        with self.told:
            self.told.wait_for(said, PATIENCE_SECONDS)
            assert sum(words in line for line in self.lines) >= times, "\n".join(self.lines)

    def server(self) -> int:
        """The master of the web server."""
        return next(pid for pid, line in children(self.process.pid).items() if "tools/serve.py" in line)

    def web_workers(self) -> list[int]:
        """Those that answer requests."""
        return sorted(children(self.server()))

    def job_worker(self) -> int:
        """The one that does jobs."""
        return next(pid for pid, line in children(self.process.pid).items() if "planner worker" in line)

    def end(self) -> int:
        """As systemd or a container engine ends it."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@contextlib.contextmanager
def started(environ: dict[str, str], *command: str) -> Iterator[Program]:
    """A command of ours in this environment, ended at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    program = Program(process, environ)
    ears = threading.Thread(target=program.listen)
    ears.start()
    try:
        yield program
    finally:
        if process.poll() is None:
            program.end()
        ears.join()
        if process.stdout:
            process.stdout.close()


@contextlib.contextmanager
def serving(environ: dict[str, str]) -> Iterator[Program]:
    """The whole program, ready to answer."""
    with started(environ, "tools/run.py", "--serve") as program:
        program.until("ready in")
        yield program


def flask(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """`flask --app wsgi planner …`."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "planner", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60)


def first_admin(environ: dict[str, str]) -> None:
    """Somebody who can sign in."""
    given = ["--login", "boss", "--name", "老板", "--team", "晨光", "--password", PASSWORD]
    made = flask(environ, "first-admin", *given)
    assert made.returncode == 0, made.stderr


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Browser:
    """Cookies, forms, and no following of redirects."""

    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, _Stay())
        self.token = ""

    def ask(self, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer; a connection that breaks raises OSError."""
        wanted = urllib.request.Request(self.address + path, data, headers or {})
        try:
            with self.opener.open(wanted, timeout=30) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as fault:
            with fault:
                status, text = fault.code, fault.read().decode()
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return status, text

    def send(self, path: str, once: str = "", **form: str) -> tuple[int, str]:
        """A form."""
        sent = {"csrf_token": self.token, "once": once or os.urandom(16).hex(), **form}
        return self.ask(path, urllib.parse.urlencode(sent).encode())

    def sign_in(self) -> None:
        """As the first administrator."""
        self.ask("/login")
        assert self.send("/login", login="boss", password=PASSWORD)[0] == 303
        self.ask("/settings/positions")
