"""What tests of the plan need: a period around today, and shows that are over with their figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel.spans import business_day
from planner.live import services as live
from planner.live.rules import Weight
from planner.outcomes import services as outcomes
from planner.plan import services
from tests.cast import Cast

Show = Callable[..., int]
DAY = timedelta(days=1)


@pytest.fixture
def today() -> date:
    """The team's business day that runs now."""
    return business_day(datetime.now(UTC), "Asia/Shanghai", 360)


@pytest.fixture
def quarter(cast: Cast, db: Any, today: date) -> int:
    """A period of a hundred days whose fiftieth day is today."""
    with acting(cast.actors["lead"]):
        return services.add_period("第四季度", today - 49 * DAY, today + 50 * DAY)


@pytest.fixture
def show(cast: Cast, db: Any) -> Show:
    """A show that was on air so many days ago, with these figures."""

    def make(days_ago: int, hour: int = 12, **figures: int | str) -> int:
        start = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0) - days_ago * DAY
        with acting(cast.actors["lead"]):
            made = live.schedule_session(f"{days_ago} 天前", Weight.DAILY, cast.channel, None, start, 60)
            live.go_live(made, start)
            live.end_live(made, start + timedelta(hours=1))
            if figures:
                outcomes.type_figures(made, {k: Decimal(v) for k, v in figures.items()})
        return made

    return make
