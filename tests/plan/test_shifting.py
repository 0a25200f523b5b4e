"""Steps moved by so many days, and what stands on a timeline, in a month and in weeks of work. On both engines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.base.telling import Sort
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.spans import local
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from planner.people import services as people_services
from planner.plan import queries, services
from planner.plan.queries import Wanted
from planner.plan.rules import Details, Edge, Extras, Hang, HangsOn, Load, PlanRules, Show
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step

engines = pytest.mark.engines


def shift(cast: Cast, step_id: int, days: int, edge: Edge = Edge.WHOLE, login: str = "lead") -> int | None:
    with acting(cast.actors[login]):
        return services.shift_step(step_id, row_of(cast, step_id).version, days, edge)


def days_of(cast: Cast, step_id: int, today: date) -> tuple[int | None, int | None]:
    row = row_of(cast, step_id)
    return tuple((day - today).days if day else None for day in (row.start, row.due))  # type: ignore[return-value]


@engines
def test_a_step_is_moved_as_a_whole_or_at_its_end(cast: Cast, step: Made, today: date) -> None:
    made = step("预热", cast.member, today + 5 * DAY, details=Details(start=today))
    assert shift(cast, made, 3) is None
    assert days_of(cast, made, today) == (3, 8)
    with acting(cast.actors["lead"]):
        undo_last()
    assert days_of(cast, made, today) == (0, 5)
    shift(cast, made, -2, Edge.END)
    assert days_of(cast, made, today) == (0, 3)
    shift(cast, made, -3, Edge.END)
    assert days_of(cast, made, today) == (0, 0), "it may end on the day on which it begins"
    single = step("一天", None, today)
    shift(cast, single, 2, Edge.END)
    assert days_of(cast, single, today) == (0, 2), "what is drawn out begins where it stood"
    shift(cast, single, -7)
    assert days_of(cast, single, today) == (-7, -5)


@engines
def test_what_can_not_be_moved_says_why(cast: Cast, step: Made, today: date) -> None:
    made, none, done = step("一", cast.member, today), step("没日子"), step("做完的", None, today)
    with acting(cast.actors["lead"]):
        services.move_step(done, "finish")
    for step_id, days, edge, fault in (
        (made, 0, Edge.WHOLE, Invalid), (made, 731, Edge.WHOLE, Invalid), (made, -731, Edge.WHOLE, Invalid),
        (made, -1, Edge.END, Invalid), (none, 1, Edge.WHOLE, Refused), (done, 1, Edge.WHOLE, Refused),
    ):  # fmt: skip
        with pytest.raises(fault):
            shift(cast, step_id, days, edge)
    late = step("天荒地老", None, date(9999, 12, 31))
    with pytest.raises(Invalid):
        shift(cast, late, 1)
    with acting(cast.actors["lead"]), pytest.raises(Stale):
        services.shift_step(made, 99, 1)
    for login in ("member", "viewer"):
        with pytest.raises(Forbidden):
            shift(cast, made, 1, login=login)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.shift_step(made, 1, 1)
    assert days_of(cast, made, today) == (None, 0)


@engines
def test_a_hanging_step_goes_on_hanging_that_much_further_away(
    cast: Cast, quarter: int, step: Made, today: date
) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + 10 * DAY)
    made = step("复盘", cast.member, phase_id=phase, details=Details(hang=Hang(HangsOn.PHASE_END, 2)))
    assert shift(cast, made, -3) == -1
    row = page_of(cast, made).row
    assert (row.due, row.hangs_on, row.offset_days) == (today + 9 * DAY, HangsOn.PHASE_END, -1)
    with acting(cast.actors["lead"]):
        services.edit_phase(phase, queries.phase(phase).version, "第一月", today, today + 12 * DAY)
    assert row_of(cast, made).due == today + 11 * DAY, "and goes along with its phase"
    with pytest.raises(Invalid):
        shift(cast, made, 500)
    assert page_of(cast, made).row.offset_days == -1


@engines
def test_the_owner_is_told_of_another_day(cast: Cast, step: Made, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    made = step("一", cast.member, today)
    monkeypatch.setattr("planner.plan.services.told.concern", lambda who, sort, *rest: told.append((who, sort)))
    shift(cast, made, 1)
    assert told == [([cast.member], Sort.CHANGED)]


@engines
def test_a_timeline_holds_what_belongs_to_its_period(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        other = services.add_period("下一季", today + 60 * DAY, today + 90 * DAY)
        phase = services.add_phase(quarter, "第一月", today, today + 10 * DAY)
        later = services.add_phase(other, "以后", today + 60 * DAY, today + 70 * DAY)
        goal = services.add_goal(quarter, "目标", None, "")
    first = step("先", cast.member, today, phase_id=phase)
    hung = step("后", cast.host, phase_id=phase, details=Details(hang=Hang(HangsOn.PHASE_START, 3)))
    begun = step("只有开始", None, None, details=Details(start=today - DAY))
    far = step("服务目标的", None, today + 80 * DAY, goal_id=goal)
    elsewhere = step("别的周期的", None, today + 61 * DAY, phase_id=later)
    undated, done = step("没日子"), step("做完的", cast.member, today - 9 * DAY, phase_id=phase)
    dropped = step("不做了", None, today, phase_id=phase)
    outside = step("太远的", None, today + 200 * DAY)
    with acting(cast.actors["lead"]):
        services.wait_on(hung, first)
        services.wait_on(elsewhere, first)
        services.move_step(done, "finish")
        services.move_step(dropped, "drop", "不值得")
        view = queries.timeline(Wanted(show=Show.STANDING))
        assert view.period.id == quarter
        assert [bar.step.id for bar in view.bars] == [done, begun, first, hung, far]
        assert [bar.step.id for bar in view.bars if bar.hangs] == [hung]
        assert (view.links, view.more) == ([(hung, first)], 0)
        assert ([s.id for s in view.undated], view.without_day) == ([undated], 1)
        assert outside not in {bar.step.id for bar in view.bars}
        mine = queries.timeline(Wanted(owner_id=cast.member))
        assert [bar.step.id for bar in mine.bars] == [first], (
            "narrowed, and without what is done where that is asked for"
        )
        assert [bar.step.id for bar in queries.timeline(Wanted(show=Show.STANDING), other).bars] == [elsewhere, far]
        with pytest.raises(NotFound):
            queries.timeline(Wanted(), 10**6)
    with acting(cast.actors["outsider"]):
        assert queries.timeline(Wanted()).period is None
        with pytest.raises(NotFound):
            queries.timeline(Wanted(), quarter)


def test_a_timeline_says_how_much_it_leaves_out(
    cast: Cast, quarter: int, step: Made, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.plan.queries.timelines.MOST_BARS", 3)
    monkeypatch.setattr("planner.plan.queries.timelines.MOST_UNDATED", 1)
    made = [step(f"{n}", None, today + n * DAY) for n in range(5)]
    for _n in range(3):
        step("没日子")
    with acting(cast.actors["lead"]):
        services.move_step(made[0], "finish")
        view = queries.timeline(Wanted(show=Show.STANDING))
    assert [bar.step.id for bar in view.bars] == made[1:4], "what is finished is left out first"
    assert (view.more, len(view.undated), view.without_day) == (2, 1, 3)


@engines
def test_a_list_is_narrowed_to_days(cast: Cast, step: Made, today: date) -> None:
    made = [step(f"{n}", None, today + n * DAY) for n in range(4)]
    step("没日子")
    with acting(cast.actors["lead"]):

        def ids(**wanted: Any) -> list[int]:
            return [s.id for s in queries.listed(Wanted(**wanted))]

        assert ids(first=today + DAY, last=today + 2 * DAY) == made[1:3]
        assert ids(first=today + 2 * DAY) == made[2:]
        assert ids(last=today) == made[:1]
        services.move_step(made[0], "finish")
        services.move_step(made[1], "drop", "不值得")
        assert ids(first=today, last=today + DAY, show=Show.STANDING) == made[:1]
        held = queries.by_day(queries.listed(Wanted(first=today, show=Show.ALL)))
    assert list(held) == [today + n * DAY for n in (2, 3, 0, 1)], "what is unfinished comes first"


@engines
def test_shows_stand_on_their_business_days(cast: Cast, db: Any, today: date) -> None:
    with acting(cast.actors["lead"]):
        night = live.schedule_session(
            "夜场", Weight.DAILY, cast.channel, None, local(today, 25 * 60, "Asia/Shanghai"), 60
        )
        off = live.schedule_session(
            "取消的", Weight.DAILY, cast.channel, None, local(today + DAY, 1200, "Asia/Shanghai"), 60
        )
        live.cancel_session(off, 1, "不播了")
        found = queries.shows_by_day(today - DAY, today + DAY)
    assert {day: [b.id for b in rows] for day, rows in found.items()} == {today: [night]}


@engines
def test_a_week_holds_steps_shows_and_days_away(cast: Cast, step: Made, today: date) -> None:
    monday = today - timedelta(days=today.weekday())
    for n in range(7):
        step(f"{n}", cast.member, monday + timedelta(days=8))
    step("迟了的", cast.member, monday - timedelta(days=3))
    step("没日子", cast.member)
    step("没人的", None, monday + timedelta(days=9))
    for n in (1, 2):
        step("常有的", cast.host, monday + timedelta(days=7 * n))
    begins = local(monday + timedelta(days=8), 1200, "Asia/Shanghai")
    with acting(cast.actors["lead"]):
        made = live.schedule_session("场", Weight.DAILY, cast.channel, None, begins, 120)
        first, second = people.positions()[:2]
        crew = [ShiftIn(p.id, cast.host, begins, begins + timedelta(hours=2)) for p in (first, second)]
        live.set_crew(made, 1, crew)
        view = queries.workload(monday, Wanted())
        rows = {row.user_id: row for row in view.rows}
        week, load = rows[cast.member].weeks[1]
        assert (week.steps, week.shifts, load) == (7, 0, Load.OVER)
        assert (rows[cast.member].late, rows[cast.member].undated) == (1, 1)
        week, load = rows[cast.host].weeks[1]
        assert (week.steps, week.shifts, week.on_air, load) == (1, 1, timedelta(hours=2), Load.NORMAL), "one show"
        assert view.rows[0].user_id == cast.member, "the fullest first"
        assert (view.rows[-1].user_id, view.rows[-1].weeks[1][0].steps) == (0, 1)
        assert [row.user_id for row in queries.workload(monday, Wanted(owner_id=cast.host)).rows] == [cast.host]
        people_services.mark_away(cast.host, monday + timedelta(days=7), monday + timedelta(days=13))
        again = {row.user_id: row for row in queries.workload(monday, Wanted()).rows}
        week, load = again[cast.host].weeks[1]
        assert (week.away, load) == (7, Load.OVER), "who is away has room for nothing"
    with acting(cast.actors["outsider"]):
        assert all(not w.steps for row in queries.workload(monday, Wanted()).rows for w, _load in row.weeks)


@engines
def test_estimates_count_where_the_team_goes_by_them(cast: Cast, step: Made, today: date) -> None:
    monday = today - timedelta(days=today.weekday())

    def turn(on: bool) -> None:
        services.set_plan_rules(queries.versioned_plan_rules()[0], PlanRules(estimates=on))

    with acting(cast.actors["lead"]):
        turn(True)
        for n in range(2):
            step(f"{n}", cast.member, monday + timedelta(days=9), details=Details(extras=Extras(17 * 60)))
        for on, expected in ((True, (34 * 60, Load.HIGH)), (False, (0, Load.NORMAL))):
            turn(on)
            view = queries.workload(monday, Wanted())
            week, load = next(row for row in view.rows if row.user_id == cast.member).weeks[1]
            assert ((week.minutes, load), view.timed) == (expected, on)
