"""Two hundred bursts of thirty-two requests about money at the same instant, at four processes and one database.

    python bench/money.py                             # both engines, 200 bursts
    python bench/money.py --engine sqlite --bursts 20

Competing requests on one budget, one request approved by many and by one person many times, one form sent again and
again, a draft handed in from many windows, draws from one envelope. Afterwards the database is asked: nothing may be
committed, signed or told twice, and whoever came too late must have been told so within a second.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from sqlalchemy import text  # noqa: E402

import config  # noqa: E402
from bench.database import Database, environment_of, run_command  # noqa: E402
from bench.server import Server, serve  # noqa: E402
from planner.app import create_app  # noqa: E402
from planner.base.engine import count_rows, dispose, engine, is_sqlite  # noqa: E402
from tests import cast as casting  # noqa: E402
from tests.resources.bursts import AT_ONCE, Came, Room, open_room  # noqa: E402
from tests.resources.conftest import furnished  # noqa: E402

BURSTS, SMALL = 200, 20
WORKERS, CLEANED_EVERY = 4, 10
BAR_LOSER_SECONDS = 1.0


def at(share: float, found: list[float]) -> float:
    """A percentile."""
    return sorted(found)[min(len(found) - 1, int(len(found) * share))] if found else float("nan")


def clean() -> None:
    """What autovacuum does on a server of its own; one for tests has it switched off, and would plan for the empty
    tables of the beginning."""
    count_rows()
    if not is_sqlite():
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as link:
            link.execute(text("vacuum analyze"))


def run(room: Room, server: Server, database: Database, count: int) -> tuple[list[Came], dict[str, float]]:
    """All kinds of bursts by turns; and what each kind costs server and database, preparing and looking included where
    the database does it."""
    came, spent, kinds = list[Came](), defaultdict[str, float](float), room.bursts
    for number in range(count):
        if number % CLEANED_EVERY == 0:
            clean()
        server.database_pids = database.server_processes()
        before = server.cpu_seconds()
        came.append(room.run(kinds[number % len(kinds)]))
        spent[came[-1].name] += server.cpu_seconds() - before
    times = Counter(each.name for each in came)
    return came, {name: seconds / times[name] for name, seconds in spent.items()}


def report(name: str, came: list[Came], cost: dict[str, float], seconds: float) -> bool:
    """Every bar in a line of its own; answers whether all are held."""
    answers = [answer for each in came for answer in each.answers]
    losers = [seconds for each in came for seconds in each.losers]
    statuses = ", ".join(
        f"{count:,} x {status}" for status, count in sorted(Counter(a.status for a in answers).items())
    )
    print(f"\n{name}: {len(came)} bursts of {AT_ONCE} in {seconds:.0f} s at {WORKERS} processes: {statuses}")
    counts = {
        "over-commitments": sum(each.over for each in came), "double approvals": sum(each.double for each in came),
        "double notices": sum(each.notices for each in came), "server errors": sum(each.errors for each in came),
        "other faults": sum(bool(each.wrong) for each in came),
    }  # fmt: skip
    print(
        "  "
        + ", ".join(f"{count} {what}" for what, count in counts.items())
        + ("  over" if any(counts.values()) else "")
    )
    for fault in [each.faults for each in came if each.faults][:10]:
        print(f"  {fault}")
    every = [answer.seconds for answer in answers]
    late = at(0.95, losers) > BAR_LOSER_SECONDS
    for what, found, mark in (("who came too late", losers, late), ("everybody", every, False)):
        told = (
            f"p50 {at(0.5, found) * 1000:.0f} ms, p95 {at(0.95, found) * 1000:.0f} ms, max {max(found) * 1000:.0f} ms"
        )
        bar = f" (bar {BAR_LOSER_SECONDS:.0f} s)" if found is losers else ""
        print(f"  {what} was answered after {told}{bar}{'  over' if mark else ''}")
    for kind, spent in cost.items():
        slowest = [max(answer.seconds for answer in each.answers) for each in came if each.name == kind]
        told = f"p50 {at(0.5, slowest) * 1000:.0f} ms, max {max(slowest) * 1000:.0f} ms"
        print(
            f"  {kind}: {len(slowest)} bursts, the last was answered after {told}; {spent * 1000:.0f} ms of processor"
        )
    return not any(counts.values()) and not late


def on(engine_name: str, folder: Path, bursts: int) -> bool:
    """One engine."""
    with environment_of(engine_name, folder, "", "money") as environ:
        environ |= {"WEB_WORKERS": str(WORKERS), "PLANNER_DEMO": ""}
        run_command(environ, ["up"])
        app = create_app(config.load({**os.environ, **environ}))
        with app.app_context():
            money = furnished(casting.build())
            with serve("wsgi:app", environ) as server:
                room = open_room(money, server.port)
                began = time.monotonic()
                came, cost = run(room, server, Database(engine_name, 0, environ), bursts)
                seconds = time.monotonic() - began
            dispose()
        return report(engine_name, came, cost, seconds)


def main(given: list[str] | None = None) -> int:
    """Both engines in turn, or one."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--engine", choices=("sqlite", "postgres"), help="one engine only")
    ask.add_argument("--bursts", type=int, default=BURSTS)
    ask.add_argument("--small", action="store_true", help=f"{SMALL} bursts")
    how = ask.parse_args(given)
    good = True
    with tempfile.TemporaryDirectory(prefix="planner-money-") as name:
        for each in [how.engine] if how.engine else ["sqlite", "postgres"]:
            good = on(each, Path(name), SMALL if how.small else how.bursts) and good
    print(f"\nmoney: {'every bar is held' if good else 'a bar is broken; the lines marked over say which'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
