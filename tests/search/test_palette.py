"""The palette: go to, create, find by Chinese words; only what is the team's own and what one may do."""

from __future__ import annotations

from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel.errors import Forbidden
from planner.live import services as live
from planner.people import services as people
from planner.plan import services as plan
from planner.search import queries
from tests.cast import Cast
from tests.search.conftest import Client, Things


def groups_of(visitor: Any, text: str) -> dict[str, list[tuple[str, str]]]:
    """What the palette answers: label and address by group."""
    answer = visitor.get("/search.json", query_string={"q": text})
    assert answer.status_code == 200
    return {g["label"]: [(i["label"], i["url"]) for i in g["items"]] for g in answer.get_json()["groups"]}


@pytest.mark.engines
def test_sessions_steps_and_people_are_found_by_chinese_words(cast: Cast, things: Things) -> None:
    with acting(cast.actors["viewer"]):
        found = queries.find("秋冬")
        assert ([b.id for b in found.sessions], [s.id for s in found.steps]) == ([things.session], [things.step])
        assert found.people == []
        assert [p.user_id for p in queries.find("林小").people] == [cast.lead]
        assert [p.user_id for p in queries.find("memb").people] == [cast.member]
        assert [s.id for s in queries.find("a/b").steps] == [things.step], "in whatever case"
        assert [b.id for b in queries.find("GMV").sessions] == [things.session]
        for odd in ("%", "_", "秋_修护", "\\", "'"):
            assert queries.find(odd).sessions == [], odd
    with acting(cast.actors["outsider"]):
        found = queries.find("秋冬")
        assert [b.id for b in found.sessions] == [things.their_session]
        assert [s.id for s in found.steps] == [things.their_step]
        assert queries.find("林小").people == []
    with acting(cast.actors["admin"]), pytest.raises(Forbidden):
        queries.find("秋冬")


def test_what_is_in_the_trash_or_gone_is_not_found(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        live.trash_session(things.session)
        plan.trash_step(things.step)
        people.set_disabled(cast.member, True)
        found = queries.find("秋冬")
        assert (found.sessions, found.steps, queries.find("阿强").people) == ([], [], [])


def test_a_few_of_many_are_shown(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        for number in range(12):
            plan.add_step(f"秋冬样品 {number}")
        assert len(queries.find("秋冬").steps) == queries.MOST


def test_the_palette_leads_there(client_of: Client, cast: Cast, things: Things) -> None:
    lead = client_of("lead")
    found = groups_of(lead, " 秋冬 ")
    assert found == {
        "场次": [("秋冬修护 GMV 专场", f"/sessions/{things.session}")],
        "步骤": [("秋冬选品会 A/B", f"/plan/steps/{things.step}")],
    }
    for rows in found.values():
        for _label, url in rows:
            assert lead.get(url).status_code == 200
    assert groups_of(lead, "小米") == {"成员": [("小米", f"/settings/people/{cast.host}")]}
    member = client_of("member")
    assert groups_of(member, "小米") == {"成员": [("小米", "/settings/people")]}
    assert member.get("/settings/people").status_code == 200


def test_places_and_what_can_be_created_follow_the_role(client_of: Client, things: Things) -> None:
    assert ("计划", "/plan") in groups_of(client_of("lead"), "计划")["前往"]
    for login, creates in (("lead", 4), ("manager", 4), ("host", 1), ("viewer", 0)):
        visitor = client_of(login)
        visitor.in_english()
        found = groups_of(visitor, "")
        assert ("Plan", "/plan") in found["Go to"]
        assert len(found.get("Create", [])) == creates, login
        for _label, url in [*found["Go to"], *found.get("Create", [])]:
            assert visitor.get(url).status_code == 200, (login, url)


def test_the_same_as_a_page_without_scripts(client_of: Client, things: Things) -> None:
    member = client_of("member")
    page = member.get("/search", query_string={"q": "选品"})
    assert f'href="/plan/steps/{things.step}"' in page.text
    assert 'value="选品"' in page.text
    member.in_english()
    page = member.get("/search", query_string={"q": "<b>nothing</b>"})
    assert "Nothing was found." in page.text
    assert "<b>nothing" not in page.text


@pytest.mark.engines
@pytest.mark.parametrize("text", ["%00", "秋%00冬", "%ED%A0%80", "%FF%FE", "秋" * 5000, "%0A%09", "%E2%80%A8"])
def test_odd_words_are_no_fault(client_of: Client, things: Things, text: str) -> None:
    member = client_of("member")
    for path in ("/search", "/search.json"):
        assert member.get(f"{path}?q={text}").status_code == 200


def test_strangers_are_sent_to_the_door(client_of: Client, things: Things) -> None:
    nobody = client_of("")
    for path in ("/search", "/search.json"):
        answer = nobody.get(f"{path}?q=秋冬")
        assert answer.status_code in (303, 401)
        assert "秋冬修护" not in answer.text
    assert client_of("admin").get("/search.json?q=秋冬").status_code == 403
