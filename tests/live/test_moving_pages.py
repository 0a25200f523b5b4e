"""A move that an address proposes: looked at with what follows, never done by the address itself, and decided from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from planner.base.actor import acting
from planner.kernel import clock
from planner.live import queries, services
from planner.live.queries import SessionBrief
from planner.live.rules import State
from tests.cast import Cast
from tests.live.pages import HOUR, wall
from tests.live.pages import form_of as raw_form

Client = Callable[[str], Any]
Plan = Callable[..., int]
Now = Callable[[int], SessionBrief]
TIMELINE = "/sessions?view=studios&day=2031-03-05&studio=1#show-1"


def asked(session_id: int, **proposed: Any) -> str:
    """The address of such a proposal."""
    return f"/sessions/{session_id}/move?{urlencode(proposed)}"


def form_of(page: Any) -> dict[str, list[str]]:
    """What the form of such a page would send, read as a browser reads it."""
    return {name: [unescape(value) for value in values] for name, values in raw_form(page).items()}


@pytest.fixture
def other_studio(cast: Cast, db: Any) -> int:
    """A second room of the team."""
    with acting(cast.actors["lead"]):
        return services.add_studio("2号间")


def test_an_address_proposes_and_the_page_shows_what_follows(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, now_of: Now, other_studio: int
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    before = now_of(made)
    lead, start = client_of("lead"), evening + timedelta(minutes=75)
    seen = lead.get(asked(made, start=wall(start), minutes=300, studio_id=other_studio, next=TIMELINE))
    assert seen.status_code == 200
    sent = form_of(seen)
    assert (sent["start"], sent["minutes"], sent["studio_id"]) == ([wall(start)], ["300"], [str(other_studio)])
    diff = re.search(r'<table class="table is-compact diff".*?</table>', seen.text, re.S)
    assert diff
    for said in ("When", "Length", "Studio", "3号间", "2号间"):
        assert said in diff[0]
    assert "Channel" not in diff[0], "only what would be another"
    assert "Moves along" in seen.text
    assert now_of(made) == before, "an address changes nothing"
    moved = lead.post_form(f"/sessions/{made}/move", sent | {"step": "confirm"})
    assert moved.status_code == 303
    assert moved.headers["Location"] == TIMELINE
    after = now_of(made)
    assert (after.planned_start, after.planned_end, after.studio_id) == (start, start + 5 * HOUR, other_studio)
    with acting(cast.actors["lead"]):
        (shift,) = queries.shifts(made)
    assert (shift.start, shift.end) == (start, start + 5 * HOUR)


def test_what_is_moved_by_a_proposal_can_be_taken_back(
    client_of: Client, plan: Plan, evening: datetime, now_of: Now, other_studio: int
) -> None:
    made = plan(evening)
    before, lead = now_of(made), client_of("lead")
    seen = lead.get(asked(made, start=wall(evening + HOUR), studio_id=other_studio, next="/sessions?view=studios"))
    lead.post_form(f"/sessions/{made}/move", form_of(seen) | {"step": "confirm"})
    assert now_of(made).studio_id == other_studio
    strip = lead.get("/sessions?view=studios").text
    undo = re.search(r'<div class="undo".*?action="([^"]+)"', strip, re.S)
    assert undo
    lead.post_form(undo[1], {})
    after = now_of(made)
    assert (after.planned_start, after.studio_id) == (before.planned_start, before.studio_id)


def test_without_a_studio_is_proposed_by_an_empty_one(client_of: Client, plan: Plan, evening: datetime) -> None:
    seen = client_of("lead").get(asked(plan(evening), studio_id=""))
    assert form_of(seen)["studio_id"] == [""]
    assert re.search(r'<td class="now">No studio</td>', seen.text)


def test_what_is_not_proposed_stays(client_of: Client, plan: Plan, evening: datetime, cast: Cast) -> None:
    made = plan(evening, 90)
    sent = form_of(client_of("lead").get(asked(made, minutes=105)))
    assert (sent["start"], sent["minutes"]) == ([wall(evening)], ["105"])
    assert (sent["studio_id"], sent["channel_id"]) == ([str(cast.studio)], [str(cast.channel)])
    plain = client_of("lead").get(f"/sessions/{made}/move")
    assert "What follows" not in plain.text, "without a proposal the form comes first"


@pytest.mark.parametrize(
    ("proposed", "said"),
    [
        ({"start": "tonight"}, "Type a date and time like"),
        ({"start": "9999-12-31T20:00"}, "Type a date and time like"),
        ({"start": ""}, "required"),
        ({"start": "\0" * 3}, "Type a date and time like"),
        ({"minutes": "long"}, "Type a whole number"),
        ({"minutes": "0"}, "between 5 minutes and 24 hours"),
        ({"minutes": "1441"}, "between 5 minutes and 24 hours"),
        ({"minutes": "9" * 400}, "Type a whole number"),
        ({"studio_id": "999999"}, "not something that can be chosen"),
        ({"studio_id": "9" * 40}, "not something that can be chosen"),
        ({"studio_id": "<b>"}, "not something that can be chosen"),
        ({"channel_id": "x"}, "not something that can be chosen"),
    ],
)
def test_a_proposal_that_cannot_be_says_why(
    client_of: Client, plan: Plan, evening: datetime, now_of: Now, proposed: dict[str, str], said: str
) -> None:
    made = plan(evening)
    seen = client_of("lead").get(asked(made, **proposed))
    assert seen.status_code == 200
    assert said in seen.text
    assert "What follows" not in seen.text
    assert now_of(made).planned_start == evening


def test_the_studio_of_another_team_cannot_be_proposed(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening)
    with acting(cast.actors["outsider"]):
        foreign = services.add_studio("暮色间")
    seen = client_of("lead").get(asked(made, studio_id=foreign))
    assert "not something that can be chosen" in seen.text
    assert "暮色间" not in seen.text


def test_what_is_in_the_way_is_told_at_once(
    client_of: Client, plan: Plan, evening: datetime, other_studio: int
) -> None:
    plan(evening, theme="先约的一场")
    with_room = plan(evening + 6 * HOUR)
    seen = client_of("lead").get(asked(with_room, start=wall(evening + HOUR)))
    assert seen.status_code == 200
    assert "先约的一场" in seen.text
    assert "What follows" not in seen.text


def test_a_decision_about_an_older_state_is_refused_and_goes_back_where_it_came_from(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, now_of: Now
) -> None:
    made = plan(evening)
    seen_at, lead = now_of(made).version, client_of("lead")
    with acting(cast.actors["manager"]):
        services.move_session(made, seen_at, evening + 3 * HOUR, 240, cast.studio)
    seen = lead.get(asked(made, start=wall(evening + HOUR), version=seen_at, next=TIMELINE))
    stale = lead.post_form(f"/sessions/{made}/move", form_of(seen) | {"step": "confirm"})
    assert stale.status_code == 409
    assert TIMELINE.replace("&", "&amp;") in stale.text
    assert now_of(made).planned_start == evening + 3 * HOUR


@pytest.mark.parametrize("version", ["x", "-1", "9" * 30, ""])
def test_a_version_that_cannot_be_is_the_one_that_stands(
    client_of: Client, plan: Plan, evening: datetime, now_of: Now, version: str
) -> None:
    made = plan(evening)
    sent = form_of(client_of("lead").get(asked(made, start=wall(evening + HOUR), version=version)))
    assert sent["version"] == [str(now_of(made).version)]


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere(client_of: Client, plan: Plan, evening: datetime, elsewhere: str) -> None:
    made, lead = plan(evening), client_of("lead")
    seen = lead.get(asked(made, start=wall(evening + HOUR), next=elsewhere))
    assert "next" not in form_of(seen)
    assert f'class="btn btn-quiet" href="/sessions/{made}"' in seen.text
    moved = lead.post_form(f"/sessions/{made}/move", form_of(seen) | {"step": "confirm", "next": elsewhere})
    assert moved.headers["Location"] == f"/sessions/{made}"


def test_a_show_on_air_is_not_moved(client_of: Client, cast: Cast, tonight: int, now_of: Now) -> None:
    with acting(cast.actors["lead"]), clock.standing(datetime.now(UTC) + timedelta(minutes=11)):
        services.go_live(tonight)
    seen = client_of("lead").get(asked(tonight, start="2031-03-05T20:00"))
    assert seen.status_code == 200
    assert "Only a session that has not been on air can be moved." in seen.text


@pytest.mark.parametrize(("login", "status"), [("viewer", 403), ("host", 403), ("outsider", 404)])
def test_who_may_not_move_is_not_shown_a_proposal(
    client_of: Client, plan: Plan, evening: datetime, login: str, status: int
) -> None:
    assert client_of(login).get(asked(plan(evening), start=wall(evening + HOUR))).status_code == status


@pytest.mark.parametrize("days", ["", "&days=7"])
def test_only_who_may_move_has_something_to_grip(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, days: str
) -> None:
    made = plan(evening)
    with acting(cast.actors["lead"]):
        other = services.add_channel(queries.channels()[0].platform, "晨光旗舰店", "chenguang-tb")
        gone = plan(evening, theme="已取消的一场", channel_id=other, studio_id=None)
        services.cancel_session(gone, queries.brief(gone).version, "撞档")
        assert queries.brief(gone).state is State.CANCELLED
    page = f"/sessions?view=studios{days}&day={wall(evening)[:10]}&channel="
    lead = client_of("lead").get(page).text
    block = re.search(rf'<(?:li|div) class="[^"]*"[^>]* id="show-{made}"[^>]*>', lead)
    assert block
    for told in (f'data-move="/sessions/{made}/move"', f'data-start="{wall(evening)}"', 'data-minutes="240"'):
        assert told in block[0]
    assert 'data-version="' in block[0]
    assert f'href="/sessions/{made}/move?next=/sessions' in lead, "without JavaScript it is a link"
    assert f"/sessions/{gone}/move" not in lead, "what is called off stays where it is"
    assert "/static/build/drag-" in lead
    for login in ("viewer", "host"):
        text = client_of(login).get(page).text
        assert f'href="/sessions/{made}"' in text
        for grip in ("data-move", "data-drag", "/move", "drag-", "data-by-hand"):
            assert grip not in text
