"""Start a server with the program's own settings and read what its processes cost."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running gunicorn and, where the database is a server too, its processes."""

    port: int
    master: int
    database_pids: list[int] = field(default_factory=list)

    def pids(self) -> list[int]:
        """The workers: children of the master."""
        listed = Path(f"/proc/{self.master}/task/{self.master}/children").read_text(encoding="ascii")
        return [int(word) for word in listed.split()]

    def cpu_seconds(self) -> float:
        """Processor time of workers and database so far."""
        return sum(spent(pid) for pid in self.pids() + self.database_pids)


def spent(pid: int) -> float:
    """Processor time of one process, user and system; nothing for one that is gone.

    The scheduler counts nanoseconds of each thread; where it does not tell, the process's hundredths must do.
    """
    try:
        told = [found.read_text(encoding="ascii").split()[0] for found in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        if any(int(nanoseconds) for nanoseconds in told):
            return sum(int(nanoseconds) for nanoseconds in told) / 1e9
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextlib.contextmanager
def serve(target: str, environ: dict[str, str]) -> Iterator[Server]:
    """gunicorn with gunicorn.conf.py, until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", target],
        cwd=ROOT,
        env={**os.environ, **environ, "PORT": str(port), "HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)},
        process_group=0,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], patience: float = 30) -> None:
    """Until the server answers; stop when it died or never does."""
    opener, until = urllib.request.build_opener(urllib.request.ProxyHandler({})), time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit(f"bench: the server ended by itself ({process.returncode})")
        with contextlib.suppress(OSError), opener.open(url, timeout=2):
            return
        time.sleep(0.1)
    sys.exit(f"bench: nothing answers at {url}")
