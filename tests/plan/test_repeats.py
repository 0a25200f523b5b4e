"""Steps that come again: copies appear exactly once, when they should, with all they take along. On both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Invalid, Refused
from planner.notifications.models import Notice
from planner.people import services as people
from planner.plan import jobs, services
from planner.plan.rules import LAST, Details, Extras, Priority, Repeat, Rhythm, StepState
from planner.plan.services import Change
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
    series_of,
    undo_as,
)
from tests.plan.repeats import quarter as quarter
from tests.plan.steps import Made, page_of, row_of
from tests.plan.steps import step as step

engines = pytest.mark.engines


@engines
def test_a_copy_appears_so_many_days_before_its_day_with_all_it_takes_along(
    cast: Cast, step: Made, quarter: int
) -> None:
    with acting(cast.actors["lead"]), at(MONDAY - 4 * DAY):
        goal = services.add_goal(quarter, "互动", None)
        extras = Extras(90, (cast.host,))
        details = Details(MONDAY - 2 * DAY, Priority.HIGH, "运营", ("互动", "数据"), extras=extras)
        made = step("A/B 测试", cast.member, MONDAY, goal_id=goal, note="看停留", details=details)
        services.add_lines(made, "写假设\n写结论")
        services.tick_line(page_of(cast, made).lines[0].id, True)
        series = repeat(cast, made)
        assert days(cast) == [MONDAY]
        assert series_of(cast, series).next_on == MONDAY + WEEK
    for day in range(4):  # Monday to Thursday: three days before the next one are not reached
        with at(MONDAY + day * DAY):
            jobs.bring_steps()
    assert days(cast) == [MONDAY]
    for _again in range(2):
        with at(MONDAY + 4 * DAY):
            jobs.bring_steps()
    assert days(cast) == [MONDAY, MONDAY + WEEK]
    copy = page_of(cast, latest(cast, series))
    held = copy.row
    assert (held.title, held.owner_id, held.due, held.goal_id) == ("A/B 测试", cast.member, MONDAY + WEEK, goal)
    assert (held.start, held.priority, held.department) == (MONDAY + 5 * DAY, Priority.HIGH, "运营")
    assert (held.note, copy.tags, held.state) == ("看停留", ["互动", "数据"], StepState.OPEN)
    assert (held.estimate_minutes, list(copy.helpers)) == (90, [cast.host])
    assert [(line.text, line.done_at) for line in copy.lines] == [("写假设", None), ("写结论", None)]
    assert copy.repeats is not None
    assert [c.day for c in copy.repeats.before] == [MONDAY]
    assert copy.repeats.differs == ()
    first = page_of(cast, made).repeats
    assert first is not None
    assert [c.id for c in first.after] == [held.id]


@engines
def test_after_a_standstill_one_copy_is_there_and_the_page_says_what_was_left_out(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        made = step("A/B 测试", cast.member, MONDAY)
        series = repeat(cast, made)
        move(cast, made, "finish")
    with at(MONDAY + 10 * WEEK + 3 * DAY):
        jobs.bring_steps()
        jobs.bring_steps()
    assert days(cast) == [MONDAY, MONDAY + 10 * WEEK], "the latest that went by, as nothing else waits"
    held = series_of(cast, series)
    assert (held.left_out, held.left_out_last) == (9, MONDAY + 9 * WEEK)
    assert held.next_on == MONDAY + 11 * WEEK
    with at(MONDAY + 20 * WEEK + 3 * DAY):
        jobs.bring_steps()
    assert len(days(cast)) == 2, "one of them waits already, so what went by is not made up for"
    assert series_of(cast, series).left_out == 19


@engines
def test_no_more_than_three_wait_and_the_next_comes_when_one_is_done(cast: Cast, step: Made) -> None:
    daily = Repeat(Rhythm.DAYS, lead=10)
    with at(MONDAY):
        made = step("读数", cast.member, MONDAY)
        series = repeat(cast, made, daily)
        assert days(cast) == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]
        jobs.bring_steps()
        assert len(days(cast)) == 3
        view = page_of(cast, made).repeats
        assert view is not None
        assert view.held
        move(cast, made, "finish", "member")
        assert days(cast)[-1] == MONDAY + 3 * DAY, "in the transaction of whoever finished one"
        undo_as(cast, "member")
        assert days(cast) == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]
        assert series_of(cast, series).next_on == MONDAY + 3 * DAY
        move(cast, made, "finish", "member")
        assert len(days(cast)) == 4, "what was taken back can be done again"


@engines
def test_from_completion_the_next_comes_with_the_last_and_counts_from_that_day(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        made = step("保养设备", cast.member, MONDAY)
        series = repeat(cast, made, A_WEEK_AFTER)
        assert days(cast) == [MONDAY]
    with at(MONDAY + 3 * DAY, 2):  # two in the morning still is the business day before
        move(cast, made, "finish", "member")
    second = latest(cast, series)
    assert row_of(cast, second).due == MONDAY + 2 * DAY + WEEK
    with at(MONDAY + 4 * DAY):
        move(cast, made, "reopen", "member")
        move(cast, made, "finish", "member")
        assert len(rows(cast)) == 2, "another one is unfinished"
        move(cast, second, "finish", "member")
        third = latest(cast, series)
        assert row_of(cast, third).due == MONDAY + 4 * DAY + WEEK
        move(cast, third, "drop")
        assert len(rows(cast)) == 4, "what is dropped this time comes again"
        fourth = latest(cast, series)
        assert row_of(cast, fourth).due == MONDAY + 4 * DAY + WEEK, "two that are done on one day are due on one day"
        move(cast, fourth, "drop", stop=True)
        assert len(rows(cast)) == 4
        assert series_of(cast, series).over
        undo_as(cast, "lead")
        assert not series_of(cast, series).over
        with acting(cast.actors["lead"]):
            services.change_together(
                {fourth: row_of(cast, fourth).version}, Change(frozenset({"state"}), state=StepState.DONE)
            )
        assert len(rows(cast)) == 5, "whoever finishes it, wherever"


@engines
def test_the_end_of_a_rule_ends_it(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        one = repeat(cast, step("三次", None, MONDAY), Repeat(Rhythm.WEEKS, weekdays=frozenset({0}), lead=0, times=3))
        two = repeat(cast, step("到月底", None, MONDAY), Repeat(Rhythm.DAYS, lead=0, until=MONDAY + DAY))
        three = repeat(cast, step("两次", None, MONDAY), Repeat(Rhythm.AFTER, every=1, times=2))
        move(cast, latest(cast, three), "finish")
        move(cast, latest(cast, three), "finish")
    for week in range(1, 5):
        with at(MONDAY + week * WEEK):
            jobs.bring_steps()
    assert (series_of(cast, one).made, series_of(cast, one).over) == (3, True)
    assert series_of(cast, two).over
    assert (series_of(cast, three).made, series_of(cast, three).over) == (2, True)
    with acting(cast.actors["lead"]), pytest.raises(Refused), at(MONDAY + 5 * WEEK):
        services.resume_series(one)


@engines
def test_what_never_comes_again_is_refused_and_nothing_is_changed(cast: Cast, step: Made) -> None:
    with at(MONDAY):
        made = step("A/B 测试", None, MONDAY)
        for wrong, field in (
            (Repeat(Rhythm.WEEKS, weekdays=frozenset({0}), until=MONDAY + 3 * DAY), "until"),
            (Repeat(Rhythm.WEEKS), "weekdays"),
            (Repeat(Rhythm.MONTH_DAY, month_day=30, until=MONDAY - DAY), "until"),
        ):
            with pytest.raises(Invalid) as caught:
                repeat(cast, made, wrong)
            assert set(caught.value.fields) == {field}
        assert page_of(cast, made).repeats is None
        series = repeat(cast, made, MONDAYS)
        with acting(cast.actors["lead"]):
            move(cast, made, "finish")
        with at(MONDAY + WEEK):
            jobs.bring_steps()
            with acting(cast.actors["lead"]), pytest.raises(Invalid) as caught:
                rule = Repeat(Rhythm.WEEKS, weekdays=frozenset({0}), times=2)
                services.repeat_step(made, series_of(cast, series).version, series, rule)
            assert set(caught.value.fields) == {"times"}, "it has come twice"
        assert series_of(cast, series).times is None


@engines
def test_a_step_without_a_day_gets_the_first_one_of_the_rule(cast: Cast, step: Made) -> None:
    with at(MONDAY - 2 * DAY):
        made = step("对账")
        repeat(cast, made, Repeat(Rhythm.MONTH_DAY, month_day=LAST))
        assert row_of(cast, made).due == MONDAY
        other = step("A/B 测试", None, MONDAY - 30 * DAY)
        series = repeat(cast, other)
        assert row_of(cast, other).due == MONDAY - 30 * DAY, "its own day stays, however late"
        assert days(cast) == [MONDAY - 30 * DAY, MONDAY, MONDAY], "and nothing of the meantime is made up for"
        assert series_of(cast, series).left_out == 0


@engines
def test_who_is_gone_owns_no_copy_and_somebody_is_told(cast: Cast, step: Made, quarter: int) -> None:
    with at(MONDAY), acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", MONDAY - 9 * DAY, MONDAY + 3 * DAY)
        made = step("A/B 测试", cast.member, MONDAY, phase_id=phase, details=Details(extras=Extras(None, (cast.host,))))
        series = repeat(cast, made)
    with acting(cast.actors["manager"]):
        people.end_membership(cast.member)
        people.end_membership(cast.host)
    with at(MONDAY + 4 * DAY):
        jobs.bring_steps()
    view = page_of(cast, latest(cast, series))
    assert view.row.owner_id is None
    assert view.repeats is not None
    assert view.repeats.gone == "阿强"
    assert view.helpers == {}
    assert view.row.phase_id is None, "the phase is over by then"
    assert view.repeats.differs == ()
    with acting(cast.actors["lead"]), units.reading() as unit:
        told = list(unit.session.scalars(select(Notice).where(Notice.user_id == cast.lead)))
    assert any("no longer in the team" in str(notice.words) for notice in told)
