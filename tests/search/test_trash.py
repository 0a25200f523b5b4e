"""Trash and settings: titles, who may, and that what comes back obeys the rules of its creation."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from planner.base import trash
from planner.base.actor import acting
from planner.figures import queries as figures
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import Weight
from planner.plan import queries as plans
from planner.plan import services as plan
from tests.cast import Cast
from tests.search.conftest import Client, Things


@pytest.mark.engines
def test_what_was_deleted_lies_there_with_its_title(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        live.trash_session(things.session)
        plan.trash_step(things.step)
        plan.trash_goal(things.goal)
        rows = trash.trashed()
        assert [(kind, title) for _id, kind, _row, title, _at in rows] == [
            ("goal", "单场 GMV 突破 50 万"),
            ("step", "秋冬选品会 A/B"),
            ("session", "秋冬修护 GMV 专场"),
        ]
        for trash_id, *_rest in rows:
            trash.restore(trash_id)
            with pytest.raises(NotFound):
                trash.restore(trash_id)
        assert trash.trashed() == []
        assert sessions.brief(things.session).theme == "秋冬修护 GMV 专场"
        assert plans.step(things.step)[0].goal_id == things.goal


@pytest.mark.engines
def test_trash_is_for_leads_of_the_team(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        plan.trash_step(things.step)
        ((trash_id, *_rest),) = trash.trashed()
    for login in ("host", "member", "viewer"):
        with acting(cast.actors[login]):
            with pytest.raises(Forbidden):
                trash.trashed()
            with pytest.raises(Forbidden):
                trash.restore(trash_id)
    with acting(cast.actors["outsider"]):
        assert trash.trashed() == []
        with pytest.raises(NotFound):
            trash.restore(trash_id)
    with acting(cast.actors["manager"]):
        trash.restore(trash_id)


@pytest.mark.engines
def test_a_session_comes_back_only_where_there_still_is_room(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        start = sessions.brief(things.session).planned_start
        live.trash_session(things.session)
        live.schedule_session("别的", Weight.DAILY, cast.channel, cast.studio, start + timedelta(hours=1), 60)
        ((trash_id, *_rest),) = trash.trashed()
        with pytest.raises(Refused):
            trash.restore(trash_id)
        assert len(trash.trashed()) == 1


def test_the_page_says_why_something_can_not_come_back(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        start = sessions.brief(things.session).planned_start
        live.trash_session(things.session)
        live.schedule_session("占用的场次", Weight.DAILY, cast.channel, cast.studio, start, 60)
    lead = client_of("lead")
    text = lead.get("/trash").text
    assert "<title>回收站" in re.sub(r"\s+", "", text)
    assert "场次" in text
    found = re.search(r'action="(/trash/[^"]+/restore)"', text)
    assert found
    answer = lead.post_form(found[1])
    assert answer.status_code == 409
    assert "占用的场次" in answer.text


def test_the_empty_trash_says_what_it_is_for(client_of: Client) -> None:
    lead = client_of("lead")
    lead.in_english()
    assert "The trash is empty" in lead.get("/trash").text
    for odd in ("x", "%00", "0" * 32, "长" * 500):
        assert lead.post_form(f"/trash/{odd}/restore").status_code == 404, odd
    for login in ("host", "viewer"):
        visitor = client_of(login)
        assert visitor.get("/trash").status_code == 403
        assert visitor.post_form("/trash/x/restore").status_code == 403


SETTINGS = {
    "manager": {"/trash", "/settings/causes", "/settings/team", "/settings/people", "/news", "/jobs"},
    "lead": {"/trash", "/settings/causes", "/settings/team", "/settings/people", "/news", "/jobs"},
    "host": {"/settings/people", "/news", "/jobs"},
    "member": {"/settings/people", "/news", "/jobs"},
    "viewer": {"/settings/people", "/news"},
}


@pytest.mark.parametrize("login", list(SETTINGS))
def test_settings_offer_what_one_may_and_nothing_else(client_of: Client, login: str) -> None:
    visitor = client_of(login)
    text = visitor.get("/settings").text
    for path in SETTINGS["lead"]:
        offered = f'href="{path}"' in text
        assert offered is (path in SETTINGS[login]), path
        assert visitor.get(path).status_code == (200 if offered else 403), path
    main = text[text.index("<main") :]
    for path in set(re.findall(r'class="item-title cover" href="([^"]*)"', main)):
        assert visitor.get(path).status_code == 200, path


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_causes_are_added_and_removed_by_leads(client_of: Client, cast: Cast, db: Any, language: str) -> None:
    lead = client_of("lead")
    lead.post_form("/me/language", {"language": language})
    assert lead.post_form("/settings/causes", {"name": " 物流 延误 "}).status_code == 303
    with acting(cast.actors["lead"]):
        made = next(c for c in figures.causes() if c.name == "物流 延误")
        assert len(figures.causes()) == 8
    for typed in ("", "物流 延误", "长" * 41):
        answer = lead.post_form("/settings/causes", {"name": typed})
        assert answer.status_code == 422, typed
        assert re.search(r'id="name-error"', answer.text), typed
        assert f'value="{typed}"' in answer.text
    for login, status in (("host", 403), ("viewer", 403), ("outsider", 404)):
        visitor = client_of(login)
        visitor.get("/")
        assert visitor.post_form(f"/settings/causes/{made.id}/remove").status_code == status
    answer = lead.post_form(f"/settings/causes/{made.id}/remove")
    with acting(cast.actors["lead"]):
        assert len(figures.causes()) == 7
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', lead.get(answer.location).text)
    assert undo
    assert lead.post_form(undo[1]).status_code == 303
    with acting(cast.actors["lead"]):
        assert len(figures.causes()) == 8
