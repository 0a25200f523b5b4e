"""Rows of acts: one statement each, of the own team, and for nothing that audit or a version looks after."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from planner.base import db as house
from planner.base import unit as units
from planner.base.actor import acting
from planner.checklists.models import ChecklistItem, Tick
from planner.checklists.rules import Act, ItemState
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.live.models import LiveSession
from tests.cast import Cast
from tests.checklists.conftest import Item, Plan, key

pytestmark = pytest.mark.engines


@pytest.fixture
def item_id(cast: Cast, plan: Plan, evening: Any, item_of: Item) -> int:
    return item_of(plan(evening, crew=[("host", cast.host)]), "benefits").id


def facts(cast: Cast, item_id: int) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "act": Act.DONE,
        "user_id": cast.host,
        "for_user_id": None,
        "client_id": key(),
        "tapped_at": clock.now(),
    }


def test_an_act_belongs_to_the_team_and_to_who_did_it(cast: Cast, item_id: int) -> None:
    with acting(cast.actors["host"]), units.writing("tests") as unit:
        house.note(Tick, **facts(cast, item_id))
        house.amend(ChecklistItem, item_id, state=ItemState.DONE, note="好")
        row = unit.session.scalars(select(Tick).where(Tick.item_id == item_id)).one()
        assert (row.team_id, row.created_by, row.created_at, row.note) == (cast.team, cast.host, unit.at, "")
        held = house.one(ChecklistItem, item_id)
        assert (held.state, held.note) == (ItemState.DONE, "好")
        assert not unit.changed, "what is its own history offers no undo of its own"


def test_another_teams_row_is_not_there(cast: Cast, item_id: int) -> None:
    with pytest.raises(NotFound), acting(cast.actors["outsider"]), units.writing("tests"):
        house.amend(ChecklistItem, item_id, note="偷")
    with acting(cast.actors["lead"]), units.reading():
        assert house.one(ChecklistItem, item_id).note == ""


def test_what_audit_or_a_version_looks_after_goes_through_the_session(cast: Cast, item_id: int) -> None:
    with acting(cast.actors["lead"]), units.writing("tests"):
        with pytest.raises(TypeError):
            house.amend(LiveSession, 1, theme="偷")
        with pytest.raises(TypeError):
            house.note(LiveSession, theme="偷")


def test_a_query_writes_nothing(cast: Cast, item_id: int) -> None:
    with pytest.raises(RuntimeError), acting(cast.actors["lead"]), units.reading():
        house.note(Tick, **facts(cast, item_id))
