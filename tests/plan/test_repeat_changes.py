"""Steps that come again, changed and stopped: one copy alone, the pattern, pauses, ends, what is deleted. On both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from planner.base import trash
from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Refused, Stale
from planner.plan import jobs, queries, services
from planner.plan.models import Step
from planner.plan.rules import Details, Repeat, Rhythm
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.repeats import (
    A_WEEK_AFTER,
    MONDAY,
    WEEK,
    at,
    days,
    latest,
    move,
    repeat,
    series_of,
)
from tests.plan.repeats import quarter as quarter
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step

engines = pytest.mark.engines


@engines
def test_one_copy_is_changed_alone_and_the_pattern_from_now_on(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        made = step("A/B 测试", cast.member, MONDAY, details=Details(tags=("互动",)))
        series = repeat(cast, made)
        with acting(cast.actors["lead"]):
            services.edit_step(made, row_of(cast, made).version, "A/B：福袋", cast.host, MONDAY + DAY, None, None, "")
    with at(MONDAY + 4 * DAY):
        jobs.bring_steps()
    second = latest(cast, series)
    assert (row_of(cast, second).title, row_of(cast, second).owner_id) == ("A/B 测试", cast.member)
    view = page_of(cast, made)
    assert view.repeats is not None
    assert view.repeats.differs == ("title", "owner_id")
    assert view.row.occurs_on == MONDAY, "another day does not make another one of it"
    with at(MONDAY + 5 * DAY), acting(cast.actors["lead"]):
        services.next_like(made)
    with at(MONDAY + 12 * DAY):
        jobs.bring_steps()
    third = latest(cast, series)
    assert (row_of(cast, third).title, row_of(cast, third).owner_id) == ("A/B：福袋", cast.host)
    assert page_of(cast, third).tags == ["互动"]
    with at(MONDAY + 12 * DAY), acting(cast.actors["lead"]):
        wednesdays = Repeat(Rhythm.WEEKS, weekdays=frozenset({2}), lead=0)
        services.repeat_step(third, series_of(cast, series).version, series, wednesdays, like_this=True)
        assert series_of(cast, series).next_on == MONDAY + 2 * WEEK + 2 * DAY
        undo_last()
        assert series_of(cast, series).next_on == MONDAY + 3 * WEEK
        with pytest.raises(Stale):
            services.repeat_step(third, 1, series, wednesdays)
        with pytest.raises(Stale):
            services.repeat_step(third, series_of(cast, series).version, None, wednesdays)


@engines
def test_pause_resume_and_end(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        made = step("A/B 测试", None, MONDAY)
        series = repeat(cast, made)
        after = step("保养", None, MONDAY)
        other = repeat(cast, after, A_WEEK_AFTER)
        with acting(cast.actors["lead"]):
            services.pause_series(series)
            services.pause_series(other)
        move(cast, after, "finish")
    with at(MONDAY + 5 * WEEK + DAY):
        jobs.bring_steps()
        assert days(cast) == [MONDAY, MONDAY]
        with acting(cast.actors["lead"]):
            services.resume_series(series)
            assert series_of(cast, series).next_on == MONDAY + 6 * WEEK
            assert series_of(cast, series).left_out == 0, "a pause is meant"
            services.resume_series(other)
            assert row_of(cast, latest(cast, other)).due == MONDAY + 5 * WEEK + DAY, "late already, so it is due today"
            services.end_series(series)
            undo_last()
            assert series_of(cast, series).next_on == MONDAY + 6 * WEEK
            services.end_series(series)
            with pytest.raises(Refused):
                services.pause_series(series)
    with at(MONDAY + 8 * WEEK):
        jobs.bring_steps()
        assert row_of(cast, latest(cast, series)).id == made
        with acting(cast.actors["lead"]):
            services.resume_series(series)
        assert days(cast)[-1] == MONDAY + 8 * WEEK


@engines
def test_taking_the_repetition_back_leaves_a_plain_step(cast: Cast, step: Made) -> None:
    with at(MONDAY), acting(cast.actors["lead"]):
        made = step("A/B 测试")
        repeat(cast, made)
        assert row_of(cast, made).series_id
        undo_last()
        assert (row_of(cast, made).series_id, row_of(cast, made).due) == (None, None)
        assert queries.repeating() == []


@engines
def test_deleting_one_leaves_the_others_to_come_unless_it_stops(cast: Cast, step: Made) -> None:
    with at(MONDAY), acting(cast.actors["lead"]):
        made = step("保养", None, MONDAY)
        series = repeat(cast, made, A_WEEK_AFTER)
        services.trash_step(made)
        second = latest(cast, series)
        assert row_of(cast, second).due == MONDAY + WEEK
        undo_last()
        assert days(cast) == [MONDAY]
        services.trash_step(made, stop=True)
        assert days(cast) == []
        assert series_of(cast, series).over
        assert [r.step_id for r in queries.repeating()] == [None]


@engines
def test_a_copy_comes_back_on_its_own_where_its_day_is_taken(cast: Cast, step: Made) -> None:
    with at(MONDAY), acting(cast.actors["lead"]):
        made = step("A/B 测试", None, MONDAY)
        repeat(cast, made)
        services.trash_step(made)
        with units.writing("tests.taken") as unit:
            gone = unit.session.scalars(select(Step).execution_options(with_trash=True)).one()
            unit.session.add(Step(title="另一个", series_id=gone.series_id, occurs_on=MONDAY, note="", due=MONDAY))
        (lying,) = trash.trashed()
        trash.restore(lying[0])
        assert row_of(cast, made).series_id is None


@engines
def test_a_period_that_goes_takes_its_repetitions_along(cast: Cast, step: Made, quarter: int) -> None:
    with at(MONDAY), acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", MONDAY, MONDAY + 9 * DAY)
        series = repeat(cast, step("A/B 测试", None, MONDAY, phase_id=phase))
        services.trash_period(quarter)
        assert series_of(cast, series).over
        undo_last()
        assert not series_of(cast, series).over
