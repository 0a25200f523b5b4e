"""Without a network: two phones and a wall, over plain HTTP on a network address; and opened cold where that can be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.checklists import queries
from planner.checklists.queries import ItemRow
from planner.checklists.rules import ItemState
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import PHONE
from tests.journeys.served import by_gunicorn

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
WALL = {"width": 1920, "height": 1080}
KEPT = "async () => (await caches.keys()).filter(name => name.startsWith('planner-pages-'))"


@pytest.fixture
def place(app: Flask) -> Iterator[str]:
    """The server of production, by the name it has in the studio."""
    with by_gunicorn(app) as address:
        yield address


def show(app: Flask, cast: Cast, theme: str, hours: float = 2, **more: object) -> int:
    """A show that begins so many hours from now; one that should have begun is of tonight at any hour of the day."""
    start = (datetime.now(UTC) + timedelta(hours=hours)).replace(second=0, microsecond=0)
    with app.app_context(), acting(cast.actors["lead"]):
        ids, end = {p.key: p.id for p in people.positions()}, start + timedelta(hours=1)
        crew = [ShiftIn(ids["control"], cast.member, start, end)]
        given: dict[str, object] = {"channel_id": cast.channel, "studio_id": cast.studio} | more
        return live.schedule_session(theme, Weight.DAILY, start=start, minutes=60, shifts=crew, **given)  # type: ignore[arg-type]


def items(app: Flask, cast: Cast, session_id: int) -> dict[int, ItemRow]:
    with app.app_context(), acting(cast.actors["lead"]):
        return {i.id: i for i in queries.list_page(session_id, "all").items}


def boxes(app: Flask, cast: Cast, session_id: int) -> list[str]:
    """The rows that one person ticks with the box alone."""
    return [
        f"tick-{i.id}" for i in items(app, cast, session_id).values() if not i.evidence and i.state is ItemState.OPEN
    ]


def test_two_phones_and_a_wall_over_plain_http(app: Flask, place: str, enter: Enter, cast: Cast) -> None:
    studio = place.replace("127.0.0.1", "studio.test")
    made, other = show(app, cast, "今晚的", hours=-0.5), show(app, cast, "要取消的", hours=5)
    phone = enter(studio, "member", PASSWORD, PHONE)
    second = enter(studio, "host", PASSWORD, PHONE, "en")
    wall = enter(studio, "viewer", PASSWORD, WALL)
    wall.goto(f"{studio}/wall")
    phone.goto(f"{studio}/sessions/{made}/checklist?show=all")
    assert phone.evaluate("[window.isSecureContext, 'serviceWorker' in navigator]") == [False, False]
    doomed = phone.context.new_page()
    doomed.goto(f"{studio}/sessions/{other}/checklist?show=all")
    second.goto(f"{studio}/sessions/{made}/checklist?show=all")
    rows = boxes(app, cast, made)[:6]
    count = wall.locator(".wall-row", has_text="今晚的").locator(".wall-place .num")
    expect(count).to_have_text(re.compile(r"^0/"))

    replayed: list[str] = []
    phone.context.on(
        "request", lambda asked: replayed.append(asked.url) if asked.url.endswith("/checklists/replay") else None
    )
    phone.context.set_offline(True)
    for row in rows:
        phone.locator(f"#{row} .tick-box").click()
        expect(phone.locator(f"#{row} [data-sync]")).to_contain_text("待同步")
    phone.locator(f"#{rows[5]} .tick-box").click()
    lost = boxes(app, cast, other)[0]
    doomed.locator(f"#{lost} .tick-box").click()
    second.locator(f"#{rows[0]} .tick-box").click()
    expect(second.locator(f"#{rows[0]}.is-done")).to_be_visible()
    with app.app_context(), acting(cast.actors["lead"]):
        live.cancel_session(other, queries.list_page(other).session.version, "停电")

    phone.context.set_offline(False)
    told = phone.locator("[data-tick-count]").first
    expect(told, "nothing waits; what could not be saved is on another page").to_contain_text("未保存", timeout=20000)
    expect(told).not_to_contain_text("待同步", timeout=20000)
    for row in rows[:5]:
        expect(second.locator(f"#{row}.is-done")).to_be_visible(timeout=5000)
    expect(count, "the wall counts along").to_have_text(re.compile(r"^5/"), timeout=5000)
    assert replayed, "more than three went together"
    now = items(app, cast, made)
    assert now[int(rows[0][5:])].by_name == "小米", "whoever was first"
    assert not now[int(rows[5][5:])].by_name, "ticked and unticked"
    expect(doomed.locator(f"#{lost} [data-sync]"), "what can't be applied says why").to_contain_text(
        "取消", timeout=15000
    )
    doomed.reload()
    row = doomed.locator(f"#{lost} [data-sync]")
    expect(row, "and is kept with its words").to_contain_text("取消")
    row.get_by_role("button", name="复制").click()
    expect(row.get_by_role("button", name="已复制")).to_be_visible()
    phone.goto(f"{studio}/me/device")
    expect(phone.locator("[data-can=cold] [data-can-is=no]")).to_be_visible()
    expect(phone.locator("[data-can=cold] [data-can-why]")).to_contain_text("HTTP")
    unsent = phone.locator("#unsent")
    expect(unsent, "the page of the device lists it, too").to_contain_text("取消")
    unsent.get_by_role("button", name="放弃").click()
    expect(unsent).to_be_hidden()


def cold(page: Page, path: str) -> None:
    """As after the phone was off: the address again, without a network."""
    page.context.set_offline(True)
    page.goto("about:blank")
    page.goto(path)


def test_it_opens_cold_and_its_queue_works(app: Flask, place: str, enter: Enter, cast: Cast) -> None:
    made = show(app, cast, "冷启动")
    address = f"{place}/sessions/{made}/checklist?show=all"
    phone = enter(place, "member", PASSWORD, PHONE, service_workers="allow")
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    phone.goto(address)
    row = boxes(app, cast, made)[0]
    phone.wait_for_function(
        f"async () => {{ const c = await caches.open((await ({KEPT})())[0]); return (await c.keys()).some(k => k.url.includes('/sessions/{made}/')) }}"
    )
    cold(phone, address)
    expect(phone.locator("main")).to_contain_text("没有网络")
    phone.locator(f"#{row} .tick-box").click()
    expect(phone.locator(f"#{row} [data-sync]")).to_contain_text("待同步")
    cold(phone, address)
    expect(phone.locator(f"#{row} [data-sync]"), "still waiting after a second cold start").to_contain_text("待同步")
    phone.goto(f"{place}/plan")
    expect(phone.locator("main"), "what was not kept says so, and what was").to_contain_text("冷启动")
    phone.goto(address)
    phone.context.set_offline(False)
    expect(phone.locator("[data-tick-count]").first).to_contain_text("已同步", timeout=20000)
    tapped = items(app, cast, made)[int(row[5:])].acted_at
    assert tapped is not None
    assert abs((datetime.now(UTC) - tapped).total_seconds()) < 120

    phone.goto(f"{place}/me/device")
    expect(phone.locator("[data-can=cold] [data-can-is=yes]")).to_be_visible()
    assert len(phone.evaluate(KEPT)) == 1
    mine = phone.evaluate(KEPT)
    phone.goto(f"{place}/me")
    phone.locator("main form[action='/logout'] button").click()
    phone.wait_for_url("**/login**")
    phone.wait_for_function(f"async () => (await ({KEPT})()).length === 0")
    phone.fill("input[name=login]", "host")
    phone.fill("input[name=password]", PASSWORD)
    phone.click("main button")
    phone.wait_for_url(lambda url: "login" not in url)
    phone.goto(address)
    phone.wait_for_function(f"async () => (await ({KEPT})()).length === 1")
    assert phone.evaluate(KEPT) != mine, "what is kept belongs to an account"
    cold(phone, f"{place}/sessions/{made}/checklist?show=blocking")
    expect(phone.locator("[data-user]").first, "another way of looking at the same list").to_have_attribute(
        "data-user", str(cast.host)
    )


def test_a_page_of_the_small_store_tells_an_hour_wrong(app: Flask, place: str, enter: Enter, cast: Cast) -> None:
    """A phone whose clock is an hour ahead, opened cold: the server puts its taps right."""
    made = show(app, cast, "钟不准")
    address = f"{place}/sessions/{made}/checklist?show=all"
    phone = enter(place, "member", PASSWORD, PHONE, service_workers="allow")
    phone.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    phone.goto(address)
    rows = boxes(app, cast, made)[:5]
    phone.wait_for_function(
        f"async () => {{ const c = await caches.open((await ({KEPT})())[0]); return (await c.keys()).some(k => k.url.includes('/sessions/{made}/')) }}"
    )
    phone.add_init_script(
        "const real = Date.now; Date.now = () => real() + 3600000;"
        "const Old = Date; Date = class extends Old { constructor (...given) { given.length ? super(...given) : super(Old.now()) } }"
    )
    phone.evaluate("() => localStorage.removeItem('planner.skew')")
    cold(phone, address)
    for row in rows:
        phone.locator(f"#{row} .tick-box").click()
    began = datetime.now(UTC)
    phone.context.set_offline(False)
    expect(phone.locator("[data-tick-count]").first).to_contain_text("已同步", timeout=20000)
    now = items(app, cast, made)
    for row in rows:
        tapped = now[int(row[5:])].acted_at
        assert tapped is not None
        assert abs((tapped - began).total_seconds()) < 120, "not in an hour, and not as it arrived"
