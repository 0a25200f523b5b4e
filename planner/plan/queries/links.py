"""What serves a goal: phases and sessions that are linked to it. Steps name their goal themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.live.rules import State
from planner.plan.models import Goal, GoalLink, Phase

AHEAD, BEHIND = timedelta(days=45), timedelta(days=14)
GONE = (State.CANCELLED,)


@dataclass(frozen=True)
class Served:
    """Phases, and sessions once they are read, each with the id of its link."""

    phases: list[tuple[int, Phase]] = field(default_factory=list[tuple[int, Phase]])
    links: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    sessions: list[tuple[int, SessionBrief]] = field(default_factory=list[tuple[int, SessionBrief]])

    @property
    def session_ids(self) -> list[int]:
        """The linked sessions."""
        return [session_id for _link, session_id in self.links]

    def with_sessions(self, known: Mapping[int, SessionBrief]) -> Served:
        """The same with those sessions that stand, in the order of their time."""
        found = [(link, known[session_id]) for link, session_id in self.links if session_id in known]
        return replace(self, sessions=sorted(found, key=lambda held: held[1].planned_start))


def serving(goal_id: int) -> Served:
    """The links of a goal."""
    asked = (
        select(GoalLink.id, GoalLink.session_id, Phase)
        .outerjoin(Phase, (Phase.id == GoalLink.phase_id) & Phase.trashed_at.is_(None))
        .where(GoalLink.goal_id == goal_id)
        .order_by(Phase.start, GoalLink.id)
    )
    rows: list[Any] = list(db.session().execute(asked))
    phases = [(link, phase) for link, _session, phase in rows if phase is not None]
    return Served(phases, [(link, session_id) for link, session_id, _phase in rows if session_id is not None])


@query(P.PLAN_VIEW)
def linkable(goal_id: int) -> tuple[list[tuple[int, str]], list[SessionBrief]]:
    """What can still be linked to a goal: phases of its period, and shows around today."""
    goal, held = db.one(Goal, goal_id), serving(goal_id)
    now = clock.now()
    taken = {phase.id for _link, phase in held.phases}
    asked = select(Phase.id, Phase.name).where(Phase.period_id == goal.period_id, db.alive(Phase))
    phases = [(r[0], r[1]) for r in db.session().execute(asked.order_by(Phase.start, Phase.sort, Phase.id))]
    shows = live.briefs_between(now - BEHIND, now + AHEAD, tuple(s for s in State if s not in GONE))
    fresh = [b for b in shows if b.id not in set(held.session_ids)]
    return [p for p in phases if p[0] not in taken], fresh
