"""Background work. A job is a row with a lease, written in the transaction that asks for it: the row is the truth.


Huey (SQLite by default; Redis or PostgreSQL by configuration) wakes the workers and keeps the schedule. Work happens at
least once, so handlers are idempotent; failures are tried again with back-off and stay visible.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, text, update

from planner.base import db
from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.scope import unscoped
from planner.base.tables import Job
from planner.base.verbs import command, query
from planner.kernel import clock
from planner.kernel.errors import PlannerError
from planner.kernel.permissions import P

LEASE = timedelta(seconds=120)
BACK_OFF = (timedelta(seconds=10), timedelta(seconds=60), timedelta(seconds=300))
KEEP = timedelta(days=14)

log = logging.getLogger("planner.jobs")
HANDLERS: dict[str, Callable[..., None]] = {}
PERIODIC: list[tuple[int, Callable[[], None]]] = []
WAKERS: list[Callable[[], None]] = []


def job(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a handler; it runs as the program, for the team of the row."""

    def decorate(handler: Callable[..., None]) -> Callable[..., None]:
        HANDLERS[name] = handler
        return handler

    return decorate


def every(seconds: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register work that comes round, for all teams; it opens its own units."""

    def decorate(handler: Callable[[], None]) -> Callable[[], None]:
        PERIODIC.append((seconds, handler))
        return handler

    return decorate


def enqueue(name: str, key: str | None = None, **args: Any) -> int:
    """Ask for work inside a command; the same key asks once. Answers the job."""
    if name not in HANDLERS:
        raise KeyError(name)
    if key is not None:
        held = db.session().scalar(select(Job.id).where(Job.key == key))
        if held is not None:
            return held
    unit = units.current()
    row = db.add(Job(name=name, key=key, args=args, state="queued", run_at=unit.at))
    unit.after_commit.append(wake)
    return row.id


def wake() -> None:
    """Tell the workers; they look by themselves too, so a failure here only costs seconds."""
    for waker in WAKERS:
        try:
            waker()
        except Exception:
            log.warning("the worker could not be woken", exc_info=True)


def program_for(team_id: int | None) -> Actor:
    """The program acting for a team, with the team's clock."""
    if team_id is None:
        return Actor(is_system=True, is_admin=True)
    with engine().connect() as link:
        found = link.execute(text("SELECT name, timezone, day_start FROM team WHERE id = :id"), {"id": team_id}).one()
    return Actor(
        team_id=team_id, team_name=found[0], timezone=found[1], day_start=found[2], is_system=True, is_admin=True
    )


def teams() -> list[int]:
    """All teams, for periodic work."""
    with engine().connect() as link:
        return [row[0] for row in link.execute(text("SELECT id FROM team ORDER BY id"))]


@command(P.PUBLIC)
def _take() -> tuple[int, int, str, dict[str, Any], str] | None:
    """Lease the next due job."""
    with unscoped("run jobs"):
        now = clock.now()
        free = or_(Job.state == "queued", (Job.state == "running") & (Job.leased_until < now))
        asked = (
            select(Job.id, Job.team_id, Job.name, Job.args).where(free, Job.run_at <= now).order_by(Job.run_at, Job.id)
        )
        for row_id, team_id, name, args in db.session().execute(asked.limit(5)).all():
            lease = secrets.token_hex(16)
            taken = db.session().execute(
                update(Job)
                .where(Job.id == row_id, free)
                .values(state="running", lease=lease, leased_until=now + LEASE, attempts=Job.attempts + 1)
                .execution_options(claimed=True, synchronize_session=False)
            )
            if taken.rowcount == 1:  # type: ignore[attr-defined]
                return row_id, team_id, name, args, lease
    return None


@command(P.PUBLIC)
def _finish(row_id: int, lease: str, state: str, error: str | None, wait_seconds: int = 0) -> None:
    """Write down how a job ended, if its lease is still ours."""
    with unscoped("run jobs"):
        row = db.session().get(Job, row_id, populate_existing=True)
        if row is None or row.lease != lease:
            return
        now = clock.now()
        row.state, row.error, row.lease, row.leased_until = state, error, None, None
        row.run_at = now + timedelta(seconds=wait_seconds)
        row.finished_at = None if state == "queued" else now


@command(P.SELF)
def progress(row_id: int, done: int, total: int) -> None:
    """How far it is; renews the lease."""
    row = db.one(Job, row_id)
    row.done, row.total, row.leased_until = done, total, clock.now() + LEASE


def run_pending(limit: int = 50) -> int:
    """Do what is due; answers how many jobs ran."""
    count = 0
    while count < limit:
        taken = _take()
        if taken is None:
            break
        count += 1
        _run(*taken)
    return count


def _run(row_id: int, team_id: int, name: str, args: dict[str, Any], lease: str) -> None:
    try:
        with acting(program_for(team_id)):
            HANDLERS[name](**args)
    except PlannerError as fault:
        _finish(row_id, lease, "failed", str(fault))
    except Exception as fault:
        log.exception("job %s (%s) failed", row_id, name)
        attempts = _attempts(row_id)
        if attempts > len(BACK_OFF):
            _finish(row_id, lease, "failed", repr(fault)[:2000])
        else:
            _finish(row_id, lease, "queued", repr(fault)[:2000], int(BACK_OFF[attempts - 1].total_seconds()))
    else:
        _finish(row_id, lease, "done", None)


@query(P.PUBLIC)
def _attempts(row_id: int) -> int:
    """How often a job was tried."""
    with unscoped("run jobs"):
        return db.session().scalar(select(Job.attempts).where(Job.id == row_id)) or 1


@query(P.JOB_VIEW)
def recent(limit: int = 50) -> list[Job]:
    """The team's last jobs."""
    return list(db.session().scalars(select(Job).order_by(Job.id.desc()).limit(limit)))


def periodic_now() -> None:
    """Run everything that comes round, once; what fails is logged and does not stop the rest."""
    for _seconds, handler in PERIODIC:
        try:
            handler()
        except Exception:
            log.exception("periodic work %s failed", handler.__name__)


def queue_url() -> str:
    """Where Huey keeps its wake-up calls."""
    return current_app.config.get("QUEUE_URL", "")
