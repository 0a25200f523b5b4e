"""A month comes to its end: on a phone somebody reports, the lead reads it and closes the month at a desk, undoes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.kernel.spans import business_day
from planner.plan import queries, services
from planner.plan.rules import Aggregation, PeriodState, Way
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE, Enter

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)
LANGUAGES = ["zh-CN", "en"] if WIDE else ["zh-CN"]


@dataclass
class Month:
    """A month with a goal of the team's own and an open step, and the period after it."""

    app: Flask
    cast: Cast
    address: str
    period: int
    after: int
    goal: int
    step: int

    def state(self) -> PeriodState:
        """Whether it is closed."""
        with self.app.app_context(), acting(self.cast.actors["lead"]):
            return queries.period(self.period).state

    def goals_after(self) -> list[str]:
        """What the next period wants."""
        with self.app.app_context(), acting(self.cast.actors["lead"]):
            return [g.title for g in queries.goals_page(self.after).goals]


@pytest.fixture
def month(app: Flask, cast: Cast, address: str) -> Month:
    """Thirty days around today."""
    today = business_day(datetime.now(UTC), "Asia/Shanghai", 360)
    with app.app_context(), acting(cast.actors["lead"]):
        period = services.add_period("双十一备战", today - 20 * DAY, today + 9 * DAY)
        after = services.add_period("年末冲刺", today + 10 * DAY, today + 40 * DAY)
        services.add_phase(after, "选品", today + 10 * DAY, today + 20 * DAY)
        goal = services.add_goal(period, "签约合作品牌 3 家", cast.member)
        services.add_own_target(goal, None, "签约品牌", "家", Way.UP, Decimal(3), Aggregation.SUM)
        step = services.add_step("样品寄回", cast.member, today, None, goal)
    return Month(app, cast, address, period, after, goal, step)


def fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_reported_on_a_phone_read_and_closed_at_a_desk(month: Month, enter: Enter, language: str) -> None:
    zh = language == "zh-CN"
    phone = enter(month.address, "member", PASSWORD, PHONE, language)
    phone.goto(f"{month.address}/plan/goals")
    fits(phone)
    phone.get_by_role("link", name="记进展" if zh else "Check in").click()
    fits(phone)
    phone.get_by_label("签约品牌").fill("２")
    phone.locator("#note").fill("两家签了，第三家等预算")
    phone.get_by_role("button", name="保存进展" if zh else "Save the check-in").click()
    expect(phone.locator("#check-ins")).to_contain_text("两家签了")
    expect(phone.locator(".goal-target .figure-value")).to_have_text("2 家")
    fits(phone)

    desk = enter(month.address, "lead", PASSWORD, DESK, language)
    desk.goto(f"{month.address}/plan/goals/{month.goal}")
    desk.get_by_role("button", name="已阅" if zh else "I have read it").click()
    expect(desk.locator(".check-in-foot")).to_contain_text("林小雨")
    desk.goto(f"{month.address}/plan/periods/{month.period}")
    desk.get_by_role("link", name="关闭周期" if zh else "Close the period").click()
    desk.locator(f"[name=step_{month.step}]").select_option(label="结转到：选品" if zh else "Carry over: 选品")
    desk.locator(f"[name=goal_{month.goal}]").select_option("carry")
    close = desk.get_by_role("button", name="关闭周期" if zh else "Close the period")
    close.click()
    expect(desk.locator(".field-error")).to_contain_text("请选择原因" if zh else "Choose the cause.")
    expect(desk.locator(f"[name=goal_{month.goal}]")).to_have_value("carry")
    desk.locator("select[name^=cause_]").select_option(index=1)
    desk.locator("textarea[name^=improvement_]").fill("预算提前一个月谈")
    close.click()
    expect(desk.locator("h1")).to_contain_text("双十一备战")
    expect(desk.locator(".explained")).to_contain_text("预算提前一个月谈")
    assert (month.state(), month.goals_after()) == (PeriodState.CLOSED, ["签约合作品牌 3 家"])

    desk.locator(".undo .undo-act").click()
    expect(desk.locator(".undo")).to_contain_text(re.compile("已撤销|Undone"))
    assert (month.state(), month.goals_after()) == (PeriodState.OPEN, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_it_is_cancelled_is_asked_where_it_is_cancelled(month: Month, enter: Enter, language: str) -> None:
    page = enter(month.address, "lead", PASSWORD, PHONE, language)
    page.goto(f"{month.address}/plan/periods/{month.period}/close")
    why = page.locator(f"[name=why_step_{month.step}]")
    expect(why).to_be_hidden()
    page.locator(f"[name=step_{month.step}]").select_option("cancel")
    expect(why).to_be_visible()
    fits(page)
