"""A photo of what went wrong on air: taken without a network, sent when it is back, looked at in the review."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from tests.cast import PASSWORD, Cast
from tests.conftest import WIDE
from tests.journeys.conftest import PHONE, SIDES

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)


def on_air(app: Flask, cast: Cast) -> tuple[int, int]:
    """A show that has been on air for an hour, and a note on it."""
    now = datetime.now(UTC).replace(microsecond=0)
    with app.app_context(), acting(cast.actors["lead"]):
        ids = {p.key: p.id for p in people.positions()}
        crew = [ShiftIn(ids["host"], cast.host, now - HOUR, now + 3 * HOUR)]
        made = services.schedule_session(
            "秋冬修护专场", Weight.DAILY, start=now - HOUR, minutes=240, channel_id=cast.channel, studio_id=cast.studio,
            shifts=crew,
        )  # fmt: skip
        services.go_live(made, now - HOUR)
        return made, services.log_entry(made, "sound", secrets.token_hex(16), now - HOUR / 2)


def picture(size: tuple[int, int] = (3200, 2400)) -> dict[str, object]:
    """A photo as a phone makes it, larger than it needs to be."""
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", quality=95)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def take(page: Page, entry: int, file: dict[str, object]) -> None:
    """By the row's own link: it opens the camera or the album."""
    details = page.locator(f"#say-{entry}")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    with page.expect_file_chooser() as chooser:
        details.locator("a[data-photo]").click()
    chooser.value.set_files(file)  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "language"), SIDES if WIDE else SIDES[:1])
def test_a_photo_waits_for_the_network_and_is_in_the_review(
    app: Flask, address: str, enter: Callable[..., Page], cast: Cast, size: dict[str, int], language: str
) -> None:
    made, entry = on_air(app, cast)
    zh = language.startswith("zh")
    host = enter(address, "host", PASSWORD, size, language)
    host.goto(f"{address}/sessions/{made}?phase=air")
    row = host.locator(f"#log-{entry}")
    host.context.set_offline(True)
    take(host, entry, picture())
    expect(row.locator("[data-sync]")).to_have_text(re.compile("待同步: 照片" if zh else "waiting to sync: Photo"))
    host.locator("form:has(input[name=kind][value=price]) button").click()
    expect(host.locator("[data-tick-count]").first).to_have_text(re.compile("2"))

    host.context.set_offline(False)
    shown = row.locator(".shot img")
    expect(shown).to_have_count(1, timeout=20_000)
    shown.scroll_into_view_if_needed()
    host.wait_for_function("image => image.complete && image.naturalWidth === 320", arg=shown.element_handle())
    expect(row.locator("[data-sync]")).to_be_empty()
    with app.app_context(), acting(cast.actors["viewer"]):
        found = queries.log_photo(queries.log_entry_of(entry)[1].photos[0])  # type: ignore[union-attr]
    assert (found.width, found.height) == (2048, 1536)

    take(host, entry, {"name": "contract.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7 no photo"})
    expect(row.locator("[data-sync]")).to_contain_text("不是能读取的照片" if zh else "not a photo that can be read")
    row.locator("[data-sync] button").last.click()
    expect(row.locator("[data-sync]")).to_be_empty()

    shown.click()
    expect(host.locator("figure.photo img")).to_be_visible()
    expect(host.locator("h1")).to_have_text("照片：收音" if zh else "Photo: Sound")
    host.locator("form[action$='/trash'] button").click()
    expect(host.locator(f"#log-{entry} .shot")).to_have_count(0)
    host.locator(".undo form button").click()
    expect(host.locator(f"#log-{entry} .shot")).to_have_count(1)
    with app.app_context(), acting(cast.actors["lead"]):
        services.end_live(made)
    lead = enter(address, "lead", PASSWORD, size, language)
    lead.goto(f"{address}/sessions/{made}?phase=review")
    expect(lead.locator(".shot img").first).to_be_visible()


def test_a_photo_that_waited_survives_the_page(
    app: Flask, address: str, enter: Callable[..., Page], cast: Cast
) -> None:
    made, entry = on_air(app, cast)
    host = enter(address, "host", PASSWORD, PHONE)
    host.goto(f"{address}/sessions/{made}?phase=air")
    host.route("**/photos*", lambda route: route.abort())
    take(host, entry, picture((800, 600)))
    expect(host.locator(f"#log-{entry} [data-sync]")).to_have_text(re.compile("待同步: 照片"))
    host.unroute("**/photos*")
    host.goto(f"{address}/sessions/{made}?phase=air")
    expect(host.locator(f"#log-{entry} .shot img")).to_have_count(1, timeout=20_000)
