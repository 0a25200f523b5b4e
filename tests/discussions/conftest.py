"""What tests of comments need: one object of each kind that people talk about, in both teams where that matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base.actor import acting
from planner.base.engine import engine
from planner.live import services as live
from planner.live.rules import Weight
from planner.outcomes import services as outcomes
from planner.plan import services as plan
from tests.cast import Cast

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Things:
    """Ids of what the team talks about."""

    session: int
    goal: int
    step: int
    finding: int
    period: int

    def pairs(self) -> list[tuple[str, int]]:
        """Each as kind and id."""
        return [("session", self.session), ("goal", self.goal), ("step", self.step), ("finding", self.finding)]


@pytest.fixture
def things(cast: Cast, db: Any) -> Things:
    """A show that is over, with a finding; a goal and a step."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    with acting(cast.actors["lead"]):
        session = live.schedule_session("秋冬修护专场", Weight.DAILY, cast.channel, None, start, 60)
        live.go_live(session, start)
        live.end_live(session, start + timedelta(hours=1))
        finding = outcomes.add_finding(session, "讲价时掉人")
        period = plan.add_period("第四季度", start.date() - timedelta(days=30), start.date() + timedelta(days=30))
        goal = plan.add_goal(period, "单场 GMV 突破 50 万", cast.lead)
        step = plan.add_step("竞品分析", cast.member, start.date(), None, goal)
    return Things(session, goal, step, finding, period)


@pytest.fixture
def rows(db: Flask) -> Callable[..., list[Any]]:
    """`rows("SELECT ...")`: what the database itself says."""

    def ask(statement: str) -> list[Any]:
        with engine().connect() as link:
            return [tuple(row) for row in link.execute(text(statement))]

    return ask
