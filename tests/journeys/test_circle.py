"""The whole circle in a real browser by three people: lead at a desk, host on a phone, manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from planner.outcomes.rules import sample
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
ZONE = ZoneInfo("Asia/Shanghai")
WORDS = {
    "zh-CN": {"review": "复盘", "reached": "未达标", "today": "今日", "synced": "全部已同步", "cause": "设备"},
    "en": {"review": "Review", "reached": "missed", "today": "Today", "synced": "all synced", "cause": "x"},
}


def plan(page: Page, address: str, theme: str, start: datetime, cast: Cast) -> int:
    """Fill in the form of a new session; answers its id."""
    page.goto(f"{address}/sessions/new")
    page.fill("input[name=theme]", theme)
    page.fill("input[name=start]", start.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"))
    page.fill("input[name=minutes]", "240")
    page.select_option("select[name=channel_id]", str(cast.channel))
    page.select_option("select[name=studio_id]", str(cast.studio))
    page.locator("input[name=target_value]").first.fill("10万")
    page.locator("select[name=crew_position]").nth(0).select_option(index=1)
    page.locator("select[name=crew_person]").nth(0).select_option(str(cast.host))
    page.locator("form.form button.btn-primary").last.click()
    page.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].split("?")[0].isdigit())
    return int(page.url.split("/")[-1].split("?")[0])


def go_live(page: Page, address: str, session_id: int) -> None:
    """Tap 开播, and say yes where the program asks."""
    page.goto(f"{address}/sessions/{session_id}")
    page.locator("details.confirm:has(form[action$='/air']) > summary").click()
    page.locator("form[action$='/air'] button").click()
    page.wait_for_load_state()
    expect(page.locator(".onair")).to_be_visible()


def end_live(page: Page) -> None:
    """下播 lies in the menu; the keyboard leads to a page that asks."""
    page.locator(".page-acts details.menu > summary").first.click()
    page.locator(".page-acts a[href$='/end']").press("Enter")
    page.wait_for_url("**/end")
    page.locator("form button.btn-danger").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["zh-CN"])
def test_three_people_turn_the_circle(
    address: str, enter: Callable[..., Page], cast: Cast, tmp_path: Path, language: str
) -> None:
    now = datetime.now(UTC)
    lead = enter(address, "lead", PASSWORD, DESK, language)
    first = plan(lead, address, "秋冬修护专场", now + timedelta(minutes=50), cast)
    following = plan(lead, address, "底妆焕新夜", now + timedelta(days=1), cast)

    host = enter(address, "host", PASSWORD, PHONE, language)
    expect(host.locator("main")).to_contain_text("秋冬修护专场")
    host.goto(f"{address}/sessions/{first}/checklist?show=mine")
    row = host.locator("li.tick").first
    row.locator(".tick-box").click()
    expect(host.locator("li.tick.is-done")).to_have_count(1)
    expect(host.locator("[data-tick-count]")).to_have_text(WORDS[language]["synced"])
    go_live(host, address, first)
    host.locator("form[action$='/log']").first.locator("button").click()
    expect(host.locator(".timeline .tl-item"), "a note is seen at once").to_have_count(1)
    host.locator("form[action$='/log']").nth(1).locator("button").click()
    expect(host.locator(".timeline .tl-item")).to_have_count(2)
    host.locator(".undo button.undo-act").click()
    expect(host.locator(".timeline .tl-item"), "and taken back with one tap").to_have_count(1)
    expect(host.locator("[data-tick-count]")).to_have_text(WORDS[language]["synced"])
    host.reload()
    expect(host.locator(".timeline .tl-item")).to_have_count(1)
    end_live(host)

    figures = {"gmv": Decimal("61045.30"), "viewers": Decimal(16614), "buyers": Decimal(1702), "orders": Decimal(1777)}
    begun = now.astimezone(ZONE).replace(tzinfo=None)
    cells = sample.cells("晨光美妆", "chenguang_beauty", begun - timedelta(hours=1), begun, figures)
    file = tmp_path / "直播间列表.csv"
    file.write_bytes(sample.as_csv([cells]))
    lead.goto(f"{address}/imports")
    lead.set_input_files("input[type=file]", file)
    expect(lead.locator("input[name=taken_at]"), "nothing is filled in unasked").to_have_value("")
    lead.locator("[data-modified] button").click()
    lead.locator("form[enctype] button.btn-primary").click()
    expect(lead.locator("main")).to_contain_text("秋冬修护专场")
    lead.locator("form[action$='/store'] button").click()
    lead.wait_for_load_state()

    lead.goto(f"{address}/sessions/{first}/review")
    lead.locator("form[action$='/review/open'] button").click()
    lead.locator("a[href^='/findings/']").first.click()
    lead.select_option("select[name=cause_id]", index=4)
    lead.fill("textarea[name=facts]", "20:42 起无声 9 分钟")
    lead.check("input[name=ending][value=action]")
    lead.fill("input[name=title]", "备用麦常备充电")
    lead.fill("input[name=value]", "90000")
    box = lead.locator(f"input[name=verify][value='{following}']")
    if not box.is_checked():
        box.check()
    lead.locator("form.form .form-foot button.btn-primary").click()
    lead.wait_for_url("**/review")
    lead.goto(f"{address}/sessions/{first}/review")
    lead.fill("form[action$='/findings'] input[name=title]", "试音没有备用麦")
    lead.locator("form[action$='/findings'] button").click()
    lead.wait_for_load_state()
    lead.locator("a[href^='/findings/']", has_text="试音没有备用麦").click()
    lead.check("input[name=ending][value=proposal]")
    lead.fill("input[name=text]", "备用麦电量与试音")
    lead.locator("form.form .form-foot button.btn-primary").click()
    lead.wait_for_url("**/review")
    lead.locator("form[action$='/review/close'] button").click()
    lead.wait_for_load_state()
    expect(lead.locator("main")).to_contain_text("备用麦常备充电")
    lead.goto(f"{address}/checklists")
    lead.locator("li.item:has(.chip-warn) a[href^='/sop/']").click()
    lead.locator("form[action$='/accept'] button").click()
    lead.wait_for_load_state()
    lead.locator("form[action$='/publish'] button").click()
    lead.wait_for_load_state()
    expect(lead.locator("main")).to_contain_text("备用麦电量与试音")

    lead.goto(f"{address}/sessions/{following}")
    expect(lead.locator("main")).to_contain_text("备用麦常备充电")
    third = plan(lead, address, "防晒清仓", now + timedelta(days=2), cast)
    lead.goto(f"{address}/sessions/{third}/checklist")
    expect(lead.locator("main"), "the next list has the new line").to_contain_text("备用麦电量与试音")
    go_live(host, address, following)
    end_live(host)
    lead.goto(f"{address}/sessions/{following}/figures")
    lead.fill("input[name=gmv]", "95000")
    lead.locator("form.form button.btn-primary").click()
    lead.wait_for_load_state()

    manager = enter(address, "manager", PASSWORD, DESK, language)
    expect(manager.locator("main")).to_contain_text("¥61,045.30")
    expect(manager.locator("main")).to_contain_text(WORDS[language]["reached"])
    sign = manager.locator("form[action^='/checks/'][action$='/sign']")
    expect(sign, "the next result proposes a verdict").to_have_count(1)
    sign.locator("button").click()
    manager.wait_for_load_state()
    manager.goto(address)
    expect(sign).to_have_count(0)


def test_outsiders_find_nothing(address: str, enter: Callable[..., Page], cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "只给晨光看", datetime.now(UTC) + timedelta(hours=3), cast)
    stranger = enter(address, "outsider", PASSWORD, DESK)
    for path in (
        f"/sessions/{made}",
        f"/sessions/{made}/checklist",
        f"/sessions/{made}/review",
        f"/history/session/{made}",
    ):
        answer = stranger.goto(address + path)
        assert answer is not None
        assert answer.status == 404, path
    stranger.goto(f"{address}/search?q=晨光")
    expect(stranger.locator("main")).not_to_contain_text("只给晨光看")


def test_ticks_wait_while_the_network_is_away(address: str, enter: Callable[..., Page], cast: Cast) -> None:
    lead = enter(address, "lead", PASSWORD, DESK)
    made = plan(lead, address, "断网练习", datetime.now(UTC) + timedelta(hours=3), cast)
    host = enter(address, "host", PASSWORD, PHONE)
    host.goto(f"{address}/sessions/{made}/checklist?show=mine")
    host.context.set_offline(True)
    host.locator("li.tick .tick-box").first.click()
    expect(host.locator("li.tick").first).to_contain_text("待同步")
    host.context.set_offline(False)
    expect(host.locator("[data-tick-count]")).to_have_text("全部已同步", timeout=20_000)
    host.reload()
    expect(host.locator("li.tick.is-done")).to_have_count(1)


def test_first_run_on_an_empty_installation(empty_address: str, enter: Callable[..., Page]) -> None:
    page = enter(empty_address, "", "", DESK)
    page.goto(empty_address)
    expect(page).to_have_url(f"{empty_address}/first-run")
    page.fill("input[name=team_name]", "新的直播间")
    page.fill("input[name=name]", "第一人")
    page.fill("input[name=login]", "first")
    page.fill("input[name=password]", "too-short")
    page.locator("main button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("12")
    assert page.input_value("input[name=team_name]") == "新的直播间"
    page.fill("input[name=password]", "gentle evening light 8")
    page.locator("main button.btn-primary").click()
    expect(page.locator("h1")).to_have_text("今日")
    page.goto(f"{empty_address}/sessions/new")
    page.get_by_role("link", name="新建账号").click()
    page.fill("input[name=name]", "晨光美妆")
    page.fill("input[name=account]", "chenguang_beauty")
    page.get_by_role("button", name="添加").click()
    expect(page.locator("main .list")).to_contain_text("chenguang_beauty")
    page.goto(f"{empty_address}/sessions/new")
    page.fill("input[name=theme]", "第一场")
    page.fill("input[name=start]", (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT20:00"))
    page.get_by_role("button", name="排好这一场").click()
    expect(page.locator("h1")).to_contain_text("第一场")
    page.goto(f"{empty_address}/")
    expect(page.locator("main")).to_contain_text("第一场")
