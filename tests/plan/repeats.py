"""What the tests of repeating steps share: a Monday to stand at, rules, and short ways to act and look."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.spans import local
from planner.plan import services
from planner.plan.models import Step, StepSeries
from planner.plan.rules import Repeat, Rhythm, Stretch
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import row_of, undo_last
from tests.plan.steps import step as step

MONDAYS = Repeat(Rhythm.WEEKS, weekdays=frozenset({0}), lead=3)
MONDAY = date(2026, 11, 30)
WEEK = 7 * DAY
A_WEEK_AFTER = Repeat(Rhythm.AFTER, every=1, stretch=Stretch.WEEKS)


@pytest.fixture
def quarter(cast: Cast, db: Flask) -> int:
    """A period around the Monday of these tests, whatever day it is."""
    with acting(cast.actors["lead"]):
        return services.add_period("第四季度", MONDAY - 49 * DAY, MONDAY + 50 * DAY)


@contextlib.contextmanager
def at(day: date, hour: int = 12, zone: str = "Asia/Shanghai") -> Iterator[None]:
    with clock.standing(local(day, hour * 60, zone)):
        yield


def rows(cast: Cast) -> list[Step]:
    with acting(cast.actors["lead"]), units.reading() as unit:
        return list(unit.session.scalars(select(Step).where(Step.series_id.is_not(None)).order_by(Step.occurs_on)))


def days(cast: Cast) -> list[date | None]:
    return [row.occurs_on for row in rows(cast)]


def series_of(cast: Cast, series_id: int) -> StepSeries:
    with acting(cast.actors["lead"]), units.reading() as unit:
        return unit.session.scalars(select(StepSeries).where(StepSeries.id == series_id)).one()


def repeat(cast: Cast, step_id: int, rule: Repeat = MONDAYS) -> int:
    with acting(cast.actors["lead"]):
        return services.repeat_step(step_id, row_of(cast, step_id).version, None, rule)


def move(cast: Cast, step_id: int, how: str, who: str = "lead", **more: bool) -> None:
    with acting(cast.actors[who]):
        services.move_step(step_id, how, "不做了" if how == "drop" else "", **more)


def latest(cast: Cast, series_id: int) -> int:
    return series_of(cast, series_id).latest_id


def undo_as(cast: Cast, who: str) -> None:
    with acting(cast.actors[who]):
        undo_last()
