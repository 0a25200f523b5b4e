"""Photos of what was noted on air."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "log_photo",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("file_id", Id, nullable=False),
        sa.Column("small_id", Id, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name="fk_log_photo_session_id_live_session"),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entry.id"], name="fk_log_photo_entry_id_log_entry"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name="fk_log_photo_file_id_stored_file"),
        sa.ForeignKeyConstraint(["small_id"], ["stored_file.id"], name="fk_log_photo_small_id_stored_file"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_log_photo_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_log_photo_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_log_photo"),
        sa.UniqueConstraint("team_id", "client_id", name="uq_log_photo_team_id_client_id"),
    )
    op.create_index("ix_log_photo_session_id", "log_photo", ["session_id"])
    op.create_index("ix_log_photo_entry_id", "log_photo", ["entry_id"])
    op.create_index("ix_log_photo_trash_id", "log_photo", ["trash_id"])


def downgrade():
    op.drop_table("log_photo")
