"""PINs at shared desks: which are refused, how many may be tried, who sets and who takes them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import Actor
from planner.kernel.errors import Invalid
from planner.people import rules
from tests.cast import PASSWORD, Cast
from tests.conftest import Visitor
from tests.people.stations import PINS, give_pins, lock, station, unlock

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
Ahead = Callable[..., None]


@pytest.mark.parametrize("pin", ["0000", "1111", "1234", "9876", "1212", "2580", "123", "12345", "12a4", "", "４٣21"])
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(Invalid):
        rules.read_pin(pin)


def test_a_pin_is_four_digits_however_they_were_typed() -> None:
    assert rules.read_pin(" ４０７１ ") == "4071"
    assert all(rules.read_pin(pin) == pin for pin in PINS.values())


@pytest.mark.engines
def test_five_wrong_pins_lock_a_person_out_of_all_stations(
    client_of: Browsers, cast: Cast, db: Flask, as_: As, ahead: Ahead
) -> None:
    give_pins(cast)
    one, two = station(client_of), station(client_of, "中控台 2")
    for left in (4, 3, 2, 1):
        one.get(f"/station/people/{cast.host}")
        wrong = one.post_form(f"/station/people/{cast.host}", {"pin": "0000"})
        assert (wrong.status_code, f"还可以试 {left} 次" in wrong.text) == (422, True)
    assert unlock(one, cast, "host", "0000") == 422
    for desk in (one, two):
        assert unlock(desk, cast, "host") == 429, "also with the right one"
        page = desk.get(f"/station/people/{cast.host}").text
        assert "输错次数太多" in page
        assert "data-until" in page
    assert unlock(two, cast, "member") == 303, "nobody else is"
    shown = client_of("lead").get("/settings/stations").text
    assert "小米 PIN 码输错太多被锁" in shown
    ahead(minutes=15, seconds=5)
    assert unlock(one, cast, "host") == 303


@pytest.mark.engines
def test_a_right_pin_starts_the_count_anew_and_a_station_has_its_own(
    client_of: Browsers, cast: Cast, db: Flask
) -> None:
    give_pins(cast)
    desk = station(client_of)
    for _ in range(3):
        for _ in range(4):
            assert unlock(desk, cast, "host", "0000") == 422
        assert unlock(desk, cast, "host") == 303
        lock(desk)
    told = [
        unlock(desk, cast, login, "0000") for login in ("member", "member", "member", "member", "lead", "lead", "lead")
    ]
    told += [unlock(desk, cast, "manager", "0000"), unlock(desk, cast, "viewer", "0000")]
    assert told[:8] == [422] * 8
    assert told[8] == 429, "twenty wrong ones close the desk for everybody"
    assert unlock(desk, cast, "host") == 429


def test_who_has_no_pin_is_answered_the_same(client_of: Browsers, cast: Cast, db: Flask) -> None:
    give_pins(cast, "host")
    desk = station(client_of)
    told = []
    for user_id in (cast.host, cast.member):
        desk.get(f"/station/people/{user_id}")
        answer = desk.post_form(f"/station/people/{user_id}", {"pin": "9058"})
        told.append(answer.status_code)
    assert told == [422, 422]
    assert desk.post_form(f"/station/people/{cast.outsider}", {"pin": "9058"}).status_code == 404


@pytest.mark.engines
def test_guesses_at_the_same_moment_do_not_slip_through(
    client_of: Browsers, cast: Cast, db: Flask, together: Callable[..., list[Any]]
) -> None:
    give_pins(cast)
    desk = station(client_of)
    desk.get(f"/station/people/{cast.host}")
    cookie = desk.client.get_cookie("planner")
    assert cookie

    def guess() -> int:
        visitor = Visitor(db.test_client(), token=desk.token)
        visitor.client.set_cookie("planner", cookie.value)
        return visitor.post_form(f"/station/people/{cast.host}", {"pin": "0007"}).status_code

    told = together(db, *[guess] * 8)
    assert sorted(told) == [422] * 5 + [429] * 3


@pytest.mark.engines
def test_a_pin_is_set_by_the_password_and_only_its_hash_is_kept(
    client_of: Browsers, cast: Cast, rows: Rows, db: Flask
) -> None:
    host = client_of("host")
    assert "还没有" in host.get("/me").text
    wrong = host.post_form("/me/pin", {"old": "not this one", "pin": "4071"})
    assert wrong.status_code == 422
    easy = host.post_form("/me/pin", {"old": PASSWORD, "pin": "1234"})
    assert easy.status_code == 422
    assert "太容易" in easy.text
    assert rows("SELECT count(*) FROM station_pin") == [(0,)]
    assert host.post_form("/me/pin", {"old": PASSWORD, "pin": "4071"}).status_code == 303
    (kept,) = rows("SELECT pin_hash FROM station_pin")
    assert kept[0].startswith("$argon2id$")
    assert "4071" not in str(kept)
    assert "station_pin" not in str(rows("SELECT * FROM audit_entry"))
    desk = station(client_of)
    assert unlock(desk, cast, "host") == 303
    assert host.post_form("/me/pin/remove").status_code == 303
    assert rows("SELECT count(*) FROM station_pin") == [(0,)]


def test_a_host_takes_nobodys_pin_and_a_lead_not_the_managers(client_of: Browsers, cast: Cast, db: Flask) -> None:
    give_pins(cast, "host")
    for login, status in (("host", 403), ("outsider", 404)):
        assert client_of(login).post_form(f"/settings/stations/pins/{cast.host}/remove").status_code == status
    assert client_of("lead").post_form(f"/settings/stations/pins/{cast.manager}/remove").status_code == 403
