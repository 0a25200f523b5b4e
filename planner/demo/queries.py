"""How far the demo team is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from planner.base import db
from planner.base.scope import unscoped
from planner.base.tables import Job
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.people.models import Team

JOB = "demo.fill"
PATIENCE = timedelta(seconds=30)
"""How long a worker may take to begin before the page wonders whether one is there."""


@dataclass(frozen=True)
class Making:
    """The demo team while it is being made, and when it is there."""

    done: bool
    failed: bool
    waiting_long: bool
    seconds: int

    @property
    def may_start_over(self) -> bool:
        """Whether nobody is at it."""
        return not self.done and (self.failed or self.waiting_long)


@query(P.PUBLIC)
def making() -> Making | None:
    """How far it is; None where nobody has asked for it."""
    with unscoped("demo"):
        team = db.session().execute(select(Team.id, Team.demo_day).where(Team.is_demo)).first()
        if team is None:
            return None
        asked = select(Job.state, Job.created_at).where(Job.name == JOB).order_by(Job.id.desc())
        job = db.session().execute(asked).first()
    state, since = job if job else ("failed", clock.now())
    done, waited = team.demo_day is not None, clock.now() - since
    late = state == "queued" and waited > PATIENCE
    return Making(done, not done and state == "failed", late, int(waited.total_seconds()))
