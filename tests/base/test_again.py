"""A form that came too late is held by its answer: what was typed, where it goes, and nothing that could be abused."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from wtforms import PasswordField

from planner.base import again
from planner.base.forms import Form
from tests.cast import PASSWORD, Cast
from tests.conftest import Visitor, apart

Browsers = Callable[[str], Visitor]
HERE = {"Origin": "http://localhost"}
TEXT = '第一行 "引号" <b>&amp;</b>\n第二行'
STUDIO = "/settings/studios"


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the page's own form."""
    main = page.split("<main")[1].split("</main")[0]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main, re.S)
    return [(html.unescape(name), html.unescape(value)) for name, value in found]


def action(page: str) -> str:
    found = re.search(r'<form method="post"[^>]*action="([^"]*)"', page.split("<main")[1])
    assert found
    return html.unescape(found[1])


def late(visitor: Visitor, path: str, data: dict[str, Any], **headers: str) -> Any:
    """A form of an earlier visit: its token counts no more."""
    return apart(visitor.client.post, path, data={"csrf_token": "stale", **data}, headers={**HERE, **headers})


def send(visitor: Visitor, page: str, **more: str) -> Any:
    """Press the one button."""
    fields = dict(hidden(page)) | more
    return apart(visitor.client.post, action(page), data=fields)


@pytest.mark.engines
def test_who_was_signed_out_signs_in_and_sends_it_again(client_of: Browsers, app: Flask) -> None:
    lead, desk = client_of("lead"), client_of("lead")
    lead.get(STUDIO)
    desk.post_form("/me/devices/end-others")
    once = "c" * 32
    lost = lead.post_form(STUDIO, {"name": "9号间"}, once=once)
    assert lost.status_code == 401
    assert lost.headers["Cache-Control"] == "no-store"
    assert "一个字也没有丢" in lost.text
    assert "9号间" in lost.text, "it can be read"
    assert action(lost.text) == "/login"
    wrong = send(lead, lost.text, login="lead", password="wrong")
    assert wrong.status_code == 422
    assert dict(hidden(wrong.text))["again"], "a slip of the finger loses nothing either"
    page = send(lead, wrong.text, login="lead", password=PASSWORD)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "lead" in page.text
    fields = dict(hidden(page.text))
    assert (action(page.text), fields["name"], fields["once"]) == (STUDIO, "9号间", once)
    assert "9号间" not in lead.get(STUDIO).text, "nothing has been done before the button is pressed"
    assert send(lead, page.text).status_code == 303
    assert send(lead, page.text).status_code == 303, "twice is once"
    assert lead.get(STUDIO).text.count("9号间</a>") == 1


def test_an_older_token_is_answered_with_a_fresh_one(client_of: Browsers) -> None:
    lead = client_of("lead")
    lost = late(lead, f"{STUDIO}?x=1&y=2", {"name": TEXT, "extra": ["a", "b"], "password": "geheim-geheim"})
    assert lost.status_code == 400
    held = hidden(lost.text)
    assert [pair for pair in held if pair[0] == "extra"] == [("extra", "a"), ("extra", "b")]
    assert dict(held)["name"] == TEXT
    assert dict(held)["csrf_token"] != "stale"
    assert action(lost.text) == f"{STUDIO}?x=1&y=2"
    assert "geheim" not in lost.text
    assert lost.text.count('type="password" name="password"') == 1, "a password is asked for anew"
    assert 'name="language"' not in lost.text, "no button that would load the page again"
    lead.token = dict(held)["csrf_token"]
    assert lead.post_form(STUDIO, {"name": "8号间"}).status_code == 303


def test_what_needs_no_login_asks_for_none(client_of: Browsers) -> None:
    nobody = client_of("")
    nobody.get("/login")
    lost = late(nobody, "/me/language", {"language": "en"})
    assert lost.status_code == 400
    assert action(lost.text) == "/me/language"
    nobody.token = dict(hidden(lost.text))["csrf_token"]
    assert send(nobody, lost.text).status_code == 303


def test_a_stale_token_of_nobody_asks_to_sign_in(client_of: Browsers) -> None:
    lost = late(client_of(""), STUDIO, {"name": "7号间"})
    assert lost.status_code == 401
    assert "again" in dict(hidden(lost.text))


def test_the_login_itself_and_leaving_are_not_sent_again(client_of: Browsers, cast: Cast) -> None:
    nobody = client_of("")
    for path in ("/login", "/logout"):
        answer = late(nobody, path, {"login": "lead", "password": PASSWORD})
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/login")
    nobody.get("/login")
    assert nobody.post_form("/logout").status_code == 303
    held = late(nobody, STUDIO, {"name": "7号间"})
    kept = dict(hidden(held.text))["again"]
    answer = late(nobody, "/login", {"again": kept, "login": "lead", "password": PASSWORD})
    assert answer.status_code == 401, "a login that came too late itself still carries what was typed"
    assert "7号间" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "", "Referer": "https://evil.example/http://localhost/"},
        {"Origin": ""},
    ],
)
@pytest.mark.parametrize("login", ["", "lead"])
def test_what_another_site_sends_is_never_offered(client_of: Browsers, login: str, headers: dict[str, str]) -> None:
    lost = late(client_of(login), STUDIO, {"name": "坏间"}, **headers)
    assert lost.status_code == 400
    assert "坏间" not in lost.text
    assert "<form" not in lost.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "", "Referer": "http://localhost/x"}]
)
def test_our_own_pages_are_known_by_what_the_browser_says(client_of: Browsers, headers: dict[str, str]) -> None:
    assert "再次发送" in late(client_of("lead"), STUDIO, {"name": "新"}, **headers).text


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_only_what_we_sealed_ourselves_is_carried(client_of: Browsers, app: Flask, path: str) -> None:
    forged = URLSafeTimedSerializer("x" * 40, salt="planner.again").dumps([path, [["name", "坏"]], [], [], "/"])
    visitor = client_of("")
    visitor.get("/login")
    answer = visitor.post_form("/login", {"login": "lead", "password": PASSWORD, "again": forged})
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_seal_ends_after_a_week(client_of: Browsers, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = client_of("")
    kept = dict(hidden(late(visitor, STUDIO, {"name": "7号间"}).text))["again"]
    monkeypatch.setattr(again, "LIFE_SECONDS", -1)
    visitor.get("/login")
    assert visitor.post_form("/login", {"login": "lead", "password": PASSWORD, "again": kept}).status_code == 303


def test_files_are_named_and_not_kept(client_of: Browsers) -> None:
    lead = client_of("lead")
    file = (io.BytesIO(b"gmv" * 9), "战报.xlsx")
    lost = late(lead, "/imports", {"file": file, "taken_at": "2026-03-02T10:00"})
    assert lost.status_code == 400
    assert "请重新选择：战报.xlsx" in lost.text
    assert dict(hidden(lost.text))["taken_at"] == "2026-03-02T10:00"
    assert "gmvgmv" not in lost.text


@pytest.mark.parametrize(
    ("path", "came", "back"),
    [
        ("/settings/positions", "http://localhost/x", "/settings/positions"),
        ("/me/devices/end-others", "http://localhost/me?a=1", "/me?a=1"),
        ("/me/devices/end-others", "https://evil.example/me", "/"),
        ("/me/devices/end-others", "http://localhost//evil.example", "/"),
        ("/me/devices/end-others", "", "/"),
    ],
)
def test_one_comes_back_to_the_page_of_the_form(client_of: Browsers, path: str, came: str, back: str) -> None:
    lost = late(client_of("lead"), path, {"name": "x"}, Referer=came)
    assert f'<a class="btn btn-secondary" href="{html.escape(back)}">' in lost.text
    nobody = late(client_of(""), path, {"name": "x"}, Referer=came)
    assert dict(hidden(nobody.text))["next"] == back


def test_a_phones_queue_is_answered_as_before(client_of: Browsers) -> None:
    nobody = client_of("")
    answer = late(nobody, "/checklist-items/1/tick", {}, **{"X-Requested-With": "tick"})
    assert answer.status_code == 400
    assert answer.json["ok"] is False
    nobody.get("/login")
    gone = nobody.post_form("/checklist-items/1/tick", {}, headers={"X-Requested-With": "tick"})
    assert (gone.status_code, gone.location.split("?")[0]) == (303, "/login")


def test_in_english_too(client_of: Browsers) -> None:
    lost = late(client_of(""), STUDIO, {"name": "Room 7"}, **{"Accept-Language": "en"})
    assert "You were signed out meanwhile" in lost.text


def test_every_password_of_a_form_is_known_here(app: Flask) -> None:
    """A field that holds a secret must not be written into a page."""

    def kinds(kind: type[Form]) -> list[type[Form]]:
        return [kind, *(each for below in kind.__subclasses__() for each in kinds(below))]

    secret = {
        name
        for kind in kinds(Form)
        for name in dir(kind)
        if getattr(getattr(kind, name, None), "field_class", None) is PasswordField
    }
    assert secret == set(again.SECRETS)


def test_without_anything_sealed_the_login_is_the_usual_one(client_of: Browsers) -> None:
    assert 'name="again"' not in client_of("").get("/login").text
