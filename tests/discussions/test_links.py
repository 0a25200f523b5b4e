"""Links between what people talk about, and to the web: which, who may, seen from both ends, trash, undo, pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from planner.base import kinds, trash, undo
from planner.base.actor import Actor, acting
from planner.base.verbs import last_command
from planner.discussions import queries, rules, services
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.people import queries as people
from planner.plan import services as plan
from tests.cast import Cast
from tests.discussions.conftest import Client, Things

Rows = Callable[..., list[Any]]

# ---------------------------------------------------------------- addresses, without a database


@pytest.mark.parametrize(
    ("typed", "kept", "host"),
    [
        ("https://buyin.jinritemai.com/a?b=1#c", "https://buyin.jinritemai.com/a?b=1#c", "buyin.jinritemai.com"),
        ("  http://localhost:8080/x ", "http://localhost:8080/x", "localhost"),
        ("example.com/表", "https://example.com/表", "example.com"),
        ("example.com:8443/x", "https://example.com:8443/x", "example.com"),
        ("//example.com", "https://example.com", "example.com"),
        ("HTTPS://例子.中国/x", "HTTPS://例子.中国/x", "例子.中国"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x", "2001:db8::1"),
    ],
)
def test_addresses_of_the_web_are_kept(typed: str, kept: str, host: str) -> None:
    assert rules.web_address(typed) == kept
    assert rules.host_of(kept) == host


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "hello", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "ftp://example.com", "file:///etc/passwd",
        "mailto:a@b.cn", "https://", "https:///x", "https://me:secret@example.com", "me@example.com", "https://exa mple.com",
        "https://example.com/\u202ex", "https:\\\\example.com", "https://example.com:99999", "https://[::1", "https://-x.com",
        "https://example.com/" + "x" * 500,
    ],
)  # fmt: skip
def test_what_a_browser_should_not_follow_from_here_is_not_kept(typed: str) -> None:
    assert rules.web_address(typed) is None


@given(st.text(max_size=600))
def test_whatever_was_typed_leads_to_the_web_or_nowhere(typed: str) -> None:
    kept = rules.web_address(typed)
    if kept is not None:
        assert urlsplit(kept).scheme in ("http", "https")
        assert rules.host_of(kept)
        assert len(kept) <= rules.LONGEST_ADDRESS
        assert rules.web_address(kept) == kept


# ---------------------------------------------------------------- keeping


def seen(kind: str, object_id: int) -> list[tuple[str, bool, bool]]:
    return [(row.title, row.back, row.gone) for row in queries.thread(kind, object_id).beside.links]


def just_done() -> str:
    return last_command.get() or ""


@pytest.mark.engines
def test_a_link_is_seen_from_both_ends_with_todays_name(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        services.link_object("step", things.step, "session", things.session)
        services.link_object("goal", things.goal, "step", things.step)
        services.link_object("step", things.step, "channel", cast.channel)
        services.link_address("step", things.step, "example.com/报告", "行业报告")
        services.link_address("step", things.step, "https://example.org/", "")
    with acting(cast.actors["viewer"]):
        assert seen("step", things.step) == [
            ("秋冬修护专场", False, False), ("单场 GMV 突破 50 万", True, False), ("晨光美妆", False, False),
            ("行业报告", False, False), ("example.org", False, False),
        ]  # fmt: skip
        assert seen("session", things.session) == [("竞品分析", True, False)]
        assert seen("goal", things.goal) == [("竞品分析", False, False)]
        assert not any(row.removable for row in queries.thread("step", things.step).beside.links)
        with pytest.raises(Forbidden):
            services.link_address("step", things.step, "example.net", "")


@pytest.mark.engines
def test_only_once_not_to_itself_and_only_to_what_this_team_has(cast: Cast, things: Things) -> None:
    with acting(cast.actors["outsider"]):
        theirs = plan.add_step("别的队的", cast.outsider)
    with acting(cast.actors["host"]):
        made = services.link_object("step", things.step, "goal", things.goal)
        comment = services.add_comment("step", things.step, "好")
        services.link_object("step", things.step, "comment", comment)
        services.link_address("step", things.step, "https://example.com/a", "甲")
        for call in (
            lambda: services.link_object("step", things.step, "goal", things.goal),
            lambda: services.link_object("goal", things.goal, "step", things.step),
            lambda: services.link_object("step", things.step, "step", things.step),
            lambda: services.link_object("step", things.step, "step", theirs),
            lambda: services.link_object("step", things.step, "person", cast.host),
            lambda: services.link_object("step", things.step, "phase", 1),
            lambda: services.link_object("step", things.step, "nothing", 1),
            lambda: services.link_object("step", things.step, "bot", 1),
            lambda: services.link_object("step", things.step, "session", 2**62),
            lambda: services.link_address("step", things.step, "https://example.com/a", "乙"),
            lambda: services.link_address("step", things.step, "javascript:alert(1)", "乙"),
        ):
            with pytest.raises(Invalid) as fault:
                call()
            assert list(fault.value.fields) == ["address"]
        with pytest.raises(Invalid) as fault:
            services.link_address("step", things.step, "https://example.com/b", "长" * 121)
        assert list(fault.value.fields) == ["title"]
    with acting(cast.actors["outsider"]):
        for call in (
            lambda: services.link_object("step", things.step, "step", theirs),
            lambda: services.link_address("step", things.step, "https://example.com", ""),
            lambda: services.remove_link(made),
            lambda: queries.link(made),
        ):
            with pytest.raises(NotFound):
                call()
        assert queries.thread("step", things.step).beside.links == []


@pytest.mark.engines
def test_a_target_in_the_trash_is_gone_and_one_destroyed_is_told_by_its_old_name(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        alone = plan.add_step("旧名", cast.member)
        services.link_object("goal", things.goal, "step", alone)
        plan.trash_step(alone)
        (row,) = queries.thread("goal", things.goal).beside.links
        assert (row.title, row.end, row.gone) == ("旧名", None, True)
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with clock.standing(datetime.now(UTC) + timedelta(days=31)), acting(program):
        assert trash.purge_overdue() == (1, 0)
    with acting(cast.actors["viewer"]):
        (row,) = queries.thread("goal", things.goal).beside.links
        assert (row.title, row.end, row.gone) == ("旧名", None, True)


@pytest.mark.engines
def test_links_are_destroyed_with_what_they_hang_on(cast: Cast, things: Things, rows: Rows) -> None:
    with acting(cast.actors["lead"]):
        alone = plan.add_step("不要了", cast.member)
        services.link_object("step", alone, "goal", things.goal)
        services.link_address("goal", things.goal, "example.com", "留着")
        plan.trash_step(alone)
        assert seen("goal", things.goal) == [("不要了", True, True), ("留着", False, False)]
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with clock.standing(datetime.now(UTC) + timedelta(days=31)), acting(program):
        assert trash.purge_overdue() == (1, 0)
    assert rows("SELECT title FROM object_link") == [("留着",)]


def test_what_the_reader_may_not_see_is_not_named(
    cast: Cast, things: Things, db: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(cast.actors["lead"]):
        services.link_object("step", things.step, "finding", things.finding)
    with acting(cast.actors["viewer"]):
        may: Callable[..., bool] = Actor.may
        hidden = kinds.KINDS["finding"].view
        monkeypatch.setattr(Actor, "may", lambda self, asked: asked != hidden and may(self, asked))
        (row,) = queries.thread("step", things.step).beside.links
        assert (row.title, row.end, row.gone) == ("Finding", None, False)


@pytest.mark.engines
def test_links_are_removed_from_either_end_and_come_back(
    cast: Cast, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(cast.actors["host"]):
        made = services.link_object("step", things.step, "goal", things.goal)
        services.remove_link(made)
        assert seen("goal", things.goal) == []
        undo.undo(just_done())
        assert seen("goal", things.goal) == [("竞品分析", True, False)]
    for login in ("member", "viewer"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.remove_link(made)
    with acting(cast.actors["lead"]):
        services.remove_link(made)
        assert [(kind, title) for _id, kind, _row, title, _at in trash.trashed()] == [("link", "单场 GMV 突破 50 万")]
        lying = trash.trashed()[0][0]
        monkeypatch.setattr(rules, "MOST_LINKS", 0)
        with pytest.raises(Refused):
            trash.restore(lying)
        monkeypatch.setattr(rules, "MOST_LINKS", 2)
        trash.restore(lying)
        services.link_address("step", things.step, "example.com", "")
        with pytest.raises(Refused):
            services.link_address("step", things.step, "example.org", "")
        undo.undo(just_done())
        assert len(seen("step", things.step)) == 1


def test_a_linked_finding_stays_and_ones_links_are_ones_data(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        services.link_address("finding", things.finding, "https://example.com/x", "依据")
        assert queries.discussed("finding", [things.finding]) == {things.finding}
        told = people.my_data()["object_links"]
    assert [(row["kind"], row["address"], row["title"]) for row in told] == [
        ("finding", "https://example.com/x", "依据")
    ]


# ---------------------------------------------------------------- pages


def test_a_pasted_address_becomes_a_link(client_of: Client, cast: Cast, things: Things) -> None:
    host = client_of("host").in_english()
    page, path = f"/plan/steps/{things.step}", f"/links/step/{things.step}"
    form = host.get(path).text
    assert "<title>Link: 竞品分析" in form
    pasted = [
        (f"http://localhost/sessions/{things.session}?phase=review", "秋冬修护专场"),
        (f"/plan/goals/{things.goal}/edit", "单场 GMV 突破 50 万"),
        (f"localhost/findings/{things.finding}#x", "讲价时掉人"),
        ("https://example.com/报告", "example.com"),
    ]
    for address, title in pasted:
        answer = host.post_form(path, {"address": address, "title": "", "next": f"{page}#files"})
        assert (answer.status_code, answer.location) == (303, f"{page}#files"), address
        assert title in host.get(page).text
    seen_ = host.get(page).text
    assert re.search(
        r'<a class="item-title" href="https://example.com/[^"]*" target="_blank" rel="noopener noreferrer nofollow">',
        seen_,
    )
    assert "Linked from" in host.get(f"/plan/goals/{things.goal}").text
    assert "竞品分析" in host.get(f"/sessions/{things.session}").text
    undo_ = re.search(r'action="(/undo/[0-9a-f]{32})"', seen_)
    assert undo_ is None, "the strips were shown with the pages before"
    viewer = client_of("viewer").get(page).text
    assert "/links/" not in viewer, "who only reads links nothing"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "Paste an address first."), ("/plan", "no single thing"), ("/nowhere", "no single thing"), ("http://localhost/", "no single thing"),
        ("/plan/steps/999", "Nothing of this team"), ("javascript:alert(1)", "no address of the web"), ("//evil", "no address of the web"),
        ("https://[", "no address of the web"),
    ],
)  # fmt: skip
def test_what_can_not_be_linked_is_told_beside_the_field_and_kept(
    client_of: Client, things: Things, address: str, says: str
) -> None:
    host = client_of("host").in_english()
    answer = host.post_form(f"/links/step/{things.step}", {"address": address, "title": "我的题"})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="我的题"' in answer.text
    assert f'value="{address}"' in answer.text


def test_it_is_removed_by_a_plain_form_and_strangers_find_nothing(
    client_of: Client, cast: Cast, things: Things
) -> None:
    with acting(cast.actors["host"]):
        made = services.link_object("step", things.step, "goal", things.goal)
    host, outsider = client_of("host"), client_of("outsider")
    outsider.get("/")
    assert outsider.get(f"/links/{made}").status_code == 404
    assert outsider.get(f"/links/step/{things.step}").status_code == 404
    assert outsider.post_form(f"/links/{made}/remove").status_code == 404
    assert outsider.post_form(f"/links/step/{things.step}", {"address": "https://example.com"}).status_code == 404
    assert host.get(f"/links/{made}").location == f"/plan/steps/{things.step}#files"
    page = f"/plan/goals/{things.goal}"
    assert f"/links/{made}/remove" in host.get(page).text
    answer = host.post_form(f"/links/{made}/remove", {"next": page})
    assert (answer.status_code, answer.location) == (303, f"{page}#files")
    text = host.get(page).text
    undo_ = re.search(r'action="(/undo/[0-9a-f]{32})"', text)
    assert undo_
    assert host.post_form(undo_[1]).status_code == 303
    assert f"/links/{made}/remove" in host.get(page).text


def test_a_path_names_what_its_page_is_about(things: Things, db: Flask) -> None:
    with db.test_request_context():
        assert kinds.at(f"/sessions/{things.session}") == ("session", things.session)
        assert kinds.at(f"/sessions/{things.session}/review") == ("session", things.session)
        for path in ("/sessions", "/sessions/0", "/plan/goals/new", "//", "", "/%00"):
            assert kinds.at(path) is None, path
