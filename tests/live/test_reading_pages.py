"""Reading figures through the browser: typed as people type, asked about, queued, set right; and what the page shows."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel import clock
from planner.live import queries, services
from planner.live.rules import LogKind, State
from planner.live.services import ReadingIn
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import Client, wall

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TICK = {"X-Requested-With": "tick", "Accept": "application/json"}


@pytest.fixture
def began() -> datetime:
    """An hour and five minutes ago."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - 65 * MINUTE


@pytest.fixture
def show(cast: Cast, plan: Plan, began: datetime) -> int:
    """On air since then, read once after half an hour."""
    crew = [("host", cast.host, began, began + 2 * HOUR), ("control", cast.member, began, began + 4 * HOUR)]
    with clock.standing(began - HOUR):
        made = plan(began, 240, crew=crew, targets={"gmv": Decimal(40_000)})
    with clock.standing(began), acting(cast.actors["host"]):
        services.go_live(made)
    with clock.standing(began + 30 * MINUTE), acting(cast.actors["member"]):
        services.take_reading(made, ReadingIn({"gmv": 600_000, "online": 300}), secrets.token_hex(16))
    return made


def figures(cast: Cast, session_id: int) -> list[Any]:
    with acting(cast.actors["lead"]):
        return [{k: v for k, v in r.figures.items() if v is not None} for r in queries.readings(session_id)]


def test_figures_are_typed_as_people_type_them(client_of: Client, cast: Cast, show: int) -> None:
    member = client_of("member")
    page = member.get(f"/sessions/{show}/reading")
    assert "<h1>Read the figures" in page.text
    assert page.text.count('inputmode="decimal"') == 5
    assert "expected" in page.text and "last ¥6k" in page.text
    typed = {"gmv": "1.2万", "orders": "１２０", "viewers": "3.4w", "ad_spend": "¥1,234.5", "online": ""}
    answer = member.post_form(f"/sessions/{show}/reading", typed)
    assert answer.status_code == 303
    assert figures(cast, show)[-1] == {"gmv": 1_200_000, "orders": 120, "viewers": 34_000, "ad_spend": 123_450}


def test_what_is_no_number_is_told_beside_its_field_and_nothing_is_lost(
    client_of: Client, cast: Cast, show: int
) -> None:
    typed = {"gmv": "a lot", "orders": "1.5", "ad_spend": "0.005", "viewers": "9", "online": "-3"}
    page = client_of("member").post_form(f"/sessions/{show}/reading", typed)
    assert page.status_code == 422
    for key in ("gmv", "orders", "ad_spend"):
        assert f'id="{key}-error"' in page.text
    assert all(f'value="{words}"' in page.text for words in typed.values())
    assert len(figures(cast, show)) == 1
    assert client_of("member").post_form(f"/sessions/{show}/reading", {}).status_code == 422


def test_a_jump_comes_back_with_its_question_and_a_box_confirms_it(client_of: Client, cast: Cast, show: int) -> None:
    member = client_of("member")
    assert 'name="sure"' not in member.get(f"/sessions/{show}/reading").text
    page = member.post_form(f"/sessions/{show}/reading", {"gmv": "5900", "orders": "7"})
    assert page.status_code == 422
    assert re.search(r'id="gmv-error".*?Less than the ¥6,000\.00 of \d\d:\d\d\. Is it right\?', page.text, re.S)
    assert 'name="sure"' in page.text and 'value="5900"' in page.text and 'value="7"' in page.text
    assert member.post_form(f"/sessions/{show}/reading", {"gmv": "5900", "orders": "7", "sure": "y"}).status_code == 303
    assert figures(cast, show)[-1] == {"gmv": 590_000, "orders": 7}


def test_the_queue_is_asked_the_same_and_its_reading_can_be_taken_back(
    client_of: Client, cast: Cast, show: int
) -> None:
    member, sent = client_of("member"), {"gmv": "100", "client_id": secrets.token_hex(16)}
    asked = member.post_form(f"/sessions/{show}/reading", sent, headers=TICK)
    assert (asked.status_code, asked.json["ok"], asked.json["ask"]) == (422, False, "It is right")
    assert asked.json["message"].startswith("GMV: Less than the ¥6,000.00")
    wrong = member.post_form(f"/sessions/{show}/reading", sent | {"gmv": "much"}, headers=TICK)
    assert (wrong.status_code, "ask" in wrong.json) == (422, False)
    kept = member.post_form(f"/sessions/{show}/reading", sent | {"sure": "y"}, headers=TICK)
    assert kept.json["ok"] and 'id="reading-form"' in kept.json["row_html"]
    again = member.post_form(f"/sessions/{show}/reading", sent | {"sure": "y"}, headers=TICK)
    assert again.json["undo_url"] == kept.json["undo_url"], "heard twice, kept once"
    assert len(figures(cast, show)) == 2
    assert member.post_form(kept.json["undo_url"], {}, headers=TICK).json["ok"]
    assert len(figures(cast, show)) == 1


def test_a_reading_is_set_right_and_a_stale_form_is_told(client_of: Client, cast: Cast, show: int) -> None:
    with acting(cast.actors["lead"]):
        (held,) = queries.readings(show)
    member, path = client_of("member"), f"/readings/{held.id}"
    assert 'value="6000"' in member.get(path).text
    sent = {"version": str(held.row_id), "gmv": "6100", "online": "", "at": wall(held.at)}
    answer = member.post_form(path, sent)
    assert answer.status_code == 303
    assert figures(cast, show) == [{"gmv": 610_000}]
    assert member.post_form(path, sent | {"gmv": "1"}).status_code == 409
    assert client_of("outsider").get(path).status_code == 404
    assert client_of("outsider").post_form(f"{path}/withdraw", {}).status_code == 404
    assert client_of("viewer").post_form(f"{path}/withdraw", {}).status_code == 403
    assert member.post_form(f"{path}/withdraw", {}).status_code == 303
    assert (figures(cast, show), member.get(path).status_code) == ([], 404)


def test_the_live_page_tells_turn_pace_and_curve(client_of: Client, cast: Cast, show: int, began: datetime) -> None:
    with acting(cast.actors["member"]):
        services.log_entry(show, LogKind.SOUND, secrets.token_hex(16), note="<no> sound")
    host = client_of("host").get(f"/sessions/{show}").text
    assert "your shift ends in" in host
    assert "your shift ends in" not in client_of("lead").get(f"/sessions/{show}").text
    assert re.search(r"<h2>Pace</h2>.*?ahead.*?expected ¥5k.*?at this pace ¥48k of ¥40k", host, re.S)
    assert re.search(r"<title>\d\d:\d\d Sound: &lt;no&gt; sound</title>", host)
    assert 'class="c-target"' in host and "style=" not in re.sub(r"<link[^>]*>", "", host)
    assert host.count("<h2>Next reading</h2>") == 1
    assert "Missed readings" not in host
    for part, word in (("reading", "Next reading"), ("figures", "Pace")):
        piece = client_of("host").get(f"/sessions/{show}?phase=air&part={part}").text
        assert word in piece and "<html" not in piece
    assert 'name="gmv"' not in client_of("viewer").get(f"/sessions/{show}").text
    assert f'href="/sessions/{show}/end" data-hold="end-now"' in host, "it is kept pressed, or asked on a page"


def test_the_end_is_asked_on_a_page_and_may_be_typed(client_of: Client, cast: Cast, show: int, began: datetime) -> None:
    host = client_of("host")
    assert "Is the show off air?" in host.get(f"/sessions/{show}/end").text
    wrong = host.post_form(f"/sessions/{show}/end", {"at": wall(began - HOUR)})
    assert (wrong.status_code, 'id="at-error"' in wrong.text) == (422, True)
    assert host.post_form(f"/sessions/{show}/end", {"at": wall(began + HOUR)}).status_code == 303
    with acting(cast.actors["lead"]):
        b = queries.brief(show)
        assert (b.state, b.real_end) == (State.ENDED, began + HOUR)
    assert "is not on air" in host.get(f"/sessions/{show}/end").text


def test_a_start_tapped_late_is_offered_to_be_set_right(
    client_of: Client, cast: Cast, plan: Plan, began: datetime
) -> None:
    made = plan(datetime.now(UTC) + 5 * MINUTE, crew=[("host", cast.host)])
    host = client_of("host")
    host.post_form(f"/sessions/{made}/air")
    page = host.get(f"/sessions/{made}").text
    assert "Did it begin earlier?" in page
    assert page.count('name="minutes"') == 4
    with acting(cast.actors["lead"]):
        before = queries.brief(made)
    sent = {"minutes": "20", "version": str(before.version)}
    assert host.post_form(f"/sessions/{made}/earlier", sent).status_code == 303
    with acting(cast.actors["lead"]):
        assert (queries.brief(made).real_start or clock.now()) == (before.real_start or clock.now()) - 20 * MINUTE
    assert host.post_form(f"/sessions/{made}/earlier", {"minutes": "x", "version": "9" * 30}).status_code in (409, 422)
    assert client_of("outsider").post_form(f"/sessions/{made}/earlier", sent).status_code == 404


def test_a_show_nobody_ended_is_asked_about_on_today_and_on_its_page(client_of: Client, cast: Cast, plan: Plan) -> None:
    began = datetime.now(UTC) - 10 * HOUR
    with clock.standing(began - HOUR):
        made = plan(began, 240, crew=[("host", cast.host)])
    with clock.standing(began), acting(cast.actors["host"]):
        services.go_live(made)
    for login, path in (("lead", "/"), ("host", "/"), ("manager", "/"), ("lead", f"/sessions/{made}")):
        page = client_of(login).get(path).text
        assert "Still on air?" in page, (login, path)
    assert f'href="/sessions/{made}/end"' in client_of("host").get("/").text
    with acting(cast.actors["lead"]):
        services.end_live(made, began + 4 * HOUR)
    assert "Still on air?" not in client_of("lead").get("/").text
