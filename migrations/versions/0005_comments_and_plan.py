"""Let people comment on sessions, goals, steps and findings, and let targets and phases be corrected."""

import sqlalchemy as sa
from alembic import op

from planner.base import models
from planner.base.models import append_only_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ENTRY = (
    "id", "team_id", "at", "user_id", "command", "command_id", "kind", "object_id", "act", "version", "changes", "salt",
    "digest",
)  # fmt: skip
WHOLE = ("whole_kind", "whole_id")
ERASABLE = ("changes", "salt")
TABLES = {"session": "live_session", "goal": "goal", "step": "step", "finding": "finding"}


def guard(columns):
    """The trigger against changes looks at these columns."""
    link = op.get_bind()
    made = append_only_sql(link.dialect.name, "audit_entry", list(columns), ERASABLE)
    if link.dialect.name == "sqlite":
        link.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
    link.exec_driver_sql(made[0].replace("%", "%%"))


def name_wholes():
    """What comments were about stands in what was written when they were made, should there be any from before."""
    link = op.get_bind()
    kept = {
        "sqlite": "json_extract(made.changes, '$.{}[1]')",
        "postgresql": "made.changes->'{}'->>1",
    }[link.dialect.name]
    of = "FROM audit_entry made WHERE made.kind = 'comment' AND made.act = 'insert' AND made.object_id = audit_entry.object_id"
    tables = " ".join(f"WHEN '{kind}' THEN '{table}'" for kind, table in TABLES.items())
    link.exec_driver_sql(
        f"UPDATE audit_entry SET whole_kind = (SELECT CASE {kept.format('kind')} {tables} END {of}), "
        f"whole_id = (SELECT CAST({kept.format('object_id')} AS BIGINT) {of}) WHERE kind = 'comment'"
    )


def upgrade():
    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", models.UtcDateTime(), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_comment_team_id_team")),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_comment_created_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    op.create_index("ix_comment_object", "comment", ["team_id", "kind", "object_id"])
    op.create_index("ix_comment_trash_id", "comment", ["trash_id"])
    op.add_column("goal", sa.Column("why", sa.Text(), nullable=False, server_default=""))
    op.add_column("step", sa.Column("waits_for", sa.String(160), nullable=False, server_default=""))
    for table in ("target", "phase"):
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    guard(ENTRY)
    name_wholes()
    guard((*ENTRY, *WHOLE))


def downgrade():
    for table in ("phase", "target"):
        op.drop_column(table, "version")
    op.drop_column("step", "waits_for")
    op.drop_column("goal", "why")
    op.drop_table("comment")
