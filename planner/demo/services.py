"""Making the demo team from the first-run page, while the installation is empty."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db, jobs
from planner.base.lock import lock
from planner.base.scope import as_team, unscoped
from planner.base.tables import Job
from planner.base.verbs import command
from planner.demo import fill, queries
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.people.models import Team, User


@command(P.PUBLIC)
def begin_demo(password_hash: str) -> int:
    """Ask for the demo team; only while nobody and nothing is there. Answers the job."""
    lock("first run")
    session = db.session()
    if session.scalar(select(User.id).limit(1)) is not None or session.scalar(select(Team.id).limit(1)) is not None:
        raise Refused(msg("This installation is not empty, so the demo team is not made."))
    with unscoped("demo"):
        team = db.add(fill.new_team())
        with as_team(team.id):
            return jobs.enqueue(queries.JOB, password_hash=password_hash)


@command(P.PUBLIC)
def drop_demo() -> None:
    """Begin again where the demo team was not finished and nobody is at it."""
    lock("first run")
    found = queries.making()
    if found is None or not found.may_start_over:
        raise Refused(msg("The demo team is there, or is being made."))
    session = db.session()
    with unscoped("demo"):
        for team in session.scalars(select(Team).where(Team.is_demo)):
            for job in session.scalars(select(Job).where(Job.team_id == team.id)):
                db.remove(job)
            db.remove(team)
