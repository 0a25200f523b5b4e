"""An @ offers the people of the team; the one that is chosen is mentioned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.plan import services as plan
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import SIDES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "language"), SIDES[:1])
def test_a_name_is_chosen_from_the_list(
    address: str, enter: Callable[..., Page], app: Flask, cast: Cast, size: dict[str, int], language: str
) -> None:
    with app.app_context(), acting(cast.actors["lead"]):
        step = plan.add_step("样品寄回", cast.member, datetime.now(UTC).date())
    member = enter(address, "member", PASSWORD, size, language)
    member.goto(f"{address}/plan/steps/{step}")
    field = member.locator("#comment-text")
    field.press_sequentially("到了 @林")
    offer = member.locator(".name-offer")
    expect(offer).to_have_count(1)
    expect(offer).to_contain_text("林小雨")
    field.press("Enter")
    expect(field).to_have_value("到了 @林小雨 ")
    expect(offer).to_have_count(0)
    field.press_sequentially("和 @")
    expect(offer.first).to_be_visible()
    field.press("Escape")
    expect(offer).to_have_count(0)
    field.press_sequentially("小")
    offer.first.click()
    field.press("Control+Enter")
    expect(member.locator(".talk-text")).to_contain_text("@林小雨")
    lead = enter(address, "lead", PASSWORD, size, language)
    lead.goto(f"{address}/inbox")
    expect(lead.locator("main")).to_contain_text("到了 @林小雨")
