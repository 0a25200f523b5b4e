"""Undo: the inverse of a whole command, only while everything still is as it left it, and only for who could do it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base import audit, undo
from planner.base import db as house
from planner.base.actor import Actor, acting
from planner.base.verbs import last_command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, NotFound, Refused
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.models import Channel, Studio
from planner.live.rules import Platform
from planner.people import queries as people
from planner.people import services
from planner.people.models import PersonPosition
from tests.cast import Cast

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
Rows = Callable[..., list[Any]]
pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("db")]


def just_done() -> str:
    found = last_command.get()
    assert found
    return found


def test_a_command_is_taken_back_as_a_whole(cast: Cast, as_: As, doing: Doing, rows: Rows) -> None:
    """One row changed twice, one made, one removed: all as it was, with the same id."""

    def work() -> None:
        row = house.one(Studio, cast.studio)
        row.name = "一"
        house.flush()
        row.name = "二"
        channel = house.one(Channel, cast.channel)
        channel.platform, channel.name = Platform.TAOBAO, "淘宝"
        house.add(Studio(name="新"))
        for held in house.session().scalars(audit.select(PersonPosition)):
            house.remove(held)

    with as_("lead"):
        (first, second, *_rest) = [p.id for p in people.positions()]
        services.set_positions(cast.host, [first, second])
        kept = rows("SELECT id, user_id, position_id FROM person_position ORDER BY id")
        doing(work)()
        assert rows("SELECT id FROM person_position") == []
        undo.undo(just_done())
        assert rows("SELECT name FROM studio WHERE trashed_at IS NULL") == [("3号间",)]
        assert rows("SELECT platform, name FROM channel") == [("douyin", "晨光美妆")]
        assert rows("SELECT id, user_id, position_id FROM person_position ORDER BY id") == kept
        assert people.person(cast.host).position_ids == tuple(sorted((first, second)))
        audit.seal()
        assert audit.verify().bad is None


def test_what_somebody_has_gone_on_with_stays(cast: Cast, as_: As, rows: Rows) -> None:
    with as_("lead"):
        live.edit_studio(cast.studio, 1, "一")
        first = just_done()
        live.edit_studio(cast.studio, 2, "二")
        second = just_done()
        with pytest.raises(Refused, match="somebody has gone on working"):
            undo.undo(first)
        undo.undo(second)
        undo.undo(first)
        assert rows("SELECT name, version FROM studio") == [("3号间", 5)]
        made = live.add_studio("新")
        adding = just_done()
        live.edit_studio(made, 1, "新新")
        with pytest.raises(Refused):
            undo.undo(adding)
        assert rows("SELECT name FROM studio WHERE trashed_at IS NULL ORDER BY id") == [("3号间",), ("新新",)]


def test_a_day_a_stranger_and_nonsense(cast: Cast, as_: As) -> None:
    with as_("lead"):
        live.edit_studio(cast.studio, 1, "一")
        command_id = just_done()
        for nonsense in ("", "x", "0" * 31, "a" * 32, "' OR 1=1 --"):
            with pytest.raises(NotFound):
                undo.undo(nonsense)
        with clock.standing(datetime.now(UTC) + timedelta(hours=25)), pytest.raises(Refused, match="a day"):
            undo.undo(command_id)
    with as_("outsider"), pytest.raises(NotFound):
        undo.undo(command_id)
    for login in ("host", "viewer"):
        with as_(login), pytest.raises(Forbidden):
            undo.undo(command_id)
    with as_("manager"):
        undo.undo(command_id)


def test_whoever_lost_the_role_lost_its_undo(cast: Cast, as_: As, rows: Rows) -> None:
    with as_("lead"):
        live.edit_studio(cast.studio, 1, "一")
        command_id = just_done()
        live.edit_studio(cast.studio, 2, "二")
        undo.undo(just_done())
        undoing = just_done()
    with acting(replace(cast.actors["lead"], role=Role.MEMBER)):
        for each in (command_id, undoing):
            with pytest.raises(Forbidden):
                undo.undo(each)
    assert rows("SELECT name FROM studio") == [("一",)]


def test_erased_values_can_not_be_put_back(cast: Cast, as_: As) -> None:
    with as_("lead"):
        live.edit_studio(cast.studio, 1, "一")
        command_id = just_done()
        audit.erase_values("studio", [cast.studio])
        with pytest.raises(Refused):
            undo.undo(command_id)


def test_undo_gives_nobody_more_than_they_have(cast: Cast, as_: As, rows: Rows) -> None:
    def role(user_id: int) -> str:
        return rows("SELECT role FROM membership WHERE user_id = :id", id=user_id)[0][0]

    with as_("manager"):
        services.set_role(cast.host, Role.MANAGER)
        raised = just_done()
    with as_("lead"), pytest.raises(Forbidden):
        undo.undo(raised)
    assert role(cast.host) == "manager"
    with as_("manager"):
        services.set_role(cast.manager, Role.LEAD)
        lowered = just_done()
    with acting(replace(cast.actors["manager"], role=Role.LEAD)), pytest.raises(Forbidden):
        undo.undo(lowered)
    assert role(cast.manager) == "lead"
    with as_("lead"):
        services.end_membership(cast.member)
        ended = just_done()
        undo.undo(ended)
        assert people.person(cast.member).role is Role.MEMBER


def test_a_team_keeps_its_lead_and_its_people_whatever_is_undone(cast: Cast, as_: As, rows: Rows) -> None:
    with as_("manager"):
        services.set_role(cast.member, Role.LEAD)
        promoted = just_done()
        services.end_membership(cast.lead)
    with as_("member"), pytest.raises(Forbidden):
        undo.undo(promoted)
    with acting(replace(cast.actors["member"], role=Role.LEAD)):
        services.invite(Role.LEAD, "", "f" * 64)
    joined = services.accept_invitation("f" * 64, "xiaoxin", "小新", "x")
    joining = rows("SELECT command_id FROM audit_entry WHERE command = 'people.accept_invitation'")[0][0]
    with as_("manager"):
        with pytest.raises(Refused, match="end the membership"):
            undo.undo(joining)
        services.set_role(cast.manager, Role.LEAD)
        services.end_membership(joined)
    with acting(replace(cast.actors["member"], role=Role.LEAD)):
        services.end_membership(cast.manager)
        with pytest.raises(Refused, match="at least one manager or team lead"):
            undo.undo(promoted)
