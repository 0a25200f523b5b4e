"""How long a phone stays signed in: ninety days after it was used, and never out near its owner's shift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from planner.base.actor import acting
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries, rules, services
from tests.cast import PROGRAM, Cast
from tests.conftest import Visitor

Browsers = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
FIRST = datetime(2026, 3, 2, 4, tzinfo=UTC)
SHIFT = FIRST + timedelta(days=95)


@pytest.fixture
def day_one() -> Iterator[None]:
    """The day on which everybody signs in."""
    with time_machine.travel(FIRST, tick=False):
        yield


@pytest.fixture
def shift(day_one: None, db: Flask, cast: Cast) -> int:
    """The host's two hours, five days after a phone that nobody uses is signed out."""
    with acting(cast.actors["lead"]):
        position = queries.positions()[0].id
        crew = [ShiftIn(position, cast.host, SHIFT, SHIFT + timedelta(hours=2))]
        return live.schedule_session("夜场", Weight.DAILY, cast.channel, cast.studio, SHIFT, 240, shifts=crew)


def at(visitor: Visitor, instant: datetime) -> int:
    """What the page about oneself answers at an instant."""
    with time_machine.travel(instant, tick=False):
        return visitor.get("/me").status_code


@pytest.mark.engines
@pytest.mark.parametrize(
    ("hours", "status"),
    [(-4.1, 303), (-3.9, 200), (0, 200), (3.9, 200), (4.1, 303)],
)
def test_nobody_is_signed_out_near_a_shift(client_of: Browsers, shift: int, hours: float, status: int) -> None:
    phone = client_of("host")
    with time_machine.travel(SHIFT - timedelta(days=1), tick=False), acting(PROGRAM):
        services.forget_access()
    assert at(phone, SHIFT + timedelta(hours=hours)) == status


def test_only_the_owner_of_the_shift_stays(client_of: Browsers, shift: int) -> None:
    assert at(client_of("member"), SHIFT) == 303


def test_a_shift_that_was_called_off_keeps_nobody(client_of: Browsers, shift: int, cast: Cast) -> None:
    phone = client_of("host")
    with acting(cast.actors["lead"]):
        live.cancel_session(shift, 1, "停播")
    assert at(phone, SHIFT) == 303


@pytest.mark.engines
def test_a_shift_in_another_team_counts_too(client_of: Browsers, shift: int, cast: Cast, rows: Rows) -> None:
    with acting(cast.actors["outsider"]):
        services.invite(Role.MEMBER, "", "f" * 64)
    with acting(cast.actors["host"]):
        services.accept_as_me("f" * 64)
    phone = client_of("host")
    phone.post_form("/me/team", {"team_id": str(cast.other_team)})
    assert at(phone, SHIFT) == 200


def test_who_belongs_to_no_team_is_shown_the_door_and_not_a_fault(client_of: Browsers, day_one: None) -> None:
    assert at(client_of("admin"), FIRST + timedelta(days=91)) == 303


@pytest.mark.engines
def test_use_renews_row_and_cookie_and_the_cookie_outlives_the_row(
    client_of: Browsers, day_one: None, rows: Rows
) -> None:
    phone, seen = client_of("host"), FIRST
    for days in (89, 178, 267):
        with time_machine.travel(FIRST + timedelta(days=days), tick=False):
            answer = phone.get("/me")
        seen = FIRST + timedelta(days=days)
        assert answer.status_code == 200, days
        ends = parsedate_to_datetime(answer.headers["Set-Cookie"].split("Expires=")[1].split(";")[0])
        assert ends >= seen + rules.DEVICE_LIFE + rules.DEVICE_KEPT - timedelta(seconds=1)
    assert str(rows("SELECT max(expires_at) FROM device")[0][0])[:10] == f"{seen + rules.DEVICE_LIFE:%Y-%m-%d}"
    assert at(phone, seen + rules.DEVICE_LIFE - timedelta(minutes=1)) == 200


def test_a_cookie_that_is_too_old_opens_nothing(client_of: Browsers, day_one: None) -> None:
    assert at(client_of("host"), FIRST + rules.DEVICE_LIFE + timedelta(minutes=1)) == 303
    assert at(client_of("host"), FIRST + rules.COOKIE_LIFE + timedelta(minutes=1)) == 303
