"""Saved views on pages: kept from a list by a plain form, one tap away above it, opened by default with a way past."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from planner.base.actor import acting
from planner.saved import queries, services
from tests.cast import Cast
from tests.conftest import Visitor
from tests.demo_room import Statements

Client = Callable[[str], Visitor]
pytestmark = pytest.mark.usefixtures("db")
LISTS = [("plan.steps", "/plan/steps", "tag=x"), ("plan.board", "/plan/board", "by=owner"),
         ("live.sessions", "/sessions", "view=list"), ("live.sessions", "/sessions", "view=month"),
         ("live.sessions", "/sessions", "tag=x&view=studios")]  # fmt: skip


def kept(cast: Cast, login: str, page: str, query: str, name: str = "我的", shared: bool = False) -> int:
    with acting(cast.actors[login]):
        return services.save_view(page, query, name, shared)


@pytest.mark.parametrize(("listed", "path", "query"), LISTS)
def test_a_list_is_kept_as_it_is_looked_at_and_found_above_it(
    client_of: Client, cast: Cast, listed: str, path: str, query: str
) -> None:
    viewer = client_of("viewer").in_english()
    assert "saved-views" not in viewer.get(path).text, "where nothing is narrowed or kept, nothing stands"
    seen = viewer.get(f"{path}?{query}").text
    link = re.search(r'href="(/views/new\?[^"]*)"', seen)
    assert link
    form = viewer.get(link[1].replace("&amp;", "&")).text
    assert "<title>Save this view" in form
    assert 'name="shared"' not in form, "who only looks shares nothing"
    sent = dict(re.findall(r'name="(page|query)" value="([^"]*)"', form))
    sent = {name: value.replace("&amp;", "&") for name, value in sent.items()}
    assert sent == {"page": listed, "query": query}
    answer = viewer.post_form("/views/new", {**sent, "name": "常看"})
    assert answer.status_code == 303
    assert sorted(answer.location.partition("?")[2].split("&")) == sorted(query.split("&"))
    seen = viewer.get(answer.location).text
    assert re.search(r'<a class="filter" href="[^"]*" aria-current="true">[^\n]*?常看', seen)
    assert "Save this view" not in seen
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', seen)
    assert undo
    plain = viewer.get(path).text
    assert "常看" in plain
    assert re.search(r'aria-current="true">Without a view', plain)
    assert viewer.post_form(undo[1]).status_code == 303
    assert "常看" not in viewer.get(path).text


def test_what_is_wrong_is_told_and_what_was_typed_stays(client_of: Client, cast: Cast) -> None:
    host = client_of("host").in_english()
    kept(cast, "host", "plan.steps", "tag=x", "有了")
    for name, says in (("", "Give the view a name."), ("有了", "of this name already"), ("长" * 41, "40 characters")):
        answer = host.post_form("/views/new", {"page": "plan.steps", "query": "tag=y", "name": name})
        assert answer.status_code == 422
        assert says in answer.text
        assert f'value="{name}"' in answer.text
        assert 'name="query" value="tag=y"' in answer.text
    answer = host.post_form("/views/new", {"page": "plan.steps", "query": "", "name": "空"})
    assert "There is nothing to keep here" in answer.text
    answer = host.post_form("/views/new", {"page": "plan.steps", "query": "tag=y", "name": "团", "shared": "y"})
    assert answer.status_code == 403
    for page in ("plan.index", "", "nothing", "saved.index"):
        assert host.get(f"/views/new?page={page}&query=tag=y").status_code == 404, page
        assert host.post_form("/views/new", {"page": page, "query": "tag=y", "name": "x"}).status_code == 404


def test_a_view_takes_what_is_looked_at_now_unless_somebody_was_there_first(client_of: Client, cast: Cast) -> None:
    made = kept(cast, "lead", "plan.steps", "tag=x", "队里的", shared=True)
    lead = client_of("lead").in_english()
    form = lead.get("/views/new?page=plan.steps&query=tag%3Dy").text
    assert f'<option value="{made}-1">队里的' in form
    sent = {"page": "plan.steps", "query": "tag=y", "instead_of": f"{made}-1", "name": ""}
    answer = lead.post_form("/views/new", sent)
    assert (answer.status_code, answer.location) == (303, "/plan/steps?tag=y")
    stale = lead.post_form("/views/new", {**sent, "query": "tag=z"})
    assert stale.status_code == 409
    assert 'name="query" value="tag=z"' in stale.text
    assert f'value="{made}-2"' in stale.text
    host = client_of("host")
    assert "instead_of" not in host.get("/views/new?page=plan.steps&query=tag%3Dy").text
    assert host.post_form("/views/new", {**sent, "instead_of": f"{made}-2"}).status_code == 403
    assert host.post_form("/views/new", {**sent, "instead_of": "1-x"}).status_code == 422, "then it needs a name"


def test_it_is_renamed_shared_and_deleted_on_a_page_of_its_own(client_of: Client, cast: Cast) -> None:
    made = kept(cast, "lead", "live.sessions", "view=list")
    lead, host = client_of("lead").in_english(), client_of("host").in_english()
    assert "我的" not in host.get("/views").text
    assert f"/views/{made}/edit" in lead.get("/views").text
    assert lead.post_form(f"/views/{made}/edit", {"version": "1", "name": "", "shared": "y"}).status_code == 422
    answer = lead.post_form(f"/views/{made}/edit", {"version": "1", "name": "全部场次", "shared": "y"})
    assert (answer.status_code, answer.location) == (303, "/views")
    stale = lead.post_form(f"/views/{made}/edit", {"version": "1", "name": "别的"})
    assert stale.status_code == 409
    assert "全部场次" in stale.text
    assert "别的" in stale.text
    seen = host.get("/views").text
    assert "全部场次" in seen
    assert "shared by 林小雨" in seen
    assert f"/views/{made}/edit" not in seen
    assert host.get(f"/views/{made}").location == "/sessions?view=list"
    assert host.post_form(f"/views/{made}/delete").status_code == 403
    assert lead.post_form(f"/views/{made}/delete").status_code == 303
    assert "全部场次" not in host.get("/sessions").text
    text = lead.get("/views").text
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', text)
    assert undo
    assert lead.post_form(undo[1]).status_code == 303
    assert "全部场次" in host.get("/sessions").text


@pytest.mark.parametrize(("listed", "path", "query"), LISTS)
def test_a_default_opens_from_elsewhere_and_there_is_a_way_past_it(
    client_of: Client, cast: Cast, listed: str, path: str, query: str
) -> None:
    made = kept(cast, "host", listed, query)
    host = client_of("host").in_english()
    answer = host.post_form(f"/views/{made}/open-by-default")
    assert answer.location == "/views"
    assert f"/views/{made}/open-plainly" in host.get("/views").text
    came = host.get(path)
    assert came.status_code == 302
    assert sorted(came.location.partition("?")[2].split("&")) == sorted(query.split("&"))
    seen = host.get(came.location)
    assert seen.status_code == 200
    assert "opens by default" in seen.text
    way = re.search(r'<a class="filter" href="([^"]*)">Without a view', seen.text)
    assert way
    assert way[1] == f"{path}?plain=1"
    plain = host.get(way[1])
    assert plain.status_code == 200
    assert re.search(r'aria-current="true">Without a view', plain.text)
    inside = host.get(path, headers={"Referer": f"http://localhost{path}?{query}"})
    assert inside.status_code == 200, "who takes away what narrows it on the list itself gets what they asked for"
    assert host.get(f"{path}?q=x").status_code == 200
    assert client_of("member").get(path).status_code == 200, "it is one's own"
    host.post_form(f"/views/{made}/open-plainly")
    assert host.get(path).status_code == 200


def test_what_was_said_is_shown_after_a_default_has_led_on(client_of: Client, cast: Cast) -> None:
    made = kept(cast, "lead", "plan.steps", "tag=x")
    lead = client_of("lead").in_english()
    lead.post_form(f"/views/{made}/open-by-default")
    lead.get("/views")
    answer = lead.post_form("/plan/steps/new", {"title": "新的", "next": "/plan/steps"})
    assert answer.status_code == 303
    led = lead.get("/plan/steps")
    assert led.status_code == 302
    assert "The step is in the plan." in lead.get(led.location).text


def test_of_another_team_and_of_others_there_is_nothing(client_of: Client, cast: Cast) -> None:
    made = kept(cast, "host", "plan.steps", "tag=x", "私人")
    for login in ("outsider", "lead"):
        visitor = client_of(login)
        assert "私人" not in visitor.get("/plan/steps").text
        for path in (f"/views/{made}", f"/views/{made}/edit"):
            assert visitor.get(path).status_code == 404, (login, path)
        for act in ("edit", "delete", "open-by-default", "open-plainly"):
            assert visitor.post_form(f"/views/{made}/{act}", {"version": "1", "name": "x"}).status_code == 404, act
    assert client_of("").get("/views").status_code == 303


@pytest.mark.parametrize(("path", "listed"), [("/plan/steps", "plan.steps"), ("/sessions?view=list", "live.sessions")])
def test_the_views_of_a_list_cost_one_statement(
    client_of: Client, cast: Cast, app: object, path: str, listed: str
) -> None:
    host = client_of("host")
    host.get(path)
    with Statements(app) as before:  # type: ignore[arg-type]
        host.get(path)
    for number in range(5):
        kept(cast, "host", listed, f"q=x{number}", f"第 {number} 个")
    with Statements(app) as after:  # type: ignore[arg-type]
        host.get(path)
    told = [each for each in after.told if "saved_view" in str(each)]
    assert (len(told), len(after.told)) == (1, len(before.told))


def test_odd_addresses_are_no_fault(client_of: Client, cast: Cast) -> None:
    host = client_of("host")
    for odd in ("tag=" + "x" * 3000, "a=1&" * 300, "q=%00%ff", "plain=1&plain=2", "&&&=", "Q=1"):
        assert host.get(f"/plan/steps?{odd}").status_code == 200, odd
    with acting(cast.actors["host"]):
        assert queries.all_views() == {}
