"""A show planned again says what is in its way; lists of people follow their row; messages and slips help on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel import clock
from planner.live import queries, services
from planner.live.queries.foreseen import Wanted, WantedShift
from planner.live.rules import LogKind, Platform, Weight
from planner.notifications import queries as notices
from planner.people import queries as team
from planner.people import services as people
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import HOUR, SHANGHAI, form_of, wall

Client = Callable[[str], Any]
WEEK = timedelta(days=7)


def test_planning_again_says_what_is_in_the_way(cast: Cast, client_of: Client, plan: Plan, evening: datetime) -> None:
    made = plan(evening, theme="原场", crew=[("host", cast.host)])
    lead, path = client_of("lead"), f"/sessions/{made}/duplicate"
    free = lead.get(path).text
    assert "No conflict." in free
    plan(evening + WEEK + HOUR, 60, theme="挡路的", crew=[("host", cast.host)])
    shown = lead.get(path).text
    assert "No conflict." not in shown and "挡路的" in shown
    assert "is needed in" in shown, "its host, too"
    assert 'name="override_reason"' in shown
    other = lead.get(f"{path}/check?start={wall(evening + 2 * WEEK)}")
    assert "No conflict." in other.text and "<h1" not in other.text
    assert lead.get(f"{path}/check?start=x").status_code == 200
    looked = lead.post_form(path, {"start": wall(evening + 2 * WEEK), "check": "1"})
    assert looked.status_code == 200 and "No conflict." in looked.text
    with acting(cast.actors["lead"]):
        assert len(queries.listed(None, 9)) == 2, "looking makes nothing"
    assert client_of("host").get(f"{path}/check?start={wall(evening)}").status_code == 403
    for asked in (f"start={wall(evening)}", ""):
        assert client_of("outsider").get(f"{path}/check?{asked}").status_code == 404


def test_planning_again_warns_of_short_nights(cast: Cast, client_of: Client, plan: Plan, evening: datetime) -> None:
    start = evening.astimezone(SHANGHAI).replace(hour=20).astimezone(UTC)
    made = plan(start, 240, crew=[("host", cast.host)])
    late = (start + WEEK).astimezone(SHANGHAI).replace(hour=7) + timedelta(days=1)
    plan(late.astimezone(UTC), 120, theme="清早", studio_id=None, crew=[("host", cast.host)])
    shown = client_of("lead").get(f"/sessions/{made}/duplicate").text
    assert "Warnings" in shown and "h of rest" in shown


def choices(page: str, row: int) -> dict[str, str]:
    """Whom a row can name, by the group they stand in."""
    found = re.search(rf'<template data-choices="crew_person" data-row="{row}">(.*?)</template>', page, re.S)
    assert found, page
    groups = re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', found[1], re.S)
    return dict(groups) or {"": found[1]}


@pytest.fixture
def skilled(cast: Cast, position: Callable[[str], int]) -> None:
    """The host hosts, the member stands at the control desk."""
    with acting(cast.actors["manager"]):
        for user_id, key in ((cast.host, "host"), (cast.member, "control")):
            p = next(p for p in team.people() if p.user_id == user_id)
            people.edit_person(user_id, p.version, p.role, [position(key)])


def test_people_are_grouped_anew_when_a_position_changes(
    cast: Cast, client_of: Client, evening: datetime, position: Callable[[str], int], skilled: None
) -> None:
    lead = client_of("lead")
    host, member = cast.actors["host"].name, cast.actors["member"].name
    asked = f"start={wall(evening)}&minutes=60&channel_id={cast.channel}"
    first = lead.get(f"/sessions/new/check?{asked}&crew_position={position('host')}&crew_person={cast.host}").text
    assert host in choices(first, 0)["Can fill it"] and member in choices(first, 0)["Others"]
    then = lead.get(f"/sessions/new/check?{asked}&crew_position={position('control')}&crew_person={cast.host}").text
    assert member in choices(then, 0)["Can fill it"] and host in choices(then, 0)["Others"]
    assert f'<option value="{cast.host}" selected>' in then, "what is chosen stays"


def test_a_crew_that_is_there_regroups_too(
    cast: Cast, client_of: Client, plan: Plan, evening: datetime, position: Callable[[str], int], skilled: None
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    plan(evening + HOUR, 60, theme="别处", studio_id=None, channel_id=_other(cast), crew=[("control", cast.member)])
    lead = client_of("lead")
    assert f'hx-get="/sessions/{made}/crew/check"' in lead.get(f"/sessions/{made}/crew").text
    rows = f"crew_position={position('host')}&crew_person={cast.host}&crew_position={position('control')}&crew_person="
    told = lead.get(f"/sessions/{made}/crew/check?{rows}&crew_start=&crew_end=&crew_start=&crew_end=").text
    member = cast.actors["member"].name
    assert member in choices(told, 1)["Can fill it"] and "别处" in told
    assert client_of("host").get(f"/sessions/{made}/crew/check").status_code in (200, 403)
    assert client_of("outsider").get(f"/sessions/{made}/crew/check").status_code == 404


def _other(cast: Cast) -> int:
    with acting(cast.actors["lead"]):
        return services.add_channel(Platform.TAOBAO, "晨光旗舰店", "chenguang-tb")


def test_a_message_about_several_shows_leads_to_just_these(
    cast: Cast, client_of: Client, plan: Plan, evening: datetime
) -> None:
    plan(evening + timedelta(days=2), theme="无关的")
    with acting(cast.actors["lead"]):
        place = next(p.id for p in team.positions() if p.key == "host")
        shows = [("第一场", evening), ("第二场", evening + timedelta(days=1))]
        made = services.plan_many(
            [
                Wanted(theme, Weight.DAILY, cast.channel, None, at, 60, (WantedShift(place, cast.host, at, at + HOUR),))
                for theme, at in shows
            ]
        )
    with acting(cast.actors["host"]):
        [told] = notices.waiting()
    assert set(told.ids) == set(made)
    host = client_of("host")
    way = re.search(r'href="(/sessions\?[^"]*ids=[^"]*)"', host.get("/").text)
    assert way
    shown = host.get(way[1].replace("&amp;", "&")).text
    assert "第一场" in shown and "第二场" in shown and "无关的" not in shown
    assert "Only the sessions of a message" in shown
    assert "无关的" in host.get("/sessions?view=list&ids=x-0--").text


@pytest.fixture
def slip(cast: Cast, tonight: int) -> int:
    """A slip that was noted on air."""
    with acting(cast.actors["host"]):
        services.go_live(tonight)
        return services.log_entry(tonight, LogKind.SLIP, "a" * 32, clock.now(), "说错价")


def test_on_air_the_record_of_a_slip_says_now(cast: Cast, client_of: Client, slip: int) -> None:
    host = client_of("host")
    before = datetime.now(SHANGHAI).replace(microsecond=0, tzinfo=None)
    form = form_of(host.get(f"/log/{slip}/slip"))
    at = datetime.fromisoformat(form["at"][0])
    assert before <= at <= datetime.now(SHANGHAI).replace(tzinfo=None)
    assert form["offered"] == form["at"]
    alone = host.post_form(f"/log/{slip}/slip", {n: v[0] for n, v in form.items()})
    assert alone.status_code == 303, "nothing was put right yet, so nobody meant the time"
    whole = {n: v[0] for n, v in form.items()} | {"put_right": "更正为 99 元"}
    assert host.post_form(f"/log/{slip}/slip", whole).status_code == 303
    with acting(cast.actors["host"]):
        kept = queries.log_entry_of(slip)[1].slip
    assert kept is not None and kept.put_right == "更正为 99 元"
    assert kept.at is not None and kept.at.astimezone(SHANGHAI).replace(tzinfo=None) == at
