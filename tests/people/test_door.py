"""Signing in and out: one answer for all that fails, limits that all processes share and that pass, devices that end."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import Actor, acting
from planner.kernel.errors import NotFound, TooMany
from planner.kernel.permissions import Role
from planner.people import passwords, queries, rules, services
from tests.cast import PASSWORD, PROGRAM, Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
Ahead = Callable[..., None]
NEW = "another-long-secret-8"
ONCE = "0123456789abcdef" * 2


def enter(visitor: Visitor, login: str = "lead", password: str = PASSWORD, **more: Any) -> Any:
    return visitor.post_form("/login", {"login": login, "password": password}, **more)


def shown(answer: Any) -> str:
    """The page without what differs each time."""
    return re.sub(
        r'name="(csrf_token|once)" value="[^"]*"|"server-now" content="[^"]*"|Request \w+|请求 \w+', "", answer.text
    )


# ---------------------------------------------------------------- signing in


@pytest.mark.engines
def test_what_fails_fails_alike(client_of: Browsers, as_: As, cast: Cast, db: Flask) -> None:
    """A wrong password, an unknown name, a closed account, an account without password: the same page."""
    with as_("manager"):
        services.set_disabled(cast.host, True)
        services.add_person("nopass", "没密码", Role.MEMBER)
    answers = [enter(client_of(""), *pair) for pair in (("lead", "wrong"), ("nobody", PASSWORD), ("host", PASSWORD))]
    answers.append(enter(client_of(""), "nopass", ""))
    answers.append(enter(client_of(""), "nopass", PASSWORD))
    assert {answer.status_code for answer in answers} == {422}
    for answer, login in zip(answers, ("lead", "nobody", "host", "", "nopass"), strict=True):
        if login:
            assert shown(answer).replace(f'value="{login}"', "") == shown(answers[0]).replace('value="lead"', "")
            assert "登录名或密码不对" in answer.text
            assert f'value="{login}"' in answer.text, "the name is not lost"
            assert PASSWORD not in answer.text


@pytest.mark.parametrize(("login", "known"), [("lead", True), ("nobody", False), ("host", False)])
def test_every_try_is_counted_and_costs_one_hash(
    client_of: Browsers,
    as_: As,
    cast: Cast,
    db: Flask,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
    login: str,
    known: bool,
) -> None:
    with as_("manager"):
        services.set_disabled(cast.host, True)
    asked: list[bool] = []
    real = passwords.matches

    def matches(password: str, kept: str | None) -> bool:
        asked.append(kept is not None)
        return real(password, kept)

    monkeypatch.setattr(passwords, "matches", matches)
    enter(client_of(""), login, "wrong")
    assert asked == [known]
    assert rows("SELECT key FROM failed_try ORDER BY key") == [(f"account:{login}",), ("address:127.0.0.1",)]


@pytest.mark.parametrize("typed", ["LEAD", " lead ", "ｌｅａｄ"])
def test_a_name_is_read_as_it_was_meant(client_of: Browsers, typed: str) -> None:
    assert enter(client_of(""), typed).status_code == 303


def test_an_empty_form_is_told_at_its_fields_in_both_languages(client_of: Browsers) -> None:
    for language, words in (("zh-CN", "该字段是必填字段"), ("en", "This field is required")):
        answer = client_of("").post_form("/login", {}, headers={"Accept-Language": language})
        assert answer.status_code == 422
        for name in ("login", "password"):
            told = re.search(rf'id="{name}-error">.*?<span>([^<]*)<', answer.text, re.S)
            assert told, name
            assert words in told[1], language


@pytest.mark.engines
def test_a_new_session_for_each_sign_in_and_one_for_a_double_click(client_of: Browsers, rows: Rows) -> None:
    first, second, third = client_of(""), client_of(""), client_of("")
    for visitor in (first, second):
        assert enter(visitor, once=ONCE).status_code == 303
    assert enter(third).status_code == 303
    assert [visitor.get("/me").status_code for visitor in (first, second, third)] == [200, 200, 200]
    assert rows("SELECT count(*) FROM device") == [(2,)]
    other = client_of("")
    enter(other, "host", once=ONCE)
    assert "小米" in other.get("/me").text, "a key that somebody used before lets nobody into their account"


def test_the_cookie_is_no_account_and_nothing_secret_is_stored(client_of: Browsers, rows: Rows, cast: Cast) -> None:
    client_of("lead")
    ((token_hash, user_id, team_id, address),) = rows("SELECT token_hash, user_id, team_id, address FROM device")
    assert re.fullmatch(r"[0-9a-f]{64}", token_hash)
    assert (user_id, team_id, address) == (cast.lead, cast.team, "127.0.0.1")


def test_who_is_signed_in_is_led_on(client_of: Browsers) -> None:
    lead = client_of("lead")
    assert lead.get("/login").location == "/"
    assert lead.get("/login?next=/sessions").location == "/sessions"
    assert lead.get("/first-run").location == "/login"
    assert lead.get("/login?next=//evil.example").location == "/"


# ---------------------------------------------------------------- limits


@pytest.mark.engines
def test_an_account_is_closed_for_a_quarter_of_an_hour(client_of: Browsers, ahead: Ahead) -> None:
    visitor = client_of("")
    told = [enter(visitor, password=f"wrong-{n}", once=ONCE).status_code for n in range(rules.TRIES_OF_ACCOUNT + 1)]
    assert told == [422] * rules.TRIES_OF_ACCOUNT + [429], "one form sent again and again is no way around it"
    refused = enter(visitor)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert enter(client_of(""), "nobody", "x").status_code == 422, "another account is not closed"
    ahead(minutes=14)
    assert enter(visitor).status_code == 429
    ahead(minutes=15, seconds=5)
    assert enter(visitor).status_code == 303


def test_unknown_names_are_limited_too(client_of: Browsers) -> None:
    visitor = client_of("")
    told = [enter(visitor, "nobody", f"wrong-{n}").status_code for n in range(rules.TRIES_OF_ACCOUNT + 2)]
    assert told[-3:] == [422, 429, 429]


def test_an_address_is_limited_over_all_accounts(db: Flask, ahead: Ahead) -> None:
    for number in range(rules.TRIES_OF_ADDRESS):
        services.take_try(f"name{number}", "10.0.0.1")
    with pytest.raises(TooMany):
        services.take_try("other", "10.0.0.1")
    services.take_try("other", "10.0.0.2")
    ahead(minutes=15, seconds=1)
    services.take_try("other", "10.0.0.1")


def test_a_success_forgets_the_accounts_tries(client_of: Browsers, rows: Rows) -> None:
    visitor = client_of("")
    for number in range(rules.TRIES_OF_ACCOUNT - 1):
        enter(visitor, password=f"wrong-{number}")
    assert enter(visitor).status_code == 303
    assert rows("SELECT count(*) FROM failed_try WHERE key = 'account:lead'") == [(0,)]
    assert rows("SELECT count(*) FROM failed_try") == [(rules.TRIES_OF_ACCOUNT - 1,)]


@pytest.mark.engines
def test_many_at_once_get_no_more_tries(db: Flask, together: Callable[..., list[Any]], cast: Cast) -> None:
    told = together(db, *[lambda: services.take_try("lead", "10.0.0.9")] * 16)
    assert sum(each is None for each in told) == rules.TRIES_OF_ACCOUNT
    assert all(each is None or isinstance(each, TooMany) for each in told), told


def test_old_tries_links_and_devices_are_forgotten(
    db: Flask, cast: Cast, rows: Rows, ahead: Ahead, client_of: Browsers
) -> None:
    lead = client_of("lead")
    lead.post_form("/settings/people/invite", {"role": "host", "language": "en"})
    enter(client_of(""), password="wrong")
    for days, left in ((0, (1, 2, 1)), (7.5, (1, 0, 1)), (9, (1, 0, 0)), (119, (1, 0, 0)), (121, (0, 0, 0))):
        ahead(days=days)
        with acting(PROGRAM):
            services.forget_access()
        counts = tuple(
            rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("device", "failed_try", "one_time_link")
        )
        assert counts == left, days


# ---------------------------------------------------------------- leaving, and my devices


@pytest.mark.engines
def test_signing_out_ends_the_device_and_not_only_the_cookie(client_of: Browsers, rows: Rows) -> None:
    lead = client_of("lead")
    cookie = lead.client.get_cookie("planner")
    assert cookie
    out = lead.post_form("/logout")
    assert (out.status_code, out.location) == (303, "/login")
    assert lead.get("/me").status_code == 303
    assert rows("SELECT * FROM device") == []
    lead.client.set_cookie("planner", cookie.value)
    assert lead.get("/me").status_code == 303, "the old cookie opens nothing"
    assert lead.get("/logout").status_code == 405


@pytest.mark.engines
def test_a_device_that_was_ended_is_out_at_its_next_request(client_of: Browsers, rows: Rows, cast: Cast) -> None:
    here, phone, other = client_of("lead"), client_of("lead"), client_of("host")
    ids = [row[0] for row in rows("SELECT id FROM device WHERE user_id = :u ORDER BY id", u=cast.lead)]
    page = here.get("/me").text
    assert f"/me/devices/{ids[1]}/end" in page
    assert f"/me/devices/{ids[0]}/end" not in page, "the one in hand is marked instead"
    assert other.post_form(f"/me/devices/{ids[1]}/end").status_code == 404
    assert phone.get("/me").status_code == 200
    assert here.post_form(f"/me/devices/{ids[1]}/end").status_code == 303
    assert phone.get("/me").status_code == 303
    assert here.get("/me").status_code == 200
    assert here.post_form(f"/me/devices/{ids[1]}/end").status_code == 404
    again, third = client_of("lead"), client_of("lead")
    assert again.post_form("/me/devices/end-others").status_code == 303
    assert [v.get("/me").status_code for v in (here, third, again, other)] == [303, 303, 200, 200]


def test_a_device_lives_ninety_days_after_it_was_seen(client_of: Browsers, ahead: Ahead) -> None:
    lead = client_of("lead")
    for days in (80, 160, 240):
        ahead(days=days)
        assert lead.get("/me").status_code == 200, days
    ahead(days=240 + 91)
    assert lead.get("/me").status_code == 303


@pytest.mark.engines
def test_a_new_password_signs_all_other_devices_out(client_of: Browsers, rows: Rows, cast: Cast, as_: As) -> None:
    here, phone = client_of("lead"), client_of("lead")
    with as_("manager"):
        services.make_reset(cast.lead, "9" * 64)
    wrong = here.post_form("/me/password", {"old": "wrong", "password": NEW})
    assert wrong.status_code == 422
    assert "这不是你当前的密码" in wrong.text
    weak = here.post_form("/me/password", {"old": PASSWORD, "password": "password1234"})
    assert weak.status_code == 422
    assert phone.get("/me").status_code == 200
    assert here.post_form("/me/password", {"old": PASSWORD, "password": NEW}).status_code == 303
    assert (here.get("/me").status_code, phone.get("/me").status_code) == (200, 303)
    assert enter(client_of("")).status_code == 422
    assert enter(client_of(""), password=NEW).status_code == 303
    with pytest.raises(NotFound):
        queries.link_behind("reset", "9" * 64)


def test_the_present_password_is_not_to_be_guessed_from_inside(client_of: Browsers) -> None:
    lead = client_of("lead")
    for path in ("/me/password", "/me/erase"):
        data = {"password": NEW}
        told = [lead.post_form(path, data | {"old": f"w{n}"}, once=ONCE).status_code for n in range(11)]
        assert told[-1] == 429, path


@pytest.mark.engines
def test_a_closed_account_is_out_everywhere_and_stays_out(client_of: Browsers, as_: As, cast: Cast, db: Flask) -> None:
    host = client_of("host")
    with as_("lead"):
        services.set_disabled(cast.host, True)
    assert host.get("/me").status_code == 303
    assert enter(client_of(""), "host").status_code == 422
    with as_("lead"):
        services.set_disabled(cast.host, False)
    assert host.get("/me").status_code == 303, "the old cookie has gone for good"
    assert enter(client_of(""), "host").status_code == 303
