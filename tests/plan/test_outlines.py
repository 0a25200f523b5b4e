"""A period that is begun from the built-in plan or from another period: days, what comes along, what does not."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.plan import builtin, queries, rules, services
from planner.plan.rules import Aggregation, Details, Hang, HangsOn, Priority, StepState
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.test_pages import beside, speaking

Client = Callable[[str], Any]
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(DAYS, DAYS, st.integers(0, 400))
def test_by_days_every_distance_stays(start: date, onto: date, far: int) -> None:
    shift = rules.shift_of(start, onto, by_months=False)
    assert shift(start + timedelta(days=far)) - onto == timedelta(days=far)


@given(DAYS, st.integers(-24, 24), st.integers(0, 200))
def test_by_months_no_day_leaves_its_month_and_order_stays(start: date, months: int, far: int) -> None:
    first = start.replace(day=1)
    shift = rules.shift_of(first, rules.add_months(first, months), by_months=True)
    day = first + timedelta(days=far)
    moved, after = shift(day), shift(day + timedelta(days=1))
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved <= after
    if day.day == monthrange(day.year, day.month)[1]:
        assert moved.day == monthrange(moved.year, moved.month)[1], "the last of a month stays the last"


def test_the_built_in_plan_names_what_comes_first_before() -> None:
    for number, line in enumerate(builtin.STEPS):
        assert line.after is None or line.after < number
        assert len(line.inside_zh) == len(line.inside_en)
        assert 0 <= line.month < len(builtin.MONTHS)


@pytest.mark.engines
def test_the_three_months_begin_on_a_first(cast: Cast, db: Any) -> None:
    start = date(2027, 1, 1)
    with acting(cast.actors["lead"]):
        made = services.begin_from(builtin.THREE_MONTHS, "一季度", start)
        period = queries.period(made)
        assert (period.start, period.end) == (start, date(2027, 3, 31))
        view = queries.plan_page(made)
        assert [(p.start.month, p.end.day) for p in view.phases] == [(1, 31), (2, 28), (3, 31)]
        rows = [s for held in view.steps.values() for s in held]
        assert len(rows) == len(builtin.STEPS)
        assert min(s.due for s in rows if s.due) == date(2026, 12, 25), "the kick-off is a week before"
        assert sum(s.ahead for s in rows) == sum(line.after is not None for line in builtin.STEPS)
        assert sum(s.lines for s in rows) == sum(len(line.inside_zh) for line in builtin.STEPS)
        phase = view.phases[1]
        services.edit_period(made, period.version, "一季度", start, date(2027, 4, 30))
        before = sum(s.due == date(2027, 2, 3) for s in rows)
        assert before == 1, "the selection meeting"
        services.edit_phase(phase.id, phase.version, phase.name, date(2027, 2, 3), phase.end)
        rows = [s for held in queries.plan_page(made).steps.values() for s in held]
        assert sum(s.due == date(2027, 2, 5) for s in rows) == 1, "it hangs on its phase"
        with pytest.raises(Invalid):
            services.begin_from(builtin.THREE_MONTHS, "x", date(2027, 1, 2))
        for wrong in ("", "period:", "period:x", "period:99999999999999999999"):
            with pytest.raises(Invalid):
                services.begin_from(wrong, "x", start)
        with pytest.raises(NotFound):
            services.begin_from("period:999", "x", start)
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.begin_from(builtin.THREE_MONTHS, "x", start)


@pytest.mark.engines
def test_a_copy_brings_all_but_what_was_done_and_dropped(cast: Cast, quarter: int, today: date) -> None:
    with acting(cast.actors["lead"]):
        held = queries.period(quarter)
        phase = services.add_phase(quarter, "第一月", held.start, held.start + 29 * DAY)
        goal = services.add_goal(quarter, "单场 50 万", cast.manager, "门槛")
        services.add_target(goal, "gmv", Decimal(500000), Aggregation.BEST_SESSION, baseline=Decimal(280000))
        details = Details(held.start, Priority.HIGH, "运营", ("大促",), Hang(HangsOn.PHASE_END, 1))
        one = services.add_step("竞品分析", cast.member, None, phase, goal, "看三家", details=details)
        two = services.add_step("选品会", cast.host, held.start + 5 * DAY, phase)
        gone = services.add_step("不做的", None, None, phase)
        services.move_step(gone, "drop", "不做了")
        services.add_lines(one, "甲\n乙")
        services.tick_line(queries.step_page(one).lines[0].id, True)
        services.wait_on(two, one)
        services.move_step(one, "finish")
        onto = held.start + 200 * DAY
        made = services.begin_from(f"period:{quarter}", "下一轮", onto)
        undo.undo(last_command.get() or "")
        with pytest.raises(NotFound):
            queries.period(made)
        made = services.begin_from(f"period:{quarter}", "下一轮", onto)
        view = queries.plan_page(made)
        assert (view.period.start, view.period.end) == (onto, held.end + 200 * DAY)
        rows = {s.title: s for group in view.steps.values() for s in group}
        assert set(rows) == {"竞品分析", "选品会"}
        copied = queries.step_page(rows["竞品分析"].id)
        assert (copied.row.state, copied.row.owner_id, copied.row.note) == (StepState.OPEN, cast.member, "看三家")
        assert (copied.row.due, copied.row.start) == (onto + 30 * DAY, onto)
        assert (copied.row.priority, copied.row.department, copied.tags) == (Priority.HIGH, "运营", ["大促"])
        assert [(line.text, line.done_at) for line in copied.lines] == [("甲", None), ("乙", None)]
        assert rows["选品会"].ahead == 1
        assert [g.title for g in view.goals] == ["单场 50 万"]
        assert [(t.target, t.baseline) for t in view.goals[0].targets] == [(Decimal(500000), None)]
        bare = services.begin_from(f"period:{quarter}", "没有人", onto + 200 * DAY, owners=False)
        assert {s.owner_id for group in queries.plan_page(bare).steps.values() for s in group} == {None}
    with acting(cast.actors["outsider"]), pytest.raises((NotFound, Forbidden)):
        services.begin_from(f"period:{quarter}", "x", onto)


def test_it_is_looked_at_and_then_made_by_plain_forms(client_of: Client, cast: Cast, db: Any) -> None:
    lead = speaking(client_of("lead"), "en")
    assert "Begin with the plan of three months" in lead.get("/plan").text
    page = lead.get("/plan/periods/begin")
    assert "<title>Begin a period from a plan" in page.text
    sent = {"source": builtin.THREE_MONTHS, "name": "Q1", "start": "2026-01-01", "owners": "y"}
    looked = lead.post_form("/plan/periods/begin", sent | {"step": "look"})
    assert looked.status_code == 200
    assert "Month 1: users and rivals" in looked.text
    assert "due before today" in looked.text, "a plan whose days are over says so"
    assert "There is no plan yet" in lead.get("/plan").text, "looking makes nothing"
    wrong = lead.post_form("/plan/periods/begin", sent | {"start": "2027-01-15", "step": "make"})
    assert wrong.status_code == 422
    assert beside(wrong.text, "start")
    made = lead.post_form("/plan/periods/begin", sent | {"start": "2027-01-01", "step": "make"})
    assert made.status_code == 303
    shown = lead.get(made.location).text
    assert "Turn frequent questions into a Q&amp;A library" in shown
    assert "Undo" in shown
    assert client_of("member").get("/plan/periods/begin").status_code == 403
