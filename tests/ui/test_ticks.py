"""The queue of ticks in a real browser: shown at once, kept, sent in order, one effect each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.kit import Served

pytestmark = pytest.mark.browser


def box(page: Page, number: int):
    """The box of a row."""
    return page.locator(f"#tick-{number} .tick-box")


def sync(page: Page, number: int):
    """Where a row says whether it is saved."""
    return page.locator(f"#tick-{number} [data-sync]")


def test_a_tick_is_shown_sent_once_and_the_row_replaced(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/ticks")
    box(page, 2).click()
    expect(page.locator("#tick-2 form")).to_have_attribute("action", "/rows/2/untick")
    expect(page.locator("[data-tick-head]")).to_have_text("1 done")
    expect(sync(page, 2)).to_have_text("synced")
    [(path, form)] = served.posts
    assert path == "/rows/2/tick"
    assert re.fullmatch("[0-9a-f]{32}", form["client_id"])
    assert form["once"] == form["client_id"]
    assert form["csrf_token"] == "page-token"
    assert form["note"] == "n2"
    assert form["tapped_at"].endswith("Z")


def test_without_a_network_ticks_wait_and_go_out_in_order(page: Page, context: BrowserContext, served: Served) -> None:
    page.goto(f"{served.address}/ticks")
    context.set_offline(True)
    for number in (3, 1, 5, 2, 4):
        box(page, number).click()
        expect(sync(page, number)).to_contain_text("waiting to sync")
        expect(box(page, number)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-tick-count]")).to_have_text("5 waiting")
    assert served.posts == []
    context.set_offline(False)
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    assert [path for path, _ in served.posts] == [f"/rows/{number}/tick" for number in (3, 1, 5, 2, 4)]
    assert len(set(served.ids())) == 5


def test_what_waits_survives_a_reload(page: Page, served: Served) -> None:
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    box(page, 4).click()
    expect(sync(page, 4)).to_contain_text("waiting to sync")
    page.reload()
    expect(box(page, 4)).to_have_attribute("aria-pressed", "true")
    expect(sync(page, 4)).to_contain_text("waiting to sync")
    served.mode = "ok"
    expect(page.locator("#tick-4 form")).to_have_attribute("action", "/rows/4/untick", timeout=15000)
    assert len(set(served.ids())) == 1
    assert served.done == {4}


def test_it_is_sent_from_any_other_page_too(page: Page, served: Served) -> None:
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    box(page, 4).click()
    expect(sync(page, 4)).to_contain_text("waiting to sync")
    served.mode = "ok"
    with page.expect_response(lambda answer: "/rows/4/tick" in answer.url and answer.ok):
        page.goto(f"{served.address}/page")
    assert served.done == {4}


def test_a_lost_answer_is_asked_again_with_the_same_id(page: Page, served: Served) -> None:
    served.mode = "lost"
    page.goto(f"{served.address}/ticks")
    with page.expect_response(re.compile("/rows/1/tick")):
        box(page, 1).click()
    served.mode = "ok"
    expect(page.locator("#tick-1 form")).to_have_attribute("action", "/rows/1/untick", timeout=15000)
    assert len(served.ids()) >= 2
    assert len(set(served.ids())) == 1


def test_a_refusal_is_kept_with_its_words_and_can_be_tried_again(page: Page, served: Served) -> None:
    served.mode = "refuse"
    page.goto(f"{served.address}/ticks")
    box(page, 2).click()
    expect(sync(page, 2)).to_contain_text("not saved: Another person must check this")
    expect(box(page, 2)).to_have_attribute("aria-pressed", "false")
    box(page, 3).click()
    expect(sync(page, 3)).to_contain_text("not saved")
    page.reload()
    sync(page, 3).get_by_role("button", name="Discard").click()
    expect(sync(page, 3)).to_be_empty()
    served.mode = "ok"
    sync(page, 2).get_by_role("button", name="Try again").click()
    expect(page.locator("#tick-2 form")).to_have_attribute("action", "/rows/2/untick")
    assert served.done == {2}


def test_a_second_tap_while_waiting_is_the_way_back(page: Page, context: BrowserContext, served: Served) -> None:
    page.goto(f"{served.address}/ticks")
    context.set_offline(True)
    box(page, 1).click()
    expect(box(page, 1)).to_have_attribute("aria-pressed", "true")
    box(page, 1).click()
    expect(box(page, 1)).to_have_attribute("aria-pressed", "false")
    context.set_offline(False)
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    assert [path for path, _ in served.posts] == ["/rows/1/tick", "/rows/1/untick"]
    assert served.done == set()


def test_the_strip_undoes_and_covers_no_row(page: Page, served: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(f"{served.address}/ticks")
    box(page, 5).click()
    strip = page.locator(".undo")
    expect(strip).to_contain_text("row 5 tick")
    expect(page.locator("#tick-5 form"), "the answer has replaced the row").to_have_attribute(
        "action", "/rows/5/untick", timeout=15000
    )
    page.mouse.wheel(0, 5000)
    last = page.locator("#tick-5")
    last.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    row_box, strip_box = last.bounding_box(), strip.bounding_box()
    assert row_box and strip_box and row_box["y"] + row_box["height"] <= strip_box["y"]
    strip.get_by_role("button", name="Undo").click()
    expect(strip).to_have_count(0)
    expect(page.locator("#tick-5 form")).to_have_attribute("action", "/rows/5/tick", timeout=15000)
    assert [path for path, _ in served.posts] == ["/rows/5/tick", "/rows/5/untick"]


def test_a_login_that_ended_keeps_the_tick_and_says_so(page: Page, served: Served) -> None:
    served.mode = "login"
    page.goto(f"{served.address}/ticks")
    box(page, 1).click()
    expect(sync(page, 1)).to_contain_text("sign in again")
    served.mode = "ok"
    page.reload()
    expect(page.locator("#tick-1 form")).to_have_attribute("action", "/rows/1/untick")
    assert len(set(served.ids())) == 1


def test_one_person_never_sends_what_another_tapped(page: Page, served: Served) -> None:
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    with page.expect_response(re.compile("/rows/1/tick")):
        box(page, 1).click()
    served.mode, served.user = "ok", 8
    page.goto(f"{served.address}/ticks")
    expect(box(page, 1)).to_have_attribute("aria-pressed", "false")
    box(page, 2).click()
    expect(page.locator("#tick-2 form")).to_have_attribute("action", "/rows/2/untick")
    assert served.done == {2}


def test_two_tabs_lose_nothing(page: Page, context: BrowserContext, served: Served) -> None:
    other = context.new_page()
    for tab in (page, other):
        tab.goto(f"{served.address}/ticks")
    context.set_offline(True)
    box(page, 1).click()
    box(other, 2).click()
    box(page, 3).click()
    context.set_offline(False)
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=20000)
    expect(other.locator("[data-tick-count]")).to_have_text("all synced", timeout=20000)
    assert served.done == {1, 2, 3}
    assert len(set(served.ids())) == 3


def test_without_javascript_the_same_form_works(browser, served: Served) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{served.address}/ticks")
    box(page, 3).click()
    expect(page.locator("#tick-3")).to_have_class(re.compile("is-done"))
    assert page.url.endswith("/ticks")
    page.context.close()


KEPT = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open('planner-ticks', 1)
  asked.onerror = () => reject(asked.error)
  asked.onsuccess = () => {
    const rows = asked.result.transaction('ticks').objectStore('ticks').getAll()
    rows.onsuccess = () => { asked.result.close(); resolve(rows.result) }
  }
})"""
JOURNAL = "() => Object.keys(localStorage).filter(key => key.startsWith('planner.tick.'))"


def test_what_waits_lies_in_the_database_of_the_browser(page: Page, served: Served) -> None:
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    for number in (2, 3):
        box(page, number).click()
    expect(page.locator("[data-tick-count]")).to_have_text("2 waiting")
    page.wait_for_function(f"async () => (await ({KEPT})()).length === 2 && ({JOURNAL})().length === 0")
    kept = page.evaluate(KEPT)
    assert [entry["url"] for entry in kept] == ["/rows/2/tick", "/rows/3/tick"]
    served.mode = "ok"
    page.reload()
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    page.wait_for_function(f"async () => (await ({KEPT})()).length === 0")
    assert len(set(served.ids())) == 2


def test_what_an_earlier_version_left_is_sent_too(page: Page, served: Served) -> None:
    """It lies in localStorage, as `planner.tick.<user>.<moment>.<number>.<id>`."""
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    page.evaluate("""() => {
      for (const [number, row] of [[1, 4], [2, 5]]) {
        const id = String(number).repeat(32)
        const key = `planner.tick.7.${'9'.repeat(12)}00${number}.0000${number}.${id}`
        localStorage.setItem(key, JSON.stringify({
          id, key, user: '7', url: `/rows/${row}/tick`, undo: '', to: 'done', text: `row ${row}`, fields: [['note', 'old']],
          back: [], said: '', row: `tick-${row}`, page: '/ticks', tapped: '2026-11-12T11:00:00.000Z', state: 'pending', message: ''
        }))
      }
    }""")
    box(page, 1).click()
    served.mode = "ok"
    page.reload()
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    arrived = [form for path, form in served.posts if path == "/rows/4/tick"]
    assert arrived[-1]["client_id"] == "1" * 32
    assert arrived[-1]["tapped_at"] == "2026-11-12T11:00:00.000Z"
    order = list(dict.fromkeys(served.ids()))
    assert order.index("1" * 32) < order.index("2" * 32)
    assert len(order) == 3
    assert page.evaluate(JOURNAL) == []


@pytest.mark.parametrize(
    "broken",
    [
        "Object.defineProperty(window, 'indexedDB', { value: undefined })",
        "indexedDB.open = () => { throw new DOMException('no', 'SecurityError') }",
        "indexedDB.open = () => ({})",
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
    ],
    ids=["none", "refuses", "hangs", "full"],
)
def test_without_a_database_what_waits_lies_where_it_always_did(page: Page, served: Served, broken: str) -> None:
    page.add_init_script(f"{broken}; Object.defineProperty(crypto, 'randomUUID', {{ value: undefined }})")
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    box(page, 2).click()
    expect(sync(page, 2)).to_contain_text("waiting to sync")
    assert len(page.evaluate(JOURNAL)) == 1
    page.reload()
    expect(sync(page, 2)).to_contain_text("waiting to sync")
    served.mode = "ok"
    page.reload()
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    assert len(set(served.ids())) == 1


def test_a_tab_sees_what_another_one_tapped(page: Page, context: BrowserContext, served: Served) -> None:
    served.mode = "away"
    page.goto(f"{served.address}/ticks")
    other = context.new_page()
    other.goto(f"{served.address}/ticks")
    box(page, 3).click()
    expect(sync(other, 3)).to_contain_text("waiting to sync")
    served.mode = "ok"
    expect(page.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    expect(other.locator("[data-tick-count]")).to_have_text("all synced", timeout=15000)
    assert len(set(served.ids())) == 1
