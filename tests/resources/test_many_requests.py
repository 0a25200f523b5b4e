"""With many requests the pages of money ask as much as with few, find everything by an index, and stay light."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.engine import count_rows, engine
from planner.base.scope import as_team
from planner.demo import seed_money
from planner.people.models import Team
from planner.resources import queries
from tests.demo_room import Statements, make_room, sign_in

PAGES = (
    "/", "/budget", "/requests/renewals", "/requests/waiting", "/requests?tab=waiting", "/requests?tab=mine",
    "/requests?tab=carry", "/requests?tab=done", "/requests?tab=copied", "/requests?tab=worth", "/requests?tab=all",
    "/requests?tab=all&state=refused",
)  # fmt: skip
MANY, HEAVY = 400, 100_000
PROGRAM = Actor(is_system=True, is_admin=True)
GROWING = (
    "resource_request|request_act|request_copy|request_line|request_event|approval_seat|approval_level|ledger_entry"
)
WALKS = re.compile(rf"SCAN (?:{GROWING})\w*(?! USING INDEX ix_resource_request_team)")
"""How a plan says that it goes through all there is."""


@pytest.fixture
def room(tmp_path: Path) -> Flask:
    """The demo team on a copy of its own."""
    return make_room(tmp_path)


def spent(app: Flask, login: str) -> dict[str, int]:
    """How many statements each page asks."""
    visitor, found = sign_in(app, login), dict[str, int]()
    for path in PAGES:
        with Statements(app) as counted:
            assert visitor.get(path).status_code == 200
        found[path] = len(counted.told)
    return found


def test_many_requests_cost_no_statement_more_and_their_money_is_sound(room: Flask) -> None:
    before = spent(room, "manager")
    with room.app_context(), acting(PROGRAM):
        seed_money.add_requests(MANY)
        count_rows()
    after = spent(room, "manager")
    assert {path: (before[path], told) for path, told in after.items() if told > max(12, before[path] + 1)} == {}
    visitor = sign_in(room, "manager")
    sizes = {path: len(visitor.get(path).data) for path in PAGES}
    assert {path: size for path, size in sizes.items() if size >= HEAVY} == {}
    queue = visitor.get("/requests?tab=waiting").text
    assert queue.count('name="request"') == 30
    assert "skip=30" in queue
    rest = visitor.get("/requests?tab=waiting&skip=80").text
    assert 0 < rest.count('name="request"') <= 30
    with room.app_context(), acting(PROGRAM), units.writing("tests.sound") as unit:
        unit.unscoped = "tests"
        team = unit.session.query(Team).filter(Team.is_demo).one().id
        with as_team(team):
            assert queries.unsound() == []


class Plans:
    """How SQLite finds what is asked inside the block: each statement with the lines of its plan."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self._engine = engine()
        self._given: dict[str, Any] = {}

    def __enter__(self) -> Plans:
        event.listen(self._engine, "before_cursor_execute", self._keep)
        return self

    def _keep(self, conn: object, cursor: object, statement: str, given: Any, *rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            self._given[statement] = given

    def __exit__(self, *rest: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._keep)
        with self._engine.connect() as link:
            self.told = {
                s: [row[3] for row in link.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", given)]
                for s, given in self._given.items()
            }

    def matching(self, words: re.Pattern[str]) -> dict[str, list[str]]:
        """Those a line of whose plan holds these words."""
        return {s: lines for s, lines in self.told.items() if any(words.search(line) for line in lines)}


def fill(room: Flask) -> None:
    """So many requests more, and the planner of the database knows it."""
    with room.app_context(), acting(PROGRAM):
        seed_money.add_requests(MANY)
        count_rows()


def test_requests_are_found_by_an_index(room: Flask) -> None:
    fill(room)
    visitor = sign_in(room, "manager")
    shown = re.findall(r'href="(/requests/\d+)"', visitor.get("/requests?tab=done").text)
    with Plans(room) as plans:
        for path in (*PAGES, *shown[:2]):
            assert visitor.get(path).status_code == 200
    assert len(plans.told) > 30
    assert plans.matching(WALKS) == {}


def test_an_approval_goes_through_nothing_to_find_what_it_needs(room: Flask) -> None:
    fill(room)
    visitor = sign_in(room, "manager")
    ticked = re.search(r'name="seen-(\d+)" value="([0-9a-f]+)"', visitor.get("/requests?tab=waiting").text)
    assert ticked
    with Plans(room) as plans:
        answer = visitor.post_form(f"/requests/{ticked[1]}/approve", {"seen": ticked[2]})
    assert answer.status_code == 303
    assert len(plans.told) > 10
    assert plans.matching(WALKS) == {}
    notices = plans.matching(re.compile(r"\bnotice\b"))
    assert {line for lines in notices.values() for line in lines if re.search(r"(SCAN|SEARCH) notice\b", line)} == {
        "SEARCH notice USING INDEX ix_notice_unread_about (team_id=? AND about_kind=? AND about_id=?)"
    }, "what was told of this request alone, however much is unread"
