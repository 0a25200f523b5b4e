"""A request of one line is one sheet of paper; and what may be asked for twice is said while it is typed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from planner.base.actor import acting
from planner.resources import queries, services
from planner.resources.rules import Line, PayWay
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.paying import Enter, People, fits, in_both
from tests.resources.conftest import YUAN, Money, today
from tests.resources.conftest import money as money

pytestmark = pytest.mark.browser
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


@in_both
def test_a_request_of_one_line_with_all_that_followed_is_one_sheet(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    made = money.ask(yuan=30_000)
    for who in ("lead", "manager"):
        if money.state(made) == "pending":
            money.approve(who, made, "上一批已经用了两年，同意更换")
    with acting(money.cast.actors["lead"]):
        known = services.order(made, 0, today(), "JD-28816640", "两天内发货")
        line = queries.lines_of(made)[0].id
        known = services.receive(made, known, today(), {line: Decimal(1)})[-1]
        services.pay(made, known, today(), 30_000 * YUAN, PayWay.TRANSFER, "25312000000091174420")
    paper = People(enter, address, language).window("lead", DESK, f"/requests/{made}/print")
    expect(paper.locator(".voucher table")).to_have_count(3)
    assert len(PAGES.findall(paper.pdf(format="A4"))) == 1


@in_both
def test_what_was_asked_for_already_is_said_while_it_is_typed(
    address: str, enter: Enter, money: Money, language: str
) -> None:
    first = money.ask("member", 1000)
    made = money.draft("host", lines=(Line("灯", Decimal(1), 900 * YUAN, "京东"),))
    people = People(enter, address, language)
    form = people.window("host", PHONE, f"/requests/{made}/edit")
    form.wait_for_load_state("networkidle")
    expect(form.locator(".alike a")).to_have_count(0)
    form.locator('[name="line_price"]').first.fill("1000")
    form.locator('[name="title"]').click()
    hint = form.locator(".alike")
    expect(hint).to_contain_text(people.says("标题和金额相同：", "Same title and amount:"))
    expect(hint.locator("a")).to_have_attribute("href", f"/requests/{first}")
    fits(form)
    form.get_by_role("button", name=people.says("提交", "Submit")).click()
    expect(form.locator(".alike"), "it is handed in all the same, and whoever decides is told").to_contain_text("阿强")
    assert money.state(made) == "pending"
