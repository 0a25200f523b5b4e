"""Steps that come again under rounds at once, in another zone, and before people of other teams and roles. On both engines."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.jobs import program_for
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.people.models import Team
from planner.plan import jobs, queries, services
from planner.plan.rules import Repeat, Rhythm, StepState
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.repeats import (
    A_WEEK_AFTER,
    MONDAY,
    MONDAYS,
    WEEK,
    at,
    days,
    latest,
    move,
    repeat,
    rows,
)
from tests.plan.repeats import quarter as quarter
from tests.plan.steps import Made
from tests.plan.steps import step as step

engines = pytest.mark.engines


@engines
def test_rounds_at_once_make_one_copy(cast: Cast, db: Flask, step: Made) -> None:
    with at(MONDAY):
        made = step("A/B 测试", cast.member, MONDAY)
        series = repeat(cast, made)
    at_once(db, [lambda: services.bring_next(series)] * 6, program_for(cast.team), MONDAY + 5 * DAY)
    assert days(cast) == [MONDAY, MONDAY + WEEK]


@engines
def test_two_who_finish_at_once_bring_one_copy(cast: Cast, db: Flask, step: Made) -> None:
    with at(MONDAY):
        made = step("保养", cast.member, MONDAY)
        series = repeat(cast, made, A_WEEK_AFTER)
        move(cast, made, "finish")
        second = latest(cast, series)
        move(cast, made, "reopen")
    works = [lambda: services.move_step(made, "finish"), lambda: services.move_step(second, "finish")] * 2
    at_once(db, works, cast.actors["lead"], MONDAY + DAY)
    assert [row.state for row in rows(cast)].count(StepState.OPEN) == 1
    assert len(rows(cast)) == 3


def at_once(db: Flask, works: list[Callable[[], None]], who: Actor, day: date) -> None:
    """All of it by several people, or workers, at the same moment; what comes too late is refused."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        with db.app_context(), acting(who), at(day):
            gate.wait()
            with contextlib.suppress(Refused):
                work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@engines
def test_a_team_that_moves_to_another_zone_gets_nothing_twice(cast: Cast, step: Made) -> None:
    daily = Repeat(Rhythm.DAYS, lead=0)
    with at(MONDAY, 9):
        made = step("读数", cast.member, MONDAY)
        series = repeat(cast, made, daily)
        move(cast, made, "finish")
    with at(MONDAY + DAY, 9):
        jobs.bring_steps()
        move(cast, latest(cast, series), "finish")
        with units.writing("tests.zone") as unit:
            unit.unscoped = "tests"
            zone(unit, cast, "America/Los_Angeles")
        jobs.bring_steps()  # there it is the day before once more
    assert days(cast) == [MONDAY, MONDAY + DAY]
    with at(MONDAY + 2 * DAY, 9, "America/Los_Angeles"):
        jobs.bring_steps()
    assert days(cast) == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]


def zone(unit: units.Unit, cast: Cast, name: str) -> None:
    team = unit.session.get(Team, cast.team)
    assert team is not None
    team.timezone = name


@engines
def test_other_teams_and_roles_have_no_say(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        made = step("A/B 测试", cast.member, MONDAY)
        series = repeat(cast, made)
        for who, error in (("member", Forbidden), ("viewer", Forbidden), ("outsider", NotFound)):
            with acting(cast.actors[who]):
                for work in (
                    lambda: services.repeat_step(made, 1, series, MONDAYS),
                    lambda: services.pause_series(series),
                    lambda: services.resume_series(series),
                    lambda: services.end_series(series),
                    lambda: services.next_like(made),
                ):
                    with pytest.raises(error):
                        work()
                assert [r.series.id for r in queries.repeating()] == ([] if who == "outsider" else [series])
        with acting(cast.actors["lead"]), pytest.raises(Forbidden):
            services.bring_next(series)
