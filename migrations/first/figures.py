"""The first tables of `figures`: why a figure was missed."""

import sqlalchemy as sa
from alembic import op

from planner.base import models


def create():
    """In the order in which they point at each other."""
    op.create_table(
        "cause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_cause_created_by_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_cause_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cause")),
    )
    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cause_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cause_trash_id"), ["trash_id"], unique=False)
        batch_op.create_index(
            batch_op.f("uq_cause_key"),
            ["team_id", "key"],
            unique=True,
            sqlite_where=sa.text("trashed_at IS NULL"),
            postgresql_where=sa.text("trashed_at IS NULL"),
        )


def drop():
    """The other way round."""
    with op.batch_alter_table("cause", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("uq_cause_key"),
            sqlite_where=sa.text("trashed_at IS NULL"),
            postgresql_where=sa.text("trashed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cause_trash_id"))
        batch_op.drop_index(batch_op.f("ix_cause_team_id"))

    op.drop_table("cause")
