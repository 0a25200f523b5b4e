"""Server time per request of the pages people use most, against a bare Flask page of the same weight.

    make bench                    # SQLite and PostgreSQL, with 60 and with 20,000 sessions; then an evening of ticks
    python bench/run.py --small   # SQLite with 60 sessions only

Between two requests a session is renamed, and its page must show the new name: a cache that does not notice is caught.
"""

from __future__ import annotations

import argparse
import re
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bench import floor, ticks  # noqa: E402
from bench.client import Answer, Client, forms  # noqa: E402
from bench.database import COPIED, COPIED_WEEK, FULL_WEEK, LINES, TONIGHT, Database, filled  # noqa: E402
from bench.server import Server, serve  # noqa: E402

PASSWORD = secrets.token_urlsafe(12)
LIST_PAGE = "/sessions?view=list&rows=200"
STEP_LIST = "/plan/steps?rows=200"
WRITES = ("tick", "move card")
WARM, ROUNDS, EACH = 30, 8, 40
RENAME_EVERY = 10
LARGE_BYTES = 100_000
BAR_LARGE, BAR_PAGE, BAR_WRITE, BAR_GROWTH = 1.2, 3.0, 4.0, 1.2
BAR_COPY_SECONDS = 1.0
FLOOR_MS_PER_KB, FLOOR_LEAST_MS, COUNT, COUNT_MS = 0.12, 2.5, 300_000, 18.0
"""What the floor may cost, on a machine that adds up 300,000 numbers in 18 ms; a slower one is granted more."""


@dataclass(frozen=True)
class Measure:
    """What one kind of request costs."""

    cpu_ms: float
    p50: float
    p95: float
    size: int
    rows: int

    @property
    def per_kb(self) -> float:
        """Processor time for a thousand bytes."""
        return self.cpu_ms / max(1.0, self.size / 1000)


def refuse(line: str) -> NoReturn:
    """A number that would mislead is not printed."""
    sys.exit(f"bench: {line}")


class Watch:
    """Counts the processor time of a server's requests, and stops each."""

    def __init__(self, server: Server, request: Callable[[int], Answer]) -> None:
        self.server, self.request = server, request
        self.spent, self.answers = 0.0, list[Answer]()
        for number in range(WARM):
            self.last = request(-number - 1)

    def turn(self) -> None:
        """Some requests more."""
        before, done = self.server.cpu_seconds(), len(self.answers)
        self.answers += [self.request(done + number) for number in range(EACH)]
        self.spent += self.server.cpu_seconds() - before

    def measure(self) -> Measure:
        """What one request cost."""
        times = sorted(answer.seconds * 1000 for answer in self.answers)
        last, count = self.answers[-1], len(times)
        return Measure(
            self.spent * 1000 / count, statistics.median(times), times[int(count * 0.95)], last.size, last.rows
        )


def sign_in(server: Server, login: str) -> Client:
    """Go through the login form."""
    client = Client(server.port)
    start = client.get("/")
    while start.status in (302, 303):
        path = start.place
        start = client.get(path)
    action, held = next(entry for entry in forms(start.text) if "password" in entry[1])
    name = next(name for name in ("login", "username", "name") if name in held)
    answer = client.post(action or path, {**held, name: login, "password": PASSWORD})
    if answer.status != 303:
        refuse(f"signing in as {login} answered {answer.status}")
    return client


def first_session(text: str) -> int:
    """A session that the list shows."""
    found = re.search(r'href="/sessions/(\d+)"', text)
    return int(found[1]) if found else refuse("the list of sessions shows none")


def page_request(
    client: Client, database: Database, path: str, row_id: int | None, what: str = "session"
) -> Callable[[int], Answer]:
    """Ask for a page; every few requests its session or step has a new name, which must be there."""

    def request(number: int) -> Answer:
        theme = ""
        if row_id is not None and number % RENAME_EVERY == 0:
            theme = f"改名 {secrets.token_hex(4)}"
            database.rename(what, row_id, theme)
        answer = client.get(path)
        if answer.status != 200:
            refuse(f"{path} answered {answer.status}")
        if theme and theme not in answer.text:
            refuse(f"{path} shows an old name: a cache does not notice the change")
        return answer

    return request


def tick_request(client: Client, text: str) -> Callable[[int], Answer]:
    """Tick one item after the other as the phone does, each with an id of its own; the next round opens them again."""
    items = [entry for entry in forms(text) if "client_id" in entry[1] and entry[0].endswith("/tick")]
    opened = set[str]()
    if not items:
        refuse("no page shows a tick box")

    def request(number: int) -> Answer:
        action, held = items[number % len(items)]
        if action in opened:
            opened.discard(action)
            action = action.removesuffix("/tick") + "/untick"
        else:
            opened.add(action)
        fields = {**held, "client_id": secrets.token_hex(12), "note": "相册第 1 张"}
        if "once" in fields:
            fields["once"] = secrets.token_hex(16)
        answer = client.post(action, fields, **{"X-Requested-With": "tick"})
        if answer.status not in (200, 303):
            refuse(f"a tick answered {answer.status}: {answer.text[:300]}")
        return answer

    return request


def calendar_requests(client: Client, database: Database, session_id: int) -> dict[str, Callable[[int], Answer]]:
    """The week and the studios of a session's day, and its page once it is on air."""
    hub = client.get(f"/sessions/{session_id}").text
    day = re.search(r'href="/sessions\?day=([\d-]+)"', hub)
    start = next((form for action, form in forms(client.get(f"/sessions/{session_id}?phase=air").text)
                  if action.endswith("/air")), None)  # fmt: skip
    if day is None or start is None:
        return refuse("the session page shows neither its day nor a way to go live")
    client.post(f"/sessions/{session_id}/air", start)
    database.fill_weeks()
    pages = {
        "week": f"/sessions?day={day[1]}",
        "studios": f"/sessions?view=studios&day={day[1]}",
        "full week": f"/sessions?day={FULL_WEEK}",
        "full studios": f"/sessions?view=studios&day={FULL_WEEK}",
        "live page": f"/sessions/{session_id}?phase=air",
    }
    shown: dict[str, int] = dict.fromkeys(pages, session_id)
    for name in ("full week", "full studios"):
        shown[name] = first_session(client.get(pages[name]).text)
    return {name: page_request(client, database, path, shown[name]) for name, path in pages.items()}


def evening_requests(client: Client, database: Database) -> dict[str, Callable[[int], Answer]]:
    """The wall of ten shows, and the list of forty lines of one of them."""
    shown = database.fill_evening()
    wall, path = client.get("/wall").text, f"/sessions/{shown}/checklist?show=all"
    rows = client.get(path).text.count("data-tick-row")
    if wall.count("今晚 ") < TONIGHT or rows < LINES:
        return refuse(f"the wall shows not all of {TONIGHT} shows, or a list only {rows} of {LINES} lines")
    return {
        f"list of {LINES}": page_request(client, database, path, shown),
        f"wall of {TONIGHT}": page_request(client, database, "/wall", shown),
    }


def step_requests(client: Client, database: Database) -> dict[str, Callable[[int], Answer]]:
    """The board and the list of 200 unfinished steps, one of them, my work, and a card that moves."""
    board = client.get("/plan/board").text
    found = re.search(r'data-card="(\d+)"', board)
    if found is None:
        return refuse("the board shows no card")
    step_id = int(found[1])
    pages = {"board": "/plan/board", "step list": STEP_LIST, "step page": f"/plan/steps/{step_id}"}
    requests = {name: page_request(client, database, path, step_id, "step") for name, path in pages.items()}
    return {
        **requests,
        "my work": page_request(client, database, "/work", None),
        "move card": move_request(client, step_id),
    }


def move_request(client: Client, step_id: int) -> Callable[[int], Answer]:
    """Put a card into the next column and back, each time from the version it has now."""
    place = f"/plan/steps/{step_id}/place"
    held: dict[str, Any] = {}

    def look() -> None:
        # Only now: the pages that were measured before have renamed the step, so it has another version.
        page = client.get(f"{place}?by=state").text
        fields = next(found for action, found in forms(page) if action == place)
        ways = ["doing", "open"] if 'value="doing"' in page else ["open", "doing"]
        held.update(fields=fields, version=fields["version"], ways=ways)

    def request(number: int) -> Answer:
        if not held:
            look()
        held["ways"] = held["ways"][::-1]
        fields = {**held["fields"], "once": secrets.token_hex(16), "version": str(held["version"])}
        sent = {**fields, "by": "state", "to": held["ways"][1]}
        answer = client.post(place, sent, **{"X-Requested-With": "cell"})
        if answer.status != 200 or '"ok":true' not in answer.text:
            refuse(f"moving a card answered {answer.status}: {answer.text[:300]}")
        held["version"] = int(held["version"]) + 1
        return answer

    return request


def copying(client: Client, rounds: int = 3) -> float:
    """Seconds until a week of 28 shows with crew and checklists is planned once more: from the tap to the answer."""
    spent = list[float]()
    for ahead in range(1, rounds + 1):
        onto = COPIED_WEEK + timedelta(days=7 * ahead)
        page = client.get(f"/sessions/copy-week?week={COPIED_WEEK}&onto={onto}").text
        held = next(held for _action, held in forms(page) if "crew" in held)
        sent = {name: value for name, value in held.items() if not name.startswith("take_")}
        sent |= {"week": str(COPIED_WEEK), "onto": str(onto), "step": "confirm", "override_reason": "试算"}
        answer = client.post("/sessions/copy-week", sent)
        if answer.status != 303:
            refuse(f"copying a week answered {answer.status}")
        spent.append(answer.seconds)
        planned = client.get(f"/sessions?day={onto}").text
        if len(set(re.findall(r'href="/sessions/(\d+)"', planned))) < COPIED:
            refuse("a copied week shows fewer shows than it was copied from")
    return statistics.median(spent)


def checklist_page(client: Client, session_id: int) -> str:
    """The page of a session, or one it leads to, that holds tick boxes."""
    page = client.get(f"/sessions/{session_id}").text
    paths = [f"/sessions/{session_id}", *re.findall(r'href="(/[^"]*checklist[^"]*)"', page)]
    for path in paths:
        text = client.get(path).text
        if any("client_id" in held for _action, held in forms(text)):
            return text
    refuse("no checklist with tick boxes was found")


@contextmanager
def floor_server(folder: Path, rows: int) -> Iterator[Server]:
    """The bare program with as many rows in its table."""
    path = folder / f"floor-{rows}.db"
    if not path.exists():
        floor.fill(str(path), max(rows, 1000))
    with serve("bench.floor:app", {"FLOOR_DATABASE": str(path)}) as server:
        yield server


def floor_request(client: Client, name: str, like: Answer) -> Callable[[int], Answer]:
    """The same bytes and rows from the bare program; for a write, the plainest write."""
    if name in WRITES:
        return lambda number: client.post("/tick/5", {"client_id": secrets.token_hex(12)})
    path = f"/page/{max(1, like.rows)}/{like.size}"
    return lambda number: client.get(path)


def slowness() -> float:
    """How many times slower this machine is at this moment than the one the floor's limits were set on."""
    began, total = time.process_time(), 0
    for number in range(COUNT):
        total += number
    return (time.process_time() - began) * 1000 / COUNT_MS


def check_floor(name: str, program: Measure, base: Measure, slow: float) -> None:
    """A floor that sends something else, or is slow, flatters and is refused."""
    if name in WRITES:
        return
    if abs(base.size - program.size) > 0.05 * program.size:
        refuse(f"the floor sends {base.size} bytes for {name}, the program {program.size}")
    if base.cpu_ms > max(1.0, slow) * max(FLOOR_LEAST_MS, FLOOR_MS_PER_KB * base.size / 1000):
        refuse(f"the floor is too slow to compare with: {base.cpu_ms:.2f} ms for {base.size} bytes")


def compare(database: Database, folder: Path) -> tuple[dict[str, Measure], dict[str, Measure], float]:
    """All requests on one database, the program and the floor by turns: a machine that slows down slows both."""
    program, base = {}, {}
    with serve("wsgi:app", database.environ) as server, floor_server(folder, database.sessions) as bare:
        client, other = sign_in(server, "lead"), Client(bare.port)
        shown = client.get(LIST_PAGE)
        session_id = first_session(shown.text)
        today = client.get("/")
        path = today.place or "/"
        server.database_pids = database.server_processes()
        requests = {
            "Today": page_request(client, database, path, None),
            "session list": page_request(client, database, LIST_PAGE, session_id),
            "session page": page_request(client, database, f"/sessions/{session_id}?phase=prepare", session_id),
            "tick": tick_request(client, checklist_page(client, session_id)),
        }
        for those in (
            lambda: requests,
            lambda: step_requests(client, database),
            lambda: calendar_requests(client, database, session_id),
            lambda: evening_requests(client, database),
        ):
            for name, request in those().items():
                ours = Watch(server, request)
                floors = Watch(bare, floor_request(other, name, ours.last))
                slow = list[float]()
                for _round in range(ROUNDS):
                    ours.turn()
                    slow.append(slowness())
                    floors.turn()
                program[name], base[name] = ours.measure(), floors.measure()
                check_floor(name, program[name], base[name], statistics.mean(slow))
        copied = copying(client)
    return program, base, copied


def bar_of(name: str, measured: Measure) -> float:
    """How many times the floor a request may cost."""
    if name in WRITES:
        return BAR_WRITE
    return BAR_LARGE if measured.size >= LARGE_BYTES else BAR_PAGE


def show(database: Database, program: dict[str, Measure], base: dict[str, Measure], copied: float) -> bool:
    """One table; answers whether every bar of SQLite is held."""
    print(f"\n{database.engine}, {database.sessions:,} sessions")
    print(f"{'':<14}{'kB':>7}{'rows':>6}{'cpu ms':>9}{'p50 ms':>9}{'p95 ms':>9}{'floor ms':>10}{'ratio':>8}{'bar':>6}")
    good = True
    for name, measured in program.items():
        ratio, bar = measured.cpu_ms / base[name].cpu_ms, bar_of(name, measured)
        held = ratio <= bar or database.engine != "sqlite"
        good = good and held
        print(
            f"{name:<14}{measured.size / 1000:>7.1f}{measured.rows:>6}{measured.cpu_ms:>9.2f}{measured.p50:>9.2f}"
            f"{measured.p95:>9.2f}{base[name].cpu_ms:>10.2f}{ratio:>8.2f}{bar:>6.1f}{'' if held else '  over'}"
        )
    slow = copied > BAR_COPY_SECONDS
    told = f"a week of {COPIED} shows copied with crew: {copied:.2f} s (bar {BAR_COPY_SECONDS:.0f} s)"
    print(told + ("  over" if slow else ""))
    return good and not slow


def growth(engine: str, small: dict[str, Measure], large: dict[str, Measure]) -> bool:
    """Whether a page of the same weight costs the same however much there is."""
    print(f"\n{engine}: cost of the large installation against the small one, for the same page weight")
    good = True
    for name, measured in large.items():
        ratio = (
            measured.cpu_ms / small[name].cpu_ms if name in WRITES else measured.per_kb / max(1e-9, small[name].per_kb)
        )
        good = good and ratio <= BAR_GROWTH
        print(f"{name:<14}{ratio:>7.2f}{BAR_GROWTH:>6.1f}{'' if ratio <= BAR_GROWTH else '  over'}")
    return good


def main() -> int:
    """Every engine and size in turn, each with the floor beside it."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--small", action="store_true", help="SQLite with 60 sessions only")
    ask.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only")
    how = ask.parse_args()
    engines = [how.engine] if how.engine else ["sqlite"] if how.small else ["sqlite", "postgres"]
    sizes = [60] if how.small else [60, 20_000]
    good = True
    with tempfile.TemporaryDirectory(prefix="planner-bench-") as name:
        folder = Path(name)
        for engine in engines:
            results = {}
            for sessions in sizes:
                with filled(engine, sessions, folder, PASSWORD) as database:
                    results[sessions], base, copied = compare(database, folder)
                    good = show(database, results[sessions], base, copied) and good
            if len(sizes) > 1:
                good = growth(engine, results[sizes[0]], results[sizes[1]]) and good
    if not how.small:
        good = ticks.main(["--engine", how.engine] if how.engine else []) == 0 and good
    print(f"\nbench: {'every bar is held' if good else 'a bar is broken; the lines marked over say which'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
