"""Goals on a real database: relative targets, figures of the team's own, check-ins, links, overlapping periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from planner.base import trash, undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.history import queries as history
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.plan import queries, services
from planner.plan.queries import GoalView, TargetView
from planner.plan.rules import Aggregation, Health, Way
from tests.cast import Cast
from tests.plan.conftest import DAY, Show

pytestmark = pytest.mark.engines


def view_of(goal_id: int) -> GoalView:
    return queries.goal(goal_id)[0]


def target_of(goal_id: int) -> TargetView:
    return view_of(goal_id).targets[-1]


def take_back() -> None:
    undo.undo(last_command.get() or "")


@pytest.fixture
def goal(cast: Cast, quarter: int) -> int:
    with acting(cast.actors["lead"]):
        return services.add_goal(quarter, "新主播上手", cast.manager)


@pytest.fixture
def own(cast: Cast, goal: int) -> int:
    """Days until a new host works alone: from 20 to 14, the latest check-in counts."""
    with acting(cast.actors["lead"]):
        made = services.add_own_metric("上手天数", "天", Way.DOWN)
        services.add_own_target(goal, made, "", "", Way.UP, Decimal(14), Aggregation.LATEST, Decimal(20))
        return made


def test_a_session_counts_in_every_period_that_holds_its_day(cast: Cast, quarter: int, show: Show, today: date) -> None:
    with acting(cast.actors["lead"]):
        campaign = services.add_period("双十二", today - 5 * DAY, today + 5 * DAY)
        goals = [services.add_goal(period, "成交") for period in (quarter, campaign)]
        for made in goals:
            services.add_target(made, "gmv", Decimal(1000), Aggregation.SUM)
    show(3, gmv=100)
    show(20, gmv=40)
    with acting(cast.actors["lead"]):
        assert [target_of(made).value for made in goals] == [140, 100]
        assert {g.id for g in queries.goals_now()} == set(goals), "Today tells of both"
        current = queries.current_period()
        assert current is not None
        assert current.id == quarter, "the longer one is the frame"


@pytest.mark.parametrize(
    ("how", "value"),
    [
        (Aggregation.SUM, "900"), (Aggregation.PER_DAY, "450"), (Aggregation.PER_SESSION, "300"),
        (Aggregation.BEST_SESSION, "500"), (Aggregation.BEST_DAY, "600"), (Aggregation.LATEST, "500"),
        (Aggregation.LATEST_DAY, "600"),
    ],
)  # fmt: skip
def test_each_way_of_counting(cast: Cast, goal: int, show: Show, how: Aggregation, value: str) -> None:
    show(5, gmv=300)
    show(2, 8, gmv=100)
    show(2, 12, gmv=500)
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), how)
        assert target_of(goal).value == Decimal(value)


def test_what_does_not_add_up_is_refused(cast: Cast, goal: int) -> None:
    with acting(cast.actors["lead"]):
        for metric, how in (
            ("follow_rate", Aggregation.PER_SESSION), ("follow_rate", Aggregation.BEST_DAY),
            ("pcu", Aggregation.LATEST_DAY), ("gmv", Aggregation.MEAN_RATIO),
        ):  # fmt: skip
            with pytest.raises(Invalid) as fault:
                services.add_target(goal, metric, Decimal("0.5"), how)
            assert list(fault.value.fields) == ["aggregation"]


def test_a_relative_target_keeps_its_baseline_and_where_that_came_from(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    show(60, gmv=300)
    show(70, gmv=500)
    show(200, gmv=9000)
    with acting(cast.actors["lead"]):
        target = services.add_target(goal, "gmv", None, Aggregation.PER_DAY, relative=Decimal("0.3"))
        found = target_of(goal)
        assert (found.baseline, found.target, found.relative) == (400, 520, Decimal("0.3"))
        assert (found.baseline_first, found.baseline_last) == (today - 149 * DAY, today - 50 * DAY)
        version = queries.target(target)[0].version
        services.edit_target(target, version, "gmv", None, Aggregation.PER_DAY, Way.UP, Decimal(500), Decimal("0.3"), 4)
        found = target_of(goal)
        assert (found.baseline, found.target, found.baseline_first, found.weight) == (500, 650, None, 4)
        take_back()
        found = target_of(goal)
        assert (found.baseline, found.target, found.baseline_last) == (400, 520, today - 50 * DAY)
        with pytest.raises(Invalid) as fault:
            services.add_target(goal, "comments", None, Aggregation.SUM, relative=Decimal("0.3"))
        assert list(fault.value.fields) == ["baseline"]
        with pytest.raises(Invalid) as fault:
            services.add_target(goal, "gmv", None, Aggregation.SUM, Way.UP, Decimal(5), Decimal(-1))
        assert list(fault.value.fields) == ["value"]
        for weight in (0, 11, -1):
            with pytest.raises(Invalid):
                services.add_target(goal, "gmv", Decimal(5), Aggregation.SUM, weight=weight)


def test_the_baseline_is_proposed_from_the_last_period_of_its_kind(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_period("上季度", today - 150 * DAY, today - 60 * DAY)
    show(70, gmv=500)
    show(55, gmv=100)
    with acting(cast.actors["lead"]):
        found = queries.baseline_for(goal, "gmv", Aggregation.SUM, Way.UP)
        assert found is not None
        assert (found.value, found.first, found.last) == (500, today - 150 * DAY, today - 60 * DAY)
        assert queries.baseline_for(goal, "likes", Aggregation.SUM, Way.UP) is None


def test_a_figure_of_the_teams_own_moves_by_check_ins(cast: Cast, goal: int, own: int, today: date) -> None:
    with acting(cast.actors["member"]):
        assert target_of(goal).health is Health.UNKNOWN
        services.check_in(goal, "跟播第三场", None, {own: Decimal(17)}, today - 3 * DAY)
        services.check_in(goal, "", None, {own: Decimal(14)})
        found = target_of(goal)
        assert (found.value, found.sessions, found.health, found.own_name, found.unit) == (
            14, 2, Health.MET, "上手天数", "天",
        )  # fmt: skip
        assert found.course == [17, 14]
        take_back()
        assert target_of(goal).value == 17
        for values, day, field in (
            ({own + 5: Decimal(1)}, None, f"own_{own + 5}"), ({own: Decimal(10**13)}, None, f"own_{own}"),
            ({}, None, "note"), ({own: Decimal(3)}, today + DAY, "day"), ({own: Decimal(3)}, today - 90 * DAY, "day"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as fault:
                services.check_in(goal, "", None, values, day)
            assert list(fault.value.fields) == [field]
        assert target_of(goal).value == 17, "nothing is half written"
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.check_in(goal, "看看")
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.check_in(goal, "别队")


def test_a_reported_figure_counts_in_each_period_and_never_in_another(
    cast: Cast, goal: int, own: int, today: date
) -> None:
    with acting(cast.actors["lead"]):
        campaign = services.add_period("活动", today - DAY, today + 9 * DAY)
        other = services.add_goal(campaign, "同一指标")
        services.add_target(other, "", Decimal(5), Aggregation.SUM, own_id=own)
        services.check_in(goal, "", None, {own: Decimal(6)}, today - 20 * DAY)
        services.check_in(goal, "", None, {own: Decimal(4)}, today)
        assert (target_of(goal).value, target_of(goal).sessions) == (4, 2)
        assert (target_of(other).value, target_of(other).sessions) == (4, 1)


def test_a_word_against_the_figures_needs_a_reason_and_expires(cast: Cast, goal: int, own: int) -> None:
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.check_in(goal, "我看不行", Health.OFF_TRACK)
    with acting(cast.actors["manager"]):
        with pytest.raises(Invalid) as fault:
            services.check_in(goal, "  ", Health.AT_RISK, {own: Decimal(14)})
        assert list(fault.value.fields) == ["note"]
        services.check_in(goal, "只有一个人练成", Health.AT_RISK, {own: Decimal(14)})
        view = view_of(goal)
        assert (view.health, view.computed) == (Health.AT_RISK, Health.MET)
        assert view.said is not None
        assert (view.said.who, view.said.reason) == ("周经理", "只有一个人练成")
        assert queries.goals_now()[0].health is Health.AT_RISK
        take_back()
        assert view_of(goal).said is None
        services.check_in(goal, "只有一个人练成", Health.AT_RISK, {own: Decimal(14)})
    with acting(cast.actors["lead"]):
        services.edit_target(
            queries.goal(goal)[0].targets[0].id, 1, "", Decimal(13), Aggregation.LATEST, Way.DOWN, Decimal(20)
        )
        assert view_of(goal).health is view_of(goal).computed, "the figures say something new, so the word is over"
        take_back()
        assert view_of(goal).health is Health.AT_RISK
        services.check_in(goal, "第二个人也练成了")
        assert (view_of(goal).health, view_of(goal).said) == (Health.MET, None), "the next check-in speaks for itself"


def test_a_check_in_is_read_once_by_somebody_else(cast: Cast, goal: int, own: int) -> None:
    with acting(cast.actors["member"]):
        mine = services.check_in(goal, "样品到了")
        with pytest.raises(Forbidden):
            services.acknowledge(mine)
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.acknowledge(mine)
    with acting(cast.actors["lead"]):
        assert services.acknowledge(mine) == goal
        take_back()
        (row,) = queries.goal_page(goal).check_ins
        assert (row.seen_at, row.may_see) == (None, True)
        services.acknowledge(mine)
    with acting(cast.actors["manager"]):
        services.acknowledge(mine)
        (row,) = queries.goal_page(goal).check_ins
        assert (row.who, row.seen_by, row.may_see) == ("阿强", "林小雨", False)
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.remove_check_in(mine)
    with acting(cast.actors["member"]):
        services.remove_check_in(mine)
        assert queries.goal_page(goal).check_ins == []
        take_back()
        assert [c.note for c in queries.goal_page(goal).check_ins] == ["样品到了"]
        other = services.check_in(goal, "", None, {own: Decimal(9)})
        services.remove_check_in(other)
        assert target_of(goal).value is None
        take_back()
        assert target_of(goal).value == 9


def test_figures_of_the_teams_own_are_kept_apart_by_name(cast: Cast, goal: int, own: int) -> None:
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.add_own_metric(" 上手天数 ", "天", Way.UP)
        with pytest.raises(Invalid):
            services.add_own_metric("合格率", "很长很长很长很长很长很长的单位", Way.UP)
        with pytest.raises(Refused):
            services.trash_own_metric(own)
        services.edit_own_metric(own, 1, "独立开播天数", "天", Way.UP)
        found = target_of(goal)
        assert (found.own_name, found.way) == ("独立开播天数", Way.UP)
        take_back()
        assert (target_of(goal).own_name, target_of(goal).way) == ("上手天数", Way.DOWN)
        services.remove_target(target_of(goal).id)
        services.trash_own_metric(own)
        again = services.add_own_metric("上手天数", "天", Way.DOWN)
        with pytest.raises(Refused):
            trash.restore(trash.trashed()[0][0])
        services.trash_own_metric(again)
        trash.restore(next(row[0] for row in trash.trashed() if row[2] == own))
        assert [m.id for m in queries.own_metrics()] == [own]
    with acting(cast.actors["outsider"]):
        assert queries.own_metrics() == []
        with pytest.raises(NotFound):
            services.edit_own_metric(own, 1, "别队", "", Way.UP)


def test_what_serves_a_goal(cast: Cast, quarter: int, goal: int, show: Show, today: date) -> None:
    session = show(1)
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "带教", today - DAY, today + 9 * DAY)
        elsewhere = services.add_phase(services.add_period("别的", today, today), "别处", today, today)
        phases, shows = queries.linkable(goal)
        assert [row[0] for row in phases] == [phase]
        assert session in {b.id for b in shows}
        services.link_goal(goal, [phase], [session])
        services.link_goal(goal, [phase], [session])
        served = queries.goal_page(goal).served
        assert [p.id for _link, p in served.phases] == [phase]
        assert [b.id for _link, b in served.sessions] == [session]
        assert queries.linkable(goal)[0] == []
        for phase_ids, session_ids in (([elsewhere], []), ([], [2**40]), ([], [])):
            with pytest.raises(Invalid):
                services.link_goal(goal, phase_ids, session_ids)
        services.unlink_goal(served.sessions[0][0])
        assert queries.goal_page(goal).served.sessions == []
        take_back()
        assert len(queries.goal_page(goal).served.sessions) == 1
        services.trash_phase(phase)
        assert queries.goal_page(goal).served.phases == []
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.unlink_goal(served.phases[0][0])


def test_history_tells_of_check_ins_at_their_goal(cast: Cast, goal: int, own: int, db: Any) -> None:
    with acting(cast.actors["member"]):
        services.check_in(goal, "样品到了", None, {own: Decimal(17)})
    with acting(cast.actors["lead"]):
        told = {(c.field, c.after) for e in history.history("goal", goal)[1] for d in e.deeds for c in d.changes}
        assert {("Note", "样品到了"), ("Value", "17")} <= told
        assert not any(field in ("computed", "check in") for field, _value in told)
