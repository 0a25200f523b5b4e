"""A period that is begun from the built-in plan or from another period: days, what comes along, what does not."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.plan import builtin, queries, rules, services
from planner.plan.rules import Aggregation, Details, Hang, HangsOn, PeriodKind, Priority, StepState
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.test_pages import beside, speaking

Client = Callable[[str], Any]


@pytest.fixture
def november() -> Iterator[None]:
    """In the middle of a quarter, at noon of the team."""
    with clock.standing(datetime(2026, 11, 28, 4, tzinfo=UTC)):
        yield


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


def test_the_next_period_follows_the_last_of_its_kind() -> None:
    held = [(date(2026, 10, 1), date(2026, 12, 31)), (date(2026, 11, 1), date(2026, 11, 30))]
    today = date(2026, 11, 28)
    assert rules.following(PeriodKind.QUARTER, held, today) == (date(2027, 1, 1), date(2027, 3, 31))
    assert rules.following(PeriodKind.MONTH, held, today) == (date(2026, 12, 1), date(2026, 12, 31))
    assert rules.following(PeriodKind.CUSTOM, held, today) == (today, None)
    assert rules.following(PeriodKind.QUARTER, [], today) == (date(2026, 10, 1), date(2026, 12, 31))
    long_ago = [(date(2025, 2, 1), date(2025, 4, 30))]
    assert rules.following(PeriodKind.QUARTER, long_ago, today) == (date(2026, 11, 1), date(2027, 1, 31))
    own = [(date(2026, 11, 20), date(2026, 12, 10))]
    assert rules.following(PeriodKind.CUSTOM, own, today) == (date(2026, 12, 11), None)


@pytest.mark.parametrize(
    ("language", "name", "template"),
    [("zh_Hans_CN", "2027 一季度计划", "模板"), ("en", "Q1 2027 plan", "template")],
)
def test_both_forms_propose_the_next_quarter_and_name_the_template(
    client_of: Client, cast: Cast, db: Any, november: None, language: str, name: str, template: str
) -> None:
    with acting(cast.actors["lead"]):
        held = services.add_period("四季度", date(2026, 10, 1), date(2026, 12, 31))
        services.close_period(held, queries.period(held).version, {}, {})
    lead = speaking(client_of("lead"), language)
    for path in ("/plan/periods/new", "/plan/periods/begin"):
        text = lead.get(path).text
        assert f'value="{name}"' in text, path
        assert 'value="2027-01-01"' in text, path
        assert template in text, path
    assert 'value="2027-03-31"' in lead.get("/plan/periods/new").text
    assert 'href="/plan/periods/begin"' in lead.get("/plan/periods/new").text
    assert f'value="period:{held}"' in lead.get("/plan/periods/begin").text, "a closed one is a source too"
    sent = {"source": f"period:{held}", "name": name, "start": "2027-01-01", "step": "make"}
    assert lead.post_form("/plan/periods/begin", sent).status_code == 303


def test_what_falls_before_the_period_says_so_and_departments_stay_in_sight(
    client_of: Client, cast: Cast, db: Any
) -> None:
    lead = speaking(client_of("lead"), "zh_Hans_CN")
    sent = {"source": builtin.THREE_MONTHS, "name": "一季度", "start": "2027-01-01", "owners": "y"}
    looked = lead.post_form("/plan/periods/begin", sent | {"step": "look"}).text
    row = looked.split("启动会", 1)[1].split("</li>", 1)[0]
    assert "在周期开始之前" in row
    assert looked.count("在周期开始之前") == 1
    assert "运营 · 待定" in row
    made = lead.post_form("/plan/periods/begin", sent | {"step": "make"})
    for path in (made.location, "/plan/steps", "/plan/board"):
        shown = lead.get(path).text
        assert "运营 · 待定" in shown, path


def test_it_is_looked_at_and_then_made_by_plain_forms(client_of: Client, cast: Cast, db: Any) -> None:
    lead = speaking(client_of("lead"), "en")
    assert "Use the template of three months" in lead.get("/plan").text
    page = lead.get("/plan/periods/begin")
    assert "<title>New period from a template or a plan" in page.text
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
