"""Planning a session by plain forms: what is wrong, who is booked, what moves, and who saved meanwhile."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import HOUR, SHANGHAI, Client, form_of, new_form, wall


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
    sent = form_of(preview)
    other = lead.post_form(f"/sessions/{made}/move", sent | {"start": wall(evening + 3 * HOUR), "step": "confirm"})
    assert other.status_code == 200, "that was not looked at"
    assert "changed after the preview" in other.text
    assert "Moves along" in other.text
    with acting(cast.actors["lead"]):
        assert queries.brief(made).planned_start == evening
    assert form_of(other)["start"] == [wall(evening + 3 * HOUR)]
    assert "changed after the preview" not in preview.text
    moved = lead.post_form(f"/sessions/{made}/move", sent | {"step": "confirm"})
    assert moved.status_code == 303
    with acting(cast.actors["lead"]):
        assert queries.brief(made).planned_start == evening + 2 * HOUR


def test_what_follows_a_move_is_in_sight(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, position: Callable[[str], int]
) -> None:
    lead = client_of("lead")
    many = plan(evening + 30 * HOUR, crew=[("host", cast.host), ("control", cast.member)])
    shift = ShiftIn(position("host"), cast.host, evening, evening + HOUR)
    with acting(cast.actors["lead"]):
        few = services.draft_session("待定", Weight.DAILY, cast.channel, None, evening, 60, shifts=[shift])

    def shown(made: int, later: datetime) -> str:
        sent = form_of(lead.get(f"/sessions/{made}/move")) | {"start": wall(later)}
        return lead.post_form(f"/sessions/{made}/move", sent).text

    open_fold = '<details class="fold" open><summary><strong>Moves along</strong><span class="count">1</span>'
    assert open_fold in shown(few, evening + HOUR)
    page = shown(many, evening + 31 * HOUR)
    count = int(re.search(r'<h3>Moves along <span class="count">(\d+)</span></h3>', page)[1])  # type: ignore[index]
    assert count > 8
    told = page[page.index("<h3>Moves along") :]
    assert told[: told.index("<details")].count('<li class="item">') == 5
    assert f"<summary>{count - 5} more</summary>" in told


@pytest.mark.parametrize(
    ("path", "mine"),
    [
        ("edit", {"theme": "我改的"}),
        ("crew", {"override_reason": "我改的"}),
        ("targets", {"target_value": "4321"}),
        ("lineup", {"rows": "1\t我改的\t\t99"}),
        ("move", {"minutes": "321"}),
        ("cancel", {"reason": "我取消的"}),
    ],
)
def test_a_form_left_open_over_night_shows_theirs_and_mine(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, path: str, mine: dict[str, str]
) -> None:
    made = plan(evening, targets={"gmv": Decimal(5)})
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/{path}"))
    if path == "move":
        sent = form_of(lead.post_form(f"/sessions/{made}/move", sent | mine)) | {"step": "confirm"}
    with acting(cast.actors["manager"]):
        services.edit_session(made, queries.brief(made).version, "经理改的", Weight.DAILY, "", [])
    stale = lead.post_form(f"/sessions/{made}/{path}", sent | mine)
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text
    assert "周经理 changed this meanwhile" in stale.text
    assert all(value in stale.text for value in mine.values())
    if path == "edit":
        assert "经理改的" in stale.text
    again = dict[str, list[str]]()
    for tag in re.findall(r'<input type="hidden"[^>]*>', stale.text[stale.text.index('class="form-foot"') :]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in ("csrf_token", "once"):
            again.setdefault(name[1], []).append(value[1] if value else "")
    assert lead.post_form(f"/sessions/{made}/{path}", again).status_code == 303


def hours_of(page: Any) -> set[tuple[str, str]]:
    """What the empty times of a crew's rows say they stand for."""
    rows = re.findall(
        r'name="crew_start"[^>]*placeholder="([^"]*)".*?name="crew_end"[^>]*placeholder="([^"]*)"', page.text
    )
    return set(rows)


def test_empty_times_of_a_crew_say_the_hours_of_the_session(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    lead, start = client_of("lead"), evening.astimezone(SHANGHAI).replace(hour=21, minute=30)
    assert hours_of(lead.get(f"/sessions/{plan(start, 90)}/crew")) == {("21:30", "23:00")}
    assert hours_of(lead.get("/sessions/new?day=2026-12-12")) == {("20:00", "00:00")}
    typed = new_form(cast, start, minutes="120", more_crew="1")
    assert hours_of(lead.post_form("/sessions/new", typed)) == {("21:30", "23:30")}
    assert hours_of(lead.post_form("/sessions/new", typed | {"start": "tonight"})) == set()
    answer = lead.get("/sessions/new/check", query_string=new_form(cast, start, minutes="120")).text
    assert re.findall(r'data-hint="(\w+)" data-word="([^"]*)"', answer) == [
        ("crew_start", "21:30"), ("crew_end", "23:30")
    ]  # fmt: skip
