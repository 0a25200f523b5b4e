"""The team's list of what is noted on air, when it happened and was over, slips put right, and handovers of shifts."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime, append_only_sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = (
    ("sound", True, True), ("picture", True, True), ("network", True, True), ("price", True, True), ("stock", True, True),
    ("violation", True, False), ("chat", False, False), ("person", False, False), ("slip", False, False),
    ("highlight", False, False),
)  # fmt: skip
APPEND_ONLY = {
    "log_time": ("id", "team_id", "entry_id", "moment", "at", "client_id", "created_at", "created_by"),
    "slip": ("id", "team_id", "entry_id", "said", "put_right", "at", "heard_by", "created_at", "created_by"),
    "handover": (
        "id", "team_id", "session_id", "figures", "stock", "promises", "next_item", "user_id", "at", "created_at",
        "created_by",
    ),
    "handover_end": ("id", "team_id", "handover_id", "act", "user_id", "at", "created_at", "created_by"),
}  # fmt: skip


def make(name, *columns):
    """A table of a team's own rows."""
    op.create_table(
        name,
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        *columns,
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{name}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{name}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def key(table, column, other):
    """A column that names a row of another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def fill():
    """Teams that are there begin with the usual list too."""
    link, now = op.get_bind(), datetime.now(UTC)
    kinds = sa.table(
        "log_kind", sa.column("team_id", Id), sa.column("key"), sa.column("name"), sa.column("icon"),
        sa.column("fault", sa.Boolean()), sa.column("restores", sa.Boolean()), sa.column("removed", sa.Boolean()),
        sa.column("sort"), sa.column("version"), sa.column("created_at", UtcDateTime()),
    )  # fmt: skip
    usual = {"name": "", "icon": "", "removed": False, "version": 1, "created_at": now}
    rows = [
        {"team_id": team_id, "key": key, "fault": fault, "restores": restores, "sort": sort} | usual
        for (team_id,) in link.execute(sa.text("SELECT id FROM team ORDER BY id")).all()
        for sort, (key, fault, restores) in enumerate(KINDS, start=1)
    ]
    if rows:
        link.execute(sa.insert(kinds), rows)


def upgrade():
    make(
        "log_kind",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("icon", sa.String(40), nullable=False),
        sa.Column("fault", sa.Boolean(), nullable=False),
        sa.Column("restores", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("team_id", "key", name="uq_log_kind_team_id_key"),
    )
    make(
        "log_time",
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("moment", sa.String(40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("client_id", sa.String(32), nullable=False),
        key("log_time", "entry_id", "log_entry"),
        sa.UniqueConstraint("team_id", "client_id", name="uq_log_time_team_id_client_id"),
    )
    op.create_index("ix_log_time_entry_id", "log_time", ["entry_id"])
    make(
        "slip",
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("said", sa.String(500), nullable=False),
        sa.Column("put_right", sa.String(500), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("heard_by", Id, nullable=True),
        key("slip", "entry_id", "log_entry"),
        key("slip", "heard_by", "user_account"),
    )
    op.create_index("ix_slip_entry_id", "slip", ["entry_id"])
    make(
        "handover",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("figures", sa.String(500), nullable=False),
        sa.Column("stock", sa.String(500), nullable=False),
        sa.Column("promises", sa.String(1000), nullable=False),
        sa.Column("next_item", sa.String(200), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        key("handover", "session_id", "live_session"),
        key("handover", "user_id", "user_account"),
    )
    op.create_index("ix_handover_session_id", "handover", ["session_id"])
    make(
        "handover_end",
        sa.Column("handover_id", Id, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        key("handover_end", "handover_id", "handover"),
        key("handover_end", "user_id", "user_account"),
        sa.UniqueConstraint("handover_id", name="uq_handover_end_handover_id"),
    )
    link = op.get_bind()
    for table, columns in APPEND_ONLY.items():
        for statement in append_only_sql(link.dialect.name, table, list(columns), ()):
            link.exec_driver_sql(statement.replace("%", "%%"))
    fill()


def downgrade():
    link = op.get_bind()
    for table in reversed(APPEND_ONLY):
        if link.dialect.name == "postgresql":
            link.exec_driver_sql(f"DROP FUNCTION IF EXISTS {table}_guard() CASCADE")
        op.drop_table(table)
    op.drop_table("log_kind")
