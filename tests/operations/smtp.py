"""A small mail server: takes letters, or refuses them as it is told to; with TLS and passwords."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any


@dataclass
class MailServer:
    """What came, and how the next ones are answered."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    answer_rcpt: str = "250 ok"
    answer_data: str = "250 taken"
    password: str = ""
    context: ssl.SSLContext | None = None
    at_once: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    delivered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.go_on.set()


class _Talk(socketserver.StreamRequestHandler):
    """One conversation."""

    held: MailServer
    secure = False

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def hear(self) -> str:
        return self.rfile.readline().decode().strip()

    def wrap(self) -> None:
        assert self.held.context is not None
        self.connection = self.held.context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
        self.secure = True

    def handle(self) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            if self.held.at_once:
                self.wrap()
            self.talk()

    def talk(self) -> None:
        sender = to = ""
        self.say("220 tests")
        while line := self.hear():
            verb = line.split()[0].upper()
            if verb == "EHLO":
                offers = ["tests"]
                offers += ["STARTTLS"] if self.held.context and not self.secure else []
                offers += ["AUTH PLAIN"] if self.held.password else []
                for number, offer in enumerate(offers, start=1):
                    self.say(f"250{' ' if number == len(offers) else '-'}{offer}")
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.wrap()
            elif verb == "AUTH":
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                fits = password == self.held.password
                self.held.logins.append(user)
                self.say("235 welcome" if fits else "535 wrong password")
            elif verb == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                self.say("250 ok")
            elif verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self.say(self.held.answer_rcpt)
            elif verb == "DATA":
                self.say("354 go on")
                self.take(sender, to)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self, sender: str, to: str) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()).rstrip(b"\r\n") != b".":
            lines.append(line.removeprefix(b"."))
        self.held.reached.set()
        self.held.go_on.wait(30)
        if self.held.answer_data.startswith("250"):
            found: Any = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            self.held.letters.append(found)
            self.held.envelopes.append((sender, to))
            self.held.over_tls.append(self.secure)
            self.held.delivered.release()
        self.say(self.held.answer_data)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextlib.contextmanager
def running(certificate: tuple[Path, Path] | None = None, at_once: bool = False) -> Iterator[MailServer]:
    """A mail server on a free port until the block ends."""
    held = MailServer(at_once=at_once)
    if certificate:
        held.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        held.context.load_cert_chain(*certificate)
    with _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"held": held})) as server:
        held.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield held
        finally:
            held.go_on.set()
            server.shutdown()
            thread.join()
