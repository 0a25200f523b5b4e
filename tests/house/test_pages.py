"""Every page of the demo, for every role, in both languages: it answers, has a title, costs few statements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from planner.base.actor import Actor, acting
from planner.demo import seed
from tests.demo_room import Statements, make_room, sign_in
from tests.house.conftest import Walk

STATEMENTS = {
    "/": 12,
    "/sessions": 12,
    "/sessions?view=list&rows=200": 12,
    "/sessions?view=month": 12,
    "/sessions?view=studios": 12,
    "/sessions?view=studios&days=7": 12,
    "/sessions/week-roster": 12,
    "/sessions/week-roster?by=person": 12,
    "/plan": 12,
    "/checklists": 12,
    "/results": 12,
    "/news": 12,
    "/inbox": 12,
    "/inbox?show=all": 12,
    "/me/notifications": 12,
    "/trash": 12,
    "/settings/people": 12,
    "/sessions/{id}?phase=prepare": 20,
    "/sessions/{id}?phase=air": 20,
    "/sessions/{id}?phase=review": 20,
    "/sessions/{id}/checklist": 12,
    "/sessions/{id}/review": 20,
}
"""What a page may ask of the database at most: 12 for lists and Today, 20 for hubs."""


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("login", ["lead", "host", "manager", "viewer", "admin", "outsider"])
def test_every_page_answers_with_a_title(walked: Walk, login: str, language: str) -> None:
    pages = walked(login, language).pages
    assert len(pages) >= 10
    for path, text in pages.items():
        title = re.search(r"<title>([^<]*)</title>", text)
        assert title, path
        assert title[1].split("·")[0].strip(), f"{path} has no title"
        assert "<h1" in text, path
        assert "style=" not in text, f"{path} carries a style attribute"
        assert 'lang="en"' in text if language == "en" else 'lang="zh-Hans"' in text


def test_nothing_english_is_left_in_chinese(walked: Walk) -> None:
    for path, text in walked("lead").pages.items():
        for word in re.findall(r"<(?:h1|h2|h3|th|button|legend|label)[^>]*>([^<{]+)<", text):
            plain = word.strip()
            if re.fullmatch(r"[A-Za-z][a-z]+(?: [a-z]+)+", plain):
                raise AssertionError(f"{path}: {plain!r}")


def test_outsiders_see_nothing_of_the_demo(room: Flask, walked: Walk) -> None:
    outsider = sign_in(room, "outsider")
    shapes = walked("lead").pages
    own = {path for path in shapes if re.search(r"/\d+", path) and not path.startswith("/settings/people")}
    assert len(own) >= 8
    for path in own:
        if "/sop/" in path or "/settings/" in path or "/history/" in path or "/plan/" in path or "/sessions/" in path:
            assert outsider.get(path).status_code == 404, path


def spent(app: Flask, login: str) -> dict[str, int]:
    """How many statements each of these pages costs somebody, on the hubs of a show before, on and after air."""
    visitor = sign_in(app, login)
    listed = visitor.get("/sessions?view=list&rows=200").text
    ids = [int(found) for found in dict.fromkeys(re.findall(r'href="/sessions/(\d+)"', listed))]
    found: dict[str, int] = {}
    for path in STATEMENTS:
        for number in ids[:16:3] if "{id}" in path else [0]:
            with Statements(app) as counted:
                answer = visitor.get(path.format(id=number))
            if answer.status_code == 200:
                found[path] = max(found.get(path, 0), len(counted.told))
    return found


HUBS = re.compile(
    r"/sessions/\d+(?:/review)?(?:\?.*)?|/findings/\d+|/plan/(?:goals|steps|periods)/\d+|/plan/periods/\d+/close|/history/\w+/\d+|/settings/people/\d+/(?:disable|leave)|/me|/imports/\d+"
    r"|/requests/\d+(?:/print|/edit|/envelope/edit)?|/sessions/copy-week(?:\?.*)?|/sessions/\d+/repeat|/sessions/\d+/swap(?:\?.*)?|/sessions/\d+/duplicate"
)
"""Pages that gather blocks of several columns."""


def _most(path: str) -> int:
    """How many statements a page that links lead to may ask."""
    return 20 if HUBS.fullmatch(path) else STATEMENTS.get(path, 12)


@pytest.mark.parametrize("login", ["lead", "manager", "host", "admin"])
def test_every_page_that_links_lead_to_costs_few_statements(room: Flask, walked: Walk, login: str) -> None:
    visitor = sign_in(room, login)
    dear = []
    for path in walked(login).pages:
        with Statements(room) as counted:
            visitor.get(path)
        if len(counted.told) > _most(path):
            dear.append((path, len(counted.told)))
    assert dear == []


@pytest.mark.parametrize("login", ["lead", "manager", "host"])
def test_pages_cost_few_statements(room: Flask, login: str) -> None:
    found = spent(room, login)
    assert len(found) >= len(STATEMENTS) - 2
    assert {path: told for path, told in found.items() if told > STATEMENTS[path]} == {}


def test_pages_cost_the_same_when_there_is_more(tmp_path: Path) -> None:
    app = make_room(tmp_path)
    before = spent(app, "lead")
    with app.app_context(), acting(Actor(is_system=True, is_admin=True)):
        seed.add_sessions(200, 200)
    after = spent(app, "lead")
    assert {path: (told, after[path]) for path, told in before.items() if after[path] > told} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/sessions/9223372036854775808",
        "/sessions/0",
        "/sessions/99999999999999999999",
        "/nowhere",
        "/plan/steps/4611686018427387904",
    ],
)
def test_ids_that_can_not_be_are_not_there(room: Flask, path: str) -> None:
    assert sign_in(room, "lead").get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?view=list&after=x",
        "?view=list&rows=9999999999",
        "?day=2026-99-99",
        "?view=list&q=" + "长" * 3000,
        "?state=%00",
    ],
)
def test_odd_queries_are_no_fault(room: Flask, query: str) -> None:
    assert sign_in(room, "lead").get("/sessions" + query).status_code == 200
