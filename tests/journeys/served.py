"""The application of the tests behind the server of production: several processes, streams, a network address."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

from flask import Flask

from tests.environment import free_port
from tests.ui.kit import ROOT


@contextlib.contextmanager
def by_gunicorn(app: Flask, host: str = "127.0.0.1", workers: int = 2) -> Iterator[str]:
    """Serve the same database and files; answers the address."""
    port = free_port()
    given = {name: str(app.config[name]) for name in ("SECRET_KEY", "DATABASE_URL", "FILES_DIR")}
    given |= {"QUEUE_URL": str(app.config["FILES_DIR"]) + "-queue", "HOST": host, "PORT": str(port)}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
    environ = {**os.environ, **given, "WEB_WORKERS": str(workers), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=ROOT, env=environ, process_group=0)
    try:
        await_answer(f"http://{host}:{port}", server)
        yield f"http://{host}:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def await_answer(address: str, server: subprocess.Popen[bytes], patience: float = 60) -> None:
    """Until it says that it lives."""
    opener, until = urllib.request.build_opener(urllib.request.ProxyHandler({})), time.monotonic() + patience
    while True:
        with contextlib.suppress(OSError), opener.open(f"{address}/healthz", timeout=2):
            return
        assert server.poll() is None, "the server ended by itself"
        assert time.monotonic() < until, "the server does not answer"
