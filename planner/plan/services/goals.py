"""Goals of a period: what the team wants, who owns it, what serves it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from planner.base import db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_text, msg
from planner.live import queries as live
from planner.plan.models import Goal, GoalLink, Phase
from planner.plan.news import GoalAdded
from planner.plan.services import evidence, typed


def open_goal(goal_id: int | None) -> Goal:
    """A goal of a period that can be changed."""
    row = db.one(Goal, goal_id)
    typed.open_period(row.period_id)
    return row


def place_after(period_id: int) -> int:
    """Where a goal stands that comes into a period: last."""
    return (db.session().scalar(select(func.max(Goal.sort)).where(Goal.period_id == period_id)) or 0) + 1


@command(P.PLAN_EDIT)
def add_goal(period_id: int, title: str, owner_id: int | None = None, why: str = "") -> int:
    """Something to reach in a period."""
    typed.open_period(period_id)
    shown, owner = typed.line(title, "title", 120), typed.person(owner_id)
    kept = clean_text(why)[: typed.LONGEST_NOTE]
    row = db.add(Goal(period_id=period_id, title=shown, owner_id=owner, why=kept, sort=place_after(period_id)))
    tell(GoalAdded(goal_id=row.id))
    return row.id


@command(P.PLAN_EDIT)
def edit_goal(goal_id: int, version: int, title: str, why: str, owner_id: int | None, period_id: int) -> None:
    """Title, reason, owner and period of a goal; in another period other shows count."""
    row = db.edit(Goal, goal_id, version)
    typed.open_period(row.period_id)
    if owner_id != row.owner_id:
        typed.person(owner_id)
    row.title, row.why, row.owner_id = typed.line(title, "title", 120), clean_text(why)[: typed.LONGEST_NOTE], owner_id
    if period_id != row.period_id:
        row.period_id = typed.open_period(period_id).id
        db.flush()
        evidence.reckon_targets(row)


@command(P.PLAN_EDIT)
def trash_goal(goal_id: int) -> None:
    """A goal that is no longer wanted; its steps stay in the plan."""
    trashing.trash(open_goal(goal_id))


@command(P.PLAN_EDIT)
def link_goal(goal_id: int, phase_ids: Iterable[int] = (), session_ids: Iterable[int] = ()) -> None:
    """Say which phases and sessions serve a goal; what is linked already stays as it is."""
    goal = open_goal(goal_id)
    phases = db.some(Phase, phase_ids)
    if any(phase.period_id != goal.period_id for phase in phases.values()):
        raise Invalid.at("phase_ids", msg("Choose phases of the goal's own period."))
    sessions = live.briefs(set(session_ids))
    if len(phases) < len(set(phase_ids)) or len(sessions) < len(set(session_ids)):
        raise Invalid.at("session_ids", msg("Something of this is gone. Look again."))
    if not phases and not sessions:
        raise Invalid.at("session_ids", msg("Choose at least one."))
    held = list(db.session().scalars(select(GoalLink).where(GoalLink.goal_id == goal_id)))
    old_phases, old_sessions = {link.phase_id for link in held}, {link.session_id for link in held}
    db.add_all(GoalLink(goal_id=goal_id, phase_id=row_id) for row_id in phases if row_id not in old_phases)
    db.add_all(GoalLink(goal_id=goal_id, session_id=row_id) for row_id in sessions if row_id not in old_sessions)


@command(P.PLAN_EDIT)
def unlink_goal(link_id: int) -> int:
    """A phase or a session that does not serve the goal after all. Answers the goal."""
    link = db.one(GoalLink, link_id)
    goal = open_goal(link.goal_id)
    db.remove(link)
    return goal.id
