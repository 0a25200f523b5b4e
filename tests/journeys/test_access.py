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
SHARES = 4
"""`make test`: every size, language and theme once, each of them for a quarter of the kinds of pages."""

OTHERS = [(login, *view[1:]) for login in ("host", "manager") for view in VIEWS]
EVERY = [
    *(
        ("lead", size, language, theme)
        for size in (DESK, PHONE)
        for language in ("zh-CN", "en")
        for theme in ("light", "dark")
    ),
    *OTHERS,
]
"""`make test-all`: every kind of page in all of them together, those of other roles in two; every filter of a page in those
two. Once: the demo lies in SQLite."""

LOOSE = """() => {
  scrollTo(0, 0)
  for (const part of document.querySelectorAll('main *, header')) {
    if (getComputedStyle(part).position === 'sticky') part.style.position = 'static'
  }
}"""
"""What sticks to an edge half covers what can be scrolled out from under it; axe looks at one moment."""

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
    view, kinds = (login, size, language, theme), list({kind_of(path): path for path in reversed(paths)}.values())
    if SHOWN is VIEWS:
        paths = kinds[VIEWS.index(view) :: SHARES]
    elif view not in (*VIEWS, *OTHERS):
        paths = kinds
    page = enter(address, login, PASSWORD, size, language, color_scheme=theme)
    axe = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    found = []
    for path in paths:
        page.goto(address + path)
        page.evaluate(LOOSE)
        page.evaluate(axe)
        result = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        assert len(result["passes"]) > 5, path
        found += [(path, broken["id"], [node["target"] for node in broken["nodes"]]) for broken in result["violations"]]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [(path, "wider than the screen by", wider)] if wider > 0 else []
    assert found == []
