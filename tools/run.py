"""Start the web server and the job worker as one program, and end them together.

`run.py` alone is `make run`: it keeps its state in var/, makes a secret once and fills in the demo team on first start.
`run.py --serve` is for production: everything comes from the environment and nothing is made up. Standard library only.
"""

import argparse
import contextlib
import ctypes
import os
import secrets
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
PATIENCE_SECONDS = 25
WORKER_LIVES = 5
WORKER_LIFE_SECONDS = 60
PR_SET_PDEATHSIG = 1


def say(line):
    """Tell what is being done, at once."""
    print(line, flush=True)


class Bell:
    """Rings at once when a signal arrives, and remembers whether it asked us to end (Ctrl-C, hang-up, the system)."""

    def __init__(self):
        self.asked = 0
        self.read_end, write_end = os.pipe()
        for end_of_pipe in (self.read_end, write_end):
            os.set_blocking(end_of_pipe, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self.ask)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def ask(self, number, frame):
        """Count the wish; the loop that waits acts on it."""
        self.asked += 1

    def wait(self, seconds):
        """Sleep until a signal comes, `seconds` at most."""
        select.select([self.read_end], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self.read_end, 4096)


def take_terminal():
    """Make Ctrl-C ours alone, so that `make` above us does not call an orderly end an interruption.

    Returns what gives the terminal back.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
        before = os.tcgetpgrp(terminal)
        if before != os.getpgrp():
            return lambda: None
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.setpgid(0, 0)
        os.tcsetpgrp(terminal, os.getpgrp())
    except OSError:
        return lambda: None

    def give_back():
        with contextlib.suppress(OSError):
            os.tcsetpgrp(terminal, before)

    return give_back


def state_of_our_own():
    """Where `make run` keeps things; what the environment already says always wins."""
    VAR.mkdir(exist_ok=True)
    secret = VAR / "secret"
    if not secret.exists():
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    os.environ.setdefault("SECRET_KEY", secret.read_text().strip())
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{VAR / 'planner.db'}")
    os.environ.setdefault("FILES_DIR", str(VAR / "files"))
    os.environ.setdefault("PLANNER_DEMO", "1")


def address():
    """Where a browser on this machine finds the server."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    seen = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # nosec B104
    scheme = "https" if os.environ.get("TLS_CERT") else "http"
    return host, int(port), f"{scheme}://{seen}:{port}"


def port_is_free(host, port):
    """Whether we may listen there; said before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            return str(error.strerror or error).lower()
    return None


def follow_parent():
    """Ask Linux to end this child when we die in a way that runs no code of ours (kill -9)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(*command):
    """A child in a process group of its own: it hears from us, not from the keyboard."""
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, process_group=0, preexec_fn=follow_parent)


def start_server(kind):
    """The web server, which makes the data ready first."""
    return start("tools/serve.py", kind)


def start_worker():
    """The process that does background work."""
    return start("-m", "flask", "--app", "wsgi", "planner", "worker")


def answers(url):
    """Whether the server says it lives; its certificate is for the browsers of the studio, not for us."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unchecked))
    try:
        with urllib.request.build_opener(*handlers).open(f"{url}/healthz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def end(children, bell):
    """Ask all to finish, wait, and take down what does not (or at once, when somebody asks again)."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    until, asked = time.monotonic() + PATIENCE_SECONDS, bell.asked
    while any(child.poll() is None for child in children):
        if bell.asked > asked or time.monotonic() > until:
            for child in children:
                if child.poll() is None:
                    say(f"process {child.pid} has not ended and is killed")
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
        bell.wait(0.5)


def watch(bell, children, url, began):
    """Stay until somebody asks us to end or the server dies; a worker that is killed gets a successor."""
    ready, deaths, server = False, [], children[0]
    while not bell.asked:
        if server.poll() is not None and not ready:
            say(f"the web server could not start ({server.returncode}); the lines above say why")
            return 1
        if server.poll() is not None:
            say(f"the web server ended by itself ({server.returncode}); ending the worker too")
            return 1
        worker = children[1] if ready else None
        if worker and worker.poll() is not None:
            deaths = [t for t in deaths if time.monotonic() - t < WORKER_LIFE_SECONDS] + [time.monotonic()]
            if len(deaths) >= WORKER_LIVES:
                say(f"the job worker keeps ending ({worker.returncode}); ending the web server too")
                return 1
            say(f"the job worker ended by itself ({worker.returncode}); starting another")
            children[1] = start_worker()
        if not ready and answers(url):
            ready = True
            children.append(start_worker())
            say(f"ready in {time.monotonic() - began:.1f} s: {url}  (Ctrl-C ends it)")
        bell.wait(5 if ready else 0.05)
    return 0


def main():
    """Prepare, start, watch, end."""
    began = time.monotonic()
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--serve", action="store_true", help="production: take everything from the environment")
    ask.add_argument("--fresh-demo", action="store_true", help="replace the data by a fresh demo team")
    how = ask.parse_args()
    host, port, url = address()
    trouble = port_is_free(host, port)
    if trouble:
        sys.exit(f"can't listen on {host}:{port}: {trouble}; set PORT to another number")
    if not how.serve:
        state_of_our_own()
    give_back, bell = take_terminal(), Bell()
    try:
        kind = "up" if how.serve else "fresh" if how.fresh_demo else "demo"
        children = [start_server(kind)]
        code = watch(bell, children, url, began)
        say("\nending")
        end(children, bell)
    finally:
        give_back()
    say("ended" if code == 0 else "ended because a part of it died")
    sys.exit(code)


if __name__ == "__main__":
    main()
