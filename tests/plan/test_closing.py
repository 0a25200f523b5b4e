"""Closing a period: causes, what is carried over, one undo, read-only, opened again; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.figures import queries as figures
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.outcomes import services as outcomes
from planner.plan import queries, services
from planner.plan.rules import Aggregation, Choice, Health, PeriodState, StepState, Way, Wish, carried_by
from planner.plan.services import Answer
from tests.cast import Cast
from tests.plan.conftest import DAY, Show

pytestmark = pytest.mark.engines


@dataclass
class Plan:
    """A period of a hundred days with a met and a missed target, three open steps and a finished one; and the next."""

    quarter: int
    next: int
    met: int
    missed: int
    steps: dict[str, int]
    phase: int
    later: int
    show: int

    def missed_target(self) -> int:
        return queries.goal(self.missed)[0].targets[0].id

    def version(self) -> int:
        return queries.period(self.quarter).version


@pytest.fixture
def plan(cast: Cast, quarter: int, show: Show, today: date) -> Plan:
    made = show(2, gmv=500, viewers=900)
    with acting(cast.actors["lead"]):
        after = services.add_period("下季度", today + 51 * DAY, today + 140 * DAY)
        met, missed = (
            services.add_goal(quarter, "成交", cast.lead),
            services.add_goal(quarter, "观看", cast.manager, "拉新"),
        )
        services.add_target(met, "gmv", Decimal(400), Aggregation.SUM)
        services.add_target(missed, "viewers", Decimal(2000), Aggregation.BEST_SESSION, Way.UP, Decimal(300), weight=3)
        phase = services.add_phase(quarter, "第一月", today - 9 * DAY, today)
        later = services.add_phase(after, "第四月", today + 51 * DAY, today + 80 * DAY)
        steps = {
            "carry": services.add_step("竞品分析", cast.member, today, phase, missed, "五家"),
            "leave": services.add_step("样品寄回", None, today + DAY, phase),
            "cancel": services.add_step("线下见面会", cast.lead, None, None, met, "原来的备注"),
            "done": services.add_step("脚本", cast.member, today, phase),
        }
        services.move_step(steps["done"], "finish")
    return Plan(quarter, after, met, missed, steps, phase, later, made)


@pytest.fixture
def close(cast: Cast, plan: Plan) -> Callable[[], str]:
    """Close it as a lead would; answers the command."""

    def run() -> str:
        cause = figures.causes()[0].id
        wishes = {
            ("goal", plan.missed): Wish(Choice.CARRY),
            ("step", plan.steps["carry"]): Wish(Choice.CARRY, "", plan.later),
            ("step", plan.steps["cancel"]): Wish(Choice.CANCEL, "品牌方改线上"),
        }
        answers = {plan.missed_target(): Answer(cause, "预热不足", "18:00 预热")}
        services.close_period(plan.quarter, plan.version(), answers, wishes, plan.next, "保留整点猜价")
        return last_command.get() or ""

    return run


def test_closing_asks_for_every_missed_target_and_every_open_row(cast: Cast, plan: Plan) -> None:
    with acting(cast.actors["lead"]):
        view = queries.closing_page(plan.quarter)
        assert [(g.id, t.metric, word) for g, t, word in view.missed] == [(plan.missed, "viewers", Health.MISSED)]
        assert [part.key for part in view.open] == [
            ("goal", plan.missed), ("step", plan.steps["carry"]), ("step", plan.steps["leave"]),
            ("step", plan.steps["cancel"]),
        ]  # fmt: skip
        assert view.into is not None
        assert (view.into.id, view.phases, view.early) == (plan.next, [(plan.later, "第四月")], True)
        for answer in (Answer(), Answer(2**40, "", "改"), Answer(figures.causes()[0].id, "", "  ")):
            with pytest.raises(Invalid) as fault:
                services.close_period(plan.quarter, plan.version(), {plan.missed_target(): answer}, {})
            assert list(fault.value.fields) == ["targets.0"]
        wishes = {("step", plan.steps["cancel"]): Wish(Choice.CANCEL), ("goal", plan.missed): Wish(Choice.CARRY)}
        with pytest.raises(Invalid) as fault:
            services.close_period(plan.quarter, plan.version(), {}, wishes)
        assert sorted(fault.value.fields) == ["rows.0", "rows.3", "targets.0"], "all at once"
        assert queries.period(plan.quarter).state is PeriodState.OPEN
        with pytest.raises(Stale):
            services.close_period(plan.quarter, plan.version() + 1, {}, {})


def test_what_was_open_goes_where_it_was_sent_and_one_undo_brings_all_back(
    cast: Cast, plan: Plan, close: Callable[[], str]
) -> None:
    with acting(cast.actors["lead"]):
        before = {name: vars(queries.step(row_id)[0]).copy() for name, row_id in plan.steps.items()}
        closed = close()
        page = queries.period_page(plan.quarter)
        assert (page.period.state, page.closed_by, page.period.lessons) == (
            PeriodState.CLOSED,
            "林小雨",
            "保留整点猜价",
        )
        assert (page.met, page.targets) == (1, 2)
        told = page.explained[plan.missed_target()]
        assert (told.health, told.value, told.reason, told.improvement) == (
            Health.MISSED,
            900,
            "预热不足",
            "18:00 预热",
        )
        assert told.cause == figures.causes()[0].name
        assert {(c.kind, c.object_id): (c.choice, c.reason, c.into) for c in page.carried} == {
            ("goal", plan.missed): (Choice.CARRY, "", "下季度"),
            ("step", plan.steps["carry"]): (Choice.CARRY, "", "下季度"),
            ("step", plan.steps["leave"]): (Choice.LEAVE, "", ""),
            ("step", plan.steps["cancel"]): (Choice.CANCEL, "品牌方改线上", ""),
        }
        (new,) = queries.goals_page(plan.next).goals
        assert (new.title, new.why, new.owner_id, new.carried_from) == ("观看", "拉新", cast.manager, plan.missed)
        (target,) = new.targets
        assert (target.metric, target.target, target.baseline, target.weight, target.value) == (
            "viewers",
            2000,
            900,
            3,
            None,
        )
        carried, left, cancelled, done = (queries.step(row_id)[0] for row_id in plan.steps.values())
        assert (carried.phase_id, carried.goal_id, carried.state) == (plan.later, new.id, StepState.OPEN)
        assert (left.phase_id, left.state) == (plan.phase, StepState.OPEN)
        assert (cancelled.state, cancelled.note, cancelled.dropped_why) == (
            StepState.DROPPED,
            "原来的备注",
            "品牌方改线上",
        )
        assert done.state is StepState.DONE
    with acting(cast.actors["manager"]):
        undo.undo(closed)
        assert queries.period(plan.quarter).state is PeriodState.OPEN
        assert queries.goals_page(plan.next).goals == []
        page = queries.period_page(plan.quarter)
        assert (page.explained, page.carried, page.period.lessons, page.period.closed_at) == ({}, [], "", None)
        for name, row_id in plan.steps.items():
            row = queries.step(row_id)[0]
            for field in ("phase_id", "goal_id", "state", "note", "dropped_why", "done_at"):
                assert getattr(row, field) == before[name][field], (name, field)


def test_a_closed_period_is_read_only_in_every_way(
    cast: Cast, plan: Plan, close: Callable[[], str], today: date
) -> None:
    with acting(cast.actors["lead"]):
        report = services.check_in(plan.missed, "预热改到 18:00")
        close()
        period, target, version = plan.quarter, plan.missed_target(), queries.goal(plan.missed)[0].version
        for act in (
            lambda: services.edit_period(period, plan.version(), "改名", today, today),
            lambda: services.trash_period(period),
            lambda: services.add_phase(period, "又一月", today, today),
            lambda: services.edit_phase(plan.phase, queries.phase(plan.phase).version, "改名", today, today),
            lambda: services.trash_phase(plan.phase),
            lambda: services.add_goal(period, "新目标"),
            lambda: services.edit_goal(plan.missed, version, "改名", "", None, period),
            lambda: services.edit_goal(plan.missed, version, "搬走", "", None, plan.next),
            lambda: services.trash_goal(plan.missed),
            lambda: services.add_target(plan.missed, "gmv", Decimal(5), Aggregation.SUM),
            lambda: services.edit_target(target, 1, "viewers", Decimal(5), Aggregation.SUM, Way.UP, None),
            lambda: services.remove_target(target),
            lambda: services.check_in(plan.missed, "晚到的话"),
            lambda: services.acknowledge(report),
            lambda: services.remove_check_in(report),
            lambda: services.link_goal(plan.missed, [plan.phase]),
            lambda: services.close_period(period, plan.version(), {}, {}),
        ):
            with pytest.raises(Refused):
                act()
        current = queries.current_period()
        assert current is not None
        assert current.id == plan.next, "the next open one is what the plan opens with"
        assert period not in {row_id for row_id, _name in queries.period_choices()}
        services.move_step(plan.steps["leave"], "finish")
        assert queries.step(plan.steps["leave"])[0].state is StepState.DONE, "a step that stayed can be finished"


def test_figures_of_a_closed_period_stay_and_catch_up_when_it_is_opened_again(
    cast: Cast, plan: Plan, close: Callable[[], str], show: Show
) -> None:
    with acting(cast.actors["lead"]):
        close()
        outcomes.type_figures(plan.show, {"gmv": Decimal(100), "viewers": Decimal(5000)})
    show(1, gmv=50, viewers=10)
    with acting(cast.actors["lead"]):
        (target,) = queries.goal(plan.missed)[0].targets
        assert (target.value, target.health, target.sessions) == (900, Health.MISSED, 1)
        services.reopen_period(plan.quarter)
        (target,) = queries.goal(plan.missed)[0].targets
        assert (target.value, target.health, target.sessions) == (5000, Health.MET, 2)
        assert [t.value for t in queries.goal(plan.met)[0].targets] == [150]
        page = queries.period_page(plan.quarter)
        assert (page.period.closed_at, page.period.closed_by) == (None, None)
        undo.undo(last_command.get() or "")
        assert queries.period(plan.quarter).state is PeriodState.CLOSED
        with pytest.raises(Refused):
            services.close_period(plan.quarter, plan.version(), {}, {})


def test_closing_again_offers_only_what_is_still_open_and_keeps_what_was_said(
    cast: Cast, plan: Plan, close: Callable[[], str]
) -> None:
    with acting(cast.actors["lead"]):
        close()
        services.reopen_period(plan.quarter)
        view = queries.closing_page(plan.quarter)
        assert [part.key for part in view.open] == [("step", plan.steps["leave"])], "what went on is not carried twice"
        assert view.page.explained[plan.missed_target()].improvement == "18:00 预热"
        answers = {plan.missed_target(): Answer(figures.causes()[1].id, "", "换个办法")}
        services.close_period(plan.quarter, plan.version(), answers, {}, plan.next)
        assert queries.period_page(plan.quarter).explained[plan.missed_target()].improvement == "换个办法"
        assert len(queries.goals_page(plan.next).goals) == 1


def test_another_teams_period_and_members_stay_outside(cast: Cast, plan: Plan, today: date) -> None:
    with acting(cast.actors["outsider"]):
        foreign = services.add_period("别队", today, today + 90 * DAY)
        for act in (
            lambda: queries.period_page(plan.quarter),
            lambda: queries.closing_page(plan.quarter),
            lambda: services.close_period(plan.quarter, 1, {}, {}),
            lambda: services.reopen_period(plan.quarter),
        ):
            with pytest.raises(NotFound):
                act()
    with acting(cast.actors["lead"]):
        answers = {plan.missed_target(): Answer(figures.causes()[0].id, "", "改")}
        with pytest.raises(NotFound):
            services.close_period(plan.quarter, plan.version(), answers, {}, foreign)
        with pytest.raises(Invalid):
            services.close_period(plan.quarter, plan.version(), answers, {}, plan.quarter)
        strange = {("step", plan.steps["carry"]): Wish(Choice.CARRY, "", plan.phase)}
        with pytest.raises(Invalid) as fault:
            services.close_period(plan.quarter, plan.version(), answers, strange, plan.next)
        assert list(fault.value.fields) == ["rows.1"], "a phase of another period"
    with acting(cast.actors["member"]):
        queries.period_page(plan.quarter)
        with pytest.raises(Forbidden):
            services.close_period(plan.quarter, plan.version(), {}, {})


def test_highlights_compare_with_the_last_period_of_its_kind(cast: Cast, plan: Plan, show: Show, today: date) -> None:
    show(60, gmv=400, viewers=600, pcu=50)
    with acting(cast.actors["lead"]):
        found = {(c.metric, c.aggregation): c for c in queries.period_page(plan.quarter).highlights}
        gmv = found["gmv", Aggregation.PER_DAY]
        assert (gmv.now, gmv.before, gmv.change) == (500, 400, Decimal("0.25"))
        assert (found["pcu", Aggregation.BEST_SESSION].now, found["pcu", Aggregation.BEST_SESSION].change) == (
            None,
            None,
        )


def test_a_step_carried_into_no_phase_belongs_to_that_period_whatever_its_day(
    cast: Cast, plan: Plan, today: date
) -> None:
    with acting(cast.actors["lead"]):
        cause = figures.causes()[0].id
        wishes = {
            ("step", plan.steps["carry"]): Wish(Choice.CARRY),
            ("step", plan.steps["leave"]): Wish(Choice.LEAVE),
            ("step", plan.steps["cancel"]): Wish(Choice.CANCEL, "品牌方改线上"),
            ("goal", plan.missed): Wish(Choice.LEAVE),
        }
        answers = {plan.missed_target(): Answer(cause, "预热晚了", "提前")}
        services.close_period(plan.quarter, plan.version(), answers, wishes, plan.next)

        def titles(period_id: int) -> set[str]:
            return {s.title for rows in queries.plan_page(period_id).steps.values() for s in rows}

        assert "竞品分析" in titles(plan.next)
        assert "竞品分析" not in titles(plan.quarter)
        listed = queries.listed(queries.Wanted(period_id=plan.next))
        assert [s.title for s in listed] == ["竞品分析"]
        page = queries.period_page(plan.quarter)
        assert (page.done, page.steps) == (2, 4), "what goes on elsewhere was not done here"


def test_each_period_shows_its_own_loose_steps_and_the_current_one_those_without_a_home(
    cast: Cast, plan: Plan, today: date
) -> None:
    with acting(cast.actors["lead"]):
        services.add_step("下季的", cast.lead, today + 60 * DAY)
        services.add_step("没有日子的", cast.lead)
        services.add_step("很久以前的", cast.lead, today - 300 * DAY)
        now, later = queries.plan_page(plan.quarter, user_id=cast.lead), queries.plan_page(plan.next, user_id=cast.lead)

    def loose(page: queries.PlanPage) -> set[str]:
        return {s.title for s in page.steps.get(None, [])}

    assert loose(now) >= {"没有日子的", "很久以前的"}
    assert "下季的" not in loose(now)
    assert loose(later) == {"下季的"}
    assert later.counts["mine"] == 1, "the tab of another period counts what is mine in it"


def test_days_of_what_is_carried_move_with_its_phase_or_stay(cast: Cast, plan: Plan, today: date) -> None:
    def closed(move: bool) -> tuple[date | None, date | None, date | None]:
        wishes = {("step", plan.steps[name]): Wish(Choice.CARRY, "", plan.later) for name in ("carry", "leave")}
        wishes[("step", plan.steps["cancel"])] = Wish(Choice.CARRY)
        answers = {plan.missed_target(): Answer(figures.causes()[0].id, "", "预热")}
        services.close_period(plan.quarter, plan.version(), answers, wishes, plan.next, "", move)
        found = [queries.step(plan.steps[name])[0].due for name in ("carry", "leave", "cancel")]
        undo.undo(last_command.get() or "")
        return found[0], found[1], found[2]

    with acting(cast.actors["lead"]):
        assert closed(False) == (today, today + DAY, None)
        assert closed(True) == (today + 60 * DAY, today + 61 * DAY, None), "as many days as the phases lie apart"
        assert queries.step(plan.steps["carry"])[0].due == today, "one undo brings the days back, too"


@pytest.mark.parametrize(("apart", "moved"), [(60, 60), (0, 0), (-5, 0)])
def test_nothing_that_is_carried_moves_back(apart: int, moved: int) -> None:
    first = date(2026, 10, 1)
    assert carried_by(first, first + apart * DAY) == moved * DAY
