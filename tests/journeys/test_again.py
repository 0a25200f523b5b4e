"""A form left open over night: the device was signed out, and nothing that was typed is lost. With and without JavaScript."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.live import queries as live
from planner.people import services
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESK, PHONE, Enter

pytestmark = pytest.mark.browser
NOTES = "先讲福利，\n再讲“机制”与 <价格>。"


def out_everywhere(app: Flask, cast: Cast) -> None:
    """Somebody has signed this device out from elsewhere."""
    with app.app_context(), acting(cast.actors["lead"]):
        services.revoke_other_devices()


@pytest.mark.parametrize("script", [True, False], ids=["with", "without"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_plan_typed_before_the_device_was_signed_out(
    app: Flask, cast: Cast, address: str, enter: Enter, script: bool, size: dict[str, int]
) -> None:
    page = enter(address, "lead", PASSWORD, size, java_script_enabled=script)
    page.goto(f"{address}/sessions/new")
    start = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=20, minute=0) + timedelta(days=3)
    page.fill("input[name=theme]", "打完字才发现退出了")
    page.fill("[name=start]", start.strftime("%Y-%m-%dT%H:%M"))
    page.fill("[name=notes]", NOTES)
    page.fill("[name=tags]", "复购 老粉")
    out_everywhere(app, cast)
    page.click("main form .form-foot .btn-primary")
    page.wait_for_selector("text=期间已退出登录")
    page.click("summary")
    assert page.locator(".kept-text", has_text="先讲福利").is_visible()
    page.fill("input[name=login]", "lead")
    page.fill("input[name=password]", "not it")
    page.click("main .btn-primary")
    page.wait_for_selector("text=登录名或密码不对")
    page.fill("input[name=password]", PASSWORD)
    page.click("main .btn-primary")
    page.click("text=再次发送")
    page.wait_for_selector("h1:has-text('打完字才发现退出了')")
    made = int(page.url.rsplit("/", 1)[1].split("?")[0])
    with app.app_context(), acting(cast.actors["lead"]):
        assert live.brief(made).notes == NOTES
        assert sorted(live.tags(made)) == ["复购", "老粉"]
        assert len(live.listed(None, 50)) == 1


@pytest.mark.parametrize("script", [True, False], ids=["with", "without"])
def test_a_form_that_another_tab_made_stale(app: Flask, cast: Cast, address: str, enter: Enter, script: bool) -> None:
    first = enter(address, "lead", PASSWORD, DESK, java_script_enabled=script)
    first.goto(f"{address}/settings/studios")
    first.fill("[name=name]", "二楼新间")
    second = first.context.new_page()
    second.goto(f"{address}/me")
    second.click("main >> text=退出登录 >> nth=-1")
    second.wait_for_url("**/login*")
    second.fill("input[name=login]", "lead")
    second.fill("input[name=password]", PASSWORD)
    second.click("main .btn-primary")
    second.wait_for_url(lambda url: "login" not in url)
    first.click("main form .btn-primary")
    first.click("text=再次发送")
    first.wait_for_url("**/settings/studios")
    assert first.locator("main >> text=二楼新间").count() == 1
