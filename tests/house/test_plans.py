"""SQLite finds the rows of one session by the session, however many rows the team has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from planner.base.engine import count_rows, engine
from tests.demo_room import make_room, sign_in

GROWING = "checklist_item|tick|airing|shift|log_entry|figure_set|figure_value|session_target"
"""Tables with many rows a session; small ones are rightly walked."""

WALKS = re.compile(rf"SCAN (?:{GROWING})|SEARCH (?:{GROWING})\w* .*\(team_id=\?(?: AND state=\?)?\)")
"""How a plan says that it goes through all there is, or all of a team."""


def plans(app: Flask, path: str) -> dict[str, list[str]]:
    """How SQLite would look for what a page asks of a session's parts."""
    asked: dict[str, Any] = {}

    def keep(conn: object, cursor: object, statement: str, given: Any, *rest: object) -> None:
        if statement.startswith("SELECT") and re.search(r"\bsession_id = ", statement):
            asked[statement] = given

    visitor = sign_in(app, "lead")
    with app.app_context():
        held = engine()
    event.listen(held, "before_cursor_execute", keep)
    assert visitor.get(path).status_code == 200
    event.remove(held, "before_cursor_execute", keep)
    with held.connect() as link:
        return {
            s: [row[3] for row in link.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", given)] for s, given in asked.items()
        }


def test_what_belongs_to_a_session_is_found_by_it(tmp_path: Path) -> None:
    app = make_room(tmp_path)
    with app.app_context():
        count_rows()
    listed = sign_in(app, "lead").get("/sessions?view=list").text
    session_id = re.findall(r'href="/sessions/(\d+)"', listed)[0]
    for path in ("?phase=prepare", "?phase=air", "?phase=review", "/checklist"):
        found = plans(app, f"/sessions/{session_id}{path}")
        assert found
        walked = {s: lines for s, lines in found.items() if any(WALKS.search(line) for line in lines)}
        assert walked == {}, path
