"""Every page of the demo, for every role, in both languages: it answers, has a title, costs few statements."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.demo_room import Statements, make_room, sign_in, walk

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LISTS_AND_TODAY = {
    "/": 26,
    "/sessions": 12,
    "/sessions?view=list": 12,
    "/sessions?view=month": 12,
    "/plan": 14,
    "/checklists": 16,
    "/results": 20,
}
HUB = 34


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo team, filled once."""
    return make_room(tmp_path_factory.mktemp("room"))


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("login", ["lead", "host", "manager", "viewer", "admin", "outsider"])
def test_every_page_answers_with_a_title(room: Flask, login: str, language: str) -> None:
    pages = walk(sign_in(room, login, language))
    assert len(pages) >= 10
    for path, text in pages.items():
        title = re.search(r"<title>([^<]*)</title>", text)
        assert title, path
        assert title[1].split("·")[0].strip(), f"{path} has no title"
        assert "<h1" in text, path
        assert "style=" not in text, f"{path} carries a style attribute"
        assert 'lang="en"' in text if language == "en" else 'lang="zh-Hans"' in text


def test_nothing_english_is_left_in_chinese(room: Flask) -> None:
    for path, text in walk(sign_in(room, "lead")).items():
        for word in re.findall(r"<(?:h1|h2|h3|th|button|legend|label)[^>]*>([^<{]+)<", text):
            plain = word.strip()
            if re.fullmatch(r"[A-Za-z][a-z]+(?: [a-z]+)+", plain):
                raise AssertionError(f"{path}: {plain!r}")


def test_outsiders_see_nothing_of_the_demo(room: Flask) -> None:
    outsider = sign_in(room, "outsider")
    lead = sign_in(room, "lead")
    shapes = walk(lead)
    own = {path for path in shapes if re.search(r"/\d+", path) and not path.startswith("/settings/people")}
    assert len(own) >= 8
    for path in own:
        if "/sop/" in path or "/settings/" in path or "/history/" in path or "/plan/" in path or "/sessions/" in path:
            assert outsider.get(path).status_code == 404, path


def test_lists_and_hubs_cost_a_fixed_number_of_statements(room: Flask) -> None:
    lead = sign_in(room, "lead")
    lead.get("/")
    spent = {}
    for path, most in LISTS_AND_TODAY.items():
        with Statements(room) as counted:
            lead.get(path)
        spent[path] = (len(counted.told), most)
    hub = next(p for p in walk(lead) if re.fullmatch(r"/sessions/\d+", p))
    for phase in ("prepare", "air", "review"):
        with Statements(room) as counted:
            lead.get(f"{hub}?phase={phase}")
        spent[f"hub {phase}"] = (len(counted.told), HUB)
    assert not {path: told for path, told in spent.items() if told[0] > told[1]}, spent


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
