"""What of the plan belongs to a session: the steps whose day hangs on it, and the goals it serves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from planner.base.ready import ready
from planner.base.verbs import query
from planner.kernel.permissions import P
from planner.plan.models import Goal, GoalLink, Step
from planner.plan.queries.steps import step_row, steps_asked

MOST_STEPS = 60


@ready
def _hanging() -> Any:
    asked = steps_asked().where(Step.hangs_session_id == bindparam("session_id"))
    return asked.order_by(Step.state.in_(["done", "dropped"]), Step.due, Step.id).limit(MOST_STEPS)


@ready
def _served() -> Any:
    asked = select(Goal.id, Goal.title).join(GoalLink, GoalLink.goal_id == Goal.id)
    return asked.where(GoalLink.session_id == bindparam("session_id")).order_by(Goal.sort, Goal.id)


@query(P.PLAN_VIEW)
def on_session(session_id: int) -> dict[str, Any] | None:
    """The panel's answer: steps that hang on a session, the open ones first, and goals; None without either."""
    steps = [step_row(r) for r in _hanging.rows(session_id=session_id)]
    goals = [(r[0], r[1]) for r in _served.rows(session_id=session_id)]
    return {"steps": steps, "goals": goals, "open": sum(s.open for s in steps)} if steps or goals else None
