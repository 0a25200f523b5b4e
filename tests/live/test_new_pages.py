"""The pages around planning: drafts, rows that come and go without JavaScript, conflicts while one types, overrides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.rules import Platform, State, Weight
from planner.live.services import ShiftIn
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import form_of, new_form, wall

Client = Callable[[str], Any]
HOUR = timedelta(hours=1)


@pytest.fixture
def other(cast: Cast, db: Any) -> int:
    """A second channel of the team."""
    with acting(cast.actors["lead"]):
        return services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")


def crew_of(*rows: tuple[object, object]) -> dict[str, list[str]]:
    return {
        "crew_position": [str(position) for position, _person in rows],
        "crew_person": [str(person) for _position, person in rows],
        "crew_start": [""] * len(rows),
        "crew_end": [""] * len(rows),
    }


def chosen(page: Any, name: str) -> list[str]:
    """What the selects of this name show."""
    found = []
    for inner in re.findall(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page.text, re.S):
        picked = re.search(r'<option value="([^"]*)"[^>]*selected', inner)
        found.append(picked[1] if picked else "")
    return found


def column(page: Any) -> str:
    """What the column beside the form says."""
    return re.search(r'<div id="outlook">(.*?)</section>', page.text, re.S)[1]  # type: ignore[index]


# ------------------------------------------------------------------ drafts


def test_a_draft_needs_a_theme_a_start_and_a_channel(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    plan(evening)
    lead = client_of("lead")
    bare = {"theme": "待定场", "weight": "daily", "channel_id": str(cast.channel), "draft": "1"}
    missing = lead.post_form("/sessions/new", bare)
    assert missing.status_code == 422
    assert 'value="待定场"' in missing.text
    made = lead.post_form("/sessions/new", bare | {"start": wall(evening), "minutes": ""})
    assert made.status_code == 303, "what is taken does not matter to a draft"
    page = lead.get(made.location)
    assert "This is a draft." in page.text
    assert "Readiness" not in page.text
    session_id = int(made.location.rsplit("/", 1)[1])
    with acting(cast.actors["lead"]):
        b = queries.brief(session_id)
    assert (b.state, b.planned_end - b.planned_start) == (State.DRAFT, 4 * HOUR)
    host = client_of("host").get(made.location).text
    assert "This is a draft." in host
    assert f"/sessions/{session_id}/schedule" not in host


def test_a_draft_is_scheduled_from_its_page_and_from_the_list(
    client_of: Client, cast: Cast, evening: datetime, other: int
) -> None:
    lead = client_of("lead")
    for channel in (cast.channel, other):
        sent = new_form(cast, evening, channel_id=str(channel), studio_id="", draft="1")
        made = lead.post_form("/sessions/new", sent)
        page = lead.get(made.location)
        path = f"{made.location}/schedule"
        assert f'action="{path}"' in page.text
        assert f'href="{path}"' in lead.get("/sessions?view=list&state=draft").text
        version = re.search(rf'action="{path}".*?name="version" value="(\d+)"', page.text, re.S)
        assert version
        assert "No conflict." in lead.get(path).text
        done = lead.post_form(path, {"version": version[1]})
        assert (done.status_code, done.location) == (303, made.location)
        assert "Go on preparing" in lead.get(made.location).text
        assert lead.get(path).location == made.location


def test_a_draft_that_does_not_fit_says_what_is_in_the_way(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, other: int, position: Callable[[str], int]
) -> None:
    plan(evening, theme="占着", channel_id=other, studio_id=None, crew=[("host", cast.host)])
    lead = client_of("lead")
    crew = crew_of((position("host"), cast.host))
    made = lead.post_form("/sessions/new", new_form(cast, evening + HOUR, studio_id="", draft="1", **crew))
    path = f"{made.location}/schedule"
    shown = lead.get(path)
    assert "小米 is needed in “占着”" in shown.text
    sent = form_of(shown)
    refused = lead.post_form(path, sent)
    assert refused.status_code == 422
    assert "小米 is needed in “占着”" in refused.text
    with acting(cast.actors["manager"]):
        session_id = int(made.location.rsplit("/", 1)[1])
        services.edit_session(session_id, queries.brief(session_id).version, "改了", Weight.DAILY, "", [])
    stale = lead.post_form(path, sent | {"override_reason": "替补"})
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text
    assert "改了" in stale.text
    assert lead.post_form(path, form_of(lead.get(path)) | {"override_reason": "替补"}).status_code == 303
    assert "Booked all the same: 替补" in lead.get(made.location).text


# ------------------------------------------------------------------ rows


def test_rows_come_and_go_without_javascript(
    client_of: Client, cast: Cast, evening: datetime, position: Callable[[str], int]
) -> None:
    lead = client_of("lead")
    crew = crew_of((position("host"), cast.host), ("", ""), (position("control"), cast.member))
    targets = {"target_metric": ["gmv", "roi"], "target_value": ["5万", "2.5"]}
    sent = new_form(cast, evening, notes="别丢") | crew | targets
    more = lead.post_form("/sessions/new", sent | {"more_target": "1"})
    assert more.status_code == 200
    assert chosen(more, "target_metric") == ["gmv", "roi", "", "", ""]
    assert chosen(more, "crew_person") == [str(cast.host), str(cast.member), ""]
    assert "别丢" in more.text
    less = lead.post_form("/sessions/new", sent | {"drop_crew": "2", "drop_target": "0"})
    assert chosen(less, "crew_person") == [str(cast.host), "", ""]
    assert chosen(less, "target_metric") == ["roi", "", ""]
    with acting(cast.actors["lead"]):
        assert queries.listed(None, 5) == []


def test_targets_are_set_changed_and_taken_away_on_their_page(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening, targets={"gmv": Decimal(50_000), "follow_rate": Decimal("0.018")})
    lead = client_of("lead")
    path = f"/sessions/{made}/targets"
    page = lead.get(path)
    held = form_of(page)
    assert held["target_metric"] == ["gmv", "follow_rate", ""]
    assert held["target_value"] == ["50000", "1.8%", ""]
    assert "Computed" in page.text
    assert re.search(r'<option value="roi"[^>]*>ROI</option>', page.text)
    assert "(¥)" in page.text
    assert "(%)" in page.text
    sent = held | {"target_metric": ["gmv", "follow_rate", "avg_watch_seconds"], "target_value": ["", "2.1", "1:04"]}
    assert lead.post_form(path, sent).status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.targets(made) == {"follow_rate": Decimal("0.021"), "avg_watch_seconds": Decimal(64)}


def test_a_wrong_target_is_told_in_its_own_row_with_all_else_that_is_wrong(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    plan(evening)
    wrong = {"target_metric": ["gmv", "viewers", "orders"], "target_value": ["5万", "-3", "1.5"]}
    page = client_of("lead").post_form("/sessions/new", new_form(cast, evening) | wrong)
    assert page.status_code == 422
    said = re.findall(r'<div id="fault-target-(\d)"[^>]*>(.*?)</td>', page.text, re.S)
    assert [n for n, words in said if "field-error" in words] == ["1", "2"]
    assert "A target is more than 0." in dict(said)["1"]
    assert "whole number" in dict(said)["2"]
    assert 'value="-3"' in page.text
    assert "The studio is taken by" in page.text, "one look is enough to see all of it"
    assert "4 fields need another look" in page.text


# ------------------------------------------------------------------ conflicts while one types


def test_the_column_says_who_what_and_when_while_one_types(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    plan(evening, theme="占着", crew=[("host", cast.host)])
    lead = client_of("lead")
    crew = crew_of(("", ""), (position("control"), cast.host))
    asked = new_form(cast, evening + HOUR, theme="") | crew
    answer = lead.get("/sessions/new/check?" + urlencode(asked, doseq=True))
    assert answer.status_code == 200
    assert "<html" not in answer.text
    at = dict(
        re.findall(r'hx-swap-oob="innerHTML:#clash-([\w-]+)">(.*?)</div>\n?(?=<div hx|$)', answer.text + "\n", re.S)
    )
    assert "The studio is taken by “占着”" in at["studio_id"]
    assert "The channel is on air with “占着”" in at["channel_id"]
    assert "小米 is needed in “占着”" in at["crew-1"]
    assert "field-error" not in at["crew-0"]
    assert answer.text.count("占着") >= 7, "once at each field, once in the column, and in the day"
    free = lead.get("/sessions/new/check?" + urlencode(new_form(cast, evening + 4 * HOUR), doseq=True))
    assert "No conflict." in free.text
    assert "占着" in free.text, "the day's other sessions are shown all the same"
    assert "same time" not in free.text


@pytest.mark.parametrize(
    "asked",
    ["", "start=nonsense", "start=2026-11-23T20:00&minutes=99999999999", "channel_id=9&crew_person=x", "crew_start=1"],
)
def test_nothing_that_is_half_typed_is_a_fault(client_of: Client, asked: str) -> None:
    lead = client_of("lead")
    assert lead.get(f"/sessions/new/check?{asked}").status_code == 200
    assert client_of("host").get(f"/sessions/new/check?{asked}").status_code == 403


def test_without_javascript_a_button_asks_the_same(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    plan(evening, theme="占着")
    lead = client_of("lead")
    assert 'name="check"' in lead.get("/sessions/new").text
    page = lead.post_form("/sessions/new", new_form(cast, evening) | {"check": "1"})
    assert page.status_code == 200
    assert "The studio is taken by “占着”" in column(page)
    assert page.text.count("The studio is taken by “占着”") == 2, "in the column and at the field"
    assert 'value="双十二预热"' in page.text


def test_a_show_that_runs_over_is_told_as_still_on_air(client_of: Client, cast: Cast, plan: Plan, other: int) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    running = plan(now - 3 * HOUR, minutes=60, theme="拖堂场")
    with acting(cast.actors["lead"]):
        services.go_live(running, now - 3 * HOUR)
    sent = new_form(cast, now + timedelta(minutes=5), channel_id=str(other))
    refused = client_of("lead").post_form("/sessions/new", sent)
    assert refused.status_code == 422
    assert "The studio is still on air with “拖堂场”" in refused.text


# ------------------------------------------------------------------ overrides and channels


def test_an_override_is_shown_where_it_counts_and_not_asked_for_again(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, other: int, position: Callable[[str], int]
) -> None:
    first = plan(evening, crew=[("host", cast.host)])
    second = plan(evening, channel_id=other, studio_id=None, crew=[("control", cast.host)], override_reason="替补未到")
    lead = client_of("lead")
    assert "Booked all the same: 替补未到" in lead.get(f"/sessions/{second}").text
    assert "Booked all the same" not in lead.get(f"/sessions/{first}").text
    crew = lead.get(f"/sessions/{second}/crew")
    assert "Booked all the same: 替补未到" in crew.text
    for session_id in (first, second):
        sent = form_of(lead.get(f"/sessions/{session_id}/crew"))
        sent["crew_position"][1], sent["crew_person"][1] = str(position("service")), str(cast.member)
        if session_id == second:
            sent["crew_start"][1] = sent["crew_end"][1] = ""
            sent["crew_person"][1] = str(cast.manager)
        assert lead.post_form(f"/sessions/{session_id}/crew", sent).status_code == 303
    sent = form_of(lead.get(f"/sessions/{second}/crew"))
    sent["crew_position"][2], sent["crew_person"][2] = str(position("ads")), str(cast.member)
    asked = lead.post_form(f"/sessions/{second}/crew", sent)
    assert asked.status_code == 422
    assert "阿强 is needed in" in dict(re.findall(r'id="clash-crew-(\d)"[^>]*>(.*?)</td>', asked.text, re.S))["2"]
    assert 'name="override_reason"' in asked.text


def test_a_session_moves_to_another_channel_on_its_page(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, other: int
) -> None:
    made = plan(evening)
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/move"))
    assert sent["channel_id"] == [str(cast.channel)]
    preview = lead.post_form(f"/sessions/{made}/move", sent | {"channel_id": str(other)})
    assert preview.status_code == 200
    assert lead.post_form(f"/sessions/{made}/move", form_of(preview) | {"step": "confirm"}).status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.brief(made).channel_id == other
        assert queries.brief(made).planned_start == evening
    assert lead.post_form(f"/sessions/{made}/move", sent | {"channel_id": "999"}).status_code == 422


def test_what_lies_in_the_trash_can_be_kept_by_a_move(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    with acting(cast.actors["lead"]):
        studio = services.add_studio("旧间")
        made = services.draft_session("待定", Weight.DAILY, cast.channel, studio, evening, 60, shifts=[
            ShiftIn(position("host"), cast.host, evening, evening + HOUR)
        ])  # fmt: skip
        services.trash_studio(studio)
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/move")) | {"start": wall(evening + HOUR)}
    sent = form_of(lead.post_form(f"/sessions/{made}/move", sent)) | {"step": "confirm"}
    assert lead.post_form(f"/sessions/{made}/move", sent).status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.brief(made).planned_start == evening + HOUR
