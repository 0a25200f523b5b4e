"""Everything in the plan can be corrected: with versions, history, undo and trash, and evidence that follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from planner.base import trash, undo
from planner.base.actor import Actor, acting
from planner.base.verbs import last_command
from planner.history import queries as history
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.outcomes import services as outcomes
from planner.plan import queries, services
from planner.plan.queries import TargetView
from planner.plan.rules import Aggregation, Health, StepState, Urgency, Way
from tests.cast import Cast
from tests.plan.conftest import DAY, Show

pytestmark = pytest.mark.engines


def target_of(goal_id: int) -> TargetView:
    (found,) = queries.goal(goal_id)[0].targets
    return found


def version_of(target_id: int) -> int:
    return queries.target(target_id)[0].version


def take_back() -> None:
    undo.undo(last_command.get() or "")


def said(kind: str, object_id: int) -> list[tuple[str, str, str]]:
    """What the history of an object says was changed: part, field, new value."""
    _title, entries = history.history(kind, object_id)
    return [(d.part, c.field, c.after) for e in entries for d in e.deeds for c in d.changes]


@pytest.fixture
def goal(cast: Cast, quarter: int) -> int:
    with acting(cast.actors["lead"]):
        return services.add_goal(quarter, "单场 GMV 突破 50 万", cast.manager)


def test_a_goal_gets_another_title_reason_and_owner_and_history_tells(cast: Cast, quarter: int, goal: int) -> None:
    with acting(cast.actors["lead"]):
        version = queries.goal(goal)[0].version
        services.edit_goal(goal, version, " 单场 GMV 破 60 万 ", "品牌方按单场谈\r\n明年的联名", cast.host, quarter)
        view = queries.goal(goal)[0]
        assert (view.title, view.why, view.owner_name) == ("单场 GMV 破 60 万", "品牌方按单场谈\n明年的联名", "小米")
        assert ("", "Owner", "小米") in said("goal", goal)
        with pytest.raises(Stale) as fault:
            services.edit_goal(goal, version, "别的", "", None, quarter)
        assert fault.value.theirs["why"] == "品牌方按单场谈\n明年的联名"
        with pytest.raises(Invalid):
            services.edit_goal(goal, view.version, "  ", "", None, quarter)
        with pytest.raises(Invalid):
            services.edit_goal(goal, view.version, "好", "", cast.outsider, quarter)
        with pytest.raises(NotFound):
            services.edit_goal(goal, view.version, "好", "", None, 2**62)
        take_back()
        view = queries.goal(goal)[0]
        assert (view.title, view.why, view.owner_id) == ("单场 GMV 突破 50 万", "", cast.manager)


def test_a_goal_in_another_period_counts_the_shows_of_that_one(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        last = services.add_period("上季度", today - 90 * DAY, today - 50 * DAY)
    show(3, gmv=100)
    show(60, gmv=900)
    with acting(cast.actors["lead"]):
        assert target_of(goal).value == 100
        services.edit_goal(goal, queries.goal(goal)[0].version, "目标", "", None, last)
        assert target_of(goal).value == 900
        moved = last_command.get() or ""
    show(2, gmv=50)
    with acting(cast.actors["lead"]):
        undo.undo(moved)
        assert target_of(goal).value == 150, "back in its period it knows the show of the meantime"


def test_another_figure_finds_its_own_evidence_and_another_way_of_counting_the_same(
    cast: Cast, goal: int, show: Show
) -> None:
    with acting(cast.actors["lead"]):
        target = services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
    show(2, gmv=100, viewers=5000)
    show(1, gmv=300, viewers=7000)
    with acting(cast.actors["manager"]):
        services.edit_target(
            target, version_of(target), "gmv", Decimal(500), Aggregation.BEST_SESSION, Way.UP, Decimal(50)
        )
        found = target_of(goal)
        assert (found.value, found.target, found.baseline, found.sessions) == (300, 500, 50, 2)
        services.edit_target(target, version_of(target), "viewers", Decimal(9000), Aggregation.SUM, Way.UP, None)
        found = target_of(goal)
        assert (found.value, found.metric, found.health) == (12_000, "viewers", Health.MET)
        changed = last_command.get() or ""
        with pytest.raises(Invalid) as fault:
            services.edit_target(target, version_of(target), "pcu", Decimal(5), Aggregation.SUM, Way.UP, None)
        assert list(fault.value.fields) == ["aggregation"]
        assert target_of(goal).value == 12_000
    late = show(3, gmv=40, viewers=10)
    with acting(cast.actors["lead"]):
        assert target_of(goal).value == 12_010
        outcomes.type_figures(late, {"gmv": Decimal(60), "viewers": Decimal(10)})
    with acting(cast.actors["manager"]):
        undo.undo(changed)
        found = target_of(goal)
        assert (found.metric, found.value, found.sessions) == ("gmv", 300, 3), "the old figure knows the new show"
        services.edit_target(target, version_of(target), "gmv", Decimal(500), Aggregation.SUM, Way.UP, None)
        assert target_of(goal).value == 460


def test_a_target_has_versions_and_the_history_of_its_goal_tells_of_it(cast: Cast, goal: int) -> None:
    with acting(cast.actors["lead"]):
        target = services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        version = version_of(target)
        services.edit_target(target, version, "gmv", Decimal(2000), Aggregation.SUM, Way.UP, None)
    with acting(cast.actors["manager"]):
        with pytest.raises(Stale) as fault:
            services.edit_target(target, version, "gmv", Decimal(3000), Aggregation.SUM, Way.UP, None)
        assert fault.value.theirs["value"] == 2000
        assert fault.value.who_id == cast.lead
        assert any(field == "Value" and "2,000" in after for _part, field, after in said("goal", goal))
        services.remove_target(target)
        assert queries.goal(goal)[0].targets == []
        with pytest.raises(NotFound):
            services.edit_target(target, version + 1, "gmv", Decimal(1), Aggregation.SUM, Way.UP, None)


def test_a_removed_target_comes_back_with_what_figures_say_now(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        target = services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
    first = show(2, gmv=100)
    with acting(cast.actors["lead"]):
        assert services.remove_target(target) == goal
        removed = last_command.get() or ""
    show(1, gmv=30)
    with acting(cast.actors["lead"]):
        outcomes.type_figures(first, {"gmv": Decimal(500)})
        undo.undo(removed)
        found = target_of(goal)
        assert (found.id, found.value, found.sessions) == (target, 530, 2)


def test_a_target_set_by_mistake_can_be_taken_back_even_after_a_show(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        adding = last_command.get() or ""
    show(1, gmv=30)
    with acting(cast.actors["lead"]):
        undo.undo(adding)
        assert queries.goal(goal)[0].targets == []


def test_a_trashed_goal_that_is_undone_knows_the_shows_of_the_meantime(cast: Cast, goal: int, show: Show) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        services.trash_goal(goal)
        trashing = last_command.get() or ""
    show(1, gmv=30)
    with acting(cast.actors["lead"]):
        undo.undo(trashing)
        assert target_of(goal).value == 30


def test_a_period_with_its_old_days_again_counts_the_old_shows(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
    show(3, gmv=100)
    with acting(cast.actors["lead"]):
        services.edit_period(quarter, queries.period(quarter).version, "季度", today - DAY, today)
        assert target_of(goal).value is None
        take_back()
        assert target_of(goal).value == 100


def test_phases_change_their_name_and_days_within_the_period(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today - 10 * DAY, today)
        version = queries.phase(phase).version
        services.edit_phase(phase, version, "第一个月", today - 9 * DAY, today + DAY)
        assert [(p.name, p.start) for p in queries.plan_page().phases] == [("第一个月", today - 9 * DAY)]
        assert ("", "Name", "第一个月") in said("phase", phase)
        with pytest.raises(Stale):
            services.edit_phase(phase, version, "别的", today, today)
        for start, end, field in (
            (today, today - DAY, "end"),
            (today - 50 * DAY, today, "start"),
            (today, today + 51 * DAY, "end"),
        ):
            with pytest.raises(Invalid) as fault:
                services.edit_phase(phase, version + 1, "第一月", start, end)
            assert list(fault.value.fields) == [field]
        with pytest.raises(Invalid) as fault:
            services.edit_period(quarter, queries.period(quarter).version, "短了", today, today + 9 * DAY)
        assert list(fault.value.fields) == ["start"], "its phases stay within a period"
        earlier = services.add_phase(quarter, "准备", today - 40 * DAY, today - 30 * DAY)
        assert [p.id for p in queries.plan_page().phases] == [earlier, phase], "by their days"


def test_the_steps_of_a_removed_phase_stay_without_one_until_it_is_back(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today - 10 * DAY, today)
        other = services.add_phase(quarter, "第二月", today, today + 10 * DAY)
        step = services.add_step("竞品分析", cast.member, today, phase)
        kept = services.add_step("选品会", cast.member, today, other)
        services.trash_phase(phase)
        view = queries.plan_page()
        assert {p: [s.id for s in rows] for p, rows in view.steps.items()} == {None: [step], other: [kept]}
        assert queries.step_page(step).phase == ""
        assert [(kind, title) for _id, kind, _row, title, _at in trash.trashed()] == [("phase", "第一月")]
        trash.restore(trash.trashed()[0][0])
        assert set(queries.plan_page().steps) == {phase, other}
        services.trash_phase(phase)
        take_back()
        assert set(queries.plan_page().steps) == {phase, other}
    with acting(cast.actors["lead"]):
        later = services.add_period("下季度", today + 60 * DAY, today + 90 * DAY)
        assert queries.plan_page(later).steps == {}, "steps of a phase of another period are not here"


def test_a_period_goes_with_all_that_is_in_it_and_comes_back_as_a_whole(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        phase = services.add_phase(quarter, "第一月", today - 10 * DAY, today)
        inside = services.add_step("竞品分析", cast.member, today, phase)
        serving = services.add_step("为目标", cast.member, today, None, goal)
        loose = services.add_step("买备用麦", cast.member, today)
        before = services.add_goal(quarter, "早先删掉的")
        services.trash_goal(before)
        services.trash_period(quarter)
        assert queries.plan_page().period is None
        assert [s.id for s in queries.my_steps(cast.member)] == [loose]
        rows = [(kind, title) for _id, kind, _row, title, _at in trash.trashed()]
        assert rows == [("period", "第四季度"), ("goal", "早先删掉的")], "a whole is one line"
        (whole, alone) = (row[0] for row in trash.trashed())
        with pytest.raises(Refused):
            trash.restore(alone)
    show(1, gmv=70)
    with acting(cast.actors["manager"]):
        trash.restore(whole)
        assert {s.id for s in queries.my_steps(cast.member)} == {inside, serving, loose}
        view = queries.plan_page()
        assert ([p.id for p in view.phases], [g.id for g in view.goals]) == ([phase], [goal])
        assert target_of(goal).value == 70
        trash.restore(alone)
        assert {g.id for g in queries.plan_page().goals} == {goal, before}
        services.trash_period(quarter)
        take_back()
        assert queries.plan_page().steps[phase][0].id == inside


def test_a_phase_does_not_come_back_to_a_period_that_is_gone(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today)
        services.trash_phase(phase)
        (alone,) = (row[0] for row in trash.trashed())
        services.trash_period(quarter)
        with pytest.raises(Refused):
            trash.restore(alone)


def test_a_period_that_lay_in_the_trash_for_a_month_is_destroyed_with_everything(
    cast: Cast, quarter: int, goal: int, show: Show, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        phase = services.add_phase(quarter, "第一月", today, today)
        services.add_step("竞品分析", cast.member, today, phase, goal)
    show(1, gmv=70)
    with acting(cast.actors["lead"]):
        services.trash_period(quarter)
    with (
        clock.standing(datetime.now(UTC) + timedelta(days=31)),
        acting(Actor(is_system=True, is_admin=True, team_id=cast.team)),
    ):
        assert trash.purge_overdue() == (1, 0)
        assert trash.trashed() == []


def test_a_step_says_what_it_waits_for(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        step = services.add_step("竞品分析", cast.member, today)
    with acting(cast.actors["member"]):
        services.wait_for(step, 1, "  品牌方 回复样品 ")
        (row,) = queries.my_steps(cast.member)
        assert (row.waits_for, row.urgency) == ("品牌方 回复样品", Urgency.WAITING)
        with pytest.raises(Stale):
            services.wait_for(step, 1, "别的")
        with pytest.raises(Invalid) as fault:
            services.wait_for(step, row.version, "长" * 161)
        assert list(fault.value.fields) == ["waits_for"]
        services.wait_for(step, row.version, "")
        assert queries.my_steps(cast.member)[0].urgency is Urgency.TODAY
        take_back()
        assert queries.my_steps(cast.member)[0].waits_for == "品牌方 回复样品"
        assert ("", "Waits for", "品牌方 回复样品") in said("step", step)
    for login, error in (("host", Forbidden), ("viewer", Forbidden), ("outsider", NotFound)):
        with acting(cast.actors[login]), pytest.raises(error):
            services.wait_for(step, 4, "x")
    with acting(cast.actors["lead"]):
        services.wait_for(step, queries.step(step)[0].version, "仓库")


def test_only_leads_and_managers_of_the_team_correct_the_plan(cast: Cast, quarter: int, goal: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        target = services.add_target(goal, "gmv", Decimal(5), Aggregation.SUM)
        phase = services.add_phase(quarter, "第一月", today, today)
    calls: list[Callable[[], object]] = [
        lambda: services.edit_goal(goal, 1, "x", "", None, quarter),
        lambda: services.edit_target(target, 1, "gmv", Decimal(9), Aggregation.SUM, Way.UP, None),
        lambda: services.remove_target(target),
        lambda: services.edit_phase(phase, 1, "x", today, today),
        lambda: services.trash_phase(phase),
        lambda: services.trash_period(quarter),
    ]
    for login, error in (("host", Forbidden), ("member", Forbidden), ("viewer", Forbidden), ("outsider", NotFound)):
        for number, call in enumerate(calls):
            with acting(cast.actors[login]), pytest.raises(error):
                call()
                raise AssertionError((login, number))
    with acting(cast.actors["outsider"]):
        own = services.add_period("暮色季度", today, today + 30 * DAY)
        mine = services.add_goal(own, "我的")
        with pytest.raises(NotFound):
            services.edit_goal(mine, 1, "x", "", None, quarter)
        assert queries.inside(quarter) == []
        asked: list[Callable[[], object]] = [
            lambda: queries.phase(phase),
            lambda: queries.target(target),
            lambda: queries.plan_page(own, "mine", None, cast.member),
        ]
        for ask in asked:
            with pytest.raises(NotFound):
                ask()


def test_own_steps_stand_by_when_they_want_to_be_done(cast: Cast, db: Any) -> None:
    with time_machine.travel("2026-03-04T12:00:00+08:00"), acting(cast.actors["lead"]):
        quarter = services.add_period("第一季度", date(2026, 1, 1), date(2026, 3, 31))
        last = services.add_period("去年", date(2025, 1, 1), date(2025, 12, 31))
        old = services.add_phase(last, "旧阶段", date(2025, 1, 1), date(2025, 12, 31))
        made = {
            name: services.add_step(name, cast.member, due, phase)
            for name, due, phase in (
                ("late", date(2025, 12, 30), old), ("today", date(2026, 3, 4), None), ("week", date(2026, 3, 8), None),
                ("later", date(2026, 3, 9), None), ("undated", None, None), ("waiting", date(2026, 3, 1), None),
            )
        }  # fmt: skip
        services.wait_for(made["waiting"], 1, "仓库")
        done = services.add_step("done", cast.member, date(2026, 3, 1))
        services.move_step(done, "finish")
        assert queries.step(done)[0].state is StepState.DONE
        view = queries.plan_page(quarter, "mine", cast.member)
        assert {each.value: [s.id for s in rows] for each, rows in view.own.items()} == {
            k: [v] for k, v in made.items()
        }
        assert (view.counts["mine"], view.person) == (6, "")
        theirs = queries.plan_page(quarter, "mine", cast.lead, cast.member)
        assert (theirs.person, theirs.counts["mine"], len(theirs.own)) == ("阿强", 0, 6)
        assert view.day == (63, 90)
