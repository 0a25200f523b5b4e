"""What scripts add to the forms of the plan: proposals that follow, ways that are not offered, values in their cells."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import expect

from planner.base import show
from planner.base.actor import acting
from planner.plan import queries, services
from planner.plan.rules import StepState
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, Enter

pytestmark = pytest.mark.browser


@pytest.fixture
def goal(app: Flask, cast: Cast) -> int:
    with app.app_context(), acting(cast.actors["lead"]):
        today = show.today()
        period = services.add_period("四季度", today.replace(day=1), date(today.year + 1, 12, 31))
        return services.add_goal(period, "单场 50 万")


def test_forms_follow_what_is_chosen(address: str, enter: Enter, goal: int) -> None:
    lead = enter(address, "lead", PASSWORD, DESK, "zh-CN")
    lead.goto(f"{address}/plan/periods/new")
    name, start = lead.locator("input[name=name]"), lead.locator("input[name=start]")
    assert "季度计划" in name.input_value()
    lead.select_option("select[name=kind]", "month")
    assert "月计划" in name.input_value()
    assert "季度" not in name.input_value()
    name.fill("双12 冲刺")
    lead.select_option("select[name=kind]", "quarter")
    expect(name, "what was typed stays").to_have_value("双12 冲刺")
    assert start.input_value().endswith("-01")
    lead.goto(f"{address}/plan/goals/{goal}/targets/new")
    ways = lead.locator("select[name=aggregation]")
    expect(ways).to_have_value("sum")
    lead.select_option("select[name=metric]", "refund_rate")
    expect(ways.locator("option[value=sum]")).to_be_disabled()
    expect(ways).not_to_have_value("sum")
    lead.select_option("select[name=metric]", "gmv")
    expect(ways.locator("option[value=sum]")).to_be_enabled()


def test_a_state_is_changed_in_its_cell_and_an_early_tick_is_told(
    app: Flask, cast: Cast, address: str, enter: Enter, goal: int
) -> None:
    with app.app_context(), acting(cast.actors["lead"]):
        first, after = services.add_step("选品结论", cast.lead), services.add_step("拍预热", cast.lead)
        services.wait_on(after, first)
    lead = enter(address, "lead", PASSWORD, DESK, "zh-CN")
    lead.goto(f"{address}/plan/steps")
    cell = lead.locator(f"#step-{after} td[data-cell=state]")
    cell.hover()
    cell.locator("button.cell").click()
    cell.locator("select").select_option("doing")
    expect(lead.locator(f"#step-{after} td[data-cell=state]")).to_contain_text("进行中")
    expect(lead.locator(".undo-text")).to_contain_text("前置步骤还没有完成：「选品结论」")
    again = lead.locator(f"#step-{first} td[data-cell=state]")
    again.hover()
    again.locator("button.cell").click()
    again.locator("select").select_option("blocked")
    lead.wait_for_url(re.compile(rf"/plan/steps/{first}/block\?"))
    lead.goto(f"{address}/work")
    lead.locator(f"#step-{after} .tick-box").click()
    expect(lead.locator(".undo-text")).to_contain_text("前置步骤还没有完成：「选品结论」")
    with app.app_context(), acting(cast.actors["lead"]):
        assert queries.ticked(after).state is StepState.DONE
