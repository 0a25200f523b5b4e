"""Two people go through the products on their phones; the show goes to the next day, and what hangs on that opens again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import Given
from planner.live import queries as shows
from planner.live import services as live
from planner.live.rules import Weight, read_lineup
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_words_offline import SYNCED

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
ZONE = ZoneInfo("Asia/Shanghai")
LINEUP = "1\t修护精华\tL3\t199\t299\t500\t买一送一\n2\t防晒霜\tL4\t89\n3\t眼霜\tL5\t129\t159\t80"


@pytest.fixture
def show(app: Flask, cast: Cast) -> int:
    """A show of the evening after tomorrow with three products, a host and a control."""
    start = datetime.now(ZONE).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=2)
    with app.app_context(), acting(cast.actors["lead"]):
        places = {p.key: p.id for p in people.positions()}
        end = start + timedelta(hours=4)
        crew = [ShiftIn(places["host"], cast.host, start, end), ShiftIn(places["control"], cast.member, start, end)]
        made = live.schedule_session(
            theme="防晒专场", channel_id=cast.channel, studio_id=cast.studio, weight=Weight.DAILY,
            start=start.astimezone(UTC), minutes=240, shifts=crew,
        )  # fmt: skip
        live.set_lineup(made, read_lineup(LINEUP))
    return made


def item(app: Flask, cast: Cast, show: int, title: str) -> int:
    with app.app_context(), acting(cast.actors["lead"]):
        return next(i.id for i in queries.list_page(show, "all").items if i.own[0].startswith(title))


def boxes(row: Locator) -> Locator:
    return row.locator("[data-products] input[type=checkbox]")


def test_two_people_go_through_every_product(app: Flask, address: str, enter: Enter, cast: Cast, show: int) -> None:
    links = item(app, cast, show, "商品链接")
    member, host = (enter(address, login, PASSWORD, PHONE) for login in ("member", "host"))
    for phone in (member, host):
        phone.goto(f"{address}/sessions/{show}/checklist?show=all")
    row = member.locator(f"#tick-{links}")
    row.locator("[data-products] > summary").click()
    expect(row.locator("[data-products]")).to_contain_text("¥199")
    boxes(row).nth(0).check()
    boxes(row).nth(2).check()
    row.locator(".tick-box").click()
    expect(row.locator("[data-fault=lineup]")).to_contain_text("1 款")
    member.reload()
    row.locator("[data-products] > summary").click()
    expect(row.locator("[data-products-count]"), "what was checked is still there").to_have_text("2")
    member.context.set_offline(True)
    boxes(row).nth(1).check()
    row.locator(".tick-box").click()
    expect(row).to_have_class(re.compile("is-pending"))
    member.context.set_offline(False)
    expect(member.locator("[data-tick-count]")).to_have_text(SYNCED, timeout=20_000)
    expect(row).to_contain_text("第二个人")
    host.reload()
    mine = host.locator(f"#tick-{links}")
    mine.locator("[data-products] > summary").click()
    for number in range(3):
        boxes(mine).nth(number).check()
    mine.locator(".tick-box").click()
    expect(mine).to_have_class(re.compile("is-done"))
    expect(mine).to_contain_text("逐款核对了 3 款")


@pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["en"])
def test_the_next_day_asks_again_for_what_hangs_on_the_day(
    app: Flask, address: str, enter: Enter, cast: Cast, show: int, language: str
) -> None:
    titles = {"kit": "灯光/机位", "links": "商品链接", "persons": "出镜人员", "papers": "新品供货方"}
    rows = {key: item(app, cast, show, title) for key, title in titles.items()}
    with app.app_context():
        with acting(cast.actors["lead"]):
            products = tuple(p.id for p in shows.lineup(show))
        for key, login in (
            ("kit", "lead"),
            ("links", "member"),
            ("links", "host"),
            ("persons", "lead"),
            ("papers", "lead"),
        ):
            with acting(cast.actors[login]):
                services.tick(rows[key], secrets.token_hex(16), "照片在群里", given=Given(rows=products))
    lead = enter(address, "lead", PASSWORD, DESK, language)
    lead.goto(f"{address}/sessions/{show}/move")
    start = lead.input_value("input[name=start]")
    lead.fill("input[name=start]", (datetime.fromisoformat(start) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    lead.locator("form.form button.btn-primary").click()
    lead.locator("button[value=confirm]").click()
    lead.wait_for_url(f"**/sessions/{show}*")
    host = enter(address, "host", PASSWORD, PHONE, language)
    host.goto(f"{address}/sessions/{show}/checklist?show=all")
    for key in ("kit", "links", "persons"):
        expect(host.locator(f"#tick-{rows[key]}"), key).not_to_have_class(re.compile("is-done"))
    expect(host.locator(f"#tick-{rows['papers']}"), "papers belong to a product").to_have_class(re.compile("is-done"))
    expect(boxes(host.locator(f"#tick-{rows['links']}"))).to_have_count(3)
    host.goto(f"{address}/checklist-items/{rows['kit']}")
    said = "因场次变动重新打开" if language == "zh-CN" else "opened again by a change of the session"
    expect(host.locator("main")).to_contain_text(said)
