"""Housekeeping of the base, for all teams: sealing the history, the trash, once-keys, ended jobs, files nobody names.

`planner/wiring.py` says how often each comes round. All of it may run twice, or in two workers at once.
"""

from __future__ import annotations

from datetime import timedelta

from planner.base import audit, db, files, jobs, trash
from planner.base.actor import acting
from planner.base.scope import unscoped
from planner.base.tables import Job, OnceKey
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.permissions import P

ONCE_KEPT = timedelta(days=7)
"""A form that was left open for longer than this and is sent twice counts twice."""

JOBS_KEPT = timedelta(days=14)
BATCH = 1000


def seal_all() -> None:
    """Give every team's committed audit entries their numbers."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            while audit.seal() == audit.SEAL_BATCH:
                pass


def purge_trash() -> None:
    """Destroy what has been in the trash for 30 days."""
    for team_id in jobs.teams():
        with acting(jobs.program_for(team_id)):
            trash.purge_overdue()


@command(P.INSTALLATION)
def _forget_some_keys() -> int:
    """Take away a batch of once-keys that nobody will send again."""
    return db.sweep(OnceKey, OnceKey.at < clock.now() - ONCE_KEPT, most=BATCH)


@command(P.INSTALLATION)
def _forget_some_jobs() -> int:
    """Take away a batch of jobs that ended long ago."""
    with unscoped("clean up"):
        return db.sweep(Job, Job.finished_at < clock.now() - JOBS_KEPT, most=BATCH)


def forget_once_keys() -> None:
    """Batch by batch, so that nobody waits long for the write lock."""
    with acting(jobs.program_for(None)):
        while _forget_some_keys() == BATCH:
            pass


def forget_jobs() -> None:
    """Ended jobs leave their page after two weeks."""
    with acting(jobs.program_for(None)):
        while _forget_some_jobs() == BATCH:
            pass


def sweep_files() -> None:
    """Take away bytes that no row names."""
    with acting(jobs.program_for(None)):
        files.sweep()
