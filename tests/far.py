"""Servers that a program calls by HTTPS, on this machine: with a certificate for a name, answering as a test wants."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


Answers = Callable[[Asked], tuple[int, bytes]]


@dataclass
class Far:
    """A server, and what it was asked."""

    port: int
    answer: Answers
    asked: list[Asked] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0
    silent: bool = False
    ending: threading.Event = field(default_factory=threading.Event)


def certify(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate for one name that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on the path to make a certificate with")
    made, key = folder / f"{name}.pem", folder / f"{name}.key"
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=tests"
    wanted += f" -addext subjectAltName=DNS:{name} -keyout {key} -out {made}"
    subprocess.run(["openssl", *wanted.split()], check=True, capture_output=True)
    return made, key


@contextlib.contextmanager
def serving(certificate: tuple[Path, Path], answer: Answers) -> Iterator[Far]:
    """A server with this certificate while the block runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    far = Far(0, answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.path, dict(self.headers), body)
            far.asked.append(asked)
            if far.silent:
                far.ending.wait(20)
                return
            status, told = far.answer(asked)
            self.send_response(status)
            for name, value in far.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            for place in range(0, len(told), 1 if far.drip else len(told) or 1):
                self.wfile.write(told[place : place + 1] if far.drip else told)
                if far.drip and far.ending.wait(far.drip):
                    return

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    far.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield far
    finally:
        far.ending.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


@dataclass
class Names:
    """What names lead to, in place of the resolver; counts how often each was looked up."""

    known: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


def resolver(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Let names lead where a test says: each look-up takes the next list of addresses, the last one stays."""
    names, true = Names(), socket.getaddrinfo

    def look(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if host not in names.known:
            return true(host, port, *args, **more)
        names.asked.append(host)
        held = names.known[host]
        now = held.pop(0) if len(held) > 1 else held[0]
        kinds = [(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in now]
        return [(kind, socket.SOCK_STREAM, 6, "", (each, port)) for kind, each in kinds]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return names
