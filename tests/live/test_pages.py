"""The pages of sessions: without JavaScript, for each role, for strangers, over night, and at a thousand rows."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event

from planner.base import unit as units
from planner.base.actor import acting
from planner.base.engine import engine
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.live import queries, services
from planner.live.models import LiveSession
from planner.live.rules import LogKind, State, Weight, read_lineup
from planner.outcomes import services as outcomes
from tests.cast import Cast
from tests.live.conftest import Plan

Client = Callable[[str], Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def wall(instant: datetime) -> str:
    """As a form has it."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def form_of(page: Any) -> dict[str, list[str]]:
    """What the main form of a page would send as it stands."""
    html = re.search(r'<form method="post" class="form".*?</form>', page.text, re.S)
    assert html, page.text
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", html[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or name[1] in ("csrf_token", "once"):
            continue
        if re.search(r'type="(radio|checkbox)"', tag) and "checked" not in tag:
            continue
        sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html[0], re.S):
        sent.setdefault(name, []).append(inner.strip())
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html[0], re.S):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option value="([^"]*)"[^>]*selected', inner)
        sent.setdefault(name, []).append((chosen[1] or chosen[2] or "") if chosen else "")
    return sent


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements of the database meanwhile, without transaction control."""
    told: list[str] = []

    def note(_c: Any, _cur: Any, text: str, *_rest: Any) -> None:
        if not text.upper().startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            told.append(text)

    with app.app_context():
        event.listen(engine(), "before_cursor_execute", note)
        try:
            yield told
        finally:
            event.remove(engine(), "before_cursor_execute", note)


def new_form(cast: Cast, start: datetime, **more: Any) -> dict[str, Any]:
    return {
        "theme": "双十二预热",
        "weight": "daily",
        "channel_id": str(cast.channel),
        "studio_id": str(cast.studio),
        "start": wall(start),
        "minutes": "240",
    } | more


def test_a_session_is_planned_with_its_crew_by_plain_forms(
    client_of: Client, cast: Cast, evening: datetime, position: Callable[[str], int]
) -> None:
    lead = client_of("lead")
    page = lead.get("/sessions/new?day=2026-12-12")
    assert "2026-12-12T20:00" in page.text
    start = evening.astimezone(SHANGHAI).replace(hour=22)
    crew = {
        "crew_position": [str(position("host")), str(position("host")), ""],
        "crew_person": [str(cast.host), str(cast.lead), ""],
        "crew_start": ["", "00:00", ""],
        "crew_end": ["00:00", "", ""],
    }
    wanted = {"target_metric": ["gmv", "viewers", "follow_rate"], "target_value": ["50万", "", "1.8"]}
    more = lead.post_form("/sessions/new", new_form(cast, start, **crew, **wanted, tags="会员、双十二", more_crew="1"))
    assert more.status_code == 200
    assert 'value="双十二预热"' in more.text
    made = lead.post_form("/sessions/new", new_form(cast, start, **crew, **wanted, tags="会员、双十二"))
    assert made.status_code == 303, made.text
    page = lead.get(made.location)
    assert page.status_code == 200
    for said in ("双十二预热", "next day 02:00", "小米", "林小雨", "会员", "500,000", "1.80%", "Undo"):
        assert said in page.text, said
    session_id = int(made.location.rsplit("/", 1)[1])
    held = form_of(lead.get(f"/sessions/{session_id}/crew"))
    assert held["crew_start"][:2] == ["22:00", "00:00"]
    with acting(cast.actors["lead"]):
        before = [(s.id, s.start, s.end) for s in queries.shifts(session_id)]
    assert lead.post_form(f"/sessions/{session_id}/crew", held).status_code == 303
    with acting(cast.actors["lead"]):
        assert [(s.id, s.start, s.end) for s in queries.shifts(session_id)] == before


def test_the_same_form_sent_twice_plans_one_session(client_of: Client, cast: Cast, evening: datetime) -> None:
    lead, once = client_of("lead"), secrets.token_hex(16)
    answers = [lead.post_form("/sessions/new", new_form(cast, evening), once=once) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"theme": "  "}, "required"),
        ({"minutes": "3"}, "between 5 minutes and 24 hours"),
        ({"minutes": "99999999999"}, "whole number"),
        ({"start": "tonight"}, "Type a date and time"),
        ({"channel_id": "999999"}, "can be chosen"),
        ({"studio_id": "9" * 40}, "can be chosen"),
        ({"target_metric": ["gmv"], "target_value": ["NaN"]}, "Type a number"),
        ({"target_metric": ["gmv"], "target_value": ["-5"]}, "A target is more than 0"),
        ({"target_metric": ["viewers"], "target_value": ["0"]}, "A target is more than 0"),
        ({"target_metric": ["roi"], "target_value": ["50万亿"]}, "Type a number"),
        ({"target_metric": ["follow_rate"], "target_value": ["4000"]}, "look at the unit"),
        ({"target_metric": [""], "target_value": ["5"]}, "Choose what the number counts"),
        ({"target_metric": ["gmv", "gmv"], "target_value": ["5", "6"]}, "has a target above"),
        ({"target_metric": ["made_up"], "target_value": ["5"]}, "Choose a figure of the list"),
        ({"weight": "huge"}, ""),
        ({"crew_position": ["1"], "crew_person": [""]}, "needs a position and a person"),
        ({"crew_position": ["1"], "crew_person": ["9" * 30]}, "needs a position and a person"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(
    client_of: Client, cast: Cast, evening: datetime, wrong: dict[str, Any], said: str
) -> None:
    page = client_of("lead").post_form("/sessions/new", new_form(cast, evening, notes="别丢") | wrong)
    assert page.status_code == 422
    assert said in page.text
    assert "别丢" in page.text


def test_a_conflict_says_who_what_when_and_a_lead_may_override(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    plan(evening, crew=[("host", cast.host)])
    lead = client_of("lead")
    taken = lead.post_form("/sessions/new", new_form(cast, evening + HOUR))
    assert taken.status_code == 422
    assert "The studio is taken by “秋冬修护专场”" in taken.text
    with acting(cast.actors["lead"]):
        other = services.add_channel("taobao", "淘宝", "taobao_1")  # type: ignore[arg-type]
    crew = {
        "crew_position": [str(position("host"))],
        "crew_person": [str(cast.host)],
        "crew_start": [""],
        "crew_end": [""],
    }
    busy = new_form(cast, evening + HOUR, channel_id=str(other), studio_id="", **crew)
    refused = lead.post_form("/sessions/new", busy)
    assert refused.status_code == 422
    assert "小米 is needed in “秋冬修护专场”" in refused.text
    assert 'name="override_reason"' in refused.text
    assert lead.post_form("/sessions/new", busy | {"override_reason": "替补未到"}).status_code == 303


def test_moving_shows_first_what_follows(client_of: Client, cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/move")) | {"start": wall(evening + 2 * HOUR)}
    preview = lead.post_form(f"/sessions/{made}/move", sent)
    assert preview.status_code == 200
    assert "Moves along" in preview.text
    assert "小米" in preview.text
    with acting(cast.actors["lead"]):
        assert queries.brief(made).planned_start == evening
    moved = lead.post_form(f"/sessions/{made}/move", sent | {"step": "confirm"})
    assert moved.status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.brief(made).planned_start == evening + 2 * HOUR


@pytest.mark.parametrize(
    ("path", "mine"),
    [
        ("edit", {"theme": "我改的"}),
        ("crew", {"override_reason": "我改的"}),
        ("targets", {"target_value": "4321"}),
        ("lineup", {"rows": "1\t我改的\t\t99"}),
        ("move", {"minutes": "321", "step": "confirm"}),
        ("cancel", {"reason": "我取消的"}),
    ],
)
def test_a_form_left_open_over_night_shows_theirs_and_mine(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, path: str, mine: dict[str, str]
) -> None:
    made = plan(evening, targets={"gmv": Decimal(5)})
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/{path}"))
    with acting(cast.actors["manager"]):
        services.edit_session(made, queries.brief(made).version, "经理改的", Weight.DAILY, "", [])
    stale = lead.post_form(f"/sessions/{made}/{path}", sent | mine)
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text
    assert "周经理 changed this meanwhile" in stale.text
    assert all(value in stale.text for name, value in mine.items() if name != "step")
    if path == "edit":
        assert "经理改的" in stale.text
    again = dict[str, list[str]]()
    for tag in re.findall(r'<input type="hidden"[^>]*>', stale.text[stale.text.index('class="form-foot"') :]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in ("csrf_token", "once"):
            again.setdefault(name[1], []).append(value[1] if value else "")
    assert lead.post_form(f"/sessions/{made}/{path}", again).status_code == 303


def test_the_room_goes_live_and_ends_by_plain_buttons(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    host = client_of("host")
    assert f'action="/sessions/{made}/air"' in host.get(f"/sessions/{made}").text
    assert host.post_form(f"/sessions/{made}/air").status_code == 303
    page = host.get(f"/sessions/{made}")
    assert page.text.count('class="tile') >= len(LogKind)
    assert "Open when it went on air" in page.text
    assert host.post_form(f"/sessions/{made}/log", {"kind": "sound", "note": "麦没声"}).status_code == 303
    assert "麦没声" in host.get(f"/sessions/{made}").text
    assert host.post_form(f"/sessions/{made}/end").status_code == 303
    assert host.post_form(f"/sessions/{made}/not-ended").status_code == 303
    assert host.post_form(f"/sessions/{made}/end").status_code == 303
    assert host.post_form(f"/sessions/{made}/again").status_code == 303
    assert host.post_form(f"/sessions/{made}/end").status_code == 303
    review = host.get(f"/sessions/{made}")
    assert "麦没声" in review.text
    assert "Streams" in review.text


def test_a_note_from_the_phones_queue_counts_once_at_its_own_time(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made, datetime.now(UTC) - 2 * HOUR)
    host, key = client_of("host"), secrets.token_hex(16)
    tapped = datetime.now(UTC).replace(microsecond=0) - HOUR
    sent = {"kind": "price", "client_id": key, "tapped_at": tapped.isoformat()}
    for _ in range(2):
        answer = host.post_form(f"/sessions/{made}/log", sent, once=key, headers={"X-Requested-With": "tick"})
        assert answer.get_json()["ok"] is True
    with acting(cast.actors["host"]):
        (row,) = queries.log(made)
    assert row.at == tapped
    wrong = host.post_form(f"/sessions/{made}/log", {"kind": "nonsense"}, headers={"X-Requested-With": "tick"})
    assert wrong.status_code == 422
    assert wrong.get_json()["ok"] is False
    noted = host.post_form(f"/log/{row.id}/note", {"text": "已改价", "phase": "air"})
    assert noted.location == f"/sessions/{made}?phase=air"
    part = host.get(f"/sessions/{made}?part=log&phase=air")
    assert "已改价" in part.text
    assert "<html" not in part.text
    etag = {"If-None-Match": part.headers["ETag"]}
    assert host.get(f"/sessions/{made}?part=log&phase=air", headers=etag).status_code == 304
    assert host.post_form(f"/log/{row.id}/withdraw").status_code == 303
    assert "已改价" not in host.get(f"/sessions/{made}?phase=air").text


def test_readiness_can_be_copied_for_the_group(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    page = client_of("lead").get(f"/sessions/{made}").text
    told = re.search(r'<pre id="ready-\d+">(.*?)</pre>', page, re.S)
    assert told
    assert "秋冬修护专场" in told[1]
    assert f"http://localhost/sessions/{made}" in told[1]
    assert "1. " in told[1]
    assert "Not fit to go live" in told[1]


READ = ["", "?phase=air", "?phase=review", "?phase=wrong"]
WRITE = ["edit", "move", "cancel", "duplicate", "crew", "targets", "lineup", "schedule"]
POSTS = ["air", "end", "not-live", "not-ended", "again", "prepare", "withdraw-go", "log", "restore", "delete"]


def test_who_may_see_and_do_what(client_of: Client, cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    viewer, host = client_of("viewer"), client_of("host")
    for path in READ:
        assert viewer.get(f"/sessions/{made}{path}").status_code == 200
    page = viewer.get(f"/sessions/{made}").text
    assert "/edit" not in page
    assert f'action="/sessions/{made}/air"' not in page
    for path in WRITE:
        assert host.get(f"/sessions/{made}/{path}").status_code == 403, path
    assert host.get("/sessions/new").status_code == 403
    for path in POSTS:
        assert viewer.post_form(f"/sessions/{made}/{path}").status_code == 403, path
    for path in ("/settings/channels", "/settings/studios"):
        assert host.get(path).status_code == 200
        assert host.post_form(path, {"name": "x"}).status_code == 403


def test_a_stranger_finds_nothing_and_nobody_is_asked_to_sign_in(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made)
        entry = services.log_entry(made, LogKind.SOUND, secrets.token_hex(16))
    stranger = client_of("outsider")
    for path in ["", *(f"/{p}" for p in [*WRITE, "go", "times"])]:
        assert stranger.get(f"/sessions/{made}{path}").status_code == 404, path
    for path in POSTS:
        data = {"kind": "sound"} if path == "log" else {}
        assert stranger.post_form(f"/sessions/{made}/{path}", data).status_code == 404, path
    assert stranger.post_form(f"/log/{entry}/note", {"text": "x"}).status_code == 404
    assert stranger.get(f"/settings/channels/{cast.channel}").status_code == 404
    assert stranger.get(f"/settings/studios/{cast.studio}").status_code == 404
    for path in ("/sessions", "/sessions?view=list", "/sessions?view=month"):
        assert "秋冬修护专场" not in stranger.get(path).text
    assert client_of("").get(f"/sessions/{made}").status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/sessions?day=nonsense",
        "/sessions?day=0001-01-01",
        "/sessions?view=month&day=2100-12-31",
        "/sessions?view=list&after=nonsense_1",
        "/sessions?view=list&after=2026-11-23T12:00:00%2B00:00_99999999999999999999999",
        "/sessions?view=list&q=%00%F0%9F%92%A5&state=wrong&rows=99999",
        "/sessions?view=wrong",
        "/sessions/new?day=nonsense",
    ],
)
def test_no_address_is_a_fault(client_of: Client, path: str) -> None:
    assert client_of("lead").get(path).status_code == 200


def test_ids_that_can_not_be_are_not_found(client_of: Client) -> None:
    lead = client_of("lead")
    for row_id in ("0", "9223372036854775807", "9223372036854775808", "99999999999999999999"):
        assert lead.get(f"/sessions/{row_id}").status_code == 404


def fill(cast: Cast, count: int, start: datetime) -> None:
    """Many sessions by hand: the rules of booking are not what is measured."""
    with acting(cast.actors["lead"]), units.writing("tests.fill") as unit:
        unit.session.add_all(
            LiveSession(
                theme=f"第 {n} 场",
                weight=Weight.DAILY,
                state=State.SCHEDULED,
                channel_id=cast.channel,
                studio_id=cast.studio,
                planned_start=start + timedelta(minutes=n * 5),
                planned_end=start + timedelta(minutes=n * 5 + 5),
                notes="",
            )
            for n in range(count)
        )


@pytest.mark.parametrize("path", ["/sessions", "/sessions?view=month", "/sessions?view=list"])
def test_lists_cost_the_same_for_ten_and_a_thousand_rows(client_of: Client, cast: Cast, db: Flask, path: str) -> None:
    lead = client_of("lead")
    now = datetime.now(UTC)
    counts = []
    for more in (10, 990):
        fill(cast, more, now)
        with statements(db) as told:
            assert lead.get(path).status_code == 200
        counts.append(len(told))
    assert counts[1] <= counts[0] <= 12, "it may be less, where nothing of what is shown begins tonight"


def test_the_list_is_paged_by_key_and_loses_nothing(client_of: Client, cast: Cast, db: Flask) -> None:
    fill(cast, 120, datetime.now(UTC))
    lead, seen, path = client_of("lead"), list[str](), "/sessions?view=list&q=第"
    for _ in range(5):
        page = lead.get(path).text
        seen += re.findall(r">(第 \d+ 场)<", page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        if not following:
            break
        path = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 120


def test_the_hub_stays_within_its_statements(client_of: Client, cast: Cast, plan: Plan, app: Flask) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)], targets={"gmv": 5}, tags=["a"])
    lead = client_of("lead")
    for step in ("", "air", "end"):
        if step:
            lead.post_form(f"/sessions/{made}/{step}")
            lead.get("/me")
        with statements(app) as told:
            assert lead.get(f"/sessions/{made}").status_code == 200
        assert len(told) <= 20, (step, len(told), told)


def test_strips_cost_six_statements_at_most(cast: Cast, plan: Plan, app: Flask) -> None:
    now = datetime.now(UTC)
    for n in range(6):
        plan(now + timedelta(minutes=10 + 30 * n), 30, theme=f"{n}", crew=[("host", cast.host)])
    with statements(app) as told, app.test_request_context(), acting(cast.actors["lead"]):
        assert len(queries.strips(now)) >= 1
    assert len(told) <= 6, told


def test_channels_and_studios_are_kept_by_leads(client_of: Client, cast: Cast) -> None:
    lead = client_of("lead")
    sent = {"platform": "kuaishou", "name": "快手号", "account": "ks_1"}
    assert lead.post_form("/settings/channels", sent).status_code == 303
    again = lead.post_form("/settings/channels", sent)
    assert again.status_code == 422
    assert "There already is a channel" in again.text
    row = form_of(lead.get(f"/settings/channels/{cast.channel}"))
    assert lead.post_form(f"/settings/channels/{cast.channel}", row | {"name": "改名"}).status_code == 303
    stale = lead.post_form(f"/settings/channels/{cast.channel}", row | {"name": "又改"})
    assert stale.status_code == 409
    assert "改名" in stale.text
    assert "又改" in stale.text
    assert lead.post_form(f"/settings/studios/{cast.studio}/delete").status_code == 303
    assert "3号间" not in re.sub(r"(?s)<div class=\"undo.*?</div>", "", lead.get("/settings/studios").text)


def test_a_team_without_a_channel_is_told_where_to_begin(client_of: Client) -> None:
    page = client_of("outsider").get("/sessions/new")
    assert "First say where you broadcast" in page.text
    assert "/settings/channels" in page.text


def test_a_cancelled_session_says_why_and_a_go_is_given_on_its_page(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    lead = client_of("lead")
    assert lead.post_form(f"/sessions/{made}/go", {"note": "齐了"}).status_code == 303
    page = lead.get(f"/sessions/{made}").text
    assert "Go given by 林小雨" in page
    assert lead.post_form(f"/sessions/{made}/withdraw-go").status_code == 303
    sent = form_of(lead.get(f"/sessions/{made}/cancel"))
    assert lead.post_form(f"/sessions/{made}/cancel", sent).status_code == 422
    assert lead.post_form(f"/sessions/{made}/cancel", sent | {"reason": "停电"}).status_code == 303
    assert "停电" in lead.get(f"/sessions/{made}").text
    assert lead.post_form(f"/sessions/{made}/restore").status_code == 303
    assert lead.post_form(f"/sessions/{made}/delete").status_code == 303
    assert lead.get(f"/sessions/{made}").status_code == 404


def test_real_times_are_corrected_on_their_page(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made, now - 3 * HOUR)
        services.end_live(made, now - HOUR)
        ((stream,), version) = queries.airings(made), queries.brief(made).version
    host = client_of("host")
    page = host.get(f"/sessions/{made}/times")
    assert "Add a stream" not in page.text
    sent = form_of(page)
    assert sent["version"] == [str(version)]
    wrong = host.post_form(f"/sessions/{made}/times", sent | {f"end_{stream.id}": wall(now - 5 * HOUR)})
    assert wrong.status_code == 422
    assert "The end lies after the start" in wrong.text
    assert f'aria-describedby="end_{stream.id}-error"' in wrong.text
    empty = host.post_form(f"/sessions/{made}/times", sent | {f"start_{stream.id}": ""})
    assert "Type when it began." in empty.text
    right = sent | {f"start_{stream.id}": wall(now - 4 * HOUR), f"end_{stream.id}": wall(now - 2 * HOUR)}
    saved = host.post_form(f"/sessions/{made}/times", right)
    assert saved.status_code == 303
    assert f"tapped {(now - 3 * HOUR).astimezone(SHANGHAI):%H:%M}" in host.get(saved.location).text
    stale = host.post_form(f"/sessions/{made}/times", right | {f"end_{stream.id}": wall(now - HOUR)})
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text


def test_a_lead_adds_a_stream_on_another_channel(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        other = services.add_channel("taobao", "淘宝号", "taobao_1")  # type: ignore[arg-type]
        services.go_live(made, now - 3 * HOUR)
        services.end_live(made, now - HOUR)
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/times"))
    new = {"channel_new": str(other), "start_new": wall(now - 2 * HOUR), "end_new": wall(now - HOUR)}
    for wrong, at in (({"start_new": ""}, "start_new"), ({"channel_new": str(cast.channel)}, "start_new")):
        page = lead.post_form(f"/sessions/{made}/times", sent | new | wrong)
        assert page.status_code == 422
        assert f'id="{at}-error"' in page.text
        assert '<details id="forgotten" open>' in page.text
    unnamed = lead.post_form(f"/sessions/{made}/times", sent | new | {"channel_new": ""})
    assert 'id="channel_new-error"' in unnamed.text
    assert client_of("host").post_form(f"/sessions/{made}/times", sent | new).status_code == 303, (
        "no such field for them"
    )
    with acting(cast.actors["host"]):
        assert len(queries.airings(made)) == 1
    sent = form_of(lead.get(f"/sessions/{made}/times"))
    assert lead.post_form(f"/sessions/{made}/times", sent | new).status_code == 303
    page = lead.get(f"/sessions/{made}").text
    assert "淘宝号" in page
    assert "Stream 2" in lead.get(f"/sessions/{made}/times").text
    assert "This session was not on air." in lead.get(f"/sessions/{plan(now + 9 * HOUR)}/times").text


def undo_of(visitor: Any, location: str) -> Any:
    """Take back, by the button of the strip, what the page behind an answer offers to take back."""
    page = visitor.get(location).text
    found = re.search(r'<div class="undo".*?<form method="post" action="([^"]+)"', page, re.S)
    assert found, page
    return visitor.post_form(found[1].replace("&amp;", "&"), headers={"Referer": f"http://localhost{location}"})


def test_what_is_taken_back_on_air_can_be_undone_by_plain_forms(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, now_of: Callable[[int], Any]
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.give_go(made, "齐了")
    host = client_of("host")
    for path, before, after, then in (
        ("withdraw-go", State.READY, State.PREPARING, ""),
        ("air", State.READY, State.LIVE, "air"),
        ("not-live", State.LIVE, State.PREPARING, ""),
        ("end", State.LIVE, State.ENDED, "end"),
        ("not-ended", State.ENDED, State.LIVE, ""),
        ("again", State.ENDED, State.LIVE, "again"),
        ("not-live", State.LIVE, State.ENDED, ""),
    ):
        assert now_of(made).state is before, path
        answer = host.post_form(f"/sessions/{made}/{path}")
        assert now_of(made).state is after, path
        undone = undo_of(host, answer.location)
        assert (undone.status_code, now_of(made).state) == (303, before), path
        assert "Undone." in host.get(undone.location).text
        if then:
            assert host.post_form(f"/sessions/{made}/{then}").status_code == 303
            host.get("/me")


def test_a_note_is_withdrawn_and_put_back_by_plain_forms(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made)
    host = client_of("host")
    noted = host.post_form(f"/sessions/{made}/log", {"kind": "price", "note": "挂错价"})
    withdrawn = undo_of(host, noted.location)
    with acting(cast.actors["host"]):
        assert queries.log(made) == []
    back = undo_of(host, withdrawn.location)
    assert "The note stands again." in host.get(back.location).text
    with acting(cast.actors["host"]):
        (row,) = queries.log(made)
    assert row.note == "挂错价"
    gone = host.post_form(f"/log/{row.id}/withdraw", {"phase": "review"})
    assert gone.location == f"/sessions/{made}?phase=review"
    assert undo_of(host, gone.location).location == f"/sessions/{made}?phase=review"


def test_only_the_crew_finds_the_buttons_of_a_show(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    host, member, lead = client_of("host"), client_of("member"), client_of("lead")
    go, air = f'href="/sessions/{made}/go"', f'action="/sessions/{made}/air"'
    assert air in host.get(f"/sessions/{made}").text
    assert go not in host.get(f"/sessions/{made}").text, "something that blocks is open"
    assert go in lead.get(f"/sessions/{made}").text
    for found in (go, air, f'action="/sessions/{made}/prepare"'):
        assert found not in member.get(f"/sessions/{made}").text
    assert "Only the crew" in member.get(f"/sessions/{made}/go").text
    assert '<form method="post" class="form"' not in member.get(f"/sessions/{made}/go").text
    assert "can override it, with a reason" in host.get(f"/sessions/{made}/go").text
    assert host.post_form(f"/sessions/{made}/go", {"note": "没事"}).status_code == 403
    missing = lead.post_form(f"/sessions/{made}/go", {"note": " "})
    assert missing.status_code == 422
    assert 'id="note-error"' in missing.text
    host.post_form(f"/sessions/{made}/air")
    host.post_form(f"/sessions/{made}/log", {"kind": "sound"})
    for visitor, tiles in ((host, True), (member, False), (lead, True)):
        page = visitor.get(f"/sessions/{made}").text
        assert ('class="tile' in page) is tiles
        assert bool(re.search(r'<details id="say-\d+"><summary', page)) is tiles, "open it stays, whatever comes in"
        assert "Timeline" in page


def places(text: str, *wanted: str) -> list[int]:
    """Where these headings stand in a page; each has to be there."""
    found = [text.find(f"<h2>{word}</h2>") for word in wanted]
    assert -1 not in found, dict(zip(wanted, found, strict=True))
    return found


def test_each_phase_shows_its_blocks_in_their_order(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)], targets={"gmv": 5})
    with acting(cast.actors["lead"]):
        services.set_lineup(made, read_lineup("1\t精华\t\t99"))
    lead = client_of("lead")
    page = lead.get(f"/sessions/{made}").text
    order = places(page, "Readiness", "Checklist", "Crew", "Lineup", "Targets")
    assert order == sorted(order)
    assert re.search(
        r'<div class="is-folded">\s*(\{#.*?#\})?\s*<section class="block"><div class="block-head"><h2>Crew', page
    )
    lead.post_form(f"/sessions/{made}/air")
    page = lead.get(f"/sessions/{made}").text
    order = [page.index('class="onair"'), *places(page, "Note it", "Next reading", "Checklist", "Timeline")]
    assert order == sorted(order)
    reading = page[order[2] : order[3]]
    assert re.search(r'action="/checklist-items/\d+/tick"', reading), "it is ticked where it stands"
    lead.post_form(f"/sessions/{made}/log", {"kind": "sound"})
    lead.post_form(f"/sessions/{made}/end")
    with acting(cast.actors["lead"]):
        outcomes.type_figures(made, {"gmv": Decimal(61_000), "viewers": Decimal(1000)})
    page = lead.get(f"/sessions/{made}").text
    assert "Next reading" not in page
    order = places(page, "Result", "Open when it went on air", "Timeline", "Funnel, people", "Review")
    assert order == sorted(order)


def test_the_next_reading_is_the_first_that_is_open(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now + timedelta(minutes=10), crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["host"]):
        services.go_live(made, now - timedelta(minutes=40))
        readings = [i for i in checklists.list_page(made).items if i.due == now - timedelta(minutes=10)]
        first = checklists.next_reading(made)
        assert first is not None
        assert (first["item"], first["then"]) == (readings[0], now + timedelta(minutes=20))
    with acting(cast.actors["member"]):
        ticking.tick(readings[0].id, secrets.token_hex(16))
        following = checklists.next_reading(made)
        assert following is not None
        assert following["item"].due == now + timedelta(minutes=20)  # type: ignore[attr-defined]
        services.end_live(made)
        assert checklists.next_reading(made) is None
