"""Letters about messages: several in one, ten minutes apart, not in quiet hours, once; the daily one; lost ones seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import jobs, telling
from planner.base.actor import acting
from planner.base.engine import engine
from planner.base.telling import Sort
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import Message
from planner.live import queries as live
from planner.live import services as live_services
from planner.notifications import jobs as notice_jobs
from planner.notifications import queries, services
from planner.notifications.rules import Habits, Mode
from planner.people import services as accounts
from planner.plan import services as plan_services
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.conftest import client_of as client_of
from tests.live.conftest import plan as plan
from tests.notifications.quiet import forget_all
from tests.operations.conftest import mail_on as mail_on
from tests.operations.conftest import smtp as smtp
from tests.operations.smtp import MailServer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TOMORROW = datetime.now(SHANGHAI).date() + DAY


def at(wall: str, days: int = 0) -> datetime:
    """An hour of tomorrow, or of a day after it, in the studio."""
    hour, minute = (int(part) for part in wall.split(":"))
    day = TOMORROW + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@command(P.PERSON)
def _concern(users: list[int], sort: Sort, row_id: int, words: str) -> None:
    """Some act that concerns people."""
    telling.concern(users, sort, ("step", row_id), Message(words))


@pytest.fixture
def sending(cast: Cast, db: Flask, smtp: MailServer, mail_on: Callable[[str], None]) -> MailServer:
    """Mail is set up, and the host and the lead can be reached."""
    with acting(cast.actors["host"]):
        accounts.edit_me("小米", "mi@example.org", "")
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    return smtp


@pytest.fixture
def step(cast: Cast, db: Flask) -> int:
    with acting(cast.actors["lead"]):
        made = plan_services.add_step("竞品分析", cast.host, TOMORROW, None, None)
        forget_all()
        return made


def tell(cast: Cast, step: int, when: datetime, text: str, sort: Sort = Sort.ASSIGNED, login: str = "host") -> None:
    with clock.standing(when), acting(cast.actors["lead"]):
        _concern([getattr(cast, login)], sort, step, text)


def work(when: datetime) -> None:
    """What the worker does at that moment."""
    with clock.standing(when):
        notice_jobs.send_letters()
        jobs.run_pending()


@pytest.mark.engines
def test_several_messages_go_in_one_letter_and_the_next_keeps_its_distance(
    cast: Cast, step: int, sending: MailServer
) -> None:
    noon = at("12:00")
    tell(cast, step, noon, "alpha")
    work(noon)
    assert sending.letters == [], "it waits for company, and for an act to be taken back"
    tell(cast, step, noon + MINUTE / 2, "beta", Sort.MENTIONED)
    work(noon + MINUTE)
    (letter,) = sending.letters
    body = letter.get_content()
    assert "alpha" in body and "beta" in body and "竞品分析" in body and "林小雨" in body
    assert "2" in letter["Subject"]
    tell(cast, step, noon + 2 * MINUTE, "third")
    for minutes in range(2, 11):
        work(noon + minutes * MINUTE)
    assert len(sending.letters) == 1, "nobody gets two within ten minutes"
    work(noon + 11 * MINUTE)
    assert len(sending.letters) == 2
    assert "alpha" not in sending.letters[1].get_content()
    work(noon + 12 * HOUR - MINUTE)
    assert len(sending.letters) == 2


@pytest.mark.engines
def test_quiet_hours_wait_for_the_morning(cast: Cast, step: int, sending: MailServer) -> None:
    tell(cast, step, at("23:30"), "late at night")
    for wall, days in (("23:45", 0), ("00:30", 1), ("07:59", 1)):
        work(at(wall, days))
    assert sending.letters == []
    work(at("08:00", 1))
    assert len(sending.letters) == 1


@pytest.mark.engines
def test_ones_own_show_that_is_near_waits_for_nothing(cast: Cast, step: int, sending: MailServer, plan: Plan) -> None:
    night, begins = at("23:30"), at("01:00", 1)
    tell(cast, step, night - 31 * MINUTE, "before")
    work(night - 30 * MINUTE - MINUTE / 2)
    assert sending.letters == [], "the quiet hours have begun"
    with clock.standing(night):
        made = plan(begins, crew=[("host", cast.host)])
        jobs.run_pending()
    (letter,) = sending.letters
    assert "秋冬修护专场" in letter.get_content()
    assert "before" not in letter.get_content(), "all else waits"
    with clock.standing(night + MINUTE), acting(cast.actors["lead"]):
        move(made, begins + HOUR / 2, cast)
        jobs.run_pending()
    assert len(sending.letters) == 2, "and it keeps no distance"
    work(at("08:00", 1))
    assert [("before" in each.get_content()) for each in sending.letters] == [False, False, True]


def move(made: int, start: datetime, cast: Cast) -> None:
    live_services.move_session(made, live.brief(made).version, start, 240, cast.studio)


@pytest.mark.engines
def test_what_was_read_or_taken_back_meanwhile_does_not_leave(cast: Cast, step: int, sending: MailServer) -> None:
    noon = at("12:00")
    tell(cast, step, noon, "read")
    with clock.standing(noon + MINUTE / 2), acting(cast.actors["host"]):
        services.read_all(2**60)
    work(noon + MINUTE)
    tell(cast, step, noon + HOUR, "gone")
    with clock.standing(noon + HOUR), acting(jobs.program_for(cast.team)):
        services.write_letter(cast.host)
    with clock.standing(noon + HOUR + MINUTE):
        notice_jobs.send_letters()
    with clock.standing(noon + HOUR + 2 * MINUTE), acting(cast.actors["host"]):
        services.read_all(2**60)
    with clock.standing(noon + HOUR + 3 * MINUTE):
        jobs.run_pending()
    assert sending.letters == [], "read between the letter was written and left"


def test_each_sort_goes_as_one_wants_it(cast: Cast, step: int, sending: MailServer) -> None:
    noon = at("12:00")
    with acting(cast.actors["host"]):
        services.set_habits(Habits({Sort.CHANGED: Mode.NOW, Sort.ASSIGNED: Mode.NEVER, Sort.MENTIONED: Mode.DAILY}))
    for sort in (Sort.ASSIGNED, Sort.MENTIONED, Sort.REPLIED, Sort.LATE):
        tell(cast, step, noon, str(sort), sort)
    work(noon + MINUTE)
    assert sending.letters == []
    tell(cast, step, noon + HOUR, "other than it was", Sort.CHANGED)
    work(noon + HOUR + MINUTE)
    assert [letter["Subject"] for letter in sending.letters] == ["竞品分析：other than it was"]
    with acting(cast.actors["host"]):
        services.set_habits(Habits(mentions_only=True))
    tell(cast, step, noon + 2 * HOUR, "not this", Sort.CHANGED)
    tell(cast, step, noon + 2 * HOUR, "but this", Sort.MENTIONED)
    work(noon + 2 * HOUR + MINUTE)
    assert "but this" in sending.letters[1].get_content()
    assert "not this" not in sending.letters[1].get_content()


@pytest.mark.engines
def test_two_workers_write_one_letter(cast: Cast, step: int, sending: MailServer, db: Flask) -> None:
    noon = at("12:00")
    for n in range(5):
        tell(cast, step, noon, f"no {n}")
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        with db.app_context(), clock.standing(noon + MINUTE):
            notice_jobs.send_letters()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(noon + MINUTE)
    assert len(sending.letters) == 1


@pytest.mark.engines
def test_who_left_or_has_no_address_gets_none(cast: Cast, step: int, sending: MailServer) -> None:
    noon = at("12:00")
    tell(cast, step, noon, "to nobody", login="member")
    tell(cast, step, noon, "to a leaver")
    with clock.standing(noon), acting(cast.actors["lead"]):
        accounts.end_membership(cast.host)
    work(noon + MINUTE)
    assert sending.letters == []
    with engine().connect() as link:
        assert link.execute(text("SELECT count(*) FROM notice WHERE mail_at IS NOT NULL")).scalar_one() == 0


def test_a_letter_that_is_lost_is_said_to_whom_it_was_for_and_to_operators(
    cast: Cast, step: int, sending: MailServer, client_of: Callable[[str], Any]
) -> None:
    noon = at("12:00")
    sending.answer_rcpt = "550 no such user"
    tell(cast, step, noon, "lost")
    work(noon + MINUTE)
    page = client_of("host").get("/me/notifications").text
    assert "Your last letter did not arrive" in page
    assert "550 no such user" in page
    assert "mi@example.org" not in client_of("lead").get("/jobs").text
    assert "550 no such user" in client_of("lead").get("/jobs").text
    sending.answer_rcpt = "250 ok"
    tell(cast, step, noon + HOUR, "found")
    work(noon + HOUR + MINUTE)
    assert "did not arrive" not in client_of("host").get("/me/notifications").text


# ---------------------------------------------------------------- the daily letter


def morning(when: datetime) -> None:
    with clock.standing(when):
        notice_jobs.send_dailies()
        jobs.run_pending()


@pytest.mark.engines
def test_the_daily_letter_says_the_day_once_at_ones_hour(
    cast: Cast, step: int, sending: MailServer, plan: Plan
) -> None:
    with acting(cast.actors["lead"]):
        plan_services.add_step("上周的复盘", cast.host, TOMORROW - 2 * DAY, None, None)
    with clock.standing(at("02:00")):
        plan(at("20:00"), theme="晚场", crew=[("host", cast.host)])
    tell(cast, step, at("03:00"), "overnight", Sort.REPLIED)
    morning(at("08:59"))
    assert sending.letters == []
    morning(at("09:00"))
    (letter,) = sending.letters
    body = letter.get_content()
    for words in ("晚场", "上周的复盘", "竞品分析", "overnight"):
        assert words in body
    assert "上周的复盘 · 迟 2 天" in body
    for minutes in (5, 10, 30, 200):
        morning(at("09:00") + minutes * MINUTE)
    assert len(sending.letters) == 1
    morning(at("09:00", 1))
    assert len(sending.letters) == 2, "and the next day again"


@pytest.mark.engines
def test_nothing_to_say_no_letter(cast: Cast, sending: MailServer) -> None:
    morning(at("09:00"))
    assert sending.letters == []


@pytest.mark.engines
def test_two_workers_ask_for_one_daily_letter(cast: Cast, step: int, sending: MailServer, db: Flask) -> None:
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        with db.app_context(), clock.standing(at("09:00")):
            notice_jobs.send_dailies()
            jobs.run_pending()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    morning(at("09:05"))
    assert len(sending.letters) == 1


# ---------------------------------------------------------------- how one wants to be told


def test_ones_habits_are_kept_and_shown(
    cast: Cast, db: Flask, client_of: Callable[[str], Any], mail_on: Callable[[str], None]
) -> None:
    host = client_of("host")
    form = {f"mode_{sort}": "daily" for sort in Sort}
    form |= {"daily_at": "600", "quiet_from": "1320", "quiet_to": "420", "mentions_only": "y"}
    sent = host.post_form("/me/notifications", form | {"before_due": ["7", "0"], "before_shift": ["60"]})
    assert sent.status_code == 303
    with acting(cast.actors["host"]):
        held = queries.my_habits()
    assert held == Habits(dict.fromkeys(Sort, Mode.DAILY), True, 600, 1320, 420, (7, 0), (60,))
    page = host.get("/me/notifications").text
    assert 'value="600" selected' in page or 'selected value="600"' in page
    assert "this installation sends no mail yet" in host.get("/me").text
    mail_on("smtp://127.0.0.1:1")
    assert "By mail only when I am mentioned" in host.get("/me").text
    with acting(cast.actors["lead"]):
        assert queries.my_habits() == Habits(), "each has their own"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"daily_at": "120"}, "daily_at"),
        ({"daily_at": "599"}, "daily_at"),
        ({"quiet_from": "9999"}, "quiet_from"),
        ({"mode_due": "sometimes"}, "mode_due"),
        ({"before_due": ["2"]}, "before_due"),
    ],
)
def test_what_can_not_be_is_said_beside_the_field(
    cast: Cast, db: Flask, client_of: Callable[[str], Any], typed: dict[str, Any], field: str
) -> None:
    host = client_of("host")
    form = {f"mode_{sort}": "now" for sort in Sort} | {"daily_at": "540", "quiet_from": "1380", "quiet_to": "480"}
    answer = host.post_form("/me/notifications", form | typed)
    assert answer.status_code == 422
    assert "field-error" in answer.text
    with acting(cast.actors["host"]):
        assert queries.my_habits() == Habits()


def test_bounds_hold_below_the_form(cast: Cast, db: Flask) -> None:
    wrong = [
        Habits(quiet_from=-1), Habits(quiet_to=1440), Habits(daily_at=2000), Habits(before_due=(5,)),
        Habits(before_shift=(1,)), Habits(daily_at=60),
    ]  # fmt: skip
    for habits in wrong:
        with acting(cast.actors["host"]), pytest.raises(Invalid):
            services.set_habits(habits)
    with acting(cast.actors["host"]):
        services.set_habits(Habits(daily_at=60, mentions_only=True))
        services.set_habits(Habits(daily_at=None))
        assert queries.my_habits().daily_at is None
        services.set_habits(Habits(daily_at=60, quiet_from=0, quiet_to=0))
        assert queries.my_habits().daily_at == 60
