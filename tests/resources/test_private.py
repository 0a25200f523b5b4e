"""A draft is its writer's alone, at every address and in every room; and whoever may see no request reads no title."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base import actor, kinds, trash
from planner.base import unit as units
from planner.base.actor import acting
from planner.discussions import services as discussions
from planner.kernel import clock
from planner.live import services as live
from planner.live.rules import Weight
from planner.notifications import queries as notices
from planner.plan import services as plan
from planner.resources import services
from planner.resources.rules import State
from tests.discussions.test_files import PDF
from tests.resources.conftest import Money

Client = Callable[[str], Any]
OTHERS = ("manager", "lead", "member", "viewer", "outsider")
TITLE, PURPOSE, PAPER, SAID = "秘密的补光灯", "谁也不该看到的用途", "报价单甲.pdf", "先别交这一张"


@pytest.fixture
def hidden(money: Money) -> dict[str, int]:
    """A draft of the host with all that can hang on it, and a step that leads to it."""
    made = money.draft("host", title=TITLE, purpose=PURPOSE)
    with acting(money.cast.actors["lead"]):
        step = plan.add_step("换新灯", money.cast.host)
    with acting(money.cast.actors["host"]):
        [paper] = discussions.add_files("request", made, discussions.read_files([(PAPER, PDF)]))
        said = discussions.add_comment("request", made, f"{SAID} @lead @manager @viewer")
        out = discussions.link_address("request", made, "https://example.com/secret", "供应商的报价")
        link = discussions.link_object("step", step, "request", made)
    return {"request": made, "paper": paper, "said": said, "out": out, "link": link, "step": step}


def rooms(ids: dict[str, int]) -> list[str]:
    """Every address that shows a request or what hangs on it."""
    made, paper, said, out = (ids[name] for name in ("request", "paper", "said", "out"))
    return [
        f"/requests/{made}", f"/requests/{made}/edit", f"/requests/{made}/print", f"/history/request/{made}",
        f"/history/attachment/{paper}", f"/history/comment/{said}", f"/history/link/{out}", f"/files/{paper}",
        f"/files/request/{made}", f"/links/request/{made}", f"/comments/request/{made}", f"/comments/{said}",
    ]  # fmt: skip


def test_every_room_of_a_draft_is_its_writers_alone(client_of: Client, hidden: dict[str, int]) -> None:
    host = client_of("host")
    known = [path for path in rooms(hidden) if host.get(path).status_code in (200, 303)]
    assert len(known) == len(rooms(hidden)), set(rooms(hidden)) - set(known)
    for login in OTHERS:
        visitor = client_of(login)
        for path in rooms(hidden):
            answer = visitor.get(path)
            assert answer.status_code in (403, 404), (login, path, answer.status_code)
            for secret in (TITLE, PURPOSE, PAPER, SAID):
                assert secret not in answer.text, (login, path)


def test_no_address_of_the_app_takes_anything_for_a_draft_of_somebody_else(
    app: Flask, client_of: Client, hidden: dict[str, int], money: Money
) -> None:
    given = {
        "request_id": hidden["request"], "attachment_id": hidden["paper"], "comment_id": hidden["said"],
        "object_link_id": hidden["out"], "link_id": hidden["out"],
    }  # fmt: skip
    urls = app.url_map.bind("localhost")
    tried = 0
    visitors = {login: client_of(login) for login in OTHERS}
    for rule in app.url_map.iter_rules():
        names = set(rule.arguments)
        if names == {"kind", "object_id"}:
            values: dict[str, Any] = {"kind": "request", "object_id": hidden["request"]}
        elif len(names) == 1 and names <= set(given):
            values = {name: given[name] for name in names}
        else:
            continue
        path = urls.build(rule.endpoint, values, method=next(iter(rule.methods or ())))
        for login, visitor in visitors.items():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                sent = {"text": "x", "address": "https://example.com/x", "note": "x", "version": "1", "name": "x"}
                sent["files"] = (io.BytesIO(PDF), "b.pdf")  # type: ignore[assignment]
                answer = visitor.get(path) if method == "GET" else visitor.post_form(path, sent)
                tried += 1
                if method == "POST" and answer.status_code == 303:  # sent back with a word, or refused softly
                    answer = visitor.get(answer.headers["Location"])
                    assert "b.pdf" not in answer.text
                for secret in (TITLE, PURPOSE, PAPER, SAID):
                    assert secret not in answer.text, (login, method, path)
                if method == "GET":
                    assert answer.status_code in (403, 404), (login, method, path, answer.status_code)
    assert tried > 100
    row = money.row(hidden["request"])
    assert (row.state, row.title, row.version) == (State.DRAFT, TITLE, row.version)
    page = client_of("host").get(f"/requests/{hidden['request']}").text
    assert "b.pdf" not in page
    assert PAPER in page
    assert "https://example.com/x" not in page


def test_feeds_links_and_the_trash_are_silent_about_it(client_of: Client, hidden: dict[str, int]) -> None:
    step = hidden["step"]
    for login in ("manager", "lead", "member", "viewer"):
        visitor = client_of(login)
        for path in ("/news", f"/plan/steps/{step}", f"/links/step/{step}", f"/history/step/{step}", "/inbox?all=1"):
            text = visitor.get(path).text
            for secret in (TITLE, PURPOSE, PAPER, SAID):
                assert secret not in text, (login, path, secret)
    host = client_of("host")
    assert TITLE in host.get(f"/plan/steps/{step}").text
    assert SAID in host.get("/news").text


def test_nobody_is_told_of_it(hidden: dict[str, int], money: Money) -> None:
    for login in ("lead", "manager", "viewer"):
        with acting(money.cast.actors[login]), units.reading():
            assert not [g for g in notices.inbox(unread=False).groups if g.kind == "request"]


def test_a_draft_in_the_trash_is_brought_back_by_nobody_else(
    client_of: Client, hidden: dict[str, int], money: Money
) -> None:
    with acting(money.cast.actors["host"]):
        services.trash_request(hidden["request"])
    with acting(money.cast.actors["host"]), units.reading():
        token = str(units.current().session.connection().exec_driver_sql(
            f"select trash_id from resource_request where id = {hidden['request']}"
        ).scalar())  # fmt: skip
    lead = client_of("lead")
    assert TITLE not in lead.get("/trash").text
    assert lead.post_form(f"/trash/{token}/restore").status_code == 404
    with acting(money.cast.actors["lead"]), units.reading():
        assert token not in [row[0] for row in trash.trashed()]


def test_what_is_recalled_is_a_draft_for_everybody_else_again(client_of: Client, money: Money) -> None:
    made = money.ask("host", title=TITLE, purpose=PURPOSE)
    with acting(money.cast.actors["host"]):
        discussions.add_comment("request", made, SAID)
    assert client_of("member").get(f"/history/request/{made}").status_code == 200, "what was handed in, the team reads"
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    for login in ("lead", "manager", "member"):
        visitor = client_of(login)
        assert visitor.get(f"/history/request/{made}").status_code == 404
        for path in ("/news", "/inbox?all=1"):
            assert SAID not in visitor.get(path).text, (login, path)


def test_who_may_see_no_request_reads_no_title_where_a_step_waits_for_one(client_of: Client, money: Money) -> None:
    with acting(money.cast.actors["lead"]):
        step = plan.add_step("换新灯", money.cast.host)
        old = plan.add_step("搭背景", money.cast.host)
        plan.move_step(old, "block", "申请 21 号：定制背景墙")
    made = money.ask("host", title=TITLE, step_id=step, gates=True)
    with acting(money.cast.actors["host"]):
        discussions.link_object("step", step, "request", made)
    viewer, member = client_of("viewer"), client_of("member")
    for path in (f"/history/step/{step}", f"/plan/steps/{step}", "/plan/steps", "/news", f"/history/request/{made}"):
        assert TITLE not in viewer.get(path).text, path
    assert str(money.row(made).number) in viewer.get(f"/history/step/{step}").text
    assert TITLE in member.get(f"/plan/steps/{step}").text
    told = viewer.get(f"/history/step/{old}").text
    assert "申请 21 号" in told
    assert "定制背景墙" not in told
    assert "定制背景墙" in member.get(f"/history/step/{old}").text


def test_titles_are_told_to_whoever_may_read(hidden: dict[str, int], money: Money) -> None:
    pair = ("request", hidden["request"])
    for login, told in (("host", True), ("lead", False), ("viewer", False)):
        with acting(money.cast.actors[login]), units.reading():
            assert (pair in kinds.titles({pair})) is told
    program = actor.Actor(is_system=True, team_id=money.cast.team)
    with acting(program), units.reading():
        assert kinds.titles({pair}) == {}
        assert kinds.titles({pair}, money.cast.host) == {pair: TITLE}


def test_the_history_of_a_show_names_what_it_waits_for_to_nobody_who_may_not_see_it(
    client_of: Client, money: Money
) -> None:
    with acting(money.cast.actors["lead"]):
        start = clock.now() + timedelta(days=3)
        show = live.schedule_session("周六专场", Weight.DAILY, money.cast.channel, None, start, 60)
    money.ask("lead", title=TITLE, session_id=show, gates=True)
    viewer = client_of("viewer")
    for path in (f"/history/session/{show}", f"/sessions/{show}", "/news", "/sessions"):
        assert TITLE not in viewer.get(path).text, path
