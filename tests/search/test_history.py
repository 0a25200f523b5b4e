"""History of an object in words, news of the team, and undo; each only for those who may see the object."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.history import queries
from planner.kernel.errors import NotFound
from planner.kernel.permissions import Role
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import LineupRow
from planner.live.services.crew import ShiftIn
from planner.people import queries as people_queries
from planner.people import services as people
from planner.plan import queries as plans
from planner.plan import services as plan
from tests.cast import Cast
from tests.search.conftest import Client, Things


def facts_of(text: str) -> dict[str, tuple[str, str]]:
    """Field, before and after, as the page shows them."""
    found = re.findall(r'<span class="meta">([^<]*)</span> <del>(.*?)</del> → <ins>(.*?)</ins>', text, re.S)
    return {field: (before, after) for field, before, after in found}


@pytest.mark.engines
def test_every_change_says_who_and_from_what_to_what(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        row, _owner = plans.step(things.step)
        plan.edit_step(things.step, row.version, "选品会", cast.host, row.due, None, None, "")
    with acting(cast.actors["manager"]):
        plan.move_step(things.step, "start")
    with acting(cast.actors["viewer"]):
        title, entries = queries.history("step", things.step)
    assert title == "选品会"
    assert [(e.who, e.deeds[0].act) for e in entries] == [
        ("周经理", "update"),
        ("林小雨", "update"),
        ("林小雨", "insert"),
    ]
    told = {c.field: (c.before, c.after) for c in entries[1].deeds[0].changes}
    assert told == {
        "Title": ("秋冬选品会 A/B", "选品会"),
        "Owner": ("阿强", "小米"),
        "Goal": ("单场 GMV 突破 50 万", "–"),
    }
    assert [(c.field, c.before, c.after) for c in entries[0].deeds[0].changes] == [
        ("State", "Not started", "In progress")
    ]


def test_history_reads_in_ones_own_language(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        row, _owner = plans.step(things.step)
        assert row.due is not None
        later = row.due + timedelta(days=3)
        plan.edit_step(things.step, row.version, row.title, row.owner_id, later, None, things.goal, row.note)
        plan.move_step(things.step, "finish")
        b = sessions.brief(things.session)
        live.move_session(things.session, b.version, b.planned_start + timedelta(hours=1), 240, None)
    viewer = client_of("viewer")
    told = facts_of(viewer.get(f"/history/step/{things.step}").text)
    assert told["状态"] == ("未开始", "完成")
    assert f"{later.month}月{later.day}日" in told["截止"][1]
    assert told["完成人"] == ("–", "林小雨")
    told = facts_of(viewer.get(f"/history/session/{things.session}").text)
    assert ("3号间", "–") in told.values()
    assert all(re.search(r"[一-鿿]", field) for field in told), told


@pytest.mark.engines
def test_a_session_tells_of_its_parts_and_of_theirs(cast: Cast, things: Things) -> None:
    """Crew, targets and products are changed one by one; the review and its findings belong to the session too."""
    with acting(cast.actors["lead"]):
        b = sessions.brief(things.session)
        live.set_targets(things.session, {"gmv": Decimal(50_000)})
        live.set_targets(things.session, {"gmv": Decimal(60_000), "viewers": Decimal(9_000)})
        host = next(p.id for p in people_queries.positions() if p.key == "host")
        crew = [ShiftIn(host, cast.host, b.planned_start, b.planned_end)]
        live.set_crew(things.session, sessions.brief(things.session).version, crew)
        live.set_lineup(things.session, [LineupRow("1", "面膜", "A01", 5990, None, 10, "")])
    with acting(cast.actors["viewer"]):
        _title, entries = queries.history("session", things.session)
    told = [
        (d.act, d.part, {c.field: (c.before, c.after) for c in d.changes}) for e in entries for d in e.deeds if d.part
    ]
    acts = [(act, part) for act, part, _changes in told]
    assert acts.count(("insert", "Shift")) >= 1
    products = [changes for act, part, changes in told if (act, part) == ("insert", "Product")]
    assert products[0]["Live price"] == ("–", "¥59.90")
    assert "Order" not in products[0]
    raised = next(changes for act, part, changes in told if (act, part) == ("update", "Target · GMV"))
    assert raised["Value"] == ("¥50,000.00", "¥60,000.00")
    assert next(iter(reversed(entries))).deeds[-1].act == "insert"
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        queries.history("session", things.session)


def test_a_trashed_and_restored_object_keeps_its_history(client_of: Client, cast: Cast, things: Things) -> None:
    lead = client_of("lead")
    lead.get("/plan")
    assert lead.post_form(f"/plan/steps/{things.step}/delete").status_code == 303
    assert lead.get(f"/history/step/{things.step}").status_code == 404
    found = re.search(r'action="(/trash/[^"]+/restore)"', lead.get("/trash").text)
    assert found
    assert lead.post_form(found[1]).status_code == 303
    lead.in_english()
    told = facts_of(lead.get(f"/history/step/{things.step}").text)
    assert "In the trash since" in told
    assert not any("trash_id" in field for field in told)


@pytest.mark.engines
def test_strangers_have_no_history_of_ours(cast: Cast, things: Things, db: Flask) -> None:
    with acting(cast.actors["outsider"]):
        for kind, row_id in (
            ("session", things.session),
            ("step", things.step),
            ("goal", things.goal),
            ("channel", cast.channel),
            ("studio", cast.studio),
            ("person", cast.lead),
            ("nothing", 1),
            ("step", 2**63 - 1),
        ):
            with pytest.raises(NotFound):
                queries.history(kind, row_id)
        with db.test_request_context():
            lines, _next = queries.news()
            assert {line.title for line in lines} >= {"秋冬暮色专场", "秋冬暮色选品"}
            assert not any("修护" in line.title or "选品会" in line.title for line in lines)
            assert queries.on_session(things.session) is None


def test_of_a_person_the_team_sees_the_membership(cast: Cast, things: Things) -> None:
    with acting(cast.actors["manager"]):
        people.set_role(cast.member, Role.HOST)
        title, entries = queries.history("person", cast.member)
    assert title == "阿强"
    assert [(c.field, c.before, c.after) for c in entries[0].deeds[0].changes] == [("Role", "Member", "Host")]


def test_every_page_has_its_title_and_a_way_back(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        period = plans.current_period()
        assert period is not None
    viewer = client_of("viewer")
    for kind, row_id, title in (
        ("session", things.session, "秋冬修护 GMV 专场"),
        ("step", things.step, "秋冬选品会 A/B"),
        ("goal", things.goal, "单场 GMV 突破 50 万"),
        ("channel", cast.channel, "晨光美妆"),
        ("studio", cast.studio, "3号间"),
        ("period", period.id, "第四季度"),
    ):
        text = viewer.get(f"/history/{kind}/{row_id}").text
        assert "<title>历史" in re.sub(r"\s+", "", text), kind
        assert title in text, kind
        assert "林小雨" in text, kind


def test_news_tell_page_by_page(client_of: Client, cast: Cast, things: Things, db: Flask) -> None:
    with db.test_request_context(), acting(cast.actors["lead"]):
        for number in range(45):
            plan.add_step(f"样品 {number}")
        first, following = queries.news()
        assert (len(first), first[0].title, first[0].who) == (40, "样品 44", "林小雨")
        assert following is not None
        second, end = queries.news(following)
        assert end is None
        assert not {line.title for line in first} & {line.title for line in second}
    viewer = client_of("viewer")
    viewer.in_english()
    page = viewer.get("/news")
    assert "added a step" in page.text
    assert f"/news?before={following}" in page.text
    assert "秋冬选品会 A/B" in viewer.get(f"/news?before={following}").text
    assert "秋冬暮色" not in viewer.get(f"/news?before={following}").text
    for odd in ("x", "0", "-1", str(2**63), "9" * 400):
        assert viewer.get(f"/news?before={odd}").status_code == 200, odd


def test_undo_is_for_whoever_did_it_or_a_lead(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        mine = plan.add_step("我的", cast.member)
    member = client_of("member")
    member.get("/plan")
    answer = member.post_form(f"/plan/steps/{mine}/finish")
    found = re.search(r'action="(/undo/[0-9a-f]{32})"', member.get(answer.location).text)
    assert found
    for login, status in (("host", 403), ("viewer", 403), ("outsider", 404)):
        visitor = client_of(login)
        visitor.get("/")
        assert visitor.post_form(found[1]).status_code == status, login
    assert member.post_form(found[1]).status_code == 303
    with acting(cast.actors["lead"]):
        assert str(plans.step(mine)[0].state) == "open"
    assert member.post_form(found[1]).status_code == 409, "what was taken back can't be taken back again"
    for odd in ("x", "0" * 32, "%00"):
        assert member.post_form(f"/undo/{odd}").status_code == 404


@pytest.mark.parametrize("login", ["host", "member", "viewer"])
def test_background_work_is_seen_by_who_works(client_of: Client, login: str) -> None:
    assert client_of(login).get("/jobs").status_code == (403 if login == "viewer" else 200)
