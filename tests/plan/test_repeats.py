"""Steps that come again: copies appear exactly once, take along what they should, and stop when told. On both engines."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from planner.base import trash
from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.jobs import program_for
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.spans import local
from planner.notifications.models import Notice
from planner.people import services as people
from planner.people.models import Team
from planner.plan import jobs, queries, services
from planner.plan.models import Step, StepSeries
from planner.plan.rules import LAST, Details, Extras, Priority, Repeat, Rhythm, StepState, Stretch
from planner.plan.services import Change
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step

engines = pytest.mark.engines
MONDAYS = Repeat(Rhythm.WEEKS, weekdays=frozenset({0}), lead=3)
MONDAY = date(2026, 11, 30)
WEEK = 7 * DAY
A_WEEK_AFTER = Repeat(Rhythm.AFTER, every=1, stretch=Stretch.WEEKS)


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


def undo_as(cast: Cast, who: str) -> None:
    with acting(cast.actors[who]):
        undo_last()


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
