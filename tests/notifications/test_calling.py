"""Calls before air: who is called when, once a step, by which ways; nudges; and that everything stops by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import given
from hypothesis import strategies as st

from planner.base import jobs as worker
from planner.base.actor import acting
from planner.base.telling import Sort
from planner.checklists import queries as checklists
from planner.checklists import services as ticks
from planner.checklists.rules import Stage
from planner.kernel import clock
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.live import queries as shows
from planner.live import services as live
from planner.live.rules.calling import STEPS, leads_of, step_of, was_late
from planner.notifications import jobs, queries, services
from planner.notifications.queries.inbox import InboxRow
from planner.notifications.rules import Habits
from planner.notifications.words import notice_words
from planner.people import services as accounts
from tests.cast import Cast
from tests.checklists.conftest import HOUR, PHOTO, Item, Plan, key
from tests.checklists.conftest import crew_of as crew_of
from tests.checklists.conftest import evening as evening
from tests.checklists.conftest import item_of as item_of
from tests.checklists.conftest import items_of as items_of
from tests.checklists.conftest import plan as plan
from tests.hour import Hour
from tests.hour import hour as hour
from tests.live.conftest import client_of as client_of
from tests.live.pages import statements
from tests.notifications.quiet import forget_all
from tests.operations.conftest import mail_on as mail_on
from tests.operations.conftest import smtp as smtp
from tests.operations.smtp import MailServer

MINUTE = timedelta(minutes=1)


@pytest.fixture
def show(cast: Cast, plan: Plan, evening: datetime) -> int:
    """A show whose links and final look are the member's; everything else that blocks is done."""
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        for row in checklists.list_page(made).items:
            if row.stage in (Stage.PREPARE, Stage.BEFORE) and row.blocks and row.user_id != cast.member:
                ticks.tick(row.id, key(), PHOTO)
    forget_all()
    return made


def rows(cast: Cast, login: str, at: datetime, **more: Any) -> list[InboxRow]:
    with current_app.test_request_context(), clock.standing(at), acting(cast.actors[login]):
        return [row for group in queries.inbox(**more).groups for row in group.rows]


def told(cast: Cast, login: str, at: datetime, **more: Any) -> list[str]:
    """What somebody reads of calls, the latest first."""
    found = rows(cast, login, at, **more)
    with clock.standing(at), acting(cast.actors[login]):
        words = [notice_words(row.words, {}) for row in found]
    return [text for text in words if "locks going live" in text or "Asks you" in text]


def call_at(at: datetime) -> None:
    """The worker's round at an instant."""
    with clock.standing(at):
        jobs.call_out()


def links(cast: Cast, item_id: int, at: datetime) -> None:
    """Two people check the links."""
    for login in ("member", "lead"):
        with clock.standing(at), acting(cast.actors[login]):
            ticks.tick(item_id, key())


@given(st.integers(-90, 40), st.integers(-90, 40))
def test_a_step_is_the_last_one_that_has_come_and_what_is_due_after_it_is_not_late(minutes: int, due: int) -> None:
    start = datetime(2026, 11, 28, 12, tzinfo=clock.now().tzinfo)
    step = step_of(start, start + minutes * MINUTE)
    assert (step is None) is (minutes < -30 or minutes >= 0)
    if step is not None:
        assert step in STEPS
        assert -minutes <= step
        assert all(-minutes > other for other in STEPS if other < step)
        assert was_late(start + due * MINUTE, start, step) is (due <= -step)
        assert not was_late(None, start, step)


def test_what_is_nobodys_is_the_leads_of_the_session() -> None:
    assert leads_of([5, 7], 9, [7, 9]) == [7], "who leads and works there"
    assert leads_of([5], 9, [7, 9]) == [9], "else who planned it"
    assert leads_of([5], 4, [7, 9]) == [7, 9], "unless they lead no more"
    assert leads_of([], None, []) == []


@pytest.mark.engines
def test_whoever_has_it_is_told_once_a_step_until_it_is_done(
    cast: Cast, show: int, evening: datetime, item_of: Item
) -> None:
    call_at(evening - 31 * MINUTE)
    assert told(cast, "member", evening - 31 * MINUTE) == []
    for _ in range(3):
        call_at(evening - 30 * MINUTE)
    (first,) = told(cast, "member", evening - 30 * MINUTE)
    assert first.startswith("Blocks going live")
    assert "20:00" in first
    assert "90 min late: Links checked row by row by two people" in first, "in the reader's language"
    assert all(told(cast, login, evening) == [] for login in ("host", "lead", "manager", "viewer", "outsider"))
    call_at(evening - 20 * MINUTE)
    assert len(told(cast, "member", evening - 20 * MINUTE)) == 1
    call_at(evening - 15 * MINUTE)
    (second,) = told(cast, "member", evening - 15 * MINUTE)
    assert "105 min late" in second, "a new call takes the place of the last one"
    assert len(told(cast, "member", evening - 15 * MINUTE, unread=False)) == 2
    links(cast, item_of(show, "links").id, evening - 14 * MINUTE)
    call_at(evening - 13 * MINUTE)
    assert told(cast, "member", evening - 13 * MINUTE) == [], "what is done is read"
    call_at(evening - 6 * MINUTE)
    assert told(cast, "member", evening - 6 * MINUTE) == [], "the final look has had its time for four minutes only"
    call_at(evening - 5 * MINUTE)
    (last,) = told(cast, "member", evening - 5 * MINUTE)
    assert "5 min late: Final look" in last
    call_at(evening + MINUTE)
    assert len(told(cast, "member", evening - 4 * MINUTE, unread=False)) == 3


@pytest.mark.engines
def test_what_opens_again_is_called_at_once_and_what_is_handed_on_is_called_there(
    cast: Cast, show: int, evening: datetime, item_of: Item, crew_of: Any
) -> None:
    item = item_of(show, "links").id
    links(cast, item, evening - 40 * MINUTE)
    call_at(evening - 30 * MINUTE)
    assert told(cast, "member", evening - 30 * MINUTE) == []
    with clock.standing(evening - 25 * MINUTE), acting(cast.actors["lead"]):
        ticks.untick(item, key(), "券配错了")
    call_at(evening - 24 * MINUTE)
    assert len(told(cast, "member", evening - 24 * MINUTE)) == 1
    with clock.standing(evening - 20 * MINUTE), acting(cast.actors["lead"]):
        end = evening + 4 * HOUR
        version = shows.brief(show).version
        live.set_crew(
            show, version, crew_of(("host", cast.host, evening, end), ("control", cast.manager, evening, end))
        )
    call_at(evening - 15 * MINUTE)
    assert told(cast, "member", evening - 15 * MINUTE) == []
    assert len(told(cast, "manager", evening - 15 * MINUTE)) == 1


@pytest.mark.engines
def test_a_show_that_moves_moves_its_calls_and_one_that_is_called_off_has_none(
    cast: Cast, show: int, evening: datetime
) -> None:
    call_at(evening - 30 * MINUTE)
    assert len(told(cast, "member", evening - 30 * MINUTE)) == 1
    with clock.standing(evening - 29 * MINUTE), acting(cast.actors["lead"]):
        live.move_session(show, shows.brief(show).version, evening + HOUR, 240, cast.studio)
    call_at(evening - 28 * MINUTE)
    assert told(cast, "member", evening - 28 * MINUTE) == []
    call_at(evening + 30 * MINUTE)
    assert len(told(cast, "member", evening + 30 * MINUTE)) == 1
    with clock.standing(evening + 31 * MINUTE), acting(cast.actors["lead"]):
        live.cancel_session(show, shows.brief(show).version, "停电")
    call_at(evening + 45 * MINUTE)
    assert told(cast, "member", evening + 45 * MINUTE) == []
    assert len(told(cast, "member", evening + 45 * MINUTE, unread=False)) == 2


@pytest.mark.engines
def test_what_nobody_has_and_what_a_leaver_had_reaches_the_lead(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        accounts.end_membership(cast.member)
    forget_all()
    call_at(evening - 30 * MINUTE)
    mine = told(cast, "lead", evening - 30 * MINUTE)
    assert any("Links checked" in text for text in mine), "the leaver's"
    assert any("Light, camera" in text for text in mine), "nobody's: no engineer is in the crew"
    assert told(cast, "manager", evening - 30 * MINUTE) == [], "whoever planned it leads it"
    assert made


def test_it_goes_by_mail_at_once_also_in_quiet_hours(
    cast: Cast, show: int, evening: datetime, smtp: MailServer, mail_on: Callable[[str], None], db: Flask
) -> None:
    with acting(cast.actors["member"]):
        accounts.edit_me("阿强", "qiang@example.org", "")
        services.set_habits(Habits(quiet_from=0, quiet_to=23 * 60 + 30, daily_at=None))
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    at = evening - 30 * MINUTE
    call_at(at)
    with clock.standing(at):
        while worker.run_pending():
            pass
    (letter,) = smtp.letters
    assert "商品链接逐条双人核对" in letter.get_content()


@pytest.mark.engines
def test_a_nudge_reaches_whoever_has_it_once_in_five_minutes(
    cast: Cast, show: int, evening: datetime, item_of: Item
) -> None:
    check = f"item-{item_of(show, 'links').id}"
    at = evening - 3 * HOUR
    with clock.standing(at), acting(cast.actors["host"]):
        assert services.nudge(show, check) == [cast.member]
        with pytest.raises(Refused):
            services.nudge(show, check)
        assert queries.nudged(show) == {check: at}
    with clock.standing(at + 4 * MINUTE), acting(cast.actors["lead"]), pytest.raises(Refused):
        services.nudge(show, check)
    (text,) = told(cast, "member", at)
    assert text.startswith("Asks you for it")
    assert rows(cast, "member", at)[0].sort is Sort.MENTIONED
    with clock.standing(at + 5 * MINUTE), acting(cast.actors["lead"]):
        assert services.nudge(show, check) == [cast.member]
        assert list(queries.nudged(show)) == [check]
    with clock.standing(at), acting(cast.actors["member"]), pytest.raises(Refused):
        services.nudge(show, check)
    with clock.standing(at), acting(cast.actors["manager"]), pytest.raises(Refused):
        services.nudge(show, "item-999999")
    with clock.standing(at), acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.nudge(show, check)
    with clock.standing(at), acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.nudge(show, check)
    links(cast, item_of(show, "links").id, at + 6 * MINUTE)
    call_at(at + 7 * MINUTE)
    assert told(cast, "member", at + 7 * MINUTE) == []


def test_the_strip_of_every_page_and_today_say_it_until_it_is_done(
    cast: Cast, show: int, evening: datetime, item_of: Item, client_of: Callable[[str], Any], db: Flask, hour: Hour
) -> None:
    member, hour.at = client_of("member").in_english(), evening - 30 * MINUTE
    assert "calls-in" not in member.get("/calls").text
    with statements(db) as asked:
        assert member.get("/calls").status_code == 200
    assert len(asked) <= 2, "a page that asks twice a minute costs nothing while nothing is"
    call_at(hour.at)
    strip = member.get("/calls")
    assert "Links checked row by row" in strip.text
    assert "late since 18:00" in strip.text
    assert "data-aloud" not in strip.text
    assert member.get("/calls", headers={"If-None-Match": strip.headers["ETag"]}).status_code == 304
    with statements(db) as asked:
        today = member.get("/").text
    assert len(asked) <= 20
    assert "Blocks going live, and waits for you" in today
    assert "1 h 30 min late" in today
    assert 'data-calls="/calls"' in today
    assert "calls-in" not in client_of("host").get("/calls").text
    with acting(cast.actors["member"]):
        services.set_habits(Habits(aloud=True))
    assert "data-aloud" in member.get("/calls").text
    links(cast, item_of(show, "links").id, evening - 29 * MINUTE)
    assert "calls-in" not in member.get("/calls").text, "at once, before any round of the worker"
    assert "waits for you" not in member.get("/").text


def test_whoever_has_heard_it_is_left_alone_until_the_next_step(
    cast: Cast, show: int, evening: datetime, client_of: Callable[[str], Any], hour: Hour
) -> None:
    call_at(evening - 30 * MINUTE)
    member, hour.at = client_of("member").in_english(), evening - 29 * MINUTE
    assert member.post_form("/calls/known", {"next": "/sessions"}).location == "/sessions"
    assert "calls-in" not in member.get("/calls").text
    call_at(evening - 15 * MINUTE)
    hour.at = evening - 15 * MINUTE
    assert "calls-in" in member.get("/calls").text
    assert client_of("").get("/calls").status_code in (302, 303, 401)


def test_the_session_page_says_who_has_what_blocks_for_how_long_and_asks_with_one_tap(
    cast: Cast, show: int, evening: datetime, item_of: Item, client_of: Callable[[str], Any], hour: Hour
) -> None:
    check = f"item-{item_of(show, 'links').id}"
    host, hour.at = client_of("host").in_english(), evening - 30 * MINUTE
    address, place = f"/sessions/{show}/nudge", f"/sessions/{show}?phase=prepare"
    page = host.get(place).text
    assert "1 h 30 min late" in page
    assert f'name="check" value="{check}"' in page
    assert "阿强" in page
    assert address not in client_of("viewer").get(place).text
    assert f'value="{check}"' not in client_of("member").get(place).text, "one's own"
    done = host.post_form(address, {"check": check})
    assert (done.status_code, done.location) == (303, place)
    assert "Asked: 阿强" in host.get(done.location).text
    again = host.get(f"{place}&part=ready").text
    assert "asked 19:30" in again
    assert f'value="{check}"' not in again
    assert host.post_form(address, {"check": check}).status_code == 409
    assert client_of("outsider").post_form(address, {"check": check}).status_code == 404
    assert "you are asked for it" in client_of("member").in_english().get("/calls").text
