"""People of a measured evening: phones that tap on bad networks, a probe, and watchers of the event stream.

They keep their own time: a pause here is somebody's pace, a network that is away, or what a browser waits before it
asks again.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import re
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

from bench.client import Client, forms

CYCLE_SECONDS = 25.0
ONLINE_SHARE, TOGETHER = 0.4, 50
REPEATED, REORDERED = 0.15, 0.3
COALESCE_SECONDS = 0.25
PATIENCE_SECONDS = 5.0
BROKEN = (OSError, http.client.HTTPException)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def refuse(line: str) -> NoReturn:
    """A number that would mislead is not printed."""
    sys.exit(f"ticks: {line}")


def sign_in(port: int, login: str, password: str) -> Client:
    """A browser of its own."""
    client = Client(port)
    page = client.get("/login")
    _action, held = next(entry for entry in forms(page.text) if "password" in entry[1])
    answer = client.post("/login", {**held, "login": login, "password": password})
    if answer.status != 303:
        refuse(f"signing in as {login} answered {answer.status}")
    return client


def again(client: Client) -> Client:
    """Another connection of the same browser."""
    other = Client(client.link.port)
    other.cookies = dict(client.cookies)
    return other


@dataclass
class Evening:
    """What everybody works on, and what came of it."""

    port: int
    sessions: list[int]
    items: list[int]
    probes: list[int]
    ends: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    acknowledged: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    online: list[float] = field(default_factory=list)
    batches: list[float] = field(default_factory=list)
    repeats: int = 0
    broken: int = 0
    watchers: int = 0
    probing: dict[str, float] = field(default_factory=dict)
    """When each word of the probe was tapped."""
    looked: dict[str, int] = field(default_factory=dict)
    """How many watchers have seen it."""
    seen: list[float] = field(default_factory=list)

    def note(self, ids: list[str]) -> None:
        """The server says that it has these."""
        with self.lock:
            self.acknowledged.update(ids)


class Phone(threading.Thread):
    """Somebody who taps, with and without a network."""

    def __init__(self, evening: Evening, number: int, quota: int, seconds: float, browser: Client) -> None:
        super().__init__(name=f"phone {number}")
        self.evening, self.quota, self.number = evening, quota, number
        self.random = random.Random(number)
        self.client = again(browser)
        self.token = TOKEN.search(self.client.get(f"/sessions/{evening.sessions[0]}/checklist?show=all").text)
        self.cycles = max(1, int(seconds / CYCLE_SECONDS))
        self.length = seconds / self.cycles

    def run(self) -> None:
        """Half of each cycle is online, the other without a network; then what waited is sent."""
        left = self.quota
        for cycle in range(self.cycles):
            began, taps = time.monotonic(), left // (self.cycles - cycle)
            left -= taps
            online = int(taps * ONLINE_SHARE)
            self.random.shuffle(halves := ["online", "away"])
            for half in halves:
                if half == "online":
                    self.tap_online(online, self.length / 2)
                else:
                    self.tap_away(taps - online, self.length / 2)
            rest = self.length - (time.monotonic() - began)
            if rest > 0 and cycle < self.cycles - 1:
                time.sleep(min(rest, 1.0))

    def act(self) -> tuple[int, str]:
        """An item, and what is tapped on it."""
        return self.random.choice(self.evening.items), self.random.choice(["tick", "tick", "untick"])

    def tap_online(self, count: int, seconds: float) -> None:
        """One a request; some arrive twice."""
        began = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, began + seconds * number / count - time.monotonic()))
            item, what = self.act()
            client_id = secrets.token_hex(16)
            took = self.send(item, what, client_id)
            self.evening.note([client_id])
            with self.evening.lock:
                self.evening.online.append(took)
            if self.random.random() < REPEATED:
                self.evening.repeats += 1
                self.send(item, what, client_id)

    def send(self, item: int, what: str, client_id: str, note: str = "") -> float:
        """Until it is acknowledged; the seconds that took."""
        fields = {"csrf_token": self.csrf, "once": client_id, "client_id": client_id, "note": note}
        fields |= {"tapped_at": datetime.now(UTC).isoformat(), "show": "all"}
        began = time.monotonic()
        self.until("POST", f"/checklist-items/{item}/{what}", form=fields)
        return time.monotonic() - began

    @property
    def csrf(self) -> str:
        """The token of the page."""
        return self.token[1] if self.token else ""

    def tap_away(self, count: int, seconds: float) -> None:
        """Without a network; then all of it in batches, in any order, some of them twice."""
        acts = []
        for _ in range(count):
            item, what = self.act()
            acts.append({
                "id": secrets.token_hex(16), "item": item, "act": "done" if what == "tick" else what, "note": "",
                "tapped": datetime.now(UTC).isoformat(),
            })  # fmt: skip
        time.sleep(seconds)
        size = self.random.choice([17, 34, TOGETHER])
        batches = [acts[start : start + size] for start in range(0, len(acts), size)]
        if self.random.random() < REORDERED:
            self.random.shuffle(batches)
        for batch in batches:
            self.replay(batch)
            if self.random.random() < REPEATED:
                self.evening.repeats += len(batch)
                self.replay(self.random.sample(batch, len(batch)))

    def replay(self, batch: list[dict[str, Any]]) -> None:
        """A batch, until it is answered."""
        began = time.monotonic()
        body = json.dumps({"now": datetime.now(UTC).isoformat(), "acts": batch})
        told = self.until("POST", "/checklists/replay", body=body)
        answers = json.loads(told)["answers"]
        self.evening.note([each["id"] for each in answers if each["result"] != "refused"])
        with self.evening.lock:
            self.evening.batches.append(time.monotonic() - began)
            self.evening.refused += [each["message"] for each in answers if each["result"] == "refused"]

    def until(self, method: str, path: str, form: dict[str, str] | None = None, body: str | None = None) -> str:
        """Ask again, with the same ids, until the server has answered."""
        for tries in range(40):
            try:
                headers = {"X-Requested-With": "tick", "Accept": "application/json", "X-CSRFToken": self.csrf}
                answer = self.client.ask(method, path, form, raw=body, **headers)
                if answer.status == 200:
                    return answer.text
                if answer.status < 500:
                    refuse(f"{path} answered {answer.status}: {answer.text[:300]}")
            except BROKEN:
                with self.evening.lock:
                    self.evening.broken += 1
                self.client.link.close()
            time.sleep(0.05 * min(tries + 1, 10))
        return refuse(f"{path} was never acknowledged")


class Probe(Phone):
    """Ticks with a word that others can recognise, and opens again."""

    def run(self) -> None:
        """Twice a second or so."""
        while not self.evening.ends.wait(0.4):
            item, word = self.random.choice(self.evening.probes), f"探{secrets.token_hex(5)}"
            opening, ticking = secrets.token_hex(16), secrets.token_hex(16)
            self.send(item, "untick", opening, "")
            self.evening.probing[word] = time.monotonic()
            self.send(item, "tick", ticking, word)
            self.evening.note([opening, ticking])
            self.await_watchers(word)

    def await_watchers(self, word: str) -> None:
        """Until all have seen it; who never does counts with all the time they had."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self.evening.looked.get(word, 0) < self.evening.watchers:
            if self.evening.ends.wait(0.05):
                return
        missing = self.evening.watchers - self.evening.looked.get(word, 0)
        with self.evening.lock:
            self.evening.seen += [PATIENCE_SECONDS] * max(0, missing)


class Watcher(threading.Thread):
    """An open page: it hears that its list has changed, and asks for its part, four times a second at most."""

    def __init__(self, evening: Evening, number: int, browser: Client) -> None:
        super().__init__(name=f"watcher {number}", daemon=True)
        self.evening = evening
        self.client = again(browser)
        self.session_id = evening.sessions[0]
        self.found: set[str] = set()
        self.etag = ""

    def run(self) -> None:
        """Until the evening ends; a stream that breaks is opened again."""
        while not self.evening.ends.is_set():
            try:
                with stream(self.evening.port, self.client) as link:
                    self.follow(link)
            except BROKEN:
                time.sleep(1.5)  # what the stream tells browsers to wait

    def follow(self, link: socket.socket) -> None:
        """Ask whenever the list is named."""
        asked, wanted, held = 0.0, False, b""
        while not self.evening.ends.is_set():
            link.settimeout(0.05 if wanted else 1.0)
            with contextlib.suppress(TimeoutError):
                piece = link.recv(65536)
                if not piece:
                    return
                *events, held = (held + piece).split(b"\n\n")
                names = {name for event in events for name in event.removeprefix(b"data: ").split()}
                wanted = wanted or bool(names & {b"*", f"session-{self.session_id}".encode()})
            if wanted and time.monotonic() - asked >= COALESCE_SECONDS:
                asked, wanted = time.monotonic(), False
                self.look()

    def look(self) -> None:
        """The part as it is now, and what of it is new to this page."""
        path = f"/sessions/{self.session_id}/checklist?show=all&part=rows"
        answer = self.client.ask("GET", path, None, None, **{"X-Requested-With": "poll"})
        now = time.monotonic()
        for word in set(re.findall(r"探[0-9a-f]{10}", answer.text)) - self.found:
            self.found.add(word)
            took = now - self.evening.probing[word]
            with self.evening.lock:
                self.evening.looked[word] = self.evening.looked.get(word, 0) + 1
                if took < PATIENCE_SECONDS:
                    self.evening.seen.append(took)


@contextlib.contextmanager
def stream(port: int, client: Client) -> Iterator[socket.socket]:
    """An open event stream."""
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    try:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        head = f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
        link.sendall(head.encode())
        held = b""
        while b"\r\n\r\n" not in held:
            piece = link.recv(4096)
            if not piece:
                raise ConnectionResetError
            held += piece
        if b" 200 " not in held.split(b"\r\n", 1)[0]:
            raise ConnectionRefusedError(held.split(b"\r\n", 1)[0])
        yield link
    finally:
        link.close()
