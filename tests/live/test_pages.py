"""The pages of sessions: for each role, for strangers, for odd addresses, and at a thousand rows."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from planner.base import unit as units
from planner.base.actor import acting
from planner.live import queries, services
from planner.live.models import LiveSession
from planner.live.rules import LogKind, State, Weight
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import Client, form_of, statements

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
