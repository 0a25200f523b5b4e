"""Everybody concerned is told, once an act: on a real database, through the pages, by mail."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import jobs, undo, verbs
from planner.base import trash as trashing
from planner.base.actor import acting
from planner.base.engine import engine
from planner.base.verbs import last_command
from planner.kernel import clock
from planner.kernel.errors import Invalid
from planner.live import queries as live
from planner.live import services
from planner.live.queries.foreseen import Wanted, WantedShift
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.live.services.together import MoveBy, Recrew
from planner.notifications import jobs as notice_jobs
from planner.notifications import queries
from planner.notifications import services as notices
from planner.notifications.words import notice_words
from planner.people import queries as people
from planner.people import services as accounts
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.conftest import evening as evening
from tests.live.conftest import plan as plan
from tests.live.pages import statements, undo_of
from tests.operations.conftest import mail_on as mail_on
from tests.operations.conftest import smtp as smtp
from tests.operations.smtp import MailServer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(cast: Cast, login: str) -> list[str]:
    """What somebody reads, the latest first."""
    with acting(cast.actors[login]):
        rows = queries.waiting()
        return [notice_words(row.words, {cast.host: "小米", cast.member: "阿强"}) for row in rows]


def letters_leave(evening: datetime, later: timedelta = timedelta(0)) -> None:
    """At noon of the day before: what waits for company and for the quiet hours has waited long enough."""
    with clock.standing(evening - 32 * HOUR + later):
        notice_jobs.send_letters()
        jobs.run_pending()


def version(cast: Cast, session_id: int) -> int:
    with acting(cast.actors["lead"]):
        return live.brief(session_id).version


def all_rows() -> int:
    with engine().connect() as link:
        return link.execute(text("SELECT count(*) FROM notice")).scalar_one()


def week(cast: Cast, start: datetime, count: int = 28) -> list[Wanted]:
    """So many shows, four a day, each with the host and the member."""
    with acting(cast.actors["lead"]):
        place = {p.key: p.id for p in people.positions()}
    found = []
    for n in range(count):
        at = start + (n // 4) * DAY + (n % 4) * 3 * HOUR
        crew = [(place["host"], cast.host), (place["control"], cast.member), (place["floor"], cast.lead)]
        shifts = tuple(WantedShift(p, u, at, at + 2 * HOUR) for p, u in crew)
        found.append(Wanted(f"第{n}场", Weight.DAILY, cast.channel, cast.studio, at, 120, shifts))
    return found


@pytest.mark.engines
def test_28_new_sessions_make_one_message_a_person(cast: Cast, evening: datetime, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        began = time.perf_counter()
        with statements(db) as asked:
            made = services.plan_many(week(cast, evening))
        assert time.perf_counter() - began < 5
    assert len([s for s in asked if s.startswith("INSERT INTO notice")]) == 1
    (host,), (member,) = told(cast, "host"), told(cast, "member")
    assert host.startswith("You have 28 new shifts: ")
    assert member == host
    assert told(cast, "lead") == [], "whoever acts knows"
    assert told(cast, "manager") == told(cast, "outsider") == []
    with acting(cast.actors["lead"]):
        services.cancel_together({row_id: live.brief(row_id).version for row_id in made[:5]}, "平台维护")
    latest, before = told(cast, "host")
    assert latest.startswith("5 of your sessions are called off, ")
    assert latest.endswith(": 平台维护")
    assert before == host
    with acting(cast.actors["lead"]):
        undo.undo(last_command.get() or "")
        assert told(cast, "host") == [host]
        services.plan_many(week(cast, evening + 20 * DAY, 4))
        assert len(told(cast, "member")) == 2
        undo.undo(last_command.get() or "")
    assert told(cast, "host") == told(cast, "member") == [host]


@pytest.mark.engines
def test_a_swap_tells_both_and_its_undo_takes_back_what_nobody_has_read(
    cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.swap_person(made, version(cast, made), cast.host, cast.member)
        swap = last_command.get() or ""
    (mine,) = told(cast, "member")
    assert mine.startswith("You have a shift: Host, ")
    assert told(cast, "host")[0].startswith("Your shift goes to 阿强: Host, ")
    assert len(told(cast, "host")) == 1, "that the host was given it once no longer holds"
    with acting(cast.actors["member"]):
        notices.know_notices(queries.waiting()[0].id)
    with acting(cast.actors["lead"]):
        undo.undo(swap)
        back = last_command.get() or ""
    assert [t.split(":")[0] for t in told(cast, "host")] == ["You have a shift"]
    assert told(cast, "member")[0].startswith("Taken back: You have a shift: Host, "), "who has read it is told, too"
    with acting(cast.actors["lead"]):
        undo.undo(back)
    assert [t.split(":")[0] for t in told(cast, "host")] == ["Your shift goes to 阿强"]
    assert [t.split(":")[0] for t in told(cast, "member")] == ["You have a shift"]


@pytest.mark.engines
def test_a_moved_recrewed_cancelled_and_deleted_session_tells_its_crew(
    cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        services.move_session(made, version(cast, made), evening + HOUR, 240, cast.studio)
        assert told(cast, "host")[0].startswith("“秋冬修护专场” is moved to ")
        services.move_session(made, version(cast, made), evening + HOUR, 240, None)
        assert "has another studio" in told(cast, "member")[0]
        place = {p.key: p.id for p in people.positions()}
        kept = ShiftIn(place["host"], cast.host, evening + HOUR, evening + 3 * HOUR)
        services.set_crew(made, version(cast, made), [kept])
        assert told(cast, "host")[0].startswith("Your shift has changed: Host, ")
        assert [t.split(":")[0] for t in told(cast, "member")] == ["No longer your shift"]
        services.cancel_session(made, version(cast, made), "平台维护")
        assert len(told(cast, "host")) == 1, "nothing else holds of a show that is called off"
        services.restore_session(made)
        assert told(cast, "host")[0].endswith("is on again")
        services.trash_session(made)
        assert [t.rsplit(" ", 1)[1] for t in told(cast, "host")] == ["deleted"]
        trashing.restore(trashing.trashed()[0][0])
        assert "deleted" not in " ".join(told(cast, "host"))


@pytest.mark.engines
def test_bulk_changes_count(cast: Cast, evening: datetime, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        made = services.plan_many(week(cast, evening, 8))

        def seen() -> dict[int, int]:
            return {row_id: version(cast, row_id) for row_id in made}

        services.move_together(seen(), MoveBy(days=1))
        assert told(cast, "host")[0].startswith("8 of your sessions are moved, now ")
        place = next(p.id for p in people.positions() if p.key == "host")
        services.recrew_together(seen(), Recrew(place, cast.host, cast.manager))
        assert told(cast, "host")[0].startswith("8 shifts are no longer yours: ")
        assert told(cast, "manager")[0].startswith("You have 8 new shifts: ")
        assert len(told(cast, "member")) == 2, "whose shifts stay is not told"


def test_drafts_past_shows_and_refused_acts_tell_nobody(cast: Cast, plan: Plan, evening: datetime) -> None:
    plan(evening - 9 * DAY, crew=[("host", cast.host)])
    place = None
    with acting(cast.actors["lead"]):
        place = next(p.id for p in people.positions() if p.key == "host")
        shift = ShiftIn(place, cast.host, evening, evening + HOUR)
        draft = services.draft_session("草稿", Weight.DAILY, cast.channel, None, evening, 60, shifts=[shift])
        assert told(cast, "host") == []
        services.schedule_draft(draft, version(cast, draft))
        assert len(told(cast, "host")) == 1
    with pytest.raises(Invalid):
        plan(evening, crew=[("control", cast.member)])
    assert told(cast, "member") == []
    with clock.standing(evening + 2 * HOUR):
        assert told(cast, "host") == [], "gone with the show"
    with clock.standing(evening + 40 * DAY), acting(jobs.program_for(None)):
        assert notices.forget_notices() == 1


@pytest.mark.engines
def test_two_racing_retries_tell_once(cast: Cast, evening: datetime, db: Flask) -> None:
    wanted, made = week(cast, evening, 4), list[list[int]]()

    def run() -> None:
        with db.app_context(), acting(cast.actors["lead"]), contextlib.suppress(Invalid):
            verbs.once_key("the same form")
            made.append(services.plan_many(wanted))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made
    assert all(ids == made[0] for ids in made)
    assert all_rows() == 2
    assert len(told(cast, "host")) == 1


def test_today_shows_three_and_the_rest_folded_until_one_knows(
    cast: Cast, plan: Plan, evening: datetime, db: Flask, client_of: Callable[[str], Any]
) -> None:
    host = client_of("host").in_english()
    assert 'class="pip" hidden' in host.get("/").text
    for n in range(5):
        last = plan(evening + n * DAY, theme=f"第{n}场", crew=[("host", cast.host)])
    with statements(db) as asked:
        page = host.get("/").text
    assert len(asked) <= 12
    assert f'href="/sessions/{last}"' in page
    assert "林小雨" in page
    assert "2 more" in page
    assert re.search(r'class="pip" data-unread><b data-unread-count>5</b><span class="sr"> new for you', page)
    known = re.search(r'action="(/notices/\d+/known)"', page)
    assert known
    assert client_of("outsider").post_form(known[1]).status_code == 303, "somebody else knows nothing by it"
    assert len(told(cast, "host")) == 5
    plan(evening + 9 * DAY, theme="后来", crew=[("host", cast.host)])
    done = host.post_form(known[1])
    assert (done.status_code, len(told(cast, "host"))) == (303, 1)
    assert "后来" in told(cast, "host")[0], "what came meanwhile was not seen"
    assert undo_of(host, done.location).status_code == 303
    assert len(told(cast, "host")) == 6
    assert host.post_form("/notices/99999999999999999999999/known").status_code == 404
    assert client_of("").post_form(known[1]).status_code in (302, 303, 401, 403)


@pytest.mark.engines
def test_who_gave_an_address_gets_one_letter_an_act_in_their_language(
    cast: Cast, evening: datetime, db: Flask, smtp: MailServer, mail_on: Callable[[str], None]
) -> None:
    with acting(cast.actors["host"]):
        accounts.edit_me("小米", "mi@example.org", "")
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    with acting(cast.actors["lead"]):
        made = services.plan_many(week(cast, evening, 8))
    assert smtp.letters == [], "nothing leaves before the commit"
    letters_leave(evening)
    (letter,) = smtp.letters
    assert smtp.envelopes[0][1] == "mi@example.org"
    assert "排了你 8 个班次" in letter["Subject"]
    assert "林小雨" in letter.get_content()
    with acting(cast.actors["lead"]):
        services.cancel_session(made[0], version(cast, made[0]), "平台维护")
        undo.undo(last_command.get() or "")
    letters_leave(evening, timedelta(hours=1))
    assert len(smtp.letters) == 1, "what no longer holds is not sent"


def test_a_letter_leads_to_the_session(
    cast: Cast, plan: Plan, evening: datetime, smtp: MailServer, mail_on: Callable[[str], None],
    client_of: Callable[[str], Any],
) -> None:  # fmt: skip
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        accounts.edit_me("小米", "mi@example.org", "")
        accounts.set_language("en")
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    sent = {"version": str(version(cast, made)), "reason": "平台维护"}
    assert client_of("lead").post_form(f"/sessions/{made}/cancel", sent).status_code == 303
    letters_leave(evening)
    (letter,) = smtp.letters
    assert f"http://localhost/sessions/{made}" in letter.get_content()
    assert letter["Subject"].endswith("is called off: 平台维护")


@pytest.mark.parametrize(("public", "leads"), [("https://plan.example.com/team", True), ("", False)])
def test_a_letter_of_the_worker_leads_there_where_the_address_is_known(
    cast: Cast, evening: datetime, db: Flask, smtp: MailServer, mail_on: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch, public: str, leads: bool,
) -> None:  # fmt: skip
    with acting(cast.actors["host"]):
        accounts.edit_me("小米", "mi@example.org", "")
    mail_on(f"smtp://127.0.0.1:{smtp.port}")
    monkeypatch.setitem(db.config, "PUBLIC_URL", public)
    with acting(cast.actors["lead"]):
        (made,) = services.plan_many(week(cast, evening, 1))
    letters_leave(evening)
    (letter,) = smtp.letters
    assert (f"https://plan.example.com/team/sessions/{made}" in letter.get_content()) is leads
    assert ("/sessions/" in letter.get_content()) is leads
