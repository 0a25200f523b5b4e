"""Reminders: before it is due, when it is due, late with growing gaps; once each, moved with it, stopped when done."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import jobs
from planner.base.actor import acting
from planner.base.engine import engine
from planner.base.telling import Sort
from planner.kernel import clock
from planner.live import queries as live
from planner.live import services as live_services
from planner.notifications import jobs as notice_jobs
from planner.notifications import services
from planner.notifications.rules import Habits
from planner.people import services as accounts
from planner.plan import queries as plan_queries
from planner.plan import services as plan_services
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.conftest import client_of as client_of
from tests.live.conftest import plan as plan
from tests.notifications.quiet import forget_all
from tests.notifications.test_inbox import rows, told
from tests.notifications.test_letters import DAY, HOUR, MINUTE, TOMORROW, at
from tests.operations.conftest import mail_on as mail_on
from tests.operations.conftest import smtp as smtp
from tests.operations.smtp import MailServer

pytestmark = pytest.mark.engines


def look(when: datetime) -> None:
    with clock.standing(when):
        notice_jobs.remind()


def written() -> list[str]:
    """The stages that were told, in order."""
    with engine().connect() as link:
        keys = link.execute(text("SELECT key FROM notice ORDER BY id")).scalars()
        return [found[1] for key in keys if (found := re.fullmatch(r"\w+:\d+:([\w-]+):.*", key))]


def unread(cast: Cast, login: str, when: datetime) -> list[str]:
    with clock.standing(when):
        return told(cast, login)


@pytest.fixture
def step(cast: Cast, db: Flask) -> int:
    """Due in three days."""
    with acting(cast.actors["lead"]):
        made = plan_services.add_step("竞品分析", cast.host, TOMORROW + 3 * DAY, None, None)
        forget_all()
        return made


def test_a_step_is_said_the_day_before_on_its_day_and_late_with_growing_gaps(cast: Cast, step: int) -> None:
    for days in range(80):
        for wall in ("08:55", "09:00", "15:00"):
            look(at(wall, days))
        if days == 2:
            assert unread(cast, "host", at("15:00", 2)) == ["Due tomorrow"]
        if days == 3:
            assert unread(cast, "host", at("15:00", 3)) == ["Due today"], "the newer takes the place of the older"
    assert written() == [
        "before-1", "before-0", "late-1", "late-3", "late-7", "late-15", "late-31", "late-63",
    ]  # fmt: skip


def test_it_stops_when_it_is_done_and_what_waits_is_read(cast: Cast, step: int) -> None:
    look(at("09:00", 3))
    assert len(unread(cast, "host", at("09:01", 3))) == 1
    with clock.standing(at("10:00", 3)), acting(cast.actors["host"]):
        plan_services.move_step(step, "finish")
    look(at("10:05", 3))
    assert unread(cast, "host", at("10:06", 3)) == []
    for days in range(4, 12):
        look(at("09:00", days))
    assert written() == ["before-0"]


def test_it_moves_with_its_due_day_and_goes_to_its_new_owner(cast: Cast, step: int) -> None:
    look(at("09:00", 2))
    with clock.standing(at("09:30", 2)), acting(cast.actors["lead"]):
        row, _name = plan_queries.step(step)
        plan_services.edit_step(step, row.version, row.title, cast.member, TOMORROW + 9 * DAY, None, None, "")
    look(at("09:35", 2))
    assert unread(cast, "host", at("10:00", 2)) == [], "what was said of the old day counts no more"
    for days in range(3, 10):
        look(at("09:00", days))
    assert unread(cast, "host", at("10:00", 9)) == []
    assert unread(cast, "member", at("10:00", 9)) == ["Due today", "A step is yours now: 竞品分析"]
    assert written() == ["before-1", "before-1", "before-0"]


def test_one_is_reminded_as_one_wants(cast: Cast, step: int) -> None:
    with acting(cast.actors["host"]):
        services.set_habits(Habits(before_due=(3,), daily_at=20 * 60))
    for days in range(4):
        look(at("19:55", days))
        look(at("20:00", days))
    assert written() == ["before-3"]


def test_workers_that_look_round_at_once_write_each_reminder_once(cast: Cast, step: int, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        for n in range(20):
            plan_services.add_step(f"第{n}步", cast.member, TOMORROW + 3 * DAY, None, None)
    start, faults = threading.Barrier(4), list[BaseException]()

    def run() -> None:
        start.wait()
        try:
            with db.app_context():
                look(at("09:00", 3))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look(at("09:05", 3))
    assert faults == []
    assert len(written()) == 21


def test_ones_own_show_is_said_two_hours_before_moves_with_it_and_is_never_late(cast: Cast, plan: Plan) -> None:
    with clock.standing(at("08:00")):
        made = plan(at("20:00"), crew=[("host", cast.host)])
    shows = {"sort": Sort.SHIFT}

    def said(when: datetime) -> list[str]:
        look(when)
        with clock.standing(when):
            return [words for words in told(cast, "host", **shows) if words.startswith("Your show begins")]

    assert said(at("17:59")) == []
    assert said(at("18:00")) == ["Your show begins today 20:00"]
    with clock.standing(at("18:10")), acting(cast.actors["lead"]):
        live_services.move_session(made, live.brief(made).version, at("23:00"), 60, cast.studio)
    assert said(at("18:15")) == [], "it begins later, so it is said again later"
    assert said(at("21:00")) == ["Your show begins today 23:00"]
    assert said(at("23:00")) == []
    with clock.standing(at("21:10")), acting(cast.actors["lead"]):
        live_services.cancel_session(made, live.brief(made).version, "平台维护")
    assert said(at("21:15")) == []
    for hours in range(1, 72):
        look(at("23:00") + hours * HOUR)
    assert [stage for stage in written() if stage.startswith("start")] == ["start-120m", "start-120m"]


def test_items_of_a_checklist_are_one_reminder_a_moment(cast: Cast, plan: Plan) -> None:
    with clock.standing(at("08:00")):
        plan(at("20:00"), crew=[("host", cast.host), ("control", cast.member)])
    for minutes in range(0, 13 * 60, 5):
        look(at("08:00") + minutes * MINUTE)
    with engine().connect() as link:
        keys = link.execute(text("SELECT user_id, key FROM notice WHERE sort IN ('due', 'late')")).all()
    assert len(set(keys)) == len(keys) > 0
    assert {key.split(":")[2] for _user, key in keys} <= {"before-30m", "late-0"}
    with clock.standing(at("19:59")):
        waiting = rows(cast, "member", sort=Sort.LATE) + rows(cast, "member", sort=Sort.DUE)
    assert len(waiting) <= 1, "of one show only the last reminder waits to be read"


def test_leavers_are_reminded_of_nothing(cast: Cast, step: int) -> None:
    with acting(cast.actors["lead"]):
        accounts.end_membership(cast.host)
    look(at("09:00", 3))
    assert written() == []


def test_the_reminder_of_ones_show_comes_by_mail_at_night_all_else_waits(
    cast: Cast, db: Flask, plan: Plan, smtp: MailServer, mail_on: Callable[[str], None]
) -> None:
    with acting(cast.actors["host"]):
        accounts.edit_me("小米", "mi@example.org", "")
    with clock.standing(at("08:00")):
        plan(at("02:00", 1), crew=[("host", cast.host)])
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    for wall, days in (("23:55", 0), ("00:00", 1), ("00:05", 1), ("03:00", 1)):
        look(at(wall, days))
        with clock.standing(at(wall, days)):
            notice_jobs.send_letters()
            jobs.run_pending()
    (letter,) = smtp.letters
    assert "02:00" in letter["Subject"]
    assert "秋冬修护专场" in letter["Subject"]


def test_looking_round_twice_does_nothing_more(cast: Cast, step: int, client_of: Callable[[str], Any]) -> None:
    look(at("09:00", 3))
    look(at("09:00", 3))
    look(at("09:05", 3))
    assert written() == ["before-0"]
    assert datetime.now(UTC) < at("09:00", 3)
