"""What blocks holds the gate, each item at its own time; and a go that was given too early is in doubt."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.rules import ItemState, Stage
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import Go, State
from tests.cast import Cast
from tests.checklists.conftest import HOUR, PHOTO, Item, Plan, key

MINUTE = timedelta(minutes=1)


@pytest.fixture
def start(evening: datetime) -> datetime:
    return evening


@pytest.fixture
def show(cast: Cast, plan: Plan, start: datetime) -> int:
    return plan(start, crew=[("host", cast.host), ("control", cast.member)])


def gate(cast: Cast, session_id: int, at: datetime) -> Go:
    """The word of the gate at an instant, the same on the strip of Today."""
    with clock.standing(at), acting(cast.actors["lead"]):
        checks = sessions.checks_of([sessions.brief(session_id)], at)[session_id]
        strip = next((s for s in sessions.strips(at) if s.brief.id == session_id), None)
    word = sessions.go_of(checks, at)
    assert strip is None or strip.go is word
    return word


def finish(cast: Cast, session_id: int, at: datetime, *, only_blocking: bool = False) -> None:
    """Tick what is to be done before air and is due at this time, twice where two people are needed."""
    with acting(cast.actors["lead"]):
        rows = [i for i in queries.list_page(session_id).items if i.stage in (Stage.PREPARE, Stage.BEFORE)]
    for row in rows:
        if row.due is None or row.due > at or (only_blocking and not row.blocks):
            continue
        for login in ("lead", "manager"):
            with acting(cast.actors[login]):
                services.tick(row.id, key(), PHOTO)


@pytest.mark.engines
def test_the_gate_counts_only_what_is_due(cast: Cast, show: int, start: datetime, item_of: Item) -> None:
    assert gate(cast, show, start - 25 * HOUR) is Go.ON_COURSE
    assert gate(cast, show, start - 24 * HOUR) is Go.BLOCKED, "the papers are due a day before"
    finish(cast, show, start - 24 * HOUR)
    assert gate(cast, show, start - 5 * HOUR) is Go.ON_COURSE
    finish(cast, show, start - 4 * HOUR, only_blocking=True)
    assert gate(cast, show, start - 4 * HOUR) is Go.AT_RISK, "the script is late, and blocks nothing"
    finish(cast, show, start - 4 * HOUR)
    assert gate(cast, show, start - 4 * HOUR) is Go.ON_COURSE
    assert gate(cast, show, start - 2 * HOUR) is Go.BLOCKED
    finish(cast, show, start, only_blocking=True)
    assert gate(cast, show, start - 31 * MINUTE) is Go.AT_RISK
    finish(cast, show, start)
    assert gate(cast, show, start) is Go.READY
    with acting(cast.actors["lead"]):
        services.untick(item_of(show, "final").id, key())
    assert gate(cast, show, start - 11 * MINUTE) is Go.ON_COURSE
    assert gate(cast, show, start - 10 * MINUTE) is Go.BLOCKED


def test_a_blocking_item_left_out_by_a_lead_passes(cast: Cast, show: int, start: datetime, item_of: Item) -> None:
    at = start - 24 * HOUR
    assert gate(cast, show, at) is Go.BLOCKED
    with acting(cast.actors["lead"]):
        services.skip(item_of(show, "papers").id, key(), "没有新品")
    assert gate(cast, show, at) is Go.ON_COURSE


@pytest.mark.engines
def test_half_of_two_people_do_not_open_the_gate(cast: Cast, show: int, start: datetime, item_of: Item) -> None:
    at = start - 2 * HOUR
    finish(cast, show, at)
    links = item_of(show, "links").id
    with acting(cast.actors["lead"]):
        services.untick(links, key())
        services.tick(links, key())
    assert gate(cast, show, at) is Go.BLOCKED
    with acting(cast.actors["member"]):
        services.tick(links, key())
    assert gate(cast, show, at) is Go.ON_COURSE


def test_a_check_says_what_and_who_and_leads_to_its_row(
    cast: Cast, show: int, start: datetime, item_of: Item, db: Flask
) -> None:
    with db.test_request_context(), acting(cast.actors["member"]), clock.standing(start - 5 * MINUTE):
        view = sessions.hub(show)
    row = item_of(show, "final")
    check = next(c for c in view.open if c.key == f"item-{row.id}")
    assert (check.text, check.who, check.due, check.blocking) == (row.title, "阿强", row.due, True)
    assert check.url.endswith(f"/sessions/{show}/checklist?show=all#tick-{row.id}")
    assert [c.blocking for c in view.open[:3]] == [True] * 3, "what is late and blocks stands first"


def test_a_go_with_a_failed_check_needs_a_lead_and_a_reason(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start - 3 * HOUR):
        with acting(cast.actors["host"]), pytest.raises(Forbidden):
            live.give_go(show, "我保证")
        with acting(cast.actors["lead"]), pytest.raises(Invalid):
            live.give_go(show)
    finish(cast, show, start)
    with clock.standing(start - 5 * MINUTE), acting(cast.actors["host"]):
        live.give_go(show)
        assert sessions.brief(show).state is State.READY


def test_a_go_is_in_doubt_when_a_check_fails_afterwards(
    cast: Cast, show: int, start: datetime, item_of: Item, db: Flask
) -> None:
    finish(cast, show, start)
    at = start - 9 * MINUTE
    with clock.standing(at), acting(cast.actors["host"]):
        live.give_go(show)
    with acting(cast.actors["member"]):
        services.untick(item_of(show, "final").id, key(), note="购物车空了")
    with db.test_request_context(), clock.standing(at + MINUTE), acting(cast.actors["lead"]):
        view = sessions.hub(show)
        assert (view.session.state, view.go, view.go_name) == (State.READY, Go.BLOCKED, "小米")
        text = db.jinja_env.get_template("live/_ready.html").render(view=view, session=view.session)
    assert "The go is in doubt" in text


@pytest.mark.engines
def test_a_move_withdraws_the_go_and_asks_again(cast: Cast, show: int, start: datetime, item_of: Item) -> None:
    finish(cast, show, start)
    with clock.standing(start - 5 * MINUTE), acting(cast.actors["lead"]):
        live.give_go(show)
        live.move_session(show, sessions.brief(show).version, start + 5 * HOUR, 240, cast.studio)
        assert sessions.brief(show).state is State.PREPARING
    assert item_of(show, "kit").state is ItemState.OPEN
    assert gate(cast, show, start + 2 * HOUR) is Go.ON_COURSE
    assert gate(cast, show, start + 3 * HOUR) is Go.BLOCKED


@pytest.mark.engines
def test_progress_counts_what_applies(cast: Cast, show: int, item_of: Item) -> None:
    with acting(cast.actors["lead"]):
        page = queries.list_page(show)
        assert queries.progress([show]) == {show: (0, page.total)}
        services.tick(item_of(show, "benefits").id, key())
        services.skip(item_of(show, "kit").id, key(), "同一间, 下午已查")
        assert queries.progress([show]) == {show: (2, page.total)}
        assert queries.progress([]) == {}
        lists = queries.my_lists(clock.now())
    assert [(b.id, done, total) for b, done, total in lists] == [(show, 2, page.total)]
