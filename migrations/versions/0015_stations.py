"""Shared control desks: stations, whose turn it is there, PINs; and the station beside who did something."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime, append_only_sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ENTRY = (
    "id", "team_id", "at", "user_id", "command", "command_id", "kind", "object_id", "act", "version", "changes", "salt",
    "digest", "whole_kind", "whole_id",
)  # fmt: skip
NEWS = (
    "id", "team_id", "xid", "at", "user_id", "name", "about_kind", "about_id", "facts", "command_id",
)  # fmt: skip


def guard(table, columns, erasable):
    """The trigger against changes looks at these columns."""
    link = op.get_bind()
    made = append_only_sql(link.dialect.name, table, list(columns), erasable)
    if link.dialect.name == "sqlite":
        link.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
    link.exec_driver_sql(made[0].replace("%", "%%"))


def upgrade():
    op.create_table(
        "station",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("lock_after", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_station_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_station_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_station"),
        sa.UniqueConstraint("token_hash", name="uq_station_token_hash"),
    )
    op.create_index("ix_station_team", "station", ["team_id", "revoked_at"])
    op.create_table(
        "station_turn",
        sa.Column("station_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("turn_hash", sa.String(64), nullable=True),
        sa.Column("acted_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("shut_id", Id, nullable=True),
        sa.Column("shut_at", UtcDateTime(), nullable=True),
        sa.Column("id", Id, nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name="fk_station_turn_station_id_station"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_station_turn_user_id_user_account"),
        sa.ForeignKeyConstraint(["shut_id"], ["user_account.id"], name="fk_station_turn_shut_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_station_turn"),
        sa.UniqueConstraint("station_id", name="uq_station_turn_station_id"),
    )
    op.create_index("ix_station_turn_user", "station_turn", ["user_id"])
    op.create_table(
        "station_pin",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_station_pin_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_station_pin"),
        sa.UniqueConstraint("user_id", name="uq_station_pin_user_id"),
    )
    op.add_column("audit_entry", sa.Column("station", sa.String(40), nullable=True))
    op.add_column("news", sa.Column("station", sa.String(40), nullable=True))
    guard("audit_entry", (*ENTRY, "station"), ("changes", "salt"))
    guard("news", (*NEWS, "station"), ())


def downgrade():
    guard("audit_entry", ENTRY, ("changes", "salt"))
    guard("news", NEWS, ())
    op.drop_column("news", "station")
    op.drop_column("audit_entry", "station")
    op.drop_table("station_pin")
    op.drop_index("ix_station_turn_user", "station_turn")
    op.drop_table("station_turn")
    op.drop_index("ix_station_team", "station")
    op.drop_table("station")
