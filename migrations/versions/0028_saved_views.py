"""Saved views of lists, and which of them open by default."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def owned(table):
    """What every table of a team has."""
    return [
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{table}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{table}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade():
    op.create_table(
        "saved_view",
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(32), nullable=True),
        *owned("saved_view"),
    )
    op.create_index("ix_saved_view_page", "saved_view", ["team_id", "page"])
    op.create_index("ix_saved_view_trash_id", "saved_view", ["trash_id"])
    alive = sa.text("trashed_at IS NULL")
    op.create_index(
        "uq_saved_view_name",
        "saved_view",
        ["team_id", "created_by", "page", "name"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )
    op.create_table(
        "saved_default",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("view_id", Id, nullable=False),
        *owned("saved_default"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_saved_default_user_id_user_account"),
        sa.ForeignKeyConstraint(["view_id"], ["saved_view.id"], name="fk_saved_default_view_id_saved_view"),
        sa.UniqueConstraint("team_id", "user_id", "page", name="uq_saved_default_team_id_user_id_page"),
    )
    op.create_index("ix_saved_default_user_id", "saved_default", ["user_id"])
    op.create_index("ix_saved_default_view_id", "saved_default", ["view_id"])


def downgrade():
    op.drop_table("saved_default")
    op.drop_table("saved_view")
