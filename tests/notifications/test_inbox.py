"""The inbox: who is told of what, read and unread, by object, older pages, the bell; leavers and strangers get nothing."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, current_app

from planner.base import jobs, telling, undo
from planner.base.actor import acting
from planner.base.telling import Sort, Word
from planner.base.verbs import command, last_command
from planner.discussions import services as discussions
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live_queries
from planner.live import services as live
from planner.notifications import jobs as notice_jobs
from planner.notifications import queries, services
from planner.notifications.queries.inbox import A_PAGE, InboxRow
from planner.notifications.words import notice_words
from planner.people import services as accounts
from planner.plan import services as planning
from tests.cast import Cast
from tests.discussions.conftest import Things
from tests.discussions.conftest import things as things
from tests.live.conftest import Plan
from tests.live.conftest import client_of as client_of
from tests.live.conftest import evening as evening
from tests.live.conftest import plan as plan
from tests.live.pages import statements, undo_of
from tests.notifications.quiet import forget_all

Clients = Callable[[str], Any]


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> None:
    """Of what one can talk about nobody has been told yet."""
    if "things" in request.fixturenames:
        request.getfixturevalue("things")
        forget_all()


@command(P.PERSON)
def _tell(users: list[int], sort: Sort, kind: str, ids: list[int]) -> None:
    """Some act that concerns people."""
    for row_id in ids:
        telling.concern(users, sort, (kind, row_id), msg("Yours now: %(title)s", title=f"第{row_id}步"))


def bell(visitor: Any) -> str:
    """The number on the bell."""
    found = re.search(r"<b data-unread-count>([^<]+)</b>", visitor.get("/plan").text)
    assert found
    return found[1]


def view_of(cast: Cast, login: str, **more: Any) -> queries.Inbox:
    """Somebody's inbox, asked as a page does: in a request, which leaves nothing behind in this context."""

    def ask() -> queries.Inbox:
        with current_app.test_request_context(), acting(cast.actors[login]):
            return queries.inbox(**more)

    return contextvars.copy_context().run(ask)


def rows(cast: Cast, login: str, **more: Any) -> list[InboxRow]:
    return [row for group in view_of(cast, login, **more).groups for row in group.rows]


def told(cast: Cast, login: str, **more: Any) -> list[str]:
    """What somebody reads, by object, the latest first."""
    view = view_of(cast, login, **more)
    with acting(cast.actors[login]):
        return [notice_words(row.words, view.names) for group in view.groups for row in group.rows]


@pytest.mark.engines
def test_mentions_and_replies_reach_whom_they_concern_once(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        discussions.add_comment("step", things.step, "样品什么时候到？")
    assert told(cast, "member") == ["Commented: 样品什么时候到？"], "the step is the member's"
    with acting(cast.actors["lead"]):
        made = discussions.add_comment("step", things.step, "@阿强 明天问一下，@小米 也看看")
    assert told(cast, "member")[0] == "Mentioned you: @阿强 明天问一下，@小米 也看看"
    assert len(told(cast, "member")) == 2, "named and owner: told once of it"
    assert told(cast, "host")[0].startswith("Mentioned you: "), "who has spoken and is named is told once, too"
    assert told(cast, "lead") == told(cast, "manager") == told(cast, "outsider") == []
    with acting(cast.actors["lead"]):
        discussions.edit_comment(made, 1, "@阿强 明天问一下，@小米 也看看，@周经理 批一下")
    assert [len(told(cast, login)) for login in ("member", "host", "manager")] == [2, 1, 1], "only whoever is new"
    assert told(cast, "manager") == ["Mentioned you: @阿强 明天问一下，@小米 也看看，@周经理 批一下"]
    assert "也看看，@周经理" in told(cast, "host")[0], "what is read are the words as they stand"
    with acting(cast.actors["lead"]):
        discussions.remove_comment(made)
    assert told(cast, "manager") == ["Mentioned you: …"], "words that are gone are not kept elsewhere"


@pytest.mark.engines
def test_undo_takes_a_mention_back(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        discussions.add_comment("goal", things.goal, "@小米 看这里")
        undo.undo(last_command.get() or "")
    assert told(cast, "host") == []


@pytest.mark.engines
def test_an_act_on_many_things_is_one_message(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        made = [planning.add_step(f"第{n}步", cast.host, None, None, things.goal) for n in range(30)]
        forget_all()
        _tell([cast.host, cast.member, cast.lead], Sort.ASSIGNED, "step", made)
    (row,) = rows(cast, "host")
    assert (row.count, len(row.things), row.sort) == (30, 20, Sort.ASSIGNED)
    assert [title for title, _url in row.things[:2]] == ["第0步", "第1步"]
    assert told(cast, "host") == ["Yours now: 30 × Step"]
    assert told(cast, "lead") == []


@pytest.mark.engines
def test_leavers_closed_accounts_and_strangers_are_told_nothing(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        accounts.end_membership(cast.member)
        _tell([cast.member, cast.outsider, cast.host], Sort.CHANGED, "step", [things.step])
    assert told(cast, "host") == [f"Yours now: 第{things.step}步"]
    assert rows(cast, "outsider", unread=False) == []
    (row,) = rows(cast, "host")
    for login in ("outsider", "lead"):
        with acting(cast.actors[login]):
            for act in (services.read_notice, services.unread_notice, services.open_notice):
                with pytest.raises(NotFound):
                    act(row.id)


def test_whoever_may_not_look_at_a_thing_is_not_told_of_it(
    cast: Cast, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.base.kinds.viewed_by", lambda kind: P.PLAN_EDIT)
    with acting(cast.actors["lead"]):
        _tell([cast.host, cast.manager], Sort.CHANGED, "step", [things.step])
    assert told(cast, "host") == []
    assert len(told(cast, "manager")) == 1


@pytest.mark.engines
def test_read_unread_all_and_back(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        for sort in (Sort.ASSIGNED, Sort.CHANGED, Sort.CHANGED):
            _tell([cast.host], sort, "step", [things.step])
    first, second, third = rows(cast, "host")
    with acting(cast.actors["host"]):
        services.read_notice(first.id)
        assert len(rows(cast, "host")) == 2
        services.unread_notice(first.id)
        assert [r.id for r in rows(cast, "host")] == [first.id, second.id, third.id]
        services.read_all(first.id, Sort.CHANGED)
        assert [r.sort for r in rows(cast, "host")] == [Sort.ASSIGNED]
        services.read_none(first.id, Sort.CHANGED)
        assert len(rows(cast, "host")) == 3
        services.read_all(second.id)
        assert [r.id for r in rows(cast, "host")] == [first.id], "what came meanwhile was not seen"
        assert len(rows(cast, "host", unread=False)) == 3
        assert [r.sort for r in rows(cast, "host", unread=False, sort=Sort.ASSIGNED)] == [Sort.ASSIGNED]


def test_older_pages_follow_by_key(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        for _ in range(A_PAGE + 5):
            _tell([cast.host], Sort.CHANGED, "step", [things.step])
    first = view_of(cast, "host")
    assert first.unread == A_PAGE + 5
    older = view_of(cast, "host", before=first.before)
    seen = [row.id for view in (first, older) for group in view.groups for row in group.rows]
    assert len(set(seen)) == len(seen) == A_PAGE + 5
    assert seen == sorted(seen, reverse=True)
    assert older.before is None


def test_the_page_groups_by_object_opens_and_counts(cast: Cast, things: Things, client_of: Clients, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        discussions.add_comment("step", things.step, "@小米 看这里")
        _tell([cast.host], Sort.CHANGED, "goal", [things.goal])
        _tell([cast.host], Sort.CHANGED, "step", [things.step])
    host = client_of("host")
    with statements(db) as asked:
        page = host.get("/inbox").text
    assert len(asked) <= 12
    assert re.findall(r"<h2><a[^>]*>([^<]+)</a></h2>", page) == ["竞品分析", "单场 GMV 突破 50 万"]
    assert "<b data-unread-count>3</b>" in page
    assert "<title>Inbox" in page
    opened = re.findall(r'action="(/inbox/\d+/open)"', page)
    assert len(opened) == 3
    answer = host.post_form(opened[1])  # the mention, under the change of the same step
    assert re.fullmatch(r"/comments/\d+", answer.location)
    assert "<b data-unread-count>2</b>" in host.get("/inbox").text
    assert host.post_form(opened[2]).location == f"/plan/goals/{things.goal}"
    assert host.get("/inbox?show=all&sort=mentioned").text.count('class="item notice') == 1
    assert host.get("/inbox?sort=mentioned").text.count('class="item notice') == 0
    newest = re.search(r'action="(/inbox/\d+/read-all)"', host.get("/inbox").text)
    assert newest
    done = host.post_form(newest[1])
    read = host.get(done.location).text
    assert 'class="pip" hidden data-unread' in read
    undoing = re.search(r'<form method="post" action="(/inbox/\d+/read-none)"', read)
    assert undoing
    assert host.post_form(undoing[1]).status_code == 303
    assert "<b data-unread-count>1</b>" in host.get("/plan").text


def test_one_is_read_and_unread_by_its_button_and_undone(cast: Cast, things: Things, client_of: Clients) -> None:
    with acting(cast.actors["lead"]):
        _tell([cast.host], Sort.CHANGED, "step", [things.step])
    host = client_of("host")
    (row,) = rows(cast, "host")
    done = host.post_form(f"/inbox/{row.id}/read", {"next": "/inbox?show=all"})
    assert done.location == "/inbox?show=all"
    assert rows(cast, "host") == []
    assert undo_of(host, done.location).status_code == 303
    assert len(rows(cast, "host")) == 1
    assert client_of("outsider").post_form(f"/inbox/{row.id}/read").status_code == 404
    assert client_of("lead").post_form(f"/inbox/{row.id}/open").status_code == 404
    assert client_of("").post_form(f"/inbox/{row.id}/read").status_code in (303, 401)
    for odd in ("?before=x", "?sort=nothing", "?before=99999999999999999999", "?show=%00"):
        assert host.get(f"/inbox{odd}").status_code == 200


def test_the_polls_of_a_page_carry_the_number(cast: Cast, things: Things, client_of: Clients) -> None:
    host = client_of("host")
    path, asks = f"/sessions/{things.session}?part=log&phase=air", {"X-Requested-With": "poll"}
    with clock.standing(datetime.now(UTC)):  # what is noted says how long ago
        before = host.get(path, headers=asks)
        assert before.headers["X-Unread"] == "0"
        with acting(cast.actors["lead"]):
            _tell([cast.host], Sort.CHANGED, "step", [things.step])
        again = host.get(path, headers=asks | {"If-None-Match": before.headers["ETag"]})
    assert (again.status_code, again.headers["X-Unread"]) == (304, "1"), "also where nothing else is new"
    assert "X-Unread" not in host.get("/").headers
    assert "X-Unread" not in client_of("").get("/login", headers=asks).headers


@pytest.mark.engines
def test_the_bell_counts_no_more_what_no_longer_holds(
    cast: Cast, plan: Plan, evening: datetime, client_of: Clients
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    host, manager = client_of("host"), client_of("manager")
    with acting(cast.actors["lead"]):
        live.cancel_session(made, live_queries.brief(made).version, "平台维护")
        cancelled = last_command.get() or ""
    assert bell(host) == "1", "given and called off: only that it is called off waits"
    with acting(cast.actors["lead"]):
        undo.undo(cancelled)
    assert bell(host) == "1", "and taken back, that it was given waits again"
    with acting(cast.actors["lead"]):
        live.swap_person(made, live_queries.brief(made).version, cast.host, cast.manager)
    assert bell(manager) == "1"
    with acting(cast.actors["manager"]):
        live.swap_person(made, live_queries.brief(made).version, cast.manager, cast.member)
    notice_jobs.remind()
    assert bell(manager) == "0", "what one does oneself nobody tells, but the worker looks round"
    assert bell(client_of("member")) == "1"


def test_the_bell_costs_no_statement(cast: Cast, things: Things, client_of: Clients, db: Flask) -> None:
    host = client_of("host")
    host.get("/plan")
    with statements(db) as before:
        host.get("/plan")
    with acting(cast.actors["lead"]):
        for _ in range(20):
            _tell([cast.host], Sort.CHANGED, "step", [things.step])
    with statements(db) as after:
        assert "<b data-unread-count>20</b>" in host.get("/plan").text
    assert len(after) == len(before)


@pytest.mark.engines
def test_a_write_counts_nothing_but_where_it_shows_a_page(
    cast: Cast, things: Things, client_of: Clients, db: Flask
) -> None:
    host = client_of("host")
    with acting(cast.actors["lead"]):
        _tell([cast.host], Sort.CHANGED, "step", [things.step])
    with statements(db) as asked:
        assert host.get("/plan").status_code == 200
    assert [s for s in asked if "count(notice" in s]
    with statements(db) as asked:
        assert host.post_form("/me/language", {"language": "en"}).status_code == 303
    assert not [s for s in asked if "count(notice" in s]
    again = host.post_form("/requests/new", {"title": "", "amount": "-1"})
    assert again.status_code == 422
    assert "<b data-unread-count>1</b>" in again.text, "the form that comes back rings as before"


@pytest.mark.engines
def test_what_is_over_goes_and_what_is_told_goes_with_its_person(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        _tell([cast.host, cast.member], Sort.CHANGED, "step", [things.step])
    with clock.standing(clock.now() + timedelta(days=89)):
        notice_jobs.forget_notices()
    assert len(rows(cast, "host", unread=False)) == 1
    with acting(cast.actors["host"]):
        services.set_habits(queries.my_habits())
        assert set(queries.own_data(cast.host)) == {"notices", "notice_habits", "last_letter"}
        accounts.erase_me()
    with acting(jobs.program_for(cast.team)):
        assert queries.own_data(cast.host) == {"notices": [], "notice_habits": [], "last_letter": []}
        assert len(queries.own_data(cast.member)["notices"]) == 1
    with clock.standing(clock.now() + timedelta(days=91)):
        notice_jobs.forget_notices()
    with acting(jobs.program_for(cast.team)):
        assert queries.own_data(cast.member)["notices"] == []


def test_one_act_tells_nobody_twice_whatever_port_it_goes_through(cast: Cast, things: Things) -> None:
    @command(P.PERSON)
    def _twice() -> None:
        """The same slot by two ways."""
        services.tell_words([Word(cast.host, Sort.CHANGED, ("step", things.step), msg("first"))])
        services.tell_words([Word(cast.host, Sort.CHANGED, ("step", things.step), msg("second"))])

    with acting(cast.actors["lead"]):
        _twice()
    assert told(cast, "host") == ["first"]
