"""One-time links, roles, the last lead, leaving, and one's own data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from planner.base import audit
from planner.base.actor import Actor, acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import Role
from planner.people import passwords, queries, services
from tests.cast import PASSWORD, Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
NEW = "gentle evening light 8"
HASH = "$argon2id$kept"


def link_in(text: str, kind: str) -> str:
    """The path of the one-time link a page shows."""
    found = re.search(rf"/{kind}/([\w-]+)", text)
    assert found, text[-3000:]
    return f"/{kind}/{found[1]}"


@pytest.mark.engines
def test_an_invitation_is_shown_once_and_works_once(client_of: Browsers, rows: Rows, cast: Cast) -> None:
    lead = client_of("lead")
    made = lead.post_form("/settings/people/invite", {"role": "host", "name": "新主播"})
    assert made.status_code == 200
    path = link_in(made.text, "invite")
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in made.text, "a code to scan"
    assert path.rsplit("/", 1)[1] not in str(rows("SELECT * FROM one_time_link")), "only its digest is kept"
    newcomer = client_of("")
    assert "新主播" in newcomer.get(path).text
    bad = newcomer.post_form(path, {"login": "Not A Login", "name": "新主播", "password": NEW})
    assert bad.status_code == 422
    assert 'value="新主播"' in bad.text
    assert newcomer.post_form(path, {"login": "xinzhubo", "name": "新主播", "password": NEW}).status_code == 303
    assert newcomer.get("/sessions").status_code == 200
    assert rows("SELECT role FROM membership m JOIN user_account u ON u.id = m.user_id WHERE u.login = 'xinzhubo'") == [
        ("host",)
    ]
    for late in (client_of(""), client_of("outsider")):
        assert late.get(path).status_code == 404
        assert late.post_form(path, {"login": "second", "name": "晚", "password": NEW}).status_code == 404


@pytest.mark.engines
def test_two_accept_the_same_invitation_at_once(
    db: Flask, as_: As, rows: Rows, together: Callable[..., list[Any]]
) -> None:
    with as_("lead"):
        services.invite(Role.MEMBER, "", passwords.digest("t"))
    told = together(
        db, *(lambda n=n: services.accept_invitation(passwords.digest("t"), f"name{n}", "人", HASH) for n in range(4))
    )
    assert sum(isinstance(answer, int) for answer in told) == 1
    assert sum(isinstance(answer, NotFound) for answer in told) == 3
    assert len(rows("SELECT id FROM user_account WHERE login LIKE 'name%'")) == 1


def test_an_invitation_ends_by_time_and_by_being_withdrawn(
    client_of: Browsers, as_: As, ahead: Callable[..., None], db: Flask
) -> None:
    with as_("lead"):
        first = services.invite(Role.HOST, "", passwords.digest("first"))
        services.invite(Role.HOST, "", passwords.digest("second"))
    visitor = client_of("")
    assert [visitor.get(f"/invite/{name}").status_code for name in ("first", "second")] == [200, 200]
    assert client_of("lead").post_form(f"/settings/people/invitations/{first}/withdraw").status_code == 303
    assert [visitor.get(f"/invite/{name}").status_code for name in ("first", "second")] == [404, 200]
    ahead(days=30)
    assert visitor.get("/invite/second").status_code == 404


def test_nobody_grants_more_than_they_have(as_: As, db: Flask, cast: Cast) -> None:
    with as_("lead"):
        with pytest.raises(Invalid):
            services.invite(Role.MANAGER, "", passwords.digest("x"))
        with pytest.raises(Forbidden):
            services.set_role(cast.manager, Role.VIEWER)
        with pytest.raises(Forbidden):
            services.make_reset(cast.manager, passwords.digest("y"))
    for login in ("host", "member", "viewer"):
        with as_(login), pytest.raises(Forbidden):
            services.invite(Role.VIEWER, "", passwords.digest(login))


def test_only_what_one_may_do_is_offered(client_of: Browsers, cast: Cast) -> None:
    """A lead neither changes a manager nor gives a manager's role; an administrator does both."""
    lead, admin_of_team = client_of("lead"), client_of("manager")
    for path, offered in (("/settings/people/invite", False), (f"/settings/people/{cast.host}", False)):
        page = lead.get(path).text
        assert ('value="manager"' in page) is offered, path
        assert 'value="lead"' in page
    above = lead.get(f"/settings/people/{cast.manager}").text
    main = above[above.index("<main") : above.index("</main>")]
    assert "<form" not in main
    assert "只能管理" in main
    assert 'value="manager"' in admin_of_team.get("/settings/people/invite").text
    refused = lead.post_form("/settings/people/invite", {"role": "manager", "language": "en"})
    assert refused.status_code == 422


@pytest.mark.parametrize("kind", ["invite", "reset", "scan"])
def test_a_link_that_counts_no_more_says_so(client_of: Browsers, kind: str) -> None:
    answer = client_of("").get(f"/{kind}/{'x' * 43}")
    assert answer.status_code == 404
    assert "已失效" in answer.text
    assert 'href="/login"' in answer.text


def test_whose_password_a_link_is_for_is_said(client_of: Browsers, cast: Cast) -> None:
    assert "小米（登录名 host）" in client_of("lead").post_form(f"/settings/people/{cast.host}/reset").text
    admin = client_of("admin").post_form(f"/settings/installation/people/{cast.lead}/reset").text
    assert "林小雨（登录名 lead）" in admin


def test_a_lost_password_is_set_by_a_link_that_works_once(client_of: Browsers, cast: Cast) -> None:
    host, lead = client_of("host"), client_of("lead")
    path = link_in(lead.post_form(f"/settings/people/{cast.host}/reset").text, "reset")
    visitor = client_of("")
    assert visitor.get(path).status_code == 200
    assert visitor.post_form(path, {"password": "short"}).status_code == 422
    assert visitor.post_form(path, {"password": NEW}).status_code == 303
    assert client_of("").get(path).status_code == 404
    assert host.get("/me").status_code == 303, "every device is out"
    again = client_of("")
    again.get("/login")
    assert again.post_form("/login", {"login": "host", "password": PASSWORD}).status_code == 422
    assert again.post_form("/login", {"login": "host", "password": NEW}).status_code == 303


@pytest.mark.engines
def test_a_team_keeps_a_lead_even_when_two_leave_at_once(
    db: Flask, cast: Cast, together: Callable[..., list[Any]], rows: Rows
) -> None:
    def leave(user_id: int) -> None:
        with acting(cast.actors["manager"]):
            services.set_role(user_id, Role.VIEWER)

    told = together(db, lambda: leave(cast.lead), lambda: leave(cast.manager))
    assert sum(isinstance(answer, Refused) for answer in told) == 1
    left = rows("SELECT id FROM membership WHERE team_id = :t AND role IN ('lead', 'manager')", t=cast.team)
    assert len(left) == 1


@pytest.mark.engines
def test_only_one_first_run(empty: Flask, together: Callable[..., list[Any]]) -> None:
    told = together(
        empty,
        *(lambda n=n: services.first_run(f"first{n}", "第一人", HASH, "新的直播间", "Asia/Shanghai") for n in range(4)),
    )
    assert sum(isinstance(answer, int) for answer in told) == 1
    with empty.app_context():
        assert not queries.is_empty()


def test_who_leaves_sees_nothing_more(client_of: Browsers, cast: Cast, as_: As) -> None:
    host = client_of("host")
    assert host.get("/sessions").status_code == 200
    assert client_of("lead").post_form(f"/settings/people/{cast.host}/end").status_code == 303
    assert host.get("/sessions").status_code in (303, 403)
    assert "晨光" not in host.get("/").text


@pytest.mark.engines
def test_somebody_in_two_teams_sees_one_at_a_time(client_of: Browsers, cast: Cast, as_: As, db: Flask) -> None:
    with as_("outsider"):
        services.invite(Role.LEAD, "", passwords.digest("both"))
    lead = client_of("lead")
    assert lead.post_form("/invite/both/me").status_code == 303
    assert "3号间" not in lead.get("/settings/studios").text
    assert lead.post_form("/me/team", {"team_id": str(cast.team)}).status_code == 303
    assert "3号间" in lead.get("/settings/studios").text
    assert client_of("host").post_form("/me/team", {"team_id": str(cast.other_team)}).status_code == 404


def test_an_older_form_of_a_person_shows_both(client_of: Browsers, cast: Cast) -> None:
    lead = client_of("lead")
    page = lead.get(f"/settings/people/{cast.host}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    form = {"version": version[1], "role": "member"}
    assert lead.post_form(f"/settings/people/{cast.host}", form).status_code == 303
    late = lead.post_form(f"/settings/people/{cast.host}", form | {"role": "viewer"})
    assert late.status_code == 409
    assert "viewer" in late.text


@pytest.mark.engines
def test_my_data_can_be_taken_along_and_taken_away(client_of: Browsers, rows: Rows, as_: As, db: Flask) -> None:
    host = client_of("host")
    told = host.get("/me/data.json")
    assert told.mimetype == "application/json"
    assert json.loads(told.data)["account"]["login"] == "host"
    assert "argon2" not in told.text
    assert host.post_form("/me/erase", {"old": "wrong", "sure": "1"}).status_code == 422
    assert host.post_form("/me/erase", {"old": PASSWORD, "sure": "1"}).status_code == 303
    assert host.get("/me").status_code == 303
    assert "小米" not in str(rows("SELECT * FROM user_account"))
    assert "小米" not in str(rows("SELECT changes FROM audit_entry"))
    with as_("lead"):
        assert audit.seal() > 0
        assert audit.verify().bad is None


@pytest.mark.parametrize(
    "path", ["/me", "/settings/people", "/settings/people/invite", "/settings/positions", "/settings/team"]
)
def test_pages_of_people_have_titles(client_of: Browsers, path: str) -> None:
    answer = client_of("lead").get(path)
    assert answer.status_code == 200
    assert re.search(r"<title>[^<]+·", answer.text)
