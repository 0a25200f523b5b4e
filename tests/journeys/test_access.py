"""axe finds nothing on any page of the demo that a lead, a host or a manager can reach, and no page is wider than its screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.conftest import DEFAULT_ENGINE, WIDE
from tests.demo_room import PASSWORD, kind_of, sign_in, walk
from tests.journeys.conftest import DESK, PHONE
from tests.ui.kit import ROOT
from tests.ui.test_access import RULES

pytestmark = pytest.mark.browser

VIEWS = [
    ("lead", DESK, "zh-CN", "light"),
    ("lead", PHONE, "en", "dark"),
]
"""Every size, language and theme once, each of them for its share of the kinds of pages; `make test-all` has every page,
with each of its filters, in all of them together, and the other roles, once: the demo lies in SQLite."""

EVERY = [
    (login, size, language, theme)
    for login in ("lead", "host", "manager")
    for size in (DESK, PHONE)
    for language in ("zh-CN", "en")
    for theme in ("light", "dark")
]

SHOWN = EVERY if WIDE and DEFAULT_ENGINE == "sqlite" else VIEWS


@pytest.mark.parametrize(
    ("login", "size", "language", "theme"),
    SHOWN,
    ids=lambda value: str(value["width"]) if isinstance(value, dict) else value,
)
def test_every_page(
    room: tuple[Flask, str], enter: Callable[..., Page], login: str, size: dict[str, int], language: str, theme: str
) -> None:
    app, address = room
    paths = list(walk(sign_in(app, login)))
    assert len(paths) > 30
    if SHOWN is not EVERY:
        kinds = list({kind_of(path): path for path in reversed(paths)}.values())
        paths = kinds[VIEWS.index((login, size, language, theme)) :: len(VIEWS)]
    page = enter(address, login, PASSWORD, size, language, color_scheme=theme)
    axe = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    found = []
    for path in paths:
        page.goto(address + path)
        page.evaluate(
            "scrollTo(0, 0)"
        )  # what a sticky head half covers, where a page opens at today, can be scrolled to
        page.evaluate(axe)
        result = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert len(result["passes"]) > 5, path
        found += [(path, broken["id"], [node["target"] for node in broken["nodes"]]) for broken in result["violations"]]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [(path, "wider than the screen by", wider)] if wider > 0 else []
    assert found == []
