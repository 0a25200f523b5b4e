"""A PostgreSQL database that every test finds as it was prepared.

Making a database anew costs over half a second, most of it waiting for the disk; emptying the tables and filling them
again costs a few hundredths. So a copy is made once, and made again only where a test changed its tables, or where the
server's user may not leave out the foreign keys. Connections that rest stay: a new one knows neither the tables nor a plan
for any statement, which costs more than the statements.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from tests.environment import unhurried

SHAPE = """
select md5(string_agg(concat_ws(' ', relname, relkind, relfilenode, relnatts, relchecks, (
    select string_agg(tgenabled::text, '' order by oid) from pg_trigger where tgrelid = pg_class.oid
)), ',' order by relname))
from pg_class where relnamespace = 'public'::regnamespace
"""
TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
COLUMNS = """
select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'
"""
SEQUENCES = "select sequencename, last_value from pg_sequences where schemaname = 'public'"
LOOSE = "set local session_replication_role = replica; set local synchronous_commit = off"
OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and state is distinct from 'idle'
"""


class Copy:
    """The database `name`, a copy of `kept` on the server; `forget` closes the connections that a test has left."""

    def __init__(self, server: str, kept: str, name: str, forget: Callable[[], None]) -> None:
        self.server, self.kept, self.name, self.forget = server, kept, name, forget
        self.emptied = ""
        self.filled: list[tuple[str, bytes]] = []
        self.counted = ""
        self.shape = ""

    def renew(self) -> None:
        """Bring it back to what was kept, whoever still holds a connection."""
        if not self.shape or not self._refilled():
            self._made()

    def drop(self) -> None:
        """Take it away."""
        self._on_server(f'drop database if exists "{self.name}" with (force)')

    def _on_server(self, *statements: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as link:
            for statement in statements:
                link.execute(statement)  # type: ignore[arg-type]

    def _linked(self) -> psycopg.Connection[Any]:
        address = make_url(self.server).set(database=self.name).render_as_string(hide_password=False)
        return psycopg.connect(address)

    def _made(self) -> None:
        self.forget()
        self.drop()
        self._on_server(f'create database "{self.name}" template "{self.kept}"', unhurried(self.name))
        with self._linked() as link:
            self._remember(link)
            self.shape = self._shape(link)

    def _shape(self, link: psycopg.Connection[Any]) -> str:
        row = link.execute(SHAPE).fetchone()
        return str(row[0]) if row else ""

    def _remember(self, link: psycopg.Connection[Any]) -> None:
        """Read what every table holds, and how far every sequence has counted."""
        tables = [table for (table,) in link.execute(TABLES).fetchall()]
        self.emptied = "; ".join([LOOSE, *(f'delete from "{table}"' for table in tables)])
        self.filled = []
        for table in tables:
            found = link.execute(COLUMNS, (table,)).fetchone()
            place = f'"{table}" ({found[0] if found else ""})'
            with link.cursor().copy(f"copy {place} to stdout") as out:  # type: ignore[arg-type]
                rows = b"".join(bytes(part) for part in out)
            if rows:
                self.filled.append((f"copy {place} from stdin", rows))
        self.counted = "; ".join(
            f"select setval('\"{name}\"', {last or 1}, {'true' if last else 'false'})"
            for name, last in link.execute(SEQUENCES).fetchall()
        )

    def _refilled(self) -> bool:
        with contextlib.suppress(psycopg.Error), self._linked() as link:
            if link.execute(OTHERS).fetchall():
                self.forget()
            if self._shape(link) != self.shape:
                return False
            link.execute(self.emptied)  # type: ignore[arg-type]
            for statement, rows in self.filled:
                with link.cursor().copy(statement) as into:  # type: ignore[arg-type]
                    into.write(rows)
            if self.counted:
                link.execute(self.counted)  # type: ignore[arg-type]
            link.commit()
            return True
        return False
