"""A quarter of work: a lead begins it from the plan of three months and hands it out; a member is reminded and works."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base import show
from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.spans import business_day
from planner.notifications import jobs as notice_jobs
from planner.plan import queries, services
from planner.plan.rules import StepState
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE, SIDES, Enter
from tests.journeys.test_gantt import drag

pytestmark = pytest.mark.browser
LANGUAGES = ["zh-CN", "en"] if WIDE else ["zh-CN"]
DAY = timedelta(days=1)
WORDS = {
    "zh-CN": {
        "look": "预览内容", "make": "建立周期", "choose": "选择步骤", "owner": "负责人", "save": "保存", "undo": "撤销",
        "start": "开始", "comment": "评论", "done": "完成", "changed": "已修改", "along": "跟着移动",
    },
    "en": {
        "look": "Show what it would hold", "make": "Make the period", "choose": "Choose steps", "owner": "Owner",
        "save": "Save", "undo": "Undo", "start": "Start", "comment": "Comment", "done": "Done", "changed": "changed",
        "along": "Moves along",
    },
}  # fmt: skip


def today() -> date:
    """The business day of the cast's team."""
    return business_day(datetime.now(UTC), "Asia/Shanghai", 360)


def next_month() -> date:
    """The first day on which the plan can begin without being late."""
    first = today().replace(day=1)
    return (first + 32 * DAY).replace(day=1)


def owners(app: Flask, cast: Cast, period: int) -> list[str]:
    """Whose the steps of a period are."""
    with app.app_context(), acting(cast.actors["lead"]):
        view = queries.plan_page(period)
        return [s.owner_name for rows in view.steps.values() for s in rows]


def days_of(app: Flask, cast: Cast, period: int, phase: int) -> list[date]:
    """When the steps of a phase are due, in the order in which they were made."""
    with app.app_context(), acting(cast.actors["lead"]):
        rows = sorted(queries.plan_page(period).steps[phase], key=lambda s: s.id)
        return [s.due for s in rows if s.due]


def fits(page: Page) -> None:
    """Nothing makes the page wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lead_begins_the_three_months_and_hands_them_out(
    app: Flask, cast: Cast, address: str, enter: Enter, language: str
) -> None:
    words = WORDS[language]
    lead = enter(address, "lead", PASSWORD, DESK, language)
    lead.goto(f"{address}/plan/periods/begin")
    lead.fill("input[name=name]", "第一季度")
    lead.fill("input[name=start]", next_month().isoformat())
    lead.get_by_role("button", name=words["look"]).click()
    expect(lead.locator("#proposed h3")).to_have_count(3)
    lead.get_by_role("button", name=words["make"]).click()
    lead.wait_for_url(re.compile(r"period=\d+"))
    period = int(lead.url.split("period=")[1].split("#")[0])
    expect(lead.locator("tr.group-row")).to_have_count(3)
    assert set(owners(app, cast, period)) == {""}, "nobody owns anything yet"

    with app.app_context(), acting(cast.actors["lead"]):
        phase = queries.plan_page(period).phases[0]
    before = days_of(app, cast, period, phase.id)
    lead.goto(f"{address}/plan/timeline?period={period}")
    drag(lead, f"phase-{phase.id}", 5)
    lead.wait_for_url(re.compile(r"/shift\?"))
    expect(lead.locator("main")).to_contain_text(words["along"])
    lead.locator("form.form button.btn-primary").click()
    expect(lead.locator("[data-undo-strip]")).to_be_visible()
    moved = days_of(app, cast, period, phase.id)
    went = [now - then for now, then in zip(moved, before, strict=True)]
    assert set(went) <= {5 * DAY, 0 * DAY} and went.count(5 * DAY) >= len(went) - 1, "all that hang on it go along"

    lead.goto(f"{address}/plan/steps?pick=1")
    for box in lead.locator("input[name=id]").all()[:3]:
        box.check()
    lead.locator("button[name=do][value=owner]").click()
    lead.select_option("select[name=owner_id]", str(cast.member))
    lead.get_by_role("button", name=words["save"]).click()
    expect(lead.locator("[data-undo-strip]")).to_contain_text(words["changed"])
    assert owners(app, cast, period).count("阿强") == 3
    lead.locator("[data-undo-strip]").get_by_role("button", name=words["undo"]).click()
    lead.wait_for_load_state()
    assert owners(app, cast, period).count("阿强") == 0, "one undo takes all three back"

    lead.goto(f"{address}/plan/steps")
    row = lead.locator("tr.step-line").first
    row.hover()
    row.locator("[data-cell=owner] .cell").click()
    lead.select_option(".cell-form select", str(cast.host))
    expect(row.locator("[data-cell=owner]")).to_have_text("小米")
    assert owners(app, cast, period).count("小米") == 1, "and one by one where it stands"


@pytest.mark.parametrize(("size", "language"), SIDES if WIDE else SIDES[:1])
def test_a_member_is_reminded_works_says_something_and_finishes(
    app: Flask, cast: Cast, address: str, enter: Enter, size: dict[str, int], language: str
) -> None:
    words = WORDS[language]
    with app.app_context(), acting(cast.actors["lead"]):
        step = services.add_step("竞品直播间拆解", cast.member, show.today())
        services.add_lines(step, "看三场\n写结论")
    noon = datetime.combine(today(), datetime.min.time(), UTC) + timedelta(hours=4)
    with app.app_context(), clock.standing(noon):
        notice_jobs.remind()
    member = enter(address, "member", PASSWORD, size, language)
    member.goto(f"{address}/inbox")
    member.locator("li.notice", has_text="竞品直播间拆解").get_by_role("button").first.click()
    member.wait_for_url(re.compile(rf"/plan/steps/{step}"))
    member.get_by_role("button", name=words["start"], exact=True).click()
    member.wait_for_load_state()
    for _line in range(2):
        member.locator("#lines .tick:not(.is-done) .tick-box").first.click()
        member.wait_for_load_state()
    expect(member.locator("#lines .count")).to_have_text("2/2")
    member.fill("#comment-text", "@林小雨 结论在文档里")
    member.locator(".talk-form button").first.click()
    expect(member.locator(".talk-item")).to_contain_text("结论在文档里")
    fits(member)
    member.get_by_role("button", name=words["done"], exact=True).first.click()
    member.wait_for_load_state()
    with app.app_context(), acting(cast.actors["lead"]):
        assert queries.ticked(step).state is StepState.DONE
    lead = enter(address, "lead", PASSWORD, PHONE if size == DESK else DESK, language)
    lead.goto(f"{address}/inbox")
    expect(lead.locator("li.notice", has_text="结论在文档里")).to_be_visible()
    fits(lead)
    with app.app_context(), clock.standing(datetime.now(UTC) + 2 * DAY):
        notice_jobs.remind()
    member.goto(f"{address}/inbox")
    expect(member.locator("li.notice.is-new", has_text="竞品直播间拆解")).to_have_count(0)
