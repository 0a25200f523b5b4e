"""Server time per request of the pages people use most, against a bare Flask page of the same weight.

    make bench                    # SQLite and PostgreSQL, with 60 and with 20,000 sessions; then an evening of ticks
                                  # and two hundred bursts of requests about money
    python bench/run.py --small   # SQLite with 60 sessions only

Between two requests a session is renamed, and its page must show the new name: a cache that does not notice is caught.
"""

from __future__ import annotations

import argparse
import itertools
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from bench import floor, money, ticks  # noqa: E402
from bench.client import Answer, Client  # noqa: E402
from bench.database import COPIED, Database, filled  # noqa: E402
from bench.pages import (  # noqa: E402
    LIST_PAGE,
    calendar_requests,
    checklist_page,
    copying,
    evening_requests,
    first_session,
    money_requests,
    page_request,
    refuse,
    sign_in,
    step_requests,
    tick_request,
)
from bench.server import Server, serve  # noqa: E402

PASSWORD = secrets.token_urlsafe(12)
DECISION = "approve"
WRITES = ("tick", "move card", DECISION)
FLOOR_REQUESTS = itertools.count(1)
"""Each request of the floor gets one yes, whichever engine and size it is compared with."""
WARM, ROUNDS, EACH = 30, 8, 40
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
    ratio: float = 1.0
    """How many times the floor: the median of the rounds, each against the floor's round beside it, so that neither a
    machine that slows down nor a moment in which somebody else has it counts."""


class Watch:
    """Counts the processor time of a server's requests, and stops each."""

    def __init__(self, server: Server, request: Callable[[int], Answer]) -> None:
        self.server, self.request = server, request
        self.turns, self.answers = list[float](), list[Answer]()
        for number in range(WARM):
            self.last = request(-number - 1)

    def turn(self) -> None:
        """Some requests more."""
        before, done = self.server.cpu_seconds(), len(self.answers)
        self.answers += [self.request(done + number) for number in range(EACH)]
        self.turns.append(self.server.cpu_seconds() - before)

    def measure(self) -> Measure:
        """What one request cost."""
        times = sorted(answer.seconds * 1000 for answer in self.answers)
        last, count = self.answers[-1], len(times)
        return Measure(
            sum(self.turns) * 1000 / count, statistics.median(times), times[int(count * 0.95)], last.size, last.rows
        )


@contextmanager
def floor_server(folder: Path, rows: int) -> Iterator[Server]:
    """The bare program with as many rows in its table."""
    path = folder / f"floor-{rows}.db"
    if not path.exists():
        floor.fill(str(path), max(rows, 1000))
    with serve("bench.floor:app", {"FLOOR_DATABASE": str(path)}) as server:
        yield server


def floor_request(client: Client, name: str, like: Answer) -> Callable[[int], Answer]:
    """The same bytes and rows from the bare program; for a write, the plainest write, for a decision about money the
    rows it must read and write (the plainest write is printed beside it)."""
    if name == DECISION:
        return lambda number: decide(client, next(FLOOR_REQUESTS))
    if name in WRITES:
        return lambda number: client.post("/tick/5", {"client_id": secrets.token_hex(12)})
    path = f"/page/{max(1, like.rows)}/{like.size}"
    return lambda number: client.get(path)


def decide(client: Client, request_id: int) -> Answer:
    """One more request of the floor gets its yes."""
    answer = client.post(f"/decide/{request_id}", {"client_id": secrets.token_hex(12)})
    return answer if answer.status == 303 else refuse(f"the floor's decision answered {answer.status}")


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


def compare(database: Database, folder: Path, only: str) -> tuple[dict[str, Measure], dict[str, Measure], float]:
    """All requests on one database, the program and the floor by turns: a machine that slows down slows both."""
    program, base = {}, {}
    with serve("wsgi:app", database.environ) as server, floor_server(folder, database.sessions) as bare:
        client, other = sign_in(server, "lead", PASSWORD), Client(bare.port)
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
            lambda: money_requests(server, PASSWORD, database),
        ):
            for name, request in those().items():
                if only not in name:
                    continue
                ours = Watch(server, request)
                floors = Watch(bare, floor_request(other, name, ours.last))
                slow = list[float]()
                for _round in range(ROUNDS):
                    ours.turn()
                    slow.append(slowness())
                    floors.turn()
                times = statistics.median(one / other for one, other in zip(ours.turns, floors.turns, strict=True))
                program[name], base[name] = replace(ours.measure(), ratio=times), floors.measure()
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
        bar = bar_of(name, measured)
        held = measured.ratio <= bar or database.engine != "sqlite"
        good = good and held
        print(
            f"{name:<14}{measured.size / 1000:>7.1f}{measured.rows:>6}{measured.cpu_ms:>9.2f}{measured.p50:>9.2f}"
            f"{measured.p95:>9.2f}{base[name].cpu_ms:>10.2f}{measured.ratio:>8.2f}{bar:>6.1f}{'' if held else '  over'}"
        )
    if DECISION in program and "tick" in base:
        plain = program[DECISION].cpu_ms / base["tick"].cpu_ms
        print(f"an approval against the plainest write, a tick's: {plain:.2f} (no bar: it has some ten rows to write)")
    slow = copied > BAR_COPY_SECONDS
    told = f"a week of {COPIED} shows copied with crew: {copied:.2f} s (bar {BAR_COPY_SECONDS:.0f} s)"
    print(told + ("  over" if slow else ""))
    return good and not slow


def growth(engine: str, small: dict[str, Measure], large: dict[str, Measure]) -> bool:
    """Whether a page costs the same however much there is: both as times the floor, which sends the same weight."""
    print(f"\n{engine}: cost of the large installation against the small one, each as times the floor")
    good = True
    for name, measured in large.items():
        ratio = measured.ratio / small[name].ratio
        good = good and ratio <= BAR_GROWTH
        print(f"{name:<14}{ratio:>7.2f}{BAR_GROWTH:>6.1f}{'' if ratio <= BAR_GROWTH else '  over'}")
    return good


def main() -> int:
    """Every engine and size in turn, each with the floor beside it."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--small", action="store_true", help="SQLite with 60 sessions only")
    ask.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only")
    ask.add_argument("--only", default="", help="rows whose name has this in it, and neither ticks nor bursts")
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
                    results[sessions], base, copied = compare(database, folder, how.only)
                    good = show(database, results[sessions], base, copied) and good
            if len(sizes) > 1:
                good = growth(engine, results[sizes[0]], results[sizes[1]]) and good
    only = ["--engine", how.engine] if how.engine else []
    if not (how.small or how.only):
        good = ticks.main(only) == 0 and good
        good = money.main(only) == 0 and good
    print(f"\nbench: {'every bar is held' if good else 'a bar is broken; the lines marked over say which'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
