"""What tests of palette, history, trash and settings need: a show and a step with Chinese words in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.live import services as live
from planner.live.rules import Platform, Weight
from planner.plan import services as plan
from tests.cast import Cast

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Things:
    """Ids of what the team has, and of the same in the other team."""

    session: int
    step: int
    goal: int
    their_session: int
    their_step: int


@pytest.fixture
def things(cast: Cast, db: Any) -> Things:
    """A show, a goal and a step; the other team has a show and a step with the same words."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    with acting(cast.actors["lead"]):
        session = live.schedule_session("秋冬修护 GMV 专场", Weight.DAILY, cast.channel, cast.studio, start, 240)
        period = plan.add_period("第四季度", start.date() - timedelta(days=30), start.date() + timedelta(days=30))
        goal = plan.add_goal(period, "单场 GMV 突破 50 万", cast.lead)
        step = plan.add_step("秋冬选品会 A/B", cast.member, start.date(), None, goal)
    with acting(cast.actors["outsider"]):
        channel = live.add_channel(Platform.DOUYIN, "暮色美妆", "muse")
        theirs = live.schedule_session("秋冬暮色专场", Weight.DAILY, channel, None, start, 240)
        their_step = plan.add_step("秋冬暮色选品")
    return Things(session, step, goal, theirs, their_step)
