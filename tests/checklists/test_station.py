"""At a shared desk two PINs are two people, and one PIN twice is one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from planner.checklists.rules import ItemState
from tests.cast import Cast
from tests.checklists.conftest import Item, Plan
from tests.conftest import Visitor
from tests.people.stations import give_pins, lock, station, unlock


@pytest.mark.engines
def test_two_people_unlock_in_turn(
    client_of: Callable[[str], Visitor], cast: Cast, db: Flask, plan: Plan, item_of: Item, evening: datetime
) -> None:
    give_pins(cast)
    show = plan(evening, crew=[("control", cast.member), ("host", cast.host)])
    item = item_of(show, "links")
    desk = station(client_of)

    def tick() -> ItemState:
        page = desk.get(f"/sessions/{show}/checklist?show=all").text
        assert re.search(rf'action="/checklist-items/{item.id}/tick"', page)
        desk.post_form(f"/checklist-items/{item.id}/tick", {"note": "核对过"})
        return item_of(show, "links").state

    unlock(desk, cast, "host")
    first = tick()
    assert first is not ItemState.DONE
    lock(desk)
    unlock(desk, cast, "host")
    assert tick() is not ItemState.DONE
    lock(desk)
    unlock(desk, cast, "member")
    assert tick() is ItemState.DONE
