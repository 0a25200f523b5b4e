"""History: every field with verb and person, append-only by trigger, sealed and verified, erasable and still whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from planner.base import audit
from planner.base import db as house
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.models import Studio
from planner.live.rules import Platform
from planner.people import services as people
from planner.people.models import Membership
from tests.cast import Cast

As = Callable[[str], AbstractContextManager[Actor]]
Doing = Callable[..., Callable[..., Any]]
Rows = Callable[..., list[Any]]
pytestmark = pytest.mark.engines
TABLES = ("audit_entry", "audit_seal", "news")


@pytest.fixture
def sealed(cast: Cast, db: Flask, as_: As) -> int:
    """A few changes of the team, sealed; the count of entries."""
    with as_("lead"):
        live.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
        live.edit_studio(cast.studio, 1, "4号间")
        people.invite(Role.HOST, "小新", "a" * 64)
        return audit.seal()


def force(engine_name: str, table: str, *statements: str) -> None:
    """Change the history as somebody with the database's own tools would."""
    with engine().connect() as link:
        if engine_name == "sqlite":
            for act in ("update", "delete"):
                link.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
        else:
            link.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            link.execute(text(statement))
        link.commit()


def newest(rows: Rows, kind: str) -> Any:
    return rows(f"SELECT * FROM audit_entry WHERE kind = '{kind}' ORDER BY id DESC LIMIT 1")[0]


# ---------------------------------------------------------------- what is written


def test_who_did_what_to_which_field_by_which_verb(cast: Cast, sealed: int, rows: Rows) -> None:
    entry = newest(rows, "studio")
    assert (entry.user_id, entry.command, entry.act, entry.object_id) == (
        cast.lead,
        "live.edit_studio",
        "update",
        cast.studio,
    )
    assert (entry.team_id, entry.version, len(entry.command_id)) == (cast.team, 2, 32)
    changes = audit.json.loads(entry.changes) if isinstance(entry.changes, str) else entry.changes
    assert changes == {"name": ["3号间", "4号间"]}
    made = newest(rows, "channel")
    changes = audit.json.loads(made.changes) if isinstance(made.changes, str) else made.changes
    assert changes["platform"] == [None, "taobao"]
    assert not set(changes) & audit.SILENT_FIELDS
    assert entry.command_id != made.command_id


def test_a_change_that_changes_nothing_is_not_told(cast: Cast, sealed: int, as_: As, rows: Rows) -> None:
    before = rows("SELECT count(*) FROM audit_entry")
    with as_("lead"):
        live.edit_studio(cast.studio, 2, "4号间")
    assert rows("SELECT count(*) FROM audit_entry") == before


def test_deleting_keeps_the_last_values(cast: Cast, doing: Doing, as_: As, rows: Rows) -> None:
    with as_("lead"):
        made = doing(lambda: house.add(Studio(name="临时")).id)()
        doing(lambda: house.remove(house.one(Studio, made)))()
    entry = newest(rows, "studio")
    changes = audit.json.loads(entry.changes) if isinstance(entry.changes, str) else entry.changes
    assert (entry.act, entry.object_id, changes["name"]) == ("delete", made, ["临时", None])


@pytest.mark.parametrize("table", TABLES)
def test_history_and_news_are_append_only(cast: Cast, sealed: int, table: str, rows: Rows) -> None:
    columns = {"audit_entry": "command", "audit_seal": "chain", "news": "name"}
    before = rows(f"SELECT * FROM {table} ORDER BY id")
    assert before
    for statement in (
        f"UPDATE {table} SET {columns[table]} = 'x'",
        f"UPDATE {table} SET team_id = {cast.other_team}",
        f"DELETE FROM {table}",
    ):
        with engine().connect() as link, pytest.raises(DBAPIError, match="append-only"):
            link.execute(text(statement))
    if table == "audit_entry":
        with engine().connect() as link, pytest.raises(DBAPIError, match="append-only"):
            link.execute(text("UPDATE audit_entry SET salt = 'x'"))
    assert rows(f"SELECT * FROM {table} ORDER BY id") == before


# ---------------------------------------------------------------- seal and verify


def test_every_team_has_its_own_gapless_numbers(cast: Cast, sealed: int, as_: As, rows: Rows) -> None:
    with as_("outsider"):
        live.add_studio("暮色棚")
        assert audit.seal() > 0
    for team_id in (cast.team, cast.other_team):
        numbers = [
            row[0] for row in rows("SELECT number FROM audit_seal WHERE team_id = :t ORDER BY number", t=team_id)
        ]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) == rows("SELECT count(*) FROM audit_entry WHERE team_id = :t", t=team_id)[0][0]
    with as_("lead"):
        assert audit.seal() == 0
        live.edit_studio(cast.studio, 2, "5号间")
        assert audit.verify() == audit.Verdict(sealed, 1, None)
        assert audit.seal(1) == 1
        assert audit.verify() == audit.Verdict(sealed + 1, 0, None)


def test_many_seal_at_once_and_each_entry_gets_one_number(cast: Cast, sealed: int, as_: As, together: Any) -> None:
    with as_("lead"):
        for number in range(5):
            live.add_studio(f"第{number}")

    def work(_number: int) -> int:
        with acting(cast.actors["lead"]):
            return audit.seal(2)

    told = together(8, work)
    assert sum(told) == 5, told
    with as_("lead"):
        assert audit.verify() == audit.Verdict(sealed + 5, 0, None)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ('UPDATE audit_entry SET changes = \'{"name": ["3号间", "9号间"]}\' WHERE id = :id', "values were changed"),
        ("UPDATE audit_entry SET user_id = NULL WHERE id = :id", "does not follow"),
        ("UPDATE audit_entry SET command = 'live.other' WHERE id = :id", "does not follow"),
        ("UPDATE audit_entry SET object_id = object_id + 1 WHERE id = :id", "does not follow"),
        ("UPDATE audit_entry SET digest = 'x' || substr(digest, 2) WHERE id = :id", "values were changed"),
    ],
)
def test_a_planted_change_is_named(
    cast: Cast, sealed: int, as_: As, rows: Rows, engine_name: str, statement: str, why: str
) -> None:
    row_id = newest(rows, "studio").id
    force(engine_name, "audit_entry", statement.replace(":id", str(row_id)))
    with as_("lead"):
        found = audit.verify()
    assert (found.bad, why in found.why) == (row_id, True), found


def test_an_entry_taken_out_is_named(cast: Cast, sealed: int, as_: As, rows: Rows, engine_name: str) -> None:
    first, second = (row[0] for row in rows("SELECT entry_id FROM audit_seal ORDER BY number LIMIT 2"))
    force(engine_name, "audit_seal", f"DELETE FROM audit_seal WHERE entry_id = {first}")
    with as_("lead"):
        assert audit.verify() == audit.Verdict(0, 0, second, "an entry is missing before this one")


def test_a_value_changed_before_it_was_sealed_is_named(
    cast: Cast, as_: As, rows: Rows, engine_name: str, sealed: int
) -> None:
    with as_("lead"):
        live.edit_studio(cast.studio, 2, "5号间")
        row_id = newest(rows, "studio").id
        force(engine_name, "audit_entry", f"UPDATE audit_entry SET changes = '{{}}' WHERE id = {row_id}")
        assert audit.verify() == audit.Verdict(sealed, 1, row_id, "its values were changed")


def test_erased_values_are_gone_and_the_chain_still_holds(cast: Cast, sealed: int, as_: As, rows: Rows) -> None:
    with as_("lead"):
        audit.erase_values("studio", [cast.studio])
        assert rows("SELECT changes, salt FROM audit_entry WHERE kind = 'studio'") == [(None, None)] * 2
        assert rows("SELECT count(*) FROM audit_entry WHERE changes IS NULL") == [(2,)]
        assert audit.verify() == audit.Verdict(sealed, 0, None)


VALUES = [
    "",
    "ё\U0001f600",
    "引号\"'\\",
    2**62,
    -1,
    0.1,
    1e16,
    1e-7,
    -0.0,
    True,
    None,
    [1, [2]],
    {"b": 1, "a": [None, 2.50]},
]


def test_what_was_written_has_the_same_digest_when_it_is_read(cast: Cast, doing: Doing, as_: As) -> None:
    """JSONB keeps numbers its own way, so what goes in is brought into one form first."""

    def write() -> None:
        row = house.one(Studio, cast.studio)
        found = audit.units.current()
        audit.write([audit.entry(found, row, "update", {"x": [None, audit.plain(value)]}, 1) for value in VALUES])

    with as_("lead"):
        doing(write)()
        found = audit.verify()
        assert (found.bad, found.unsealed >= len(VALUES)) == (None, True), found


def test_secrets_are_never_in_the_history(cast: Cast, rows: Rows) -> None:
    assert rows("SELECT id FROM audit_entry WHERE CAST(changes AS text) LIKE '%argon2%'") == []
    assert {"password_hash", "token_hash", "webhook", "signing"} <= audit.SECRET_FIELDS
    assert issubclass(Membership, audit.Owned)


def test_the_command_says_which_entry_is_bad(db: Flask, cast: Cast, sealed: int, rows: Rows, engine_name: str) -> None:
    def verify() -> Result:
        return db.test_cli_runner().invoke(args=["planner", "verify"])

    good = verify()
    assert good.exit_code == 0, good.output
    assert f"team {cast.team}: " in good.output
    row_id = newest(rows, "studio").id
    force(engine_name, "audit_entry", f"UPDATE audit_entry SET act = 'delete' WHERE id = {row_id}")
    bad = verify()
    assert bad.exit_code == 1
    assert f"entry {row_id} is bad" in bad.output
