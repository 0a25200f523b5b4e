"""Signing in on a phone by scanning a code at the desk: once, for five minutes, by a button."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import Actor, acting
from planner.kernel.errors import NotFound
from planner.people import passwords, rules, services
from tests.cast import PASSWORD, Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
Ahead = Callable[..., None]


def code(visitor: Visitor) -> str:
    """The path behind the picture."""
    page = visitor.post_form("/me/devices/scan")
    assert page.status_code == 200
    found = re.search(r"http://localhost(/scan/[\w-]+)", page.text)
    assert found
    return found[1]


def name_of(visitor: Visitor) -> str:
    """Who is signed in; empty for nobody."""
    found = re.search(r'<span class="meta">(\w+)</span>', visitor.get("/me").text)
    return found[1] if found else ""


@pytest.mark.engines
def test_a_scanned_code_signs_the_same_account_in_once(client_of: Browsers, rows: Rows, cast: Cast) -> None:
    desk, phone, other = client_of("lead"), client_of(""), client_of("")
    path = code(desk)
    token = path.rsplit("/", 1)[1]
    assert token not in str(rows("SELECT * FROM one_time_link")), "only its digest is kept"
    for _ in range(3):
        page = phone.get(path)
        assert page.status_code == 200, "a program that shows previews uses nothing up"
    assert "林小雨" in page.text
    assert name_of(phone) == ""
    assert phone.post_form(path).status_code == 303
    assert name_of(phone) == "lead"
    assert rows("SELECT count(*) FROM device WHERE user_id = :u", u=cast.lead) == [(2,)]
    other.get("/login")
    for late in (other.get(path), other.post_form(path)):
        assert late.status_code == 404
        assert "只能用一次" in late.text
    assert name_of(other) == ""
    desk.post_form("/me/devices/end-others")
    assert name_of(phone) == "", "it is a device like any other"


@pytest.mark.engines
def test_two_phones_at_once_are_one(db: Flask, as_: As, together: Callable[..., list[Any]]) -> None:
    with as_("lead"):
        services.make_scan(passwords.digest("t"))
    told = together(db, *[lambda: services.use_scan(passwords.digest("t"))] * 4)
    assert sum(isinstance(answer, int) for answer in told) == 1
    assert sum(isinstance(answer, NotFound) for answer in told) == 3


def test_it_counts_for_five_minutes(client_of: Browsers, ahead: Ahead) -> None:
    desk, phone = client_of("lead"), client_of("")
    path = code(desk)
    ahead(minutes=4, seconds=50)
    assert phone.get(path).status_code == 200
    ahead(minutes=5, seconds=1)
    assert phone.get(path).status_code == 404
    assert phone.post_form(path).status_code == 404


@pytest.mark.engines
@pytest.mark.parametrize("ending", ["another", "others out", "password", "closed"])
def test_what_ends_it(client_of: Browsers, as_: As, cast: Cast, db: Flask, ending: str) -> None:
    desk, phone = client_of("host"), client_of("")
    path = code(desk)
    if ending == "another":
        assert phone.get(code(desk)).status_code == 200
    elif ending == "others out":
        desk.post_form("/me/devices/end-others")
    elif ending == "password":
        desk.post_form("/me/password", {"old": PASSWORD, "password": "another-long-secret-8"})
    else:
        with as_("lead"):
            services.set_disabled(cast.host, True)
    assert phone.get(path).status_code == 404
    assert phone.post_form(path).status_code == 404
    assert name_of(phone) == ""


def test_a_code_is_no_invitation_and_no_way_to_a_password(client_of: Browsers, db: Flask) -> None:
    token = code(client_of("lead")).rsplit("/", 1)[1]
    phone = client_of("")
    for kind in ("invite", "reset"):
        assert phone.get(f"/{kind}/{token}").status_code == 404
    assert phone.post_form(f"/reset/{token}", {"password": "another-long-secret-8"}).status_code == 404


def test_making_and_using_codes_is_limited(client_of: Browsers, ahead: Ahead) -> None:
    desk, phone = client_of("lead"), client_of("")
    told = [desk.post_form("/me/devices/scan").status_code for _ in range(rules.SCANS_OF_ACCOUNT + 1)]
    assert told == [200] * rules.SCANS_OF_ACCOUNT + [429]
    wrong = [phone.post_form(f"/scan/{n}").status_code for n in range(rules.TRIES_OF_ADDRESS + 1)]
    assert (wrong[0], wrong[-1]) == (404, 429)
    ahead(minutes=15, seconds=5)
    assert phone.get(code(desk)).status_code == 200


def test_a_double_click_shows_the_same_code(client_of: Browsers) -> None:
    desk = client_of("lead")
    pages = [desk.post_form("/me/devices/scan", once="a" * 32).text for _ in range(2)]
    found = [re.findall(r"/scan/([\w-]+)", page)[0] for page in pages]
    assert found[0] == found[1]
    phone = client_of("")
    phone.get(f"/scan/{found[0]}")
    before = phone.client.get_cookie("planner")
    assert before
    for _ in range(2):
        phone.client.set_cookie("planner", before.value)  # both clicks leave before the first answer is there
        assert phone.post_form(f"/scan/{found[0]}", once="b" * 32).status_code == 303
    assert name_of(phone) == "lead"


def test_a_phone_of_somebody_else_is_told_first(client_of: Browsers) -> None:
    path = code(client_of("lead"))
    same, host = client_of("lead"), client_of("host")
    assert "已经以 林小雨 登录" in same.get(path).text
    assert "<button" not in same.get(path).text.split("<main")[1].split("</main")[0]
    page = host.get(path).text
    assert "林小雨" in page
    assert "目前登录的是 小米" in page
    assert host.post_form(path).status_code == 303
    assert name_of(host) == "lead"


def test_the_picture_warns_of_an_address_that_no_phone_reaches(client_of: Browsers, app: Flask) -> None:
    desk = client_of("lead")
    assert "手机访问不到" in desk.post_form("/me/devices/scan").text
    app.config["PUBLIC_URL"] = "https://plan.example.com"
    try:
        page = desk.post_form("/me/devices/scan").text
    finally:
        app.config["PUBLIC_URL"] = ""
    assert "https://plan.example.com/scan/" in page
    assert "手机访问不到" not in page
    assert desk.get("/me/devices/scan").location == "/me"


def test_the_login_page_says_how(client_of: Browsers) -> None:
    assert "扫码登录" in client_of("").get("/login").text
    assert 'action="/me/devices/scan"' in client_of("lead").get("/me").text


def test_used_codes_are_forgotten(db: Flask, as_: As, ahead: Ahead, rows: Rows) -> None:
    with as_("lead"):
        services.make_scan(passwords.digest("t"))
    ahead(days=2)
    with acting(Actor(is_system=True, is_admin=True)):
        services.forget_access()
    assert rows("SELECT count(*) FROM one_time_link") == [(0,)]
