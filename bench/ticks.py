"""An evening of ticks: twenty phones, ten thousand ticks, bad networks, a worker killed twice; none lost or doubled.

    python bench/ticks.py                        # both engines, 10,000 ticks
    python bench/ticks.py --engine sqlite --ticks 1000 --seconds 40

Some ticks go one a request, the rest waits in a partition and goes as replay batches, split, re-ordered and repeated.
A probe ticks with a word of its own, and watchers look for it in the part their pages ask for: that is how late others
see.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import re
import secrets
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from sqlalchemy import create_engine, text  # noqa: E402

from bench.client import Client, forms  # noqa: E402
from bench.database import Database, environment_of, fill_demo  # noqa: E402
from bench.server import Server, serve, spent  # noqa: E402
from planner.checklists.rules import Act, Evidence, TickFact, fold, read_evidence  # noqa: E402

PASSWORD = secrets.token_urlsafe(12)
LOGINS = ("lead", "manager")
PHONES, TICKS, SECONDS = 20, 10_000, 160
LONGEST_SECONDS = 180
CYCLE_SECONDS = 25.0
ONLINE_SHARE, TOGETHER = 0.4, 50
REPEATED, REORDERED = 0.15, 0.3
WATCHERS, IDLE, CROWD = 3, 200, 24
COALESCE_SECONDS = 0.25
PAGES, ROUNDS = 60, 4
BAR_ACKNOWLEDGED, BAR_SEEN, BAR_IDLE = 0.150, 1.0, 1.3
BROKEN = (OSError, http.client.HTTPException)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def refuse(line: str) -> NoReturn:
    """A number that would mislead is not printed."""
    sys.exit(f"ticks: {line}")


def at(share: float, found: list[float]) -> float:
    """A percentile."""
    return sorted(found)[min(len(found) - 1, int(len(found) * share))] if found else float("nan")


def sign_in(port: int, login: str) -> Client:
    """A browser of its own."""
    client = Client(port)
    page = client.get("/login")
    _action, held = next(entry for entry in forms(page.text) if "password" in entry[1])
    answer = client.post("/login", {**held, "login": login, "password": PASSWORD})
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
    probing: dict[str, float] = field(default_factory=dict)
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
            self.evening.ends.wait(0.6)


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
            self.evening.seen.append(now - self.evening.probing[word])


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


def asked_of(kept: Any) -> Evidence:
    """What a tick must come with, as either engine keeps it."""
    return read_evidence(json.loads(kept) if isinstance(kept, str) else kept)


def choose(client: Client, database: Database) -> tuple[list[int], list[int], list[int]]:
    """The two longest lists, the items that a box alone ticks, and some of the first list for the probe."""
    engine = create_engine(database.address)
    with engine.connect() as link:
        rows = link.execute(
            text(
                "select i.session_id, i.id, i.evidence from checklist_item i "
                "join live_session s on s.id = i.session_id where i.expires is null and i.state in ('open', 'done') "
                "and s.state in ('scheduled', 'preparing', 'ready') and s.trashed_at is null order by i.id"
            )
        ).all()
    engine.dispose()
    by_session: dict[int, list[int]] = {}
    for session_id, item_id, evidence in rows:
        if asked_of(evidence):
            continue
        by_session.setdefault(session_id, []).append(item_id)
    sessions = sorted(by_session, key=lambda each: -len(by_session[each]))[:2]
    if len(sessions) < 2:
        refuse("the demo team has no two shows with lists")
    probes, *_rest = by_session[sessions[0]][:2], None
    items = [i for s in sessions for i in by_session[s] if i not in probes]
    if client.get(f"/sessions/{sessions[0]}/checklist?show=all").status != 200:
        refuse("the list does not open")
    return sessions, items, probes


@dataclass
class History:
    """The lists as the database has them afterwards."""

    counted: dict[str, int]
    strange: int
    wrong: list[int]


def history(database: Database, evening: Evening, before: int) -> History:
    """Every act that was added, and the items whose state is not what their acts fold to."""
    engine = create_engine(database.address)
    with engine.connect() as link:
        rows = link.execute(
            text("select client_id, count(*) from tick where id > :id group by client_id"), {"id": before}
        )
        counted: dict[str, int] = {row[0]: row[1] for row in rows}
        acts: dict[int, list[TickFact]] = {}
        for tick_id, item_id, act, user_id in link.execute(text("select id, item_id, act, user_id from tick")):
            acts.setdefault(item_id, []).append(TickFact(tick_id, Act(act), user_id))
        states = link.execute(text("select id, state, evidence from checklist_item")).all()
    engine.dispose()
    wanted = set(evening.items) | set(evening.probes)
    wrong = [
        row_id
        for row_id, state, evidence in states
        if row_id in wanted and fold(acts.get(row_id, []), asked_of(evidence).two) != state
    ]
    return History(counted, len(set(counted) - evening.acknowledged), wrong)


def kill_a_worker(server: Server) -> None:
    """As the system does when memory is short."""
    os.kill(server.pids()[0], signal.SIGKILL)


def last_tick(database: Database) -> int:
    """The newest act there is."""
    engine = create_engine(database.address)
    with engine.connect() as link:
        found = link.execute(text("select coalesce(max(id), 0) from tick")).scalar_one()
    engine.dispose()
    return found


def evening_of(database: Database, server: Server, how: argparse.Namespace, crowd: list[Client]) -> bool:
    """The load, and what became of it."""
    sessions, items, probes = choose(again(crowd[0]), database)
    evening, before = Evening(server.port, sessions, items, probes), last_tick(database)
    quota = how.ticks // how.phones
    phones = [Phone(evening, n, quota, how.seconds, crowd[n % len(crowd)]) for n in range(how.phones)]
    watchers = [Watcher(evening, n, crowd[n]) for n in range(WATCHERS)]
    probe = Probe(evening, 10_000, 0, how.seconds, crowd[-1])
    worked, own, began = server.cpu_seconds(), time.process_time(), time.monotonic()
    for each in (*watchers, probe, *phones):
        each.start()
    kills = [how.seconds / 3, how.seconds * 2 / 3]
    for kill in kills:
        time.sleep(max(0.0, began + kill - time.monotonic()))
        worked -= sum(spent(pid) for pid in server.pids()[:1])
        kill_a_worker(server)
    for phone in phones:
        phone.join()
    took = time.monotonic() - began
    time.sleep(1.5)
    evening.ends.set()
    probe.join()
    for watcher in watchers:
        watcher.join(5)
    busy, own = server.cpu_seconds() - worked, time.process_time() - own
    return report(database, evening, history(database, evening, before), took, busy, own)


def report(database: Database, evening: Evening, found: History, took: float, busy: float, own: float) -> bool:
    """Every bar in a line of its own; answers whether all are held."""
    lost = sum(each not in found.counted for each in evening.acknowledged)
    doubled = sum(count > 1 for count in found.counted.values())
    acknowledged, seen = at(0.95, evening.online), at(0.95, evening.seen)
    sent = f"{len(evening.online):,} one a request, {len(evening.batches)} batches"
    print(f"\n{database.engine}: {len(evening.acknowledged):,} ticks in {took:.0f} s, {sent}")
    print(f"  {evening.repeats:,} were sent again, {evening.broken} connections broke")
    lines = [
        (f"lost {lost}, doubled {doubled}, never acknowledged but kept {found.strange}, refused {len(evening.refused)}",
         not lost and not doubled and not found.strange and not evening.refused),
        (f"items whose state is not the fold of their history: {len(found.wrong)}", not found.wrong),
        (f"time {took:.0f} s (bar {LONGEST_SECONDS} s)", took <= LONGEST_SECONDS),
        (f"acknowledged p50 {at(0.5, evening.online) * 1000:.0f} ms, p95 {acknowledged * 1000:.0f} ms"
         f" (bar {BAR_ACKNOWLEDGED * 1000:.0f} ms)", acknowledged <= BAR_ACKNOWLEDGED),
        (f"seen by others p50 {at(0.5, evening.seen) * 1000:.0f} ms, p95 {seen * 1000:.0f} ms of {len(evening.seen)}"
         f" (bar {BAR_SEEN * 1000:.0f} ms)", seen <= BAR_SEEN),
        (f"a batch p50 {at(0.5, evening.batches) * 1000:.0f} ms, p95 {at(0.95, evening.batches) * 1000:.0f} ms;"
         f" processor: server {busy / took:.2f}, phones and watchers {own / took:.2f} of a core", True),
    ]  # fmt: skip
    for line, held in lines:
        print(f"  {line}{'' if held else '  over'}")
    for message in set(evening.refused[:5]):
        print(f"  refused: {message}")
    return all(held for _line, held in lines)


def idle_watchers(server: Server, path: str, crowd: list[Client]) -> bool:
    """What a page costs while two hundred others only wait for news, by turns with nobody waiting."""
    reader = again(crowd[0])
    alone, crowded = list[float](), list[float]()

    def look(found: list[float]) -> None:
        reader.link.close()
        for _ in range(PAGES):
            answer = reader.get(f"{path}&n={secrets.token_hex(4)}")
            if answer.status != 200:
                refuse(f"{path} answered {answer.status}")
            found.append(answer.seconds)

    look([])
    for _ in range(ROUNDS):
        look(alone)
        with contextlib.ExitStack() as stack:
            links: list[socket.socket] = []
            for number in range(IDLE * 4):
                if len(links) == IDLE:
                    break
                with contextlib.suppress(ConnectionRefusedError):
                    links.append(stack.enter_context(stream(server.port, crowd[number % len(crowd)])))
            if len(links) < IDLE:
                refuse(f"only {len(links)} of {IDLE} streams could be opened")
            look(crowded)
            worked, began = server.cpu_seconds(), time.monotonic()
            time.sleep(2.0)
            cost = (server.cpu_seconds() - worked) / (time.monotonic() - began)
    ratio = at(0.95, crowded) / at(0.95, alone)
    held = ratio <= BAR_IDLE
    middle, slow = [[at(share, each) * 1000 for each in (alone, crowded)] for share in (0.5, 0.95)]
    page = f"a page p50 {middle[0]:.1f} -> {middle[1]:.1f} ms, p95 {slow[0]:.1f} -> {slow[1]:.1f} ms"
    print(f"  {IDLE} idle watchers cost {cost * 100:.1f} % of a core; {page}")
    print(f"  ratio of the p95 {ratio:.2f} (bar {BAR_IDLE}){'' if held else '  over'}")
    return held


def on(engine: str, folder: Path, how: argparse.Namespace) -> bool:
    """One engine."""
    with environment_of(engine, folder, PASSWORD) as environ:
        fill_demo(environ)
        database = Database(engine, 60, environ)
        with serve("wsgi:app", environ) as server:
            server.database_pids = database.server_processes()
            began = time.monotonic()
            crowd = [sign_in(server.port, LOGINS[number % len(LOGINS)]) for number in range(CROWD)]
            print(f"{engine}: {CROWD} browsers signed in, {time.monotonic() - began:.0f} s")
            sessions, _items, _probes = choose(again(crowd[0]), database)
            waiting = idle_watchers(server, f"/sessions/{sessions[0]}/checklist?show=all", crowd)
            return evening_of(database, server, how, crowd) and waiting


def main(given: list[str] | None = None) -> int:
    """Both engines in turn, or one."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only")
    ask.add_argument("--ticks", type=int, default=TICKS)
    ask.add_argument("--phones", type=int, default=PHONES)
    ask.add_argument("--seconds", type=float, default=SECONDS, help="over how long the ticks are spread")
    how = ask.parse_args(given)
    good = True
    with tempfile.TemporaryDirectory(prefix="planner-ticks-") as name:
        for engine in [how.engine] if how.engine else ["sqlite", "postgres"]:
            good = on(engine, Path(name), how) and good
    print(f"\nticks: {'every bar is held' if good else 'a bar is broken; the lines marked over say which'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
