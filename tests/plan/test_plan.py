"""Periods, goals, targets, phases and steps; evidence that moves goals; trash and undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base import trash, undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.outcomes import services as outcomes
from planner.plan import queries, services
from planner.plan.queries import TargetView, pages
from planner.plan.rules import Aggregation, Health, StepState, Way
from tests.cast import Cast
from tests.plan.conftest import DAY, Show

TEXTS = ("", "   ", "\u2028", "长" * 200)


def target_of(goal_id: int) -> TargetView:
    (found,) = queries.goal(goal_id)[0].targets
    return found


@pytest.fixture
def goal(cast: Cast, quarter: int) -> int:
    with acting(cast.actors["lead"]):
        return services.add_goal(quarter, "单场 GMV 突破 50 万", cast.manager)


@pytest.mark.engines
def test_a_plan_is_made_and_read(cast: Cast, quarter: int, goal: int, today: date) -> None:
    with acting(cast.actors["manager"]):
        services.add_target(goal, "gmv", Decimal(500_000), Aggregation.BEST_SESSION, baseline=Decimal(280_000))
        first = services.add_phase(quarter, "第一月：用户调研", today - 49 * DAY, today - 20 * DAY)
        second = services.add_phase(quarter, "第二月：新形式", today - 19 * DAY, today + 10 * DAY)
        late = services.add_step("竞品分析", cast.member, today - DAY, first, goal, "看三家\r\n写一页 ")
        soon = services.add_step("选品会", cast.host, today, second)
        free = services.add_step("买备用麦")
    with acting(cast.actors["viewer"]):
        view = queries.plan_page(None, "all", cast.viewer)
        assert view.period is not None
        assert view.period.id == quarter
        assert [(g.title, g.owner_name, g.health) for g in view.goals] == [
            ("单场 GMV 突破 50 万", "周经理", Health.UNKNOWN)
        ]
        assert [p.id for p in view.phases] == [first, second]
        assert {phase: [s.id for s in rows] for phase, rows in view.steps.items()} == {
            first: [late], second: [soon], None: [free],
        }  # fmt: skip
        assert view.counts == {"all": 3, "mine": 0, "late": 1, "done": 0}
        row, owner = queries.step(late)
        assert (row.note, owner) == ("看三家\n写一页", "阿强")
    with acting(cast.actors["member"]):
        assert queries.plan_page(quarter, "mine", cast.member).counts["mine"] == 1
        assert [s.id for s in queries.my_steps(cast.member)] == [late]
        assert [s.id for s in queries.late_steps()] == [late], "due today is not late yet"


@pytest.mark.engines
def test_the_period_of_today_comes_first_then_the_next_then_the_last(cast: Cast, db: Any, today: date) -> None:
    with acting(cast.actors["lead"]):
        assert queries.current_period() is None
        assert queries.plan_page().period is None
        past = services.add_period("上季度", today - 90 * DAY, today - DAY)
        assert (queries.current_period() or 0).id == past  # type: ignore[union-attr]
        coming = services.add_period("下季度", today + DAY, today + 90 * DAY)
        assert (queries.current_period() or 0).id == coming  # type: ignore[union-attr]
        now = services.add_period("本日", today, today)
        assert (queries.current_period() or 0).id == now  # type: ignore[union-attr]
        assert [p.id for p in queries.plan_page(past).periods] == [coming, now, past]


@pytest.mark.engines
def test_shows_move_a_goal_by_themselves_and_say_which(cast: Cast, quarter: int, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(500_000), Aggregation.SUM)
    first, second = show(3, gmv="300000"), show(1, gmv="61045.30")
    outside = show(60, gmv="900000")
    with acting(cast.actors["viewer"]):
        found = target_of(goal)
        assert (found.value, found.sessions, found.health) == (Decimal("361045.3"), 2, Health.ON_TRACK)
        evidence = queries.goal_page(goal).evidence
        rows = evidence[found.id]
        assert [e.session.id for e in rows if e.session] == [second, first], "the latest first, none from outside"
        assert rows[0].value == Decimal("61045.3")
    assert outside
    with acting(cast.actors["lead"]):
        outcomes.type_figures(second, {"gmv": Decimal(200_000)})
        assert target_of(goal).value == 500_000, "newer figures replace the older ones"
        assert target_of(goal).health is Health.MET


def test_a_figure_that_is_missing_is_no_zero(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "interactions", Decimal(11_500), Aggregation.PER_DAY, baseline=Decimal(8_850))
    show(2, comments=9000)
    with acting(cast.actors["lead"]):
        assert target_of(goal).value is None, "likes and shares were not typed"
    show(1, comments=9000, likes=1000, shares=1500)
    show(1, hour=15, comments=0, likes=500, shares=0)
    with acting(cast.actors["lead"]):
        found = target_of(goal)
        assert (found.value, found.sessions) == (12_000, 2), "two shows of one day are one day"


def test_ratios_over_all_sessions_divide_the_sums(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "follow_rate", Decimal("0.018"), Aggregation.MEAN_RATIO, baseline=Decimal("0.012"))
    show(2, new_fans=10, viewers=1000)
    show(1, new_fans=300, viewers=10_000)
    with acting(cast.actors["lead"]):
        found = target_of(goal)
        assert found.value is not None
        assert round(found.value, 6) == round(Decimal(310) / 11_000, 6)
        assert found.health is Health.MET


def test_viewers_of_several_shows_are_an_upper_bound(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "viewers", Decimal(50_000), Aggregation.SUM)
    show(2, viewers=1000)
    with acting(cast.actors["lead"]):
        assert not target_of(goal).bound
    show(1, viewers=1000)
    with acting(cast.actors["lead"]):
        assert target_of(goal).bound == "upper bound"


def test_less_is_better(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "refund_rate", Decimal("0.05"), Aggregation.MEAN_RATIO, Way.DOWN)
    show(1, gmv=1000, refund_amount=80)
    with acting(cast.actors["lead"]):
        assert (target_of(goal).value, target_of(goal).health) == (Decimal("0.08"), Health.OFF_TRACK)
    show(2, gmv=9000, refund_amount=100)
    with acting(cast.actors["lead"]):
        assert (target_of(goal).value, target_of(goal).health) == (Decimal("0.018"), Health.MET)


@pytest.mark.parametrize(
    ("metric", "value", "aggregation", "field"),
    [
        ("nothing", "5", Aggregation.SUM, "metric"),
        ("gmv", "0", Aggregation.SUM, "value"),
        ("gmv", "-5", Aggregation.SUM, "value"),
        ("gmv", "0.0000001", Aggregation.SUM, "value"),
        ("gmv", "1000000000001", Aggregation.SUM, "value"),
        ("follow_rate", "0.02", Aggregation.SUM, "aggregation"),
        ("follow_rate", "0.02", Aggregation.PER_DAY, "aggregation"),
        ("pcu", "500", Aggregation.SUM, "aggregation"),
        ("acu", "500", Aggregation.MEAN_RATIO, "aggregation"),
    ],
)
def test_a_target_that_means_nothing_is_refused(
    cast: Cast, goal: int, metric: str, value: str, aggregation: Aggregation, field: str
) -> None:
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as fault:
            services.add_target(goal, metric, Decimal(value), aggregation)
        assert list(fault.value.fields) == [field]
        assert queries.goal(goal)[0].targets == []


def test_days_have_an_order(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.add_period("倒着", today, today - DAY)
        with pytest.raises(Invalid):
            services.add_period("太长", today, today + 801 * DAY)
        with pytest.raises(Invalid):
            services.add_phase(quarter, "早了", today - 50 * DAY, today)
        with pytest.raises(Invalid):
            services.add_phase(quarter, "晚了", today, today + 51 * DAY)
        for text in TEXTS:
            for make in (
                lambda text=text: services.add_period(text, today, today),
                lambda text=text: services.add_phase(quarter, text, today, today),
                lambda text=text: services.add_goal(quarter, text),
                lambda text=text: services.add_step(text),
            ):
                with pytest.raises(Invalid):
                    make()


@pytest.mark.engines
def test_steps_are_moved_by_their_owner_or_a_lead(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_step("竞品分析", cast.member, today)
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.move_step(made, "finish")
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.move_step(made, "finish")
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.move_step(made, "finish")
    with acting(cast.actors["member"]):
        services.move_step(made, "start")
        with pytest.raises(Forbidden):
            services.move_step(made, "drop", "不做了")
        with pytest.raises(NotFound):
            services.move_step(made, "explode")
        services.move_step(made, "finish")
        row, _owner = queries.step(made)
        assert (row.state, row.done_by) == (StepState.DONE, cast.member)
        assert row.done_at is not None
        with pytest.raises(Refused):
            services.move_step(made, "finish")
        undo.undo(last_command.get() or "")
        assert (queries.step(made)[0].state, queries.step(made)[0].done_at) == (StepState.DOING, None)
    with acting(cast.actors["lead"]):
        services.move_step(made, "drop", "不做了")
        assert queries.plan_page().counts["all"] == 0
        services.move_step(made, "reopen")
        assert queries.step(made)[0].state is StepState.OPEN


def test_only_leads_and_managers_write_the_plan(cast: Cast, quarter: int, goal: int, today: date) -> None:
    calls: list[Callable[[], object]] = [
        lambda: services.add_period("x", today, today),
        lambda: services.edit_period(quarter, 1, "x", today, today),
        lambda: services.add_phase(quarter, "x", today, today),
        lambda: services.add_goal(quarter, "x"),
        lambda: services.add_target(goal, "gmv", Decimal(5), Aggregation.SUM),
        lambda: services.trash_goal(goal),
        lambda: services.add_step("x"),
        lambda: services.edit_step(1, 1, "x", None, None, None, None, ""),
        lambda: services.trash_step(1),
    ]
    for login in ("host", "member", "viewer"):
        for call in calls:
            with acting(cast.actors[login]), pytest.raises(Forbidden):
                call()


@pytest.mark.engines
def test_nothing_of_another_team_can_be_named(cast: Cast, quarter: int, goal: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today)
        step = services.add_step("竞品分析", cast.member, today, phase, goal)
    with acting(cast.actors["outsider"]):
        own = services.add_period("暮色季度", today, today + 30 * DAY)
        mine = services.add_step("我的")
        calls: list[Callable[[], object]] = [
            lambda: queries.plan_page(quarter),
            lambda: queries.goal(goal),
            lambda: queries.step(step),
            lambda: queries.period(quarter),
            lambda: services.edit_period(quarter, 1, "x", today, today),
            lambda: services.add_phase(quarter, "x", today, today),
            lambda: services.add_goal(quarter, "x"),
            lambda: services.add_target(goal, "gmv", Decimal(5), Aggregation.SUM),
            lambda: services.trash_goal(goal),
            lambda: services.trash_step(step),
            lambda: services.add_step("x", phase_id=phase),
            lambda: services.add_step("x", goal_id=goal),
            lambda: services.edit_step(mine, 1, "x", None, None, phase, None, ""),
            lambda: services.edit_step(step, 1, "x", None, None, None, None, ""),
        ]
        for number, call in enumerate(calls):
            with pytest.raises(NotFound):
                call()
                raise AssertionError(number)
        for person in (cast.member, 2**62):
            with pytest.raises(Invalid) as fault:
                services.add_step("x", person)
            assert list(fault.value.fields) == ["owner_id"]
            with pytest.raises(Invalid):
                services.add_goal(own, "x", person)
        assert queries.plan_page().goals == []
        assert queries.find_steps("竞品") == []
        assert queries.late_steps() == []


@pytest.mark.engines
def test_an_older_form_is_told_what_stands_now(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_step("竞品分析", cast.member, today)
        version = queries.step(made)[0].version
        services.edit_step(made, version, "竞品分析, 三家", cast.host, today + DAY, None, None, "")
    with acting(cast.actors["manager"]):
        with pytest.raises(Stale) as fault:
            services.edit_step(made, version, "另一件事", None, None, None, None, "")
        assert fault.value.theirs["title"] == "竞品分析, 三家"
        assert fault.value.version == version + 1
        row, owner = queries.step(made)
        assert (row.title, owner, row.due) == ("竞品分析, 三家", "小米", today + DAY)
        period = queries.period(quarter)
        services.edit_period(quarter, period.version, "Q4", period.start, period.end)
        with pytest.raises(Stale):
            services.edit_period(quarter, period.version, "四季度", period.start, period.end)


@pytest.mark.engines
def test_trash_takes_away_and_brings_back(cast: Cast, quarter: int, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(500_000), Aggregation.SUM)
        step = services.add_step("竞品分析", cast.member, goal_id=goal)
    show(1, gmv=1000)
    with acting(cast.actors["lead"]):
        services.trash_goal(goal)
        services.trash_step(step)
        with pytest.raises(NotFound):
            queries.goal(goal)
        with pytest.raises(NotFound):
            queries.step(step)
        assert (queries.plan_page().goals, queries.goals_now(), queries.find_steps("竞品")) == ([], [], [])
        assert queries.choices()["goals"] == []
    show(2, gmv=700)
    with acting(cast.actors["lead"]):
        for trash_id, *_rest in trash.trashed():
            trash.restore(trash_id)
        assert target_of(goal).value == 1700, "the show of the meantime counts too"
        assert queries.step(step)[0].goal_id == goal
        assert trash.trashed() == []


@pytest.mark.engines
def test_undo_takes_back_what_was_made_and_changed(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        goal = services.add_goal(quarter, "内容矩阵")
        undo.undo(last_command.get() or "")
        assert queries.plan_page().goals == []
        goal = services.add_goal(quarter, "内容矩阵")
        services.add_target(goal, "gmv", Decimal(5), Aggregation.SUM)
        undo.undo(last_command.get() or "")
        assert queries.goal(goal)[0].targets == []
        step = services.add_step("竞品分析", cast.member, today)
        services.move_step(step, "start")
        moved = last_command.get() or ""
        services.move_step(step, "finish")
        with pytest.raises(Refused):
            undo.undo(moved)


@pytest.mark.engines
def test_a_thousand_finished_steps_hide_no_open_one(cast: Cast, quarter: int, today: date, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "MOST_STEPS", 4)
    with acting(cast.actors["lead"]):
        for days in range(6):
            made = services.add_step(f"旧 {days}", None, today - timedelta(days=days + 1))
            services.move_step(made, "finish")
        urgent = services.add_step("新", None, today + DAY)
        view = queries.plan_page()
        shown = [s.id for s in view.steps[None]]
        assert urgent in shown
        assert shown[-1] == urgent, "by their day"


@pytest.mark.engines
def test_a_target_set_in_the_middle_knows_the_shows_before_it(cast: Cast, quarter: int, show: Show) -> None:
    show(3, gmv=100)
    show(60, gmv=900)
    with acting(cast.actors["lead"]):
        made = services.add_goal(quarter, "中途定下的目标")
        services.add_target(made, "gmv", Decimal(1000), Aggregation.SUM)
        assert queries.goal(made)[0].targets[0].value == 100


@pytest.mark.engines
def test_a_period_with_other_days_counts_other_shows(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
    show(3, gmv=100)
    show(60, gmv=900)

    def total() -> Decimal | None:
        return queries.goal(goal)[0].targets[-1].value

    with acting(cast.actors["lead"]):
        assert total() == 100
        services.edit_period(quarter, queries.period(quarter).version, "季度", today - 70 * DAY, today)
        assert total() == 1000
        services.edit_period(quarter, queries.period(quarter).version, "季度", today - DAY, today)
        assert total() is None
