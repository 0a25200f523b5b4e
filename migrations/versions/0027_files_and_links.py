"""Files that people attach to objects, and links between these and to the web."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def hanging(table):
    """What every table of a team has whose rows hang on objects of any kind."""
    return [
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{table}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{table}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade():
    op.create_table(
        "attachment",
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("sort", sa.String(40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("file_id", Id, nullable=False),
        sa.Column("small_id", Id, nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        *hanging("attachment"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name="fk_attachment_file_id_stored_file"),
        sa.ForeignKeyConstraint(["small_id"], ["stored_file.id"], name="fk_attachment_small_id_stored_file"),
    )
    op.create_index("ix_attachment_object", "attachment", ["team_id", "kind", "object_id"])
    op.create_index("ix_attachment_trash_id", "attachment", ["trash_id"])
    op.create_table(
        "object_link",
        sa.Column("to_kind", sa.String(40), nullable=True),
        sa.Column("to_id", Id, nullable=True),
        sa.Column("address", sa.String(500), nullable=True),
        sa.Column("title", sa.String(120), nullable=False),
        *hanging("object_link"),
    )
    op.create_index("ix_object_link_object", "object_link", ["team_id", "kind", "object_id"])
    op.create_index("ix_object_link_target", "object_link", ["team_id", "to_kind", "to_id"])
    op.create_index("ix_object_link_trash_id", "object_link", ["trash_id"])


def downgrade():
    op.drop_table("object_link")
    op.drop_table("attachment")
