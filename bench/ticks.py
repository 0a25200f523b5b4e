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
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from sqlalchemy import create_engine, text  # noqa: E402

from bench.client import Client  # noqa: E402
from bench.database import Database, environment_of, fill_demo  # noqa: E402
from bench.phones import Evening, Phone, Probe, Watcher, again, refuse, sign_in, stream  # noqa: E402
from bench.server import Server, serve, spent  # noqa: E402
from planner.checklists.rules import Act, Evidence, TickFact, fold, read_evidence  # noqa: E402

PASSWORD = secrets.token_urlsafe(12)
LOGINS = ("lead", "manager")
PHONES, TICKS, SECONDS = 20, 10_000, 160
LONGEST_SECONDS = 180
WATCHERS, IDLE, CROWD = 3, 200, 24
PAGES, ROUNDS = 60, 4
BAR_ACKNOWLEDGED, BAR_SEEN, BAR_IDLE = 0.150, 1.0, 1.3


def at(share: float, found: list[float]) -> float:
    """A percentile."""
    return sorted(found)[min(len(found) - 1, int(len(found) * share))] if found else float("nan")


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
    probes = by_session[sessions[0]][:2]
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
    evening, before = Evening(server.port, sessions, items, probes, watchers=WATCHERS), last_tick(database)
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
            crowd = [sign_in(server.port, LOGINS[number % len(LOGINS)], PASSWORD) for number in range(CROWD)]
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
