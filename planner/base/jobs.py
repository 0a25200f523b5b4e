"""Background work. A job is a row with a lease, written in the transaction that asks for it: the row is the truth.

Huey (SQLite by default; Redis or PostgreSQL by configuration) wakes the workers and keeps the schedule. Work happens at
least once, so handlers are idempotent; failures are tried again with back-off and stay visible.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, text, update

from planner.base import db, i18n, progress
from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.scope import unscoped
from planner.base.tables import Job
from planner.base.verbs import command, query
from planner.kernel import clock
from planner.kernel.errors import PlannerError
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg

LEASE = timedelta(seconds=120)
BACK_OFF = (timedelta(seconds=10), timedelta(seconds=60), timedelta(seconds=300))
MOST_DEATHS = 5
"""A job whose worker was killed this often is taken for the killer."""

log = logging.getLogger("planner.jobs")


@dataclass(frozen=True)
class Handler:
    """What does a kind of job, what people call it, and how long it waits after each failure."""

    work: Callable[..., None]
    word: Any
    back_off: tuple[timedelta, ...]


@dataclass(frozen=True)
class Round:
    """Work that comes round for all teams. It opens its own units, and doing it twice does nothing more."""

    name: str
    every: timedelta
    work: Callable[[], None]


@dataclass(frozen=True)
class JobLine:
    """A job as its page shows it; `again` is when a failed one is tried next, `done` of `total` how far it is."""

    id: int
    word: str
    state: str
    made_at: datetime
    attempts: int
    again: datetime | None
    why: str
    done: int
    total: int


@dataclass(frozen=True)
class AtWork:
    """A job that is not done: queued, running or failed, how far it is, since when, and why it failed."""

    state: str
    done: int
    total: int
    since: datetime
    why: str


HANDLERS: dict[str, Handler] = {}
ROUNDS: dict[str, Round] = {}
WAKERS: list[Callable[[], None]] = []
_last_round: dict[str, datetime] = {}
_one_round = threading.Lock()
_at_hand: ContextVar[progress.Telling | None] = ContextVar("at_hand", default=None)


def job(
    name: str, word: Any = None, back_off: tuple[timedelta, ...] = BACK_OFF
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a handler; it runs as the program, for the team of the row."""

    def decorate(work: Callable[..., None]) -> Callable[..., None]:
        HANDLERS[name] = Handler(work, word or name, back_off)
        return work

    return decorate


def come_round(entry: Round) -> None:
    """Register work that comes round; wiring does."""
    ROUNDS[entry.name] = entry


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


@dataclass(frozen=True)
class _Taken:
    """A job this worker holds the lease of."""

    id: int
    team_id: int
    name: str
    args: dict[str, Any]
    attempts: int
    lease: str


@command(P.PUBLIC)
def _take() -> _Taken | None:
    """Lease the next due job."""
    with unscoped("run jobs"):
        now, session = clock.now(), db.session()
        free = or_(Job.state == "queued", (Job.state == "running") & (Job.leased_until < now))
        asked = select(Job.id, Job.team_id, Job.name, Job.args, Job.state, Job.attempts)
        for found in session.execute(asked.where(free, Job.run_at <= now).order_by(Job.run_at, Job.id).limit(5)).all():
            lease, tries = secrets.token_hex(16), found.attempts + 1
            killer = found.state == "running" and tries > MOST_DEATHS
            taken = session.execute(
                update(Job)
                .where(Job.id == found.id, free)
                .values(state="running", lease=lease, leased_until=now + LEASE, attempts=tries, done=0, total=0)
                .execution_options(claimed=True, synchronize_session=False)
            )
            if taken.rowcount != 1:  # type: ignore[attr-defined]
                continue
            if not killer:
                return _Taken(found.id, found.team_id, found.name, found.args, tries, lease)
            _close(found.id, lease, "failed", msg("The worker ended each time it did this."))
    return None


def _close(row_id: int, lease: str, state: str, why: Message | str | None, wait: timedelta = timedelta()) -> None:
    row = db.session().get(Job, row_id, populate_existing=True)
    if row is None or row.lease != lease:
        return
    now = clock.now()
    row.state, row.lease, row.leased_until, row.run_at = state, None, None, now + wait
    row.message = why.as_json() if isinstance(why, Message) else None
    row.error = None if why is None else str(why)[:2000]
    row.finished_at = None if state == "queued" else now
    progress.forget(row_id)
    if state == "done":
        row.args = {}  # nobody needs them any more, and a mail's are somebody's address
    db.flush()


def drop(row: Job, why: Message) -> None:
    """Nobody needs this work any more; inside a command. A worker that is at it loses its lease."""
    row.state, row.args, row.lease, row.leased_until = "failed", {}, None, None
    row.message, row.error, row.finished_at = why.as_json(), str(why), clock.now()


@command(P.PUBLIC)
def _finish(row_id: int, lease: str, state: str, why: Message | str | None, wait: timedelta = timedelta()) -> None:
    """Write down how a job ended, if its lease is still ours."""
    with unscoped("run jobs"):
        _close(row_id, lease, state, why, wait)


def tell(done: int, total: int) -> None:
    """How far the job at hand is, seen at once by everybody; nothing where none is at hand."""
    telling = _at_hand.get()
    if telling is not None:
        telling.tell(done, total)


def find(name: str, **args: Any) -> AtWork | None:
    """The newest job of this kind with these arguments that is not done; inside a query."""
    asked = select(Job).where(Job.name == name, Job.state != "done").order_by(Job.id.desc()).limit(50)
    for row in db.session().scalars(asked):
        if {key: row.args.get(key) for key in args} == args:
            return AtWork(row.state, *progress.read(row), row.created_at, _why(row))
    return None


def _why(row: Job) -> str:
    return i18n.told(row.message) if row.message else row.error or ""


def run_pending(limit: int = 50, ending: Callable[[], bool] = lambda: False) -> int:
    """Do what is due, until the worker is ending; answers how many jobs ran."""
    count = 0
    while count < limit and not ending():
        taken = _take()
        if taken is None:
            break
        count += 1
        _run(taken)
    return count


def _run(taken: _Taken) -> None:
    back_off = HANDLERS[taken.name].back_off if taken.name in HANDLERS else BACK_OFF
    token = _at_hand.set(progress.Telling(taken.id, taken.lease, LEASE))
    try:
        with acting(program_for(taken.team_id)):
            HANDLERS[taken.name].work(**taken.args)
    except PlannerError as fault:
        _finish(taken.id, taken.lease, "failed", fault.message)
    except Exception as fault:
        log.exception("job %s (%s) failed, try %s", taken.id, taken.name, taken.attempts)
        if taken.attempts > len(back_off):
            _finish(taken.id, taken.lease, "failed", repr(fault))
        else:
            _finish(taken.id, taken.lease, "queued", repr(fault), back_off[taken.attempts - 1])
    else:
        _finish(taken.id, taken.lease, "done", None)
    finally:
        _at_hand.reset(token)


@query(P.JOB_VIEW)
def recent(limit: int = 50) -> list[JobLine]:
    """The team's last jobs."""
    return [
        JobLine(
            row.id,
            str(HANDLERS[row.name].word) if row.name in HANDLERS else row.name,
            row.state,
            row.created_at,
            row.attempts,
            row.run_at if row.state == "queued" and row.attempts else None,
            _why(row),
            *(progress.read(row) if row.state == "running" else (0, 0)),
        )
        for row in db.session().scalars(select(Job).order_by(Job.id.desc()).limit(limit))
    ]


def go_round() -> list[str]:
    """Do what has come round by now; what fails is logged, does not stop the rest and is tried at the next look."""
    ended: list[str] = []
    if not _one_round.acquire(blocking=False):
        return ended
    try:
        for entry in ROUNDS.values():
            last, now = _last_round.get(entry.name), clock.now()
            if last is not None and last <= now < last + entry.every:
                continue
            try:
                entry.work()
            except Exception:
                log.exception("periodic work %s failed", entry.name)
            else:
                _last_round[entry.name] = now
                ended.append(entry.name)
    finally:
        _one_round.release()
    return ended
