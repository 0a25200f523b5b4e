"""How far a job is, told beside its own transaction, so that others see it while that one is still open.

On PostgreSQL another connection writes the job's row meanwhile. SQLite has one writer at a time, and that is the job
itself: there a small file tells it. Telling is a kindness: where it fails, the work goes on.
"""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import update

from planner.base import engine as engines
from planner.base.models import table_of
from planner.base.tables import Job
from planner.kernel import clock

EVERY_SECONDS = 0.5
log = logging.getLogger("planner.jobs")


@dataclass
class Telling:
    """A job at hand, its lease, and when it last told how far it is."""

    job_id: int
    lease: str
    holds: timedelta
    told: float = 0.0

    def tell(self, done: int, total: int) -> None:
        """So many of so many, at most twice a second; renews the lease."""
        now = time.monotonic()
        if self.told and done < total and now - self.told < EVERY_SECONDS:
            return
        self.told = now
        try:
            _write(self.job_id, self.lease, done, total, clock.now() + self.holds)
        except Exception:
            log.warning("job %s could not tell how far it is", self.job_id, exc_info=True)


def _write(job_id: int, lease: str, done: int, total: int, until: datetime) -> None:
    if engines.is_sqlite():
        place = _file(job_id)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(".new")
        fresh.write_text(f"{lease} {done} {total}", encoding="ascii")
        fresh.replace(place)
        return
    table = table_of(Job)
    mine = (table.c.id == job_id, table.c.lease == lease)
    with engines.engine().begin() as link:
        link.execute(update(table).where(*mine).values(done=done, total=total, leased_until=until))


def read(row: Job) -> tuple[int, int]:
    """How far a job is: so many of so many, 0 of 0 where it has not told yet."""
    if engines.is_sqlite():
        with contextlib.suppress(OSError, ValueError):
            lease, done, total = _file(row.id).read_text(encoding="ascii").split()
            return (int(done), int(total)) if lease == row.lease else (0, 0)
    return row.done, row.total


def forget(job_id: int) -> None:
    """The job has ended."""
    if engines.is_sqlite():
        with contextlib.suppress(OSError):
            _file(job_id).unlink(missing_ok=True)


def _file(job_id: int) -> Path:
    return Path(current_app.config["FILES_DIR"]) / "progress" / str(job_id)
