"""What the scripts add to an ordinary page, in a real browser under the strict policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ui.kit import Served

pytestmark = pytest.mark.browser


MEANT = ("ERR_INTERNET_DISCONNECTED", "Service Worker registration blocked")
"""What a browser says because of a test: that it took the network away, or lets no worker stand before it."""


@pytest.fixture
def opened(page: Page, served: Served):
    """A page that must stay free of errors and refusals of the policy."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type in ("error", "warning") and not any(word in said.text for word in MEANT)
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{served.address}/page")
    yield page
    assert complaints == []


def test_the_countdown_follows_the_clock_of_the_server(opened: Page, served: Served) -> None:
    digits = opened.locator("[data-until]")
    expect(digits).to_have_text("0:59:58")
    early = opened.locator("[data-early]")
    expect(early).to_have_text("That is 59 min early.")
    served.mode = "ahead"
    opened.goto(f"{served.address}/page")
    expect(digits).to_have_class("count-digits")
    # Three hours ahead: what is an hour away by this device's clock is two hours over.
    expect(digits).to_contain_text("+2:00:0")
    expect(early).to_be_hidden()


def rounds(opened: Page, served: Served) -> None:
    """Two rounds of the poll: what was going to be swapped has been."""
    for _ in range(2):
        with opened.expect_response("**/news"):
            pass


def test_news_comes_in_without_losing_what_is_typed(opened: Page, served: Served) -> None:
    served.news = "second"
    expect(opened.locator("#news")).to_have_text("second", timeout=12000)
    opened.locator("#typed").fill("half a wor")
    served.news = "third"
    rounds(opened, served)
    expect(opened.locator("#typed")).to_have_value("half a wor")
    expect(opened.locator("#news")).to_have_text("second")
    opened.locator("#typed").blur()
    rounds(opened, served)
    expect(opened.locator("#typed")).to_have_value("half a wor")
    opened.locator("#typed").fill("")
    opened.locator("#typed").blur()
    expect(opened.locator("#news")).to_have_text("third", timeout=12000)
    with opened.expect_response(lambda answer: answer.url.endswith("/news") and answer.status == 304):
        pass


def test_news_leaves_open_what_is_open(opened: Page, served: Served) -> None:
    more, news = opened.locator("#more"), opened.locator("#news")
    more.locator("summary").click()
    served.news = "second"
    expect(news).to_have_text("second", timeout=12000)
    expect(more).to_have_attribute("open", "")
    opened.locator("#long").fill("half a story")
    opened.locator("#long").blur()
    served.news = "third"
    rounds(opened, served)
    expect(opened.locator("#long")).to_have_value("half a story")
    opened.locator("#long").fill("")
    opened.locator("#long").blur()
    more.locator("summary").click()
    expect(news).to_have_text("third", timeout=12000)
    expect(more).not_to_have_attribute("open", "")
    opened.locator(".loose summary").click()
    served.news = "fourth"
    rounds(opened, served)
    expect(news).to_have_text("third")
    expect(opened.locator(".loose")).to_have_attribute("open", "")


def test_a_form_is_sent_once(opened: Page, served: Served) -> None:
    opened.evaluate("() => { const b = document.querySelector('#slow button'); b.click(); b.click(); b.click() }")
    expect(opened.locator("#slow button")).to_have_text("Working")
    expect(opened.locator("#slow button")).to_have_attribute("aria-disabled", "true")
    assert [path for path, _ in served.posts] == ["/slow"]


def test_a_risky_form_asks_first(opened: Page, served: Served) -> None:
    opened.get_by_role("button", name="Risk").click()
    dialog = opened.locator("#ask")
    expect(dialog).to_contain_text("Really?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert served.posts == []
    opened.get_by_role("button", name="Risk").click()
    with opened.expect_response("**/slow"):
        dialog.get_by_role("button", name="Yes, really").click()
    assert len(served.posts) == 1


def test_what_is_typed_is_kept_until_it_is_sent(opened: Page, served: Served) -> None:
    opened.locator("[name=note]").fill("a long story")
    expect(opened.locator("[name=note]")).to_have_value("a long story")
    opened.wait_for_function("() => Object.keys(localStorage).some(key => key.startsWith('planner.keep'))")
    opened.reload()
    expect(opened.locator("[name=note]")).to_have_value("a long story")
    with opened.expect_response("**/slow"):
        opened.get_by_role("button", name="Keep").click()
    opened.goto(f"{served.address}/page")
    expect(opened.locator("[name=note]")).to_have_value("")


def test_keys(opened: Page) -> None:
    opened.keyboard.press("j")
    opened.keyboard.press("j")
    expect(opened.locator(".row-on")).to_contain_text("Two")
    opened.keyboard.press("k")
    expect(opened.locator(".row-on")).to_contain_text("One")
    opened.keyboard.press("?")
    expect(opened.locator("#keys")).to_be_visible()
    opened.keyboard.press("Escape")
    opened.locator("#typed").fill("")
    opened.locator("#typed").press("n")
    expect(opened.locator("#typed")).to_have_value("n")
    opened.locator("#typed").blur()
    opened.keyboard.press("j")
    opened.keyboard.press("k")
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/one")


def test_the_key_for_new_follows_the_primary_action(opened: Page) -> None:
    opened.keyboard.press("n")
    opened.wait_for_url("**/new")


def test_the_palette_goes_where_it_says(opened: Page) -> None:
    opened.keyboard.press("Control+k")
    palette = opened.get_by_role("combobox", name="Go to, create, search")
    expect(opened.get_by_role("option")).to_have_count(2)
    palette.fill("tw")
    expect(opened.get_by_role("option")).to_have_count(1)
    palette.fill("zzz")
    expect(opened.locator(".palette-list")).to_have_text("Nothing found")
    palette.fill("")
    expect(opened.get_by_role("option")).to_have_count(2)
    palette.press("ArrowDown")
    expect(opened.get_by_role("option", selected=True)).to_contain_text("two")
    palette.press("Enter")
    opened.wait_for_url("**/two")


def test_menus_close_and_are_walked_with_arrows(opened: Page) -> None:
    more = opened.locator("main details.menu")
    more.locator("summary").click()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowDown")
    expect(opened.get_by_role("link", name="Second")).to_be_focused()
    opened.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", "")
    expect(more.locator("summary")).to_be_focused()
    more.locator("summary").click()
    opened.locator("h1").click()
    expect(more).not_to_have_attribute("open", "")


def test_a_question_inside_details_needs_no_dialog(opened: Page, served: Served) -> None:
    question = opened.locator("main details.confirm")
    question.locator("summary").click()
    expect(question).to_contain_text("Delete it?")
    with opened.expect_response("**/slow"):
        question.locator("form button").click()
    assert len(served.posts) == 1


def test_copying_works_on_plain_http_too(opened: Page) -> None:
    opened.evaluate("""() => {
        Object.defineProperty(window, 'isSecureContext', { value: false })
        document.addEventListener('copy', () => { window.copied = getSelection().toString() || document.activeElement.value })
    }""")
    opened.get_by_role("button", name="Copy").click()
    expect(opened.get_by_role("button", name="Copied")).to_be_visible()
    assert opened.evaluate("window.copied") == "copied words"


def test_the_theme_changes_at_once_and_is_saved(opened: Page, served: Served) -> None:
    opened.locator(".topbar-side details.menu").last.locator("summary").click()
    for word, theme in (("Dark", "dark"), ("Light", "light"), ("Dark", "dark")):
        with opened.expect_response("**/theme"):
            opened.get_by_role("button", name=word, exact=True).click(timeout=3000)
        expect(opened.locator("html")).to_have_attribute("data-theme", theme)
    assert [form["theme"] for _, form in served.posts] == ["dark", "light", "dark"]
    assert len({form["once"] for _, form in served.posts}) == 3


def test_on_a_phone_the_sheet_goes_when_a_theme_is_chosen(opened: Page, served: Served) -> None:
    menu = opened.locator(".topbar-side details.menu").last
    for width, stays in ((390, False), (1440, True)):
        opened.set_viewport_size({"width": width, "height": 844})
        menu.locator("summary").click()
        with opened.expect_response("**/theme"):
            opened.get_by_role("button", name="Dark", exact=True).click(timeout=3000)
        assert menu.evaluate("menu => menu.open") is stays
        assert menu.locator("summary").evaluate("button => button === document.activeElement") is not stays
    assert [form["theme"] for _, form in served.posts] == ["dark", "dark"]


@pytest.mark.parametrize("long", ["No. 12345678901234567890 of the autumn", "第 1234567890123456 号秋冬修护专场补光灯"])
def test_a_long_way_back_gives_way_to_what_is_tapped_beside_it(opened: Page, long: str) -> None:
    opened.set_viewport_size({"width": 360, "height": 800})
    opened.locator(".topbar .brand").evaluate(
        "(brand, words) => brand.insertAdjacentHTML('afterend', `<nav class=crumbs><a href=/>${words}</a></nav>`)", long
    )
    back, side = opened.locator(".crumbs a"), opened.locator(".topbar-side")
    for target in side.locator("> .searchlink, > .bell, > details").all():
        area = target.bounding_box()
        assert area and area["width"] >= 44 and area["height"] >= 44 and area["x"] + area["width"] <= 360
    box, beside = back.bounding_box(), side.bounding_box()
    assert box and beside and box["x"] + box["width"] <= beside["x"] and box["height"] >= 44
    assert (
        back.evaluate("link => link.scrollWidth > link.clientWidth && getComputedStyle(link).textOverflow")
        == "ellipsis"
    )


@pytest.mark.parametrize("width", [320, 390, 720, 1024, 1440])
def test_nothing_runs_off_the_side(opened: Page, served: Served, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    for place in ("page", "page?lang=zh", "ticks"):
        opened.goto(f"{served.address}/{place}")
        assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_targets_on_a_phone_are_big_enough(opened: Page, served: Served) -> None:
    opened.set_viewport_size({"width": 390, "height": 844})
    opened.goto(f"{served.address}/ticks")
    for target in opened.locator(".tick-box, .bottombar a, .topbar summary").all():
        area = target.bounding_box()
        assert area and area["height"] >= 44 and area["width"] >= 44
    first = opened.locator(".tick-box").first.bounding_box()
    assert first and (first["width"], first["height"]) == (48, 48)


def test_without_a_network_a_page_stays_and_says_so(opened: Page, served: Served, context: BrowserContext) -> None:
    here, said = opened.url, opened.locator("[data-away]")
    opened.locator("textarea[name=note]").fill("half a story")
    context.set_offline(True)
    for leave in (
        opened.get_by_role("button", name="Keep", exact=True),
        opened.get_by_role("button", name="Risk", exact=True),
        opened.get_by_role("link", name="One", exact=True),
    ):
        leave.click()
        expect(said).to_have_text("No network. Nothing is sent or lost: try again when it is back.")
    assert (opened.url, opened.input_value("textarea[name=note]"), served.posts) == (here, "half a story", [])
    context.set_offline(False)
    expect(said).to_be_hidden()
    opened.get_by_role("link", name="One", exact=True).click()
    expect(opened).to_have_url(f"{served.address}/one")
