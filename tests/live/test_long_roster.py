"""A long roster: left to the worker, planned as a whole or not at all, seen on the way, taken back in one. On both."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from planner.base import jobs, progress
from planner.base.actor import acting
from planner.kernel.permissions import Role
from planner.live import queries
from planner.live.services import rosters
from planner.notifications import queries as notices
from planner.people import services as people
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "日期\t时间\t主题\t账号\t直播间\t主播"


def day(ahead: int) -> datetime:
    return datetime.now(SHANGHAI).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=ahead)


@pytest.fixture
def sheet(cast: Cast, db: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Four evenings, which are many here: three are left to the worker."""
    monkeypatch.setattr(rosters, "AT_ONCE", 3)
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0)
    with acting(cast.actors["lead"]):
        account, studio = queries.channels()[0].account, queries.studios()[0].name
    name = cast.actors["host"].name
    rows = [
        "\t".join([day(n).date().isoformat(), "20:00-24:00", f"第{n}晚", account, studio, name]) for n in range(2, 6)
    ]
    return "\n".join([HEAD, *rows])


def send(lead: Any, sheet: str, **more: str) -> Any:
    return lead.post_form("/sessions/roster", {"roster": sheet, "step": "confirm", **more})


def planned(cast: Cast) -> int:
    with acting(cast.actors["lead"]):
        return len(queries.listed(None, 50))


def test_it_is_left_to_the_worker_and_planned_once(cast: Cast, client_of: Client, sheet: str) -> None:
    lead = client_of("lead")
    answer = send(lead, sheet)
    assert answer.status_code == 303
    place = answer.location
    assert re.fullmatch(r"/sessions/roster/\d+", place)
    waits = lead.get(place).text
    assert "4 sessions are being planned: all of them or none." in waits
    assert "waiting for the worker" in waits and "data-poll" in waits and "Look again" in waits
    assert planned(cast) == 0
    assert f'href="{place}"' in lead.get("/sessions/roster").text, "what was left is found again"
    assert jobs.run_pending() == 1
    assert planned(cast) == 4
    done = lead.get(place).text
    assert "4 sessions are planned, with their checklists." in done
    assert "data-poll" not in done and f"/sessions?day={day(2).date()}" in done
    assert lead.get(place + "?part=progress").headers["HX-Refresh"] == "true"


def test_a_short_one_is_planned_at_once(cast: Cast, client_of: Client, sheet: str) -> None:
    answer = send(client_of("lead"), "\n".join(sheet.split("\n")[:3]))
    assert answer.location.startswith("/sessions?day=")
    assert planned(cast) == 2


def test_done_again_it_changes_nothing(app: Flask, cast: Cast, client_of: Client, sheet: str) -> None:
    place = send(client_of("lead"), sheet).location
    jobs.run_pending()
    with acting(jobs.program_for(cast.team)):
        jobs.HANDLERS["live.plan_roster"].work(plan_id=int(place.rpartition("/")[2]), user_id=cast.lead)
    assert planned(cast) == 4
    assert "4 sessions are planned" in client_of("lead").get(place).text


def test_one_undo_takes_all_of_it_back(cast: Cast, client_of: Client, sheet: str) -> None:
    lead = client_of("lead")
    place = send(lead, sheet).location
    jobs.run_pending()
    way = re.search(r'action="(/undo/[0-9a-f]+)"', lead.get(place).text)
    assert way
    lead.get(place)
    assert lead.post_form(way[1]).status_code == 303
    assert planned(cast) == 0
    after = lead.get(place).text
    assert "taken back" in after and "/undo/" not in after
    assert "第2晚" in after, "what was sent is still there"


def test_whoever_works_in_them_is_told_once_by_whoever_sent_it(cast: Cast, client_of: Client, sheet: str) -> None:
    send(client_of("lead"), sheet)
    jobs.run_pending()
    with acting(cast.actors["host"]):
        rows = notices.waiting()
    assert [(row.by, len(row.ids)) for row in rows] == [(cast.actors["lead"].name, 4)]
    with acting(cast.actors["lead"]):
        assert notices.waiting() == []


def test_what_clashes_meanwhile_keeps_all_of_it_from_being_planned(
    cast: Cast, client_of: Client, sheet: str, plan: Plan
) -> None:
    lead = client_of("lead")
    place = send(lead, sheet).location
    plan(day(3), theme="临时加场")
    jobs.run_pending()
    assert planned(cast) == 1, "only the one that came in between"
    told = lead.get(place).text
    assert "Nothing is planned: something changed meanwhile." in told
    assert "Row 3:" in told and "临时加场" in told and "Row 2:" not in told
    form = re.search(r'<form method="post" action="/sessions/roster">(.*?)</form>', told, re.S)
    assert form
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]))
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", form[1], re.S)
    assert text
    assert html.unescape(text[1]) == sheet
    again = {n: html.unescape(v) for n, v in sent.items() if n not in ("csrf_token", "once")}
    shown = lead.post_form("/sessions/roster", {**again, "roster": html.unescape(text[1])})
    assert shown.status_code == 200
    assert "4 rows read." in shown.text and "1 has something in its way." in shown.text


def test_what_clashes_at_once_is_told_beside_its_row(cast: Cast, client_of: Client, sheet: str, plan: Plan) -> None:
    plan(day(3), theme="早已排好")
    answer = send(client_of("lead"), sheet, take_3="whole")
    assert answer.status_code == 422
    assert "早已排好" in answer.text


def test_what_was_left_out_stays_left_out(cast: Cast, client_of: Client, sheet: str) -> None:
    lead = client_of("lead")
    more = sheet + "\n" + sheet.split("\n")[1].replace(day(2).date().isoformat(), day(9).date().isoformat())
    place = send(lead, more, take_3="none").location
    jobs.run_pending()
    assert planned(cast) == 4
    assert "4 sessions are planned" in lead.get(place).text


def test_who_left_meanwhile_plans_nothing(cast: Cast, client_of: Client, sheet: str) -> None:
    place = send(client_of("lead"), sheet).location
    with acting(cast.actors["manager"]):
        people.set_role(cast.lead, Role.MEMBER)
    jobs.run_pending()
    assert planned(cast) == 0
    told = client_of("manager").get(place).text
    assert "could not plan this roster" in told and "Back to the rows" in told


def test_everybody_sees_how_far_it_is(
    app: Flask, cast: Cast, client_of: Client, sheet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = send(client_of("lead"), sheet).location
    seen: list[tuple[int, int]] = []

    def look() -> tuple[int, int]:
        with app.app_context(), acting(cast.actors["manager"]):
            found = queries.roster_progress(int(place.rpartition("/")[2]))
        assert found.work is not None and found.running
        return found.work.done, found.work.total

    tell = jobs.tell

    def telling(done: int, total: int) -> None:
        tell(done, total)
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(look).result(20))

    monkeypatch.setattr(jobs, "tell", telling)
    jobs.run_pending()
    assert seen == [(n, 8) for n in range(8)]


def test_it_is_of_those_who_plan_in_the_team(cast: Cast, client_of: Client, sheet: str) -> None:
    place = send(client_of("lead"), sheet).location
    assert client_of("host").get(place).status_code == 403
    assert client_of("outsider").get(place).status_code in (403, 404)
    assert client_of("lead").get("/sessions/roster/999999").status_code == 404
    assert "<title>A roster is planned" in client_of("manager").get(place).text


def test_the_same_form_sent_twice_is_one_roster(cast: Cast, client_of: Client, sheet: str) -> None:
    lead = client_of("lead")
    fields = {"roster": sheet, "step": "confirm"}
    first, second = (lead.post_form("/sessions/roster", fields, once="0123456789abcdef" * 2).location for _ in range(2))
    assert first == second
    assert jobs.run_pending() == 1
    assert planned(cast) == 4
