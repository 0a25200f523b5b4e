"""The way of a request: where one may be sent back to, what a repeated form is, whose language, and how refusals look."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.base import verbs, web
from tests.cast import PASSWORD, Cast

Browsers = Callable[[str], Any]
ONCE = "0123456789abcdef" * 2

# ---------------------------------------------------------------- back to where


@pytest.mark.parametrize("path", ["/", "/sessions?view=list", "/sessions/7#tick-1", "/搜索?q=口红", "/a//b"])
def test_one_is_sent_back_to_our_own_pages(db: Flask, path: str) -> None:
    with db.test_request_context("/login", method="POST", data={"next": path}):
        assert web.safe_next("/none") == path


@pytest.mark.parametrize(
    "path",
    [
        "", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "/x\\y", "https://evil.example",
        "http:evil", "javascript:alert(1)", "evil.example", "//[", "http://[", "//℀.example", "/\t/evil.example",
        "/\n/evil.example", "/\r\nSet-Cookie: a=b", "/\x00", "/\u2028", "/" + "x" * 2000, " /x", "@evil.example",
    ],
)  # fmt: skip
def test_and_never_to_anybody_elses(db: Flask, path: str) -> None:
    with db.test_request_context("/login", method="POST", data={"next": path}):
        assert web.safe_next("/none") == "/none"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("/\\:@[]?#.%\t\n\x00aé℀"), max_size=12))
def test_no_address_at_all_is_a_fault(db: Flask, path: str) -> None:
    with db.test_request_context("/login", method="POST", data={"next": path}):
        found = web.safe_next("/none")
        assert found.startswith("/")
        assert not found.startswith(("//", "/\\"))


def test_signing_in_leads_to_where_one_wanted_to_go(client_of: Browsers) -> None:
    visitor = client_of("")
    asked = visitor.get("/settings/people?x=1")
    assert (asked.status_code, asked.location) == (303, "/login?next=/settings/people?x%3D1")
    form = visitor.get(asked.location).text
    assert 'name="next" value="/settings/people?x=1"' in form
    sent = {"login": "lead", "password": PASSWORD, "next": "/settings/people?x=1"}
    assert visitor.post_form("/login", sent).location == "/settings/people?x=1"


# ---------------------------------------------------------------- a repeat


def key_of(app: Flask, path: str = "/x", once: str = ONCE, file: bytes | None = None, **fields: Any) -> str | None:
    data: dict[str, Any] = {"once": once, **fields}
    if file is not None:
        data["file"] = (io.BytesIO(file), "a.csv")
    with app.test_request_context(path, method="POST", data=data):
        found = web._once_key()
        if file is not None:
            assert request.files["file"].read() == file, "what was looked at can still be read"
        return found


def test_a_repeat_is_the_same_form_with_the_same_content(db: Flask) -> None:
    same = key_of(db, name="甲", csrf_token="1")
    assert same is not None
    assert len(same) == 32
    assert key_of(db, name="甲", csrf_token="2") == same, "a page that was loaded again has another token"
    others = [
        key_of(db, name="乙"),
        key_of(db, title="甲"),
        key_of(db, name="甲", more="1"),
        key_of(db, "/y", name="甲"),
        key_of(db, "/x?y=1", name="甲"),
        key_of(db, once="f" * 32, name="甲"),
        key_of(db, name="甲", file=b"1"),
        key_of(db, name="甲", file=b"2" * 100_000),
    ]
    assert len({same, *others}) == len(others) + 1
    assert key_of(db, name="甲", file=b"1") == others[-2]


@pytest.mark.parametrize("once", ["", "x", "A" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n", "é" * 32])
def test_what_is_no_key_is_none(db: Flask, once: str) -> None:
    assert key_of(db, once=once) is None


@pytest.mark.engines
def test_a_double_click_counts_once_and_a_changed_form_counts_again(client_of: Browsers, rows: Any) -> None:
    lead = client_of("lead")
    for name in ("灯光", "灯光", "音效", "灯光"):
        assert lead.post_form("/settings/positions", {"name": name}, once=ONCE).status_code == 303
    names = [row[0] for row in rows("SELECT name FROM position WHERE name != '' ORDER BY id")]
    assert names == ["灯光", "音效"]
    assert verbs.asked_once() == "", "the key went with its request"


# ---------------------------------------------------------------- whose language

ENGLISH = {"Accept-Language": "en-GB,en;q=0.8,zh;q=0.5"}


def lang(answer: Response) -> str:
    return answer.get_data(as_text=True).split('lang="', 1)[1].split('"', 1)[0]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("en", "en"),
        ("zh-TW,en;q=0.9", "zh-Hans"),
        ("de, en;q=0.5", "en"),
        ("fr", "en"),
        ("", "zh-Hans"),
        ("zh;q=0", "en"),
    ],
)
def test_the_browser_decides_until_somebody_says_otherwise(client_of: Browsers, asked: str, shown: str) -> None:
    assert lang(client_of("").get("/login", headers={"Accept-Language": asked})) == shown


def test_a_choice_goes_before_the_browser_and_the_account_before_the_cookie(client_of: Browsers) -> None:
    host = client_of("host")
    assert lang(host.get("/me", headers=ENGLISH)) == "en", "nobody has chosen yet: as the browser asks"
    assert lang(host.get("/me")) == "zh-Hans"
    host.post_form("/me/language", {"language": "zh_Hans_CN"})
    assert lang(host.get("/me", headers=ENGLISH)) == "zh-Hans"
    host.client.set_cookie("language", "en")
    assert lang(host.get("/me", headers=ENGLISH)) == "zh-Hans", "the account's choice counts on every device"
    nobody = client_of("")
    nobody.client.set_cookie("language", "tlh")
    assert lang(nobody.get("/login", headers=ENGLISH)) == "en"
    assert lang(client_of("host").get("/me", headers=ENGLISH)) == "zh-Hans"


# ---------------------------------------------------------------- refusals


def test_forms_without_our_token_have_no_effect(client_of: Browsers, rows: Any, cast: Cast) -> None:
    lead = client_of("lead")
    for token in ("", "x", "a.b.c"):
        answer = lead.post_form("/settings/positions", {"name": "灯光", "csrf_token": token})
        assert answer.status_code == 400
        assert "style=" not in answer.text
    assert rows("SELECT id FROM position WHERE name = '灯光'") == []


def test_every_answer_carries_its_headers_and_number(client_of: Browsers) -> None:
    visitor, numbers = client_of(""), set[str]()
    for path, status in (("/login", 200), ("/nowhere", 404), ("/me", 303), ("/healthz", 200)):
        answer = visitor.get(path)
        assert answer.status_code == status
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        numbers.add(answer.headers["X-Request-Id"])
    assert len(numbers - {""}) == 4


def test_the_phone_is_told_in_json(client_of: Browsers, cast: Cast) -> None:
    visitor = client_of("lead")
    answer = visitor.get("/sessions/999999", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["ok"]) == (404, False)
    assert answer.json["message"]


def test_a_route_without_a_permission_stops_the_start() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/open", "open", web.open_to_all("a reason")(lambda: ""))
    web.every_route_has_a_verb(bare)
    bare.add_url_rule("/bare", "bare", lambda: "")
    with pytest.raises(RuntimeError, match="/bare"):
        web.every_route_has_a_verb(bare)
    with pytest.raises(TypeError):
        web.uses()
    with pytest.raises(TypeError):
        web.uses(lambda: None)


@pytest.mark.parametrize(
    ("value", "found"), [("1", 1), ("9223372036854775807", 2**63 - 1), ("0", None), ("9223372036854775808", None)]
)
def test_ids_in_paths_are_bounded(db: Flask, value: str, found: int | None) -> None:
    converter = web.IdConverter(db.url_map)
    if found is None:
        with pytest.raises(web.ValidationError):
            converter.to_python(value)
    else:
        assert converter.to_python(value) == found
