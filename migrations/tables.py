"""What migrations make tables with: names of keys and rules as the models have them, and guards of what only grows.

Migrations that stand are made of these: what is here may be added to, and never does something else.
"""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime, append_only_sql

AT, DAY, INT, BIG = UtcDateTime(), sa.Date(), sa.Integer(), sa.BigInteger()


def col(name, kind, nullable=False, to="", **more):
    """A column with what it refers to."""
    made = sa.Column(name, kind, nullable=nullable, **more)
    made.info["to"] = to
    return made


def owned(table, *parts, versioned=False, trashable=False):
    """A table of a team: its own columns between those that every such table has."""
    columns = [
        sa.Column("id", Id, autoincrement=True, nullable=False), col("team_id", Id, to="team"),
        *(part for part in parts if isinstance(part, sa.Column)),
        col("created_at", AT), col("created_by", Id, True, to="user_account"),
    ]  # fmt: skip
    columns += [col("version", INT)] if versioned else []
    columns += [col("trashed_at", AT, True), col("trash_id", sa.String(32), True)] if trashable else []
    refers = [
        sa.ForeignKeyConstraint([c.name], [f"{c.info['to']}.id"], name=op.f(f"fk_{table}_{c.name}_{c.info['to']}"))
        for c in columns
        if c.info.get("to")
    ]
    rules = [part for part in parts if not isinstance(part, sa.Column)]
    op.create_table(table, *columns, *refers, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")), *rules)
    if trashable:
        index(f"ix_{table}_trash_id", table, "trash_id")


def unique(table, *names):
    """No two rows alike in these."""
    return sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))


def check(table, name, rule):
    """What the database itself refuses."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def index(name, table, *names, unique=False, where=None):
    """An index, of some rows where that is said."""
    picked = sa.text(where) if where else None
    op.create_index(op.f(name), table, list(names), unique=unique, sqlite_where=picked, postgresql_where=picked)


def guard(tables):
    """The triggers that keep what is only added to from being rewritten; of each table, what may be erased in it."""
    link = op.get_bind()
    for table, erasable in tables.items():
        columns = [column["name"] for column in sa.inspect(link).get_columns(table)]
        for statement in append_only_sql(link.dialect.name, table, columns, erasable):
            link.exec_driver_sql(statement.replace("%", "%%"))


def drop(tables, guarded):
    """Take tables away, the last made first, with the guards that PostgreSQL keeps apart."""
    link = op.get_bind()
    if link.dialect.name == "postgresql":
        for table in guarded:
            link.exec_driver_sql(f"DROP TRIGGER {table}_guard ON {table}")
            link.exec_driver_sql(f"DROP FUNCTION {table}_guard()")
    for table in reversed(tables):
        op.drop_table(table)
