"""How far the worker is with a long roster, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from planner.base import db, i18n, jobs
from planner.base.jobs import AtWork
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live.models import RosterPlan
from planner.live.queries.briefs import briefs
from planner.live.rules.roster import Sent

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class RosterProgress:
    """A roster that was left to the worker: waiting, planned or refused; `work` is the job while there is one.

    `faults` are the rows that clash by number (0: the sheet as a whole), `standing` how many of its sessions are still
    there, the first of them at `first`; `command_id` takes them back.
    """

    id: int
    state: str
    count: int
    sent: Sent
    faults: list[tuple[int, str]]
    standing: int
    first: datetime | None
    command_id: str | None
    work: AtWork | None

    @property
    def running(self) -> bool:
        """Whether the worker has it, or will."""
        return self.state == "waiting" and self.work is not None and self.work.state != "failed"


@query(P.SESSION_EDIT)
def recent_rosters() -> list[RosterPlan]:
    """The long rosters of the last day, the latest first, so that one that was left is found again."""
    asked = select(RosterPlan).where(RosterPlan.created_at > clock.now() - LATELY)
    return list(db.session().scalars(asked.order_by(RosterPlan.id.desc()).limit(5)))


@query(P.SESSION_EDIT)
def roster_progress(plan_id: int) -> RosterProgress:
    """One roster; a few statements."""
    row = db.one(RosterPlan, plan_id)
    made = list(briefs(row.made).values()) if row.made else []
    kept: list[Any] = row.faults
    return RosterProgress(
        row.id,
        row.state,
        row.count,
        Sent.from_json(row.sent),
        [(number, i18n.told(fault)) for number, fault in kept],
        len(made),
        min((b.planned_start for b in made), default=None),
        row.command_id,
        jobs.find("live.plan_roster", plan_id=row.id) if row.state == "waiting" else None,
    )
