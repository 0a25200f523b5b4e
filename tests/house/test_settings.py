"""The table of docs/operate.md names every environment variable that is read, with the default it has, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = ("config.py", "gunicorn.conf.py", "tools/run.py", "tests/conftest.py", "tests/environment.py")
READ_BY_OTHERS = {"SSL_CERT_FILE": "Python's TLS"}
ASKING = {"get", "_flag", "_number", "setdefault", "getenv"}
NAME = re.compile(r"[A-Z][A-Z_]{2,}")
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def plain(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def variables() -> dict[str, set[object]]:
    """What the sources ask the environment for, and the defaults they give."""
    found: dict[str, set[object]] = {}
    for file in READERS:
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                values = [plain(argument) for argument in node.args]
                named = [value for value in values if isinstance(value, str) and NAME.fullmatch(value)]
                if called in ASKING and named:
                    given = values[values.index(named[0]) + 1 :]
                    defaults = found.setdefault(named[0], set())
                    if called in ("get", "_number"):
                        defaults |= {str(value) for value in given if value not in (None, "")}
            elif isinstance(node, ast.Subscript) and "environ" in ast.unparse(node.value):
                value = plain(node.slice)
                if isinstance(value, str) and NAME.fullmatch(value):
                    found.setdefault(value, set())
    return found


def documented() -> dict[str, str]:
    text = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    rows = ROW.findall(text.split("## Every environment variable")[1])
    assert len(rows) == len({name for name, _, _ in rows}), "a variable stands there twice"
    assert all(what.strip() for _, _, what in rows)
    return {name: default for name, default, _ in rows}


def test_every_variable_is_in_the_table_and_nothing_else() -> None:
    read = set(variables())
    assert len(read) > 20
    assert read | set(READ_BY_OTHERS) == set(documented())


def test_the_defaults_are_those_of_the_sources() -> None:
    table = documented()
    wrong = {
        name: (table[name], sorted(map(str, defaults)))
        for name, defaults in variables().items()
        if defaults and not any(f"`{default}`" in table[name] for default in defaults)
    }
    assert not wrong
    assert {name for name, defaults in variables().items() if defaults} >= {"HOST", "PORT", "WEB_THREADS"}


def _reads_environment(node: ast.AST) -> bool:
    """That of the process; a request has one of its own."""
    if not isinstance(node, ast.Attribute) or node.attr != "environ":
        return False
    return not (isinstance(node.value, ast.Name) and node.value.id == "request")


def test_only_these_files_read_the_environment() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "planner").rglob("*.py")
        if any(_reads_environment(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    ]
    assert wrong == ["planner/base/backup.py"], "backup hands the environment to PostgreSQL's programs"
