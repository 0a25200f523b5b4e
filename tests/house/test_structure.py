"""The building is tested, not only its rooms: keys and includes point down, ports are wired, teams are audited."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace

from flask import Flask
from sqlalchemy import Table

from planner.base import kinds, scope
from planner.base.models import Base, Owned, Trashable
from planner.base.ports import PORTS
from planner.base.verbs import VERBS

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("kernel", "base", "people", "discussions", "figures", "live", "plan", "checklists", "resources", "outcomes")
SURFACES = ("home", "settings", "notifications", "bots", "daily", "saved", "search", "history", "trash", "demo")
NOT_AUDITED = {
    "approval_level": "folded from the trail of its request, which is append-only",
    "approval_seat": "folded from the trail of its request, which is append-only",
    "budget": "sums of its ledger, which is append-only",
    "ledger_entry": "append-only acts",
    "ad_credit": "append-only acts",
    "draw_step": "append-only acts",
    "envelope_draw": "append-only acts",
    "envelope_sum": "sums of its draws, which are append-only",
    "request_act": "append-only acts",
    "request_event": "append-only acts",
    "renewal_notice": "who was reminded when stands in their notices",
    "bot_line": "what a bot is to tell of acts, whose own history is kept; forgotten a week after",
    "bot_push": "messages as they were sent, shown with their bot; forgotten two weeks after",
    "bot_state": "how it goes with a bot, rewritten by each message",
    "bot_undone": "which command was taken back, kept as long as lines are",
    "checklist_item": "folded from its ticks, which are append-only",
    "evidence": "reckoned from the figures of sessions and the targets, which are kept",
    "figure_value": "a set is never changed; newer figures make a new set",
    "handover": "append-only, signed",
    "handover_end": "append-only, signed",
    "import_row": "what was read from a file; the file itself is kept",
    "job": "background work, visible on its own page",
    "log_entry": "append-only acts",
    "log_note": "append-only acts",
    "log_time": "append-only acts",
    "slip": "append-only record",
    "notice": "what was told of acts, whose own history is kept; forgotten a month after",
    "chat_name": "by which ids group bots know somebody: theirs alone, and nobody else's to read in a history",
    "notice_habits": "how somebody wants to be told: theirs alone, and nobody else's to read in a history",
    "reading": "append-only acts",
    "roster_plan": "what was sent to be planned and how far it is; what is planned has its own history",
    "sop_item": "append-only lines of a version",
    "tick": "append-only acts",
}
UNSCOPED = {
    "accept invitation", "clean up", "daily reports", "demo", "double booking", "erase personal data", "first run", "identity", "installation", "leaving",
    "my own data",
    "new team", "one-time link", "run jobs", "sign in", "switch team", "tell the bots",
}  # fmt: skip


def column_of(module: str) -> str:
    return module.split(".")[1]


def floor(column: str) -> int:
    return FLOORS.index(column) if column in FLOORS else len(FLOORS)


def test_foreign_keys_point_down(app: Flask) -> None:
    home: dict[str, str] = {}
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        assert isinstance(table, Table)
        home[table.name] = column_of(mapper.class_.__module__)
    wrong = []
    for name, column in home.items():
        for key in Base.metadata.tables[name].foreign_keys:
            target = key.column.table.name
            if target in ("team", "user_account") and column == "base":
                continue
            if floor(home[target]) > floor(column):
                wrong.append(f"{name} -> {target}")
    assert not wrong


def test_template_includes_point_down() -> None:
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        column = path.relative_to(ROOT / "templates").parts[0]
        for found in re.findall(
            r'{%-?\s*(?:include|from|extends|import)\s+"([^"]+)"', path.read_text(encoding="utf-8")
        ):
            other = found.split("/")[0]
            if other in ("ui", "layouts", "errors") or column in SURFACES:
                continue
            if floor(other) > floor(column):
                wrong.append(f"{path.name} includes {found}")
    assert not wrong


def test_every_port_is_wired(app: Flask) -> None:
    assert PORTS
    assert not [name for name, port in PORTS.items() if not port.wired]


def test_every_team_table_is_audited_or_named(app: Flask) -> None:
    silent = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Owned) and not mapper.class_.__audited__
    }
    assert silent - set(NOT_AUDITED) == set()
    assert set(NOT_AUDITED) - silent == set(), "the list names tables that are audited by now"


def test_the_trash_names_everything_from_the_columns_it_reads(app: Flask) -> None:
    lying = SimpleNamespace(**dict.fromkeys(kinds.TITLE_COLUMNS, "晨光"))
    with app.test_request_context():
        for kind in kinds.KINDS.values():
            if issubclass(kind.model, Trashable) and kind.title is not None:
                assert kind.title(lying), kind.name


def test_scope_is_lifted_for_named_reasons_only() -> None:
    said = set()
    for path in (ROOT / "planner").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "unscoped":
                assert isinstance(node.args[0], ast.Constant), f"{path}: the reason is a plain text"
                said.add(node.args[0].value)
    assert said == UNSCOPED
    assert said >= scope.UNSCOPED_REASONS - {"tests"}


def test_nobody_but_the_base_commits_or_writes_core_statements() -> None:
    wrong = []
    for path in (ROOT / "planner").rglob("*.py"):
        column = path.relative_to(ROOT / "planner").parts[0]
        if column == "base":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback", "exec_driver_sql", "__table__"):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}")
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "text"
                and column not in ("demo",)
                and node.args
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} text()")
    assert not wrong


def test_verbs_have_one_sentence_why(app: Flask) -> None:
    assert len(VERBS) > 80
    assert not [name for name, verb in VERBS.items() if not (verb.function.__doc__ or "").strip()]


def test_views_are_short() -> None:
    long = []
    for path in [*ROOT.glob("planner/*/views.py"), *ROOT.glob("planner/*/views/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            statements = sum(isinstance(n, ast.stmt) for n in ast.walk(node)) - 2
            if isinstance(node, ast.FunctionDef) and statements > 15:
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not long
