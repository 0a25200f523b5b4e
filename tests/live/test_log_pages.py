"""The pages of the show log: tiles, restored, times, slips, clip marks, handovers, and the team's list."""

from __future__ import annotations

import csv
import io
import re
import secrets
from datetime import timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel import clock
from planner.live import queries, services
from planner.live.rules import Asks, timecode
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import SHANGHAI, Client, form_of, undo_of

MINUTE = timedelta(minutes=1)
TICK = {"X-Requested-With": "tick"}


@pytest.fixture
def shown(cast: Cast, plan: Plan) -> int:
    """A show on air for two hours, with a host now and another one later."""
    now = clock.now().replace(microsecond=0)
    change = now + 30 * MINUTE
    made = plan(
        now + MINUTE, crew=[("host", cast.host, now + MINUTE, change), ("host", cast.member, change, now + 90 * MINUTE)]
    )
    with acting(cast.actors["lead"]):
        services.go_live(made, now - 120 * MINUTE)
    return made


def noted(cast: Cast, session_id: int, kind: str, minutes: int = 20, note: str = "") -> int:
    with acting(cast.actors["host"]):
        at = clock.now().replace(microsecond=0) - minutes * MINUTE
        return services.log_entry(session_id, kind, secrets.token_hex(16), at, note)


def row_of(cast: Cast, session_id: int, entry: int) -> queries.LogRow:
    with acting(cast.actors["host"]):
        return next(row for row in queries.log(session_id) if row.id == entry)


def test_tiles_are_the_teams_list_and_the_first_eight_have_keys(client_of: Client, cast: Cast, shown: int) -> None:
    with acting(cast.actors["lead"]):
        services.add_log_kind("<道具>", "flag", Asks(fault=True))
    page = client_of("host").get(f"/sessions/{shown}").text
    assert re.findall(r'data-key="(\d)"', page) == list("12345678")
    assert page.count('<button class="tile') == 11
    assert "&lt;道具&gt;" in page
    assert client_of("host").post_form(f"/sessions/{shown}/log", {"kind": "x" * 500}).status_code == 422


def test_restored_works_as_a_plain_form_and_through_the_phones_queue(client_of: Client, cast: Cast, shown: int) -> None:
    host, entry = client_of("host"), noted(cast, shown, "sound")
    part = f"/sessions/{shown}?part=log&phase=air"
    page = host.get(part).text
    assert f'action="/log/{entry}/restored"' in page
    assert "data-since=" in page
    key, at = secrets.token_hex(16), row_of(cast, shown, entry).at + 9 * MINUTE
    sent = {"client_id": key, "tapped_at": at.isoformat()}
    for _ in range(2):
        answer = host.post_form(f"/log/{entry}/restored", sent, once=key, headers=TICK)
        assert answer.get_json()["ok"] is True
    assert "restored after 9 min" in host.get(part).text
    assert "data-since=" not in host.get(part).text
    again = {"client_id": secrets.token_hex(16)}
    assert host.post_form(f"/log/{entry}/not-restored", again, headers=TICK).get_json()["ok"] is True
    answer = host.post_form(f"/log/{entry}/restored", {"phase": "air"})
    assert (answer.status_code, answer.location) == (303, f"/sessions/{shown}?phase=air")
    assert not row_of(cast, shown, entry).running
    assert undo_of(host, f"/sessions/{shown}?phase=air").status_code == 303
    assert row_of(cast, shown, entry).running
    assert client_of("outsider").post_form(f"/log/{entry}/restored").status_code == 404
    assert client_of("viewer").post_form(f"/log/{entry}/restored").status_code == 403


def test_times_are_corrected_to_the_second_and_undone(client_of: Client, cast: Cast, shown: int) -> None:
    host, entry = client_of("host"), noted(cast, shown, "sound")
    before = row_of(cast, shown, entry).at
    form = form_of(host.get(f"/log/{entry}/times"))
    assert form["happened"] == [before.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")]
    early, late = before - timedelta(seconds=95), before + timedelta(seconds=125)
    typed = {k: v.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S") for k, v in (("happened", early), ("ended", late))}
    assert host.post_form(f"/log/{entry}/times", typed).status_code == 303
    row = row_of(cast, shown, entry)
    assert (row.at, row.ended, row.reaction) == (early, late, 95)
    assert undo_of(host, f"/sessions/{shown}").status_code == 303
    assert (row_of(cast, shown, entry).at, row_of(cast, shown, entry).ended) == (before, None)
    for bad in (
        {"happened": ""},
        {"happened": "noon"},
        typed | {"ended": "1999-01-01T00:00:00"},
        typed | {"happened": typed["ended"], "ended": typed["happened"]},
    ):
        assert host.post_form(f"/log/{entry}/times", bad).status_code == 422
    assert host.post_form(f"/log/{entry}/times/back?happened=nonsense").status_code == 404
    assert client_of("outsider").get(f"/log/{entry}/times").status_code == 404
    assert host.get("/log/999999/times").status_code == 404


def test_a_slip_is_open_on_every_page_until_its_record_is_written(client_of: Client, cast: Cast, shown: int) -> None:
    host, lead, entry = client_of("host"), client_of("lead"), noted(cast, shown, "slip", note="说成买一送二")
    noted(cast, shown, "sound", 50)
    assert "nobody noted when it was restored" in lead.get(f"/sessions/{shown}/review").text
    told = "1 slip without a record of what was put right"
    assert told in host.get(f"/sessions/{shown}").text
    assert told in host.get(f"/sessions/{shown}?phase=review").text
    assert told in lead.get(f"/sessions/{shown}/review").text
    form = form_of(host.get(f"/log/{entry}/slip"))
    assert form["said"] == ["说成买一送二"]
    at = (row_of(cast, shown, entry).at + MINUTE).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S")
    short = host.post_form(f"/log/{entry}/slip", {"said": "买一送二", "put_right": "买一送一", "at": ""})
    assert short.status_code == 422
    assert "买一送一" in short.text, "nothing typed is lost"
    sent = {"said": "买一送二", "put_right": "买一送一", "at": at, "heard_by": str(cast.member)}
    assert host.post_form(f"/log/{entry}/slip", sent).status_code == 303
    for page in (host.get(f"/sessions/{shown}"), lead.get(f"/sessions/{shown}/review")):
        assert told not in page.text
        assert "买一送一" in page.text
        assert "阿强 listened back" in page.text
    assert host.post_form(f"/log/{entry}/withdraw").status_code == 409
    assert client_of("outsider").get(f"/log/{entry}/slip").status_code == 404
    assert client_of("viewer").get(f"/log/{entry}/slip").status_code == 403


def test_clip_marks_are_taken_away_as_text_and_as_a_table(client_of: Client, cast: Cast, shown: int) -> None:
    host, entry = client_of("host"), noted(cast, shown, "highlight", 60, note="=HYPERLINK(1)")
    start = {"seconds": "45", "client_id": secrets.token_hex(16)}
    assert host.post_form(f"/log/{entry}/clip-start", start, headers=TICK).get_json()["ok"] is True
    for bad in ("", "-1", "601", "٣", "1e3", "9" * 40):
        assert host.post_form(f"/log/{entry}/clip-start", {"seconds": bad}, headers=TICK).status_code == 422
    page = host.get(f"/sessions/{shown}/clips").text
    with acting(cast.actors["host"]):
        since = row_of(cast, shown, entry).noted - timedelta(seconds=45) - queries.airings(shown)[0].real_start
    began = timecode(since)
    assert began.startswith("00:59:")
    assert f"{began}  =HYPERLINK(1)  小米" in page
    answer = host.get(f"/sessions/{shown}/clips.csv")
    head, row = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert head == ["Stream", "Channel", "Start", "End", "Clock", "Note", "Who"]
    assert (row[0], row[1], row[2], row[5], row[6]) == ("1", "晨光美妆", began, "'=HYPERLINK(1)", "小米")
    assert client_of("outsider").get(f"/sessions/{shown}/clips.csv").status_code == 404
    with acting(cast.actors["host"]):
        services.withdraw_log(entry)
    assert "No highlight was noted" in host.get(f"/sessions/{shown}/clips").text


def test_a_shift_is_handed_over_and_signed_for_on_the_page(client_of: Client, cast: Cast, shown: int) -> None:
    host, member = client_of("host"), client_of("member")
    assert f'href="/sessions/{shown}/handover"' in host.get(f"/sessions/{shown}").text
    sent = {"online": "410", "gmv": "2.6万", "orders": "", "viewers": "", "ad_spend": "", "sure": "1"}
    assert host.post_form(f"/sessions/{shown}/reading", sent).status_code == 303
    assert "410 · " in host.get(f"/sessions/{shown}/handover").text, "the last reading is there to be written on"
    nothing = host.post_form(
        f"/sessions/{shown}/handover", {"figures": "", "stock": "", "promises": "", "next_item": ""}
    )
    assert nothing.status_code == 422
    told = {
        "figures": "成交 2.6 万",
        "stock": "面霜 180",
        "promises": "满 199 送小样\n券 23:00 前",
        "next_item": "3 号",
    }
    assert host.post_form(f"/sessions/{shown}/handover", told).status_code == 303
    with acting(cast.actors["host"]):
        (made,) = queries.handovers(shown)
    assert "I take over" not in host.get(f"/sessions/{shown}").text
    page = member.get(f"/sessions/{shown}").text
    assert "小米 hands over" in page
    assert f'action="/handovers/{made.id}/take"' in page
    assert host.post_form(f"/handovers/{made.id}/take").status_code == 409
    assert client_of("outsider").post_form(f"/handovers/{made.id}/take").status_code == 404
    assert member.post_form(f"/handovers/{made.id}/take").status_code == 303
    assert "小米 → 阿强, signed by both" in member.get(f"/sessions/{shown}?part=log&phase=air").text
    assert host.post_form(f"/handovers/{made.id}/withdraw").status_code == 409
    for page in (
        host.get(f"/sessions/{shown}?phase=review").text,
        client_of("lead").get(f"/sessions/{shown}/review").text,
    ):
        assert "Promises made on air" in page
        assert "券 23:00 前" in page


def test_a_handover_is_taken_back_with_one_tap(client_of: Client, cast: Cast, shown: int) -> None:
    host = client_of("host")
    assert host.post_form(f"/sessions/{shown}/handover", {"figures": "写错了"}).status_code == 303
    assert undo_of(host, f"/sessions/{shown}?phase=air").status_code == 303
    assert "写错了" not in host.get(f"/sessions/{shown}").text


def test_leads_edit_the_list(client_of: Client, cast: Cast, db: Any) -> None:
    lead = client_of("lead")
    assert "Notes on air" in lead.get("/settings").text
    sent = {"name": "道具", "icon": "zap", "is_fault": "y"}
    assert lead.post_form("/settings/log-kinds", sent).status_code == 303
    bad = lead.post_form("/settings/log-kinds", {"name": "道具", "icon": "no-such"})
    assert bad.status_code == 422
    assert 'value="道具"' in bad.text
    with acting(cast.actors["lead"]):
        own = queries.tiles()[-1]
    assert (own.name, own.icon, own.fault, own.restores) == ("道具", "zap", True, False)
    url = f"/settings/log-kinds/{own.id}"
    edit = {"version": "1", "name": "道具坏了", "icon": "flag", "restores": "y"}
    assert lead.post_form(f"{url}/edit", edit).status_code == 303
    stale = lead.post_form(f"{url}/edit", edit | {"name": "别的"})
    assert stale.status_code == 409
    assert "别的" in stale.text
    assert lead.post_form(f"{url}/move", {"to": "up"}).status_code == 303
    assert lead.post_form(f"{url}/remove").status_code == 303
    assert f'action="{url}/put-back"' in lead.get("/settings/log-kinds").text
    assert lead.post_form(f"{url}/put-back").status_code == 303
    assert client_of("host").get("/settings/log-kinds").status_code == 403
    assert client_of("outsider").get(f"{url}/edit").status_code == 404
    assert client_of("outsider").post_form(f"{url}/remove").status_code == 404
