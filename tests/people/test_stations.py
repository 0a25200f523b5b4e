"""A shared control desk: signed in as nobody, a PIN each, narrowed to the room, locked by itself, revoked at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base import audit
from planner.base.actor import Actor, Desk
from planner.kernel.permissions import AT_A_STATION, P, Role
from planner.kernel.spans import business_day, day_span
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import queries, services
from tests.cast import Cast
from tests.conftest import Visitor, apart
from tests.people.stations import PINS, give_pins, lock, station, unlock, whose

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
Ahead = Callable[..., None]


def comment_form(page: str) -> str:
    """Where the comment of a session page goes."""
    found = re.search(r'<form[^>]*action="([^"]*)"[^>]*>(?:(?!</form>).)*<textarea[^>]*name="text"', page, re.S)
    assert found
    return found[1]


def a_show(cast: Cast, as_: As, hours: float = 2) -> int:
    """A show of tonight, while the business day lasts, with the host on it."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    tonight = day_span(business_day(now, "Asia/Shanghai"), "Asia/Shanghai")
    start = min(now + timedelta(hours=hours), tonight.end - timedelta(minutes=10))
    with as_("lead"):
        place = {p.key: p.id for p in queries.positions()}
        crew = [ShiftIn(place["host"], cast.host, start, start + timedelta(hours=2))]
        return live.schedule_session("夜场专场", Weight.DAILY, cast.channel, cast.studio, start, 120, shifts=crew)


@pytest.mark.parametrize("role", list(Role))
def test_a_station_leaves_of_a_role_what_belongs_into_the_room(role: Role) -> None:
    own = Actor(1, team_id=1, role=role)
    at = Actor(1, team_id=1, role=role, is_admin=True, station=Desk(1, "1", 90), only=AT_A_STATION)
    for permission in P:
        assert at.may(permission) <= (own.may(permission) or permission is P.INSTALLATION)
    for closed in (P.SELF, P.INSTALLATION, P.PEOPLE_MANAGE, P.RESULT_VIEW, P.TRASH_VIEW, P.TEAM_EDIT, P.SESSION_EDIT):
        assert not at.may(closed)
    assert at.may(P.CHECKLIST_TICK) is (role is not Role.VIEWER)


@pytest.mark.engines
def test_a_link_makes_a_station_once_and_nobody_is_signed_in_there(
    client_of: Browsers, cast: Cast, rows: Rows, db: Flask, as_: As
) -> None:
    give_pins(cast, "host")
    a_show(cast, as_)
    lead = client_of("lead")
    page = lead.post_form("/settings/stations/link", {"name": "中控台 1"})
    path = re.search(r"http://localhost(/station/open/([\w-]+))", page.text)
    assert path
    assert path[2] not in str(rows("SELECT * FROM one_time_link"))
    desk, other = client_of("host"), client_of("")
    assert "将会退出" in desk.get(path[1]).text
    assert rows("SELECT count(*) FROM station") == [(0,)], "looking uses nothing up"
    assert desk.post_form(path[1]).location == "/station"
    screen = desk.get("/station").text
    assert "小米" in screen
    assert "夜场专场" in screen
    assert "阿强" in screen, "who has no PIN is told how to get one"
    assert desk.get("/me").location.startswith("/login")
    assert desk.get("/", follow_redirects=True).request.path == "/station"
    other.get("/login")
    for late in (other.get(path[1]), other.post_form(path[1])):
        assert late.status_code == 404
    assert "中控台 1" in lead.get("/settings/stations").text
    token = next(iter(rows("SELECT token_hash FROM station")))[0]
    assert desk.client.get_cookie("planner")
    assert token not in str(desk.client.get_cookie("planner"))


@pytest.mark.engines
def test_a_lead_turns_this_browser_into_one(client_of: Browsers, cast: Cast, rows: Rows, db: Flask) -> None:
    lead = client_of("lead")
    before = rows("SELECT count(*) FROM device WHERE user_id = :u", u=cast.lead)[0][0]
    assert lead.post_form("/settings/stations", {"name": "中控台 1"}).location == "/station"
    assert rows("SELECT count(*) FROM device WHERE user_id = :u", u=cast.lead)[0][0] == before - 1
    assert lead.get("/settings/stations").location.startswith("/login")


@pytest.mark.engines
def test_a_person_acts_as_themselves_and_only_in_the_room(client_of: Browsers, cast: Cast, db: Flask, as_: As) -> None:
    give_pins(cast)
    show = a_show(cast, as_)
    desk = station(client_of)
    assert unlock(desk, cast, "lead") == 303
    assert whose(desk) == "林小雨"
    assert desk.get(f"/sessions/{show}").status_code == 200
    for closed in ("/me", "/me/password", "/me/data.json", "/settings", "/settings/people", "/settings/stations", "/trash",
                   "/results", "/plan", "/news", "/jobs", f"/sessions/{show}/edit", f"/sessions/{show}/crew"):  # fmt: skip
        answer = desk.get(closed)
        assert answer.status_code == 403, closed
        assert "在自己的设备上" in answer.text, closed
    for path in ("/me/password", "/me/devices/end-others", "/me/team", "/me/pin", "/logout"):
        assert desk.post_form(path).status_code == 403, path
    for theme in ("dark", "light"):
        assert desk.post_form("/me/theme", {"theme": theme}).status_code == 303
    assert desk.post_form("/me/language", {"language": "en"}).status_code == 303


def test_every_link_at_a_station_leads_somewhere(client_of: Browsers, cast: Cast, db: Flask, as_: As) -> None:
    give_pins(cast)
    a_show(cast, as_)
    for login in ("lead", "host"):
        desk = station(client_of, f"中控台 {login}")
        unlock(desk, cast, login)
        seen, queue, dead = set[str](), ["/"], list[str]()
        while queue:
            path = queue.pop()
            shape = re.sub(r"\d[\d-]*", "n", path)
            if shape in seen:
                continue
            seen.add(shape)
            page = desk.get(path, follow_redirects=True)
            dead += [] if page.status_code == 200 else [path]
            text = page.text if page.mimetype == "text/html" else ""
            queue += re.findall(r'<a [^>]*href="(/[^"#]*)', text.replace("&amp;", "&"))
        assert dead == []
        assert len(seen) >= 6


@pytest.mark.engines
def test_what_is_done_there_carries_the_person_and_the_station(
    client_of: Browsers, cast: Cast, db: Flask, as_: As, rows: Rows
) -> None:
    give_pins(cast)
    show = a_show(cast, as_)
    desk = station(client_of)
    unlock(desk, cast, "host")
    page = desk.get(f"/sessions/{show}").text
    assert desk.post_form(comment_form(page), {"text": "麦克风换过了"}).status_code == 303
    item = re.search(r'action="(/checklist-items/\d+/tick)"', desk.get(f"/sessions/{show}/checklist?show=all").text)
    assert item
    assert desk.post_form(item[1], {"text": "好了", "note": "好了"}).status_code == 303
    told = rows("SELECT user_id, station FROM news WHERE name = 'checklists.ItemTicked'")
    assert told == [(cast.host, "中控台 1")]
    lock(desk)
    assert " · 中控台 1" in client_of("lead").get("/news").text
    assert rows("SELECT DISTINCT user_id, station FROM audit_entry WHERE kind = 'comment'") == [(cast.host, "中控台 1")]
    assert rows("SELECT DISTINCT station FROM audit_entry WHERE kind = 'live_session'") == [(None,)]
    with as_("lead"):
        assert audit.seal() > 0
        assert audit.verify().bad is None, "the station is sealed with what was done there"


@pytest.mark.engines
def test_it_locks_after_its_time_and_a_poll_does_not_put_that_off(
    client_of: Browsers, cast: Cast, db: Flask, as_: As, ahead: Ahead
) -> None:
    give_pins(cast)
    desk = station(client_of)
    unlock(desk, cast, "host")
    ahead(seconds=60)
    assert desk.get("/").status_code == 200
    ahead(seconds=140)
    assert desk.get("/").status_code == 200, "the page at 60 s put it off"
    for seconds in (180, 220):
        ahead(seconds=seconds)
        assert desk.get("/sessions", headers={"X-Requested-With": "poll"}).status_code == 200
        assert desk.get("/stream", headers={"Accept": "text/event-stream"}).status_code == 204
    ahead(seconds=235)
    assert desk.get("/").location.startswith("/login")
    assert desk.get("/station").status_code == 200


@pytest.mark.engines
def test_how_long_is_the_stations_and_has_bounds(
    client_of: Browsers, cast: Cast, db: Flask, as_: As, ahead: Ahead
) -> None:
    give_pins(cast)
    desk, lead = station(client_of), client_of("lead")
    path = re.search(r'href="(/settings/stations/\d+)"', lead.get("/settings/stations").text)
    assert path
    version = re.search(r'name="version"[^>]*value="(\d+)"', lead.get(path[1]).text)
    assert version
    for wrong in ("29", "601", "x", ""):
        answer = lead.post_form(path[1], {"name": "大屏", "lock_after": wrong, "version": version[1]})
        assert answer.status_code == 422
        assert "大屏" in answer.text, "nothing typed is lost"
    assert lead.post_form(path[1], {"name": "大屏", "lock_after": "30", "version": version[1]}).status_code == 303
    assert lead.post_form(path[1], {"name": "小屏", "lock_after": "60", "version": version[1]}).status_code == 409
    unlock(desk, cast, "host")
    ahead(seconds=31)
    assert whose(desk) == ""


@pytest.mark.engines
@pytest.mark.parametrize("ending", ["left", "closed", "pin", "no pin", "lead takes it", "revoked", "locked"])
def test_what_ends_a_turn_at_the_next_request(client_of: Browsers, cast: Cast, db: Flask, as_: As, ending: str) -> None:
    give_pins(cast)
    desk = station(client_of)
    unlock(desk, cast, "host")
    assert whose(desk) == "小米"
    if ending == "left":
        with as_("lead"):
            services.end_membership(cast.host)
    elif ending == "closed":
        with as_("lead"):
            services.set_disabled(cast.host, True)
    elif ending == "pin":
        give_pins(cast, "host")
    elif ending == "no pin":
        with as_("host"):
            services.remove_pin()
    elif ending == "lead takes it":
        client_of("lead").post_form(f"/settings/stations/pins/{cast.host}/remove")
    elif ending == "revoked":
        with as_("lead"):
            services.revoke_station(queries.stations()[0].id)
    else:
        lock(desk)
    assert whose(desk) == ""
    screen = desk.get("/station", follow_redirects=True)
    gone = ending in ("left", "closed")
    if ending == "revoked":
        assert screen.request.path == "/login"
    else:
        assert (f'href="/station/people/{cast.host}"' in screen.text) is (ending in ("pin", "locked"))
        assert ("小米" in screen.text) is not gone


@pytest.mark.engines
def test_another_teams_station_is_not_there(client_of: Browsers, cast: Cast, db: Flask, as_: As) -> None:
    station(client_of)
    with as_("lead"):
        (row,) = queries.stations()
    stranger = client_of("outsider")
    path = f"/settings/stations/{row.id}"
    assert stranger.get(path).status_code == 404
    assert stranger.post_form(path, {"name": "x", "lock_after": "60", "version": "1"}).status_code == 404
    assert stranger.post_form(f"{path}/revoke").status_code == 404
    assert f"{path}/revoke" not in stranger.get("/settings/stations").text
    assert stranger.post_form(f"/settings/stations/pins/{cast.host}/remove").status_code == 404
    host = client_of("host")
    assert host.get("/settings/stations").status_code == 403
    assert host.post_form(f"{path}/revoke").status_code == 403


def test_names_are_free_and_short_enough(client_of: Browsers, cast: Cast, db: Flask) -> None:
    station(client_of)
    lead = client_of("lead")
    for wrong in ("中控台 1", "", "x" * 41):
        for path in ("/settings/stations", "/settings/stations/link"):
            answer = lead.post_form(path, {"name": wrong})
            assert answer.status_code == 422, (path, wrong)
    assert lead.get("/settings/stations/link").location == "/settings/stations"


def test_a_stations_token_is_no_sign_in_and_a_device_no_station(client_of: Browsers, cast: Cast, db: Flask) -> None:
    give_pins(cast)
    desk = station(client_of)
    unlock(desk, cast, "host")
    with desk.client.session_transaction() as held:
        token, turn = held["station"], held["turn"]
        held.clear()
        held["_user_id"] = token
    assert desk.get("/").location.startswith("/login")
    with desk.client.session_transaction() as held:
        held.clear()
        held["station"] = token
    assert whose(desk) == "", "the station's cookie alone rides on nobody's turn"
    with desk.client.session_transaction() as held:
        held.clear()
        held["turn"] = turn
    assert desk.get("/").location.startswith("/login")


@pytest.mark.engines
def test_ticks_of_one_are_never_recorded_for_the_next(
    client_of: Browsers, cast: Cast, db: Flask, as_: As, rows: Rows
) -> None:
    give_pins(cast)
    show = a_show(cast, as_)
    desk = station(client_of)
    unlock(desk, cast, "host")
    item = re.search(r'action="(/checklist-items/\d+/tick)"', desk.get(f"/sessions/{show}/checklist?show=all").text)
    assert item
    lock(desk)
    unlock(desk, cast, "member")
    late = {"X-Requested-With": "tick", "X-Acting": str(cast.host)}
    sent = {"client_id": "a" * 32, "text": "好了", "note": "好了"}
    answer = desk.post_form(item[1], sent, once="a" * 32, headers=late)
    assert answer.status_code == 303, "it waits, as after a sign-out"
    assert rows("SELECT count(*) FROM tick") == [(0,)]
    lock(desk)
    unlock(desk, cast, "host")
    assert desk.post_form(item[1], sent, once="a" * 32, headers=late).json["ok"]
    assert rows("SELECT DISTINCT created_by FROM tick") == [(cast.host,)]


def test_forms_of_the_one_before_count_no_more(client_of: Browsers, cast: Cast, db: Flask, as_: As, rows: Rows) -> None:
    give_pins(cast)
    show = a_show(cast, as_)
    desk = station(client_of)
    unlock(desk, cast, "host")
    form = comment_form(desk.get(f"/sessions/{show}").text)
    old = desk.token
    lock(desk)
    unlock(desk, cast, "member")
    desk.token = old
    answer = desk.post_form(form, {"text": "我是小米"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 400
    assert "我是小米" in answer.text
    assert rows("SELECT count(*) FROM comment") == [(0,)]


def test_what_came_after_the_lock_is_held_and_sent_by_whoever_unlocks(
    client_of: Browsers, cast: Cast, db: Flask, as_: As, ahead: Ahead, rows: Rows
) -> None:
    give_pins(cast)
    show = a_show(cast, as_)
    desk = station(client_of)
    unlock(desk, cast, "host")
    form = comment_form(desk.get(f"/sessions/{show}").text)
    ahead(seconds=95)
    held = desk.post_form(form, {"text": "灯光第二排有一盏不亮"}, headers={"Origin": "http://localhost"})
    assert held.status_code == 401
    assert "灯光第二排有一盏不亮" in held.text
    assert "用 PIN 码解锁" in held.text
    kept = re.search(r'name="again" value="([^"]*)"', held.text)
    assert kept
    desk.token = re.findall(r'name="csrf_token" value="([^"]+)"', held.text)[0]
    names = desk.post_form("/station/names", {"again": kept[1]})
    assert f'action="/station/people/{cast.host}/chosen"' in names.text
    desk.token = re.findall(r'name="csrf_token" value="([^"]+)"', names.text)[0]
    pad = desk.post_form(f"/station/people/{cast.host}/chosen", {"again": kept[1]})
    assert 'name="again"' in pad.text
    back = desk.post_form(f"/station/people/{cast.host}", {"again": kept[1], "pin": PINS["host"]})
    assert back.status_code == 200
    assert "灯光第二排有一盏不亮" in back.text
    desk.token = re.findall(r'name="csrf_token" value="([^"]+)"', back.text)[0]
    assert desk.post_form(form, {"text": "灯光第二排有一盏不亮"}).status_code == 303
    assert rows("SELECT created_by FROM comment") == [(cast.host,)]


@pytest.mark.parametrize(
    "path", ["/station/names", "/station/tonight", "/station/people/1", "/station/people/1/chosen", "/station/lock"]
)
def test_a_browser_that_is_no_station_gets_nothing(client_of: Browsers, path: str, db: Flask) -> None:
    visitor = client_of("")
    posts = path.endswith(("names", "chosen", "lock", "1"))
    answer = visitor.post_form(path, {"pin": "4071"}) if posts else visitor.get(path)
    assert answer.status_code in (303, 404)
    assert "小米" not in answer.text
    assert apart(visitor.client.get, "/station").location == "/"
