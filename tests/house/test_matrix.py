"""Who may do what: the committed table of verbs and roles, and every route of it asked over HTTP as every role.

`python -m tests.house.test_matrix` writes the table anew; its change is read like any other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select
from werkzeug.routing import Rule

from planner.base import engine as engines
from planner.base.models import Base, Owned
from planner.base.verbs import VERBS, Verb
from planner.bots.models import Bot
from planner.checklists.models import Checklist, ChecklistItem, SopItem, SopProposal, SopTemplate, SopVersion
from planner.discussions.models import Attachment, Comment, ObjectLink
from planner.figures.models import Cause
from planner.kernel.permissions import Role, may
from planner.live.models import Channel, Handover, LiveSession, LogEntry, NoteKind, Studio
from planner.notifications.models import Notice
from planner.outcomes.models import Action, ActionCheck, Finding, ImportFile
from planner.people.models import Device, OneTimeLink, Position, Station, Team, User
from planner.plan.models import Goal, Period, Phase, Step, Target
from planner.resources.models import AdCredit, EnvelopeDraw, RequestTemplate, StudioKit, WorkDays
from planner.saved.models import SavedView
from tests.conftest import Visitor
from tests.demo_room import make_room, sign_in

TABLE = Path(__file__).parent / "verbs.txt"
ROLES = ["viewer", "member", "host", "lead", "manager", "admin"]
MODELS: dict[str, Any] = {
    "session_id": LiveSession, "channel_id": Channel, "studio_id": Studio, "item_id": ChecklistItem,
    "template_id": SopTemplate, "line_id": SopItem, "proposal_id": SopProposal, "version_id": SopVersion, "cause_id": Cause, "entry_id": LogEntry,
    "kind_id": NoteKind, "handover_id": Handover, "checklist_id": Checklist,
    "action_id": Action, "bot_id": Bot, "check_id": ActionCheck, "finding_id": Finding, "import_id": ImportFile, "row_id": None, "user_id": User,
    "position_id": Position, "goal_id": Goal, "period_id": Period, "phase_id": Phase, "target_id": Target,
    "notice_id": Notice, "comment_id": Comment, "attachment_id": Attachment, "view_id": SavedView, "step_id": Step, "device_id": Device,
    "draw_id": EnvelopeDraw, "credit_id": AdCredit, "kit_id": StudioKit, "days_id": WorkDays, "pattern_id": RequestTemplate, "link_id": OneTimeLink, "object_link_id": ObjectLink, "station_id": Station, "team_id": Team, "object_id": LiveSession,
}  # fmt: skip
WORDS = {"kind": "session", "move": "finish", "token": "x" * 43, "trash_id": "0" * 32, "command_id": "0" * 32}
OWN_WAY_OUT = {"people.sign_out", "people.switch_team"}
"""Verbs that end or change the visit itself: their pages have tests of their own."""


def roles_of(verb: Verb) -> list[str]:
    """Which roles hold the permission; the demo's admin leads no team but the installation."""
    found = [role for role in Role if may(role, verb.permission, is_admin=False, signed_in=True)]
    return [str(role) for role in found] + (
        ["admin"] if may(None, verb.permission, is_admin=True, signed_in=True) else []
    )


def table() -> str:
    """One line a verb: what it is, its permission, who holds it."""
    lines = [
        f"{verb.name:<40}{'command' if verb.writes else 'query':<9}{verb.permission:<18}{' '.join(sorted(roles_of(verb)))}"
        for verb in sorted(VERBS.values(), key=lambda v: v.name)
        if not verb.function.__module__.startswith("tests")
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def test_the_table_is_the_committed_one(app: Flask) -> None:
    """If it is not: write it anew with `python -m tests.house.test_matrix`, and read what changed."""
    now, kept = table().splitlines(), TABLE.read_text(encoding="utf-8").splitlines()
    assert sorted(set(now) ^ set(kept)) == []
    assert now == kept


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The demo team."""
    return make_room(tmp_path_factory.mktemp("room"))


def routes(app: Flask) -> list[tuple[str, Rule, tuple[Verb, ...]]]:
    """Every method and address with the verbs that stand at its door."""
    found = []
    for rule in app.url_map.iter_rules():
        named: tuple[Verb, ...] = getattr(app.view_functions[rule.endpoint], "__uses__", ())
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) if named else ():
            writing = [v for v in named if v.writes][:1] if method == "POST" else []
            found.append((method, rule, (named[0], *writing)))
    return found


def address(app: Flask, rule: Rule) -> str | None:
    """The address with ids of the demo team; None where it has no such object."""
    values: dict[str, object] = {}
    with app.app_context(), engines.engine().connect() as link:
        for name in rule.arguments:
            model = MODELS.get(name) if name not in WORDS else None
            if model is None:
                values[name] = WORDS.get(name, 1)
                continue
            asked = select(func.max(Base.metadata.tables[model.__tablename__].c.id))
            if issubclass(model, Owned):
                asked = asked.where(Base.metadata.tables[model.__tablename__].c.team_id == team_of(link))
            row_id = link.execute(asked).scalar()
            if row_id is None:
                return None
            values[name] = row_id
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def team_of(link: Connection) -> int:
    """The demo team."""
    return link.execute(select(Team.id).where(Team.is_demo).order_by(Team.id).limit(1)).scalar_one()


def holds(login: str, verb: Verb) -> bool:
    """Whether one of the demo's people holds a verb: the outsider leads a team, the admin is a manager too."""
    mine = {"outsider": {"lead"}, "admin": {"admin", "manager"}}.get(login, {login})
    return bool(mine & set(roles_of(verb)))


def written(app: Flask) -> tuple[int, ...]:
    """How many rows every table of people's work has."""
    with app.app_context(), engines.engine().connect() as link:
        tables = [
            t for t in Base.metadata.sorted_tables if t.name not in ("device", "failed_try", "once_key", "audit_seal")
        ]
        return tuple(link.execute(select(func.count()).select_from(t)).scalar() or 0 for t in tables)


def ask(visitor: Visitor, method: str, path: str, **sent: str) -> int:
    """The answer's number, with a valid token where it is a form."""
    return visitor.get(path).status_code if method == "GET" else visitor.post_form(path, sent).status_code


def is_door(verb: Verb) -> bool:
    """Whether a role decides here."""
    return str(verb.permission) not in ("public", "self")


@pytest.mark.parametrize("login", ["viewer", "member", "host", "lead", "manager", "admin", "outsider"])
def test_who_may_not_is_refused_and_leaves_no_trace(room: Flask, login: str) -> None:
    visitor = sign_in(room, login)
    before, wrong, asked = written(room), [], 0
    for method, rule, doors in routes(room):
        refused = [v for v in doors if is_door(v) and not holds(login, v)]
        path = address(room, rule) if refused else None
        if path is None:
            continue
        asked += 1
        # A form that looks at its fields first would find this one wrong before it finds out who asks.
        status = ask(visitor, method, path, version="no number")
        if status not in (403, 404):
            wrong.append(f"{method} {path} answered {status} to {login}")
    assert asked >= {"lead": 5, "manager": 5, "outsider": 5, "admin": 0}.get(login, 25)
    assert wrong == []
    assert written(room) == before


def test_strangers_find_nothing_by_any_id(room: Flask) -> None:
    outsider = sign_in(room, "outsider")
    before, wrong, asked = written(room), [], 0
    for method, rule, doors in routes(room):
        own_kind = {"user_id", "team_id", "device_id", "link_id", "object_id"}
        if not (set(rule.arguments) & set(MODELS)) - own_kind or not any(is_door(v) for v in doors):
            continue
        path = address(room, rule)
        if path is None:
            continue
        asked += 1
        status = ask(outsider, method, path)
        if status not in (404, 403) and not (status == 422 and method == "POST"):
            wrong.append(f"{method} {path} answered {status}")
    assert asked > 50
    assert wrong == []
    assert written(room) == before


@pytest.mark.parametrize("login", ["viewer", "host", "lead", "manager"])
def test_who_may_is_never_met_by_a_fault(tmp_path: Path, login: str) -> None:
    app = make_room(tmp_path)
    visitor = sign_in(app, login)
    wrong, asked = [], 0
    order = sorted(routes(app), key=lambda r: (r[0] != "GET", r[1].rule))
    for method, rule, doors in order:
        if any(is_door(v) and not holds(login, v) for v in doors) or doors[0].name in OWN_WAY_OUT:
            continue
        if "/erase" in rule.rule or "end-others" in rule.rule or "password" in rule.rule:
            continue
        path = address(app, rule)
        if path is None:
            continue
        asked += 1
        status = ask(visitor, method, path)
        if status >= 500 or (status == 403 and method == "GET"):
            wrong.append(f"{method} {path} answered {status} to {login}")
    assert asked > 25
    assert wrong == []


def test_nobody_gets_in_without_signing_in(room: Flask) -> None:
    nobody = Visitor(room.test_client())
    before, wrong = written(room), []
    for method, rule, doors in routes(room):
        if not any(str(v.permission) != "public" for v in doors):
            continue
        path = address(room, rule)
        if path is None:
            continue
        status = ask(nobody, method, path)
        if status not in (303, 404) and not (status == 401 and method == "POST"):
            wrong.append(f"{method} {path} answered {status}")
    assert wrong == []
    assert written(room) == before


if __name__ == "__main__":
    from planner.app import create_app
    from tests.conftest import settings

    create_app(settings("sqlite:////dev/null", Path("/dev/null")))
    TABLE.write_text(table(), encoding="utf-8")
