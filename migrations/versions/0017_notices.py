"""What others did that concerns somebody, told to them once."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notice",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=False),
        sa.Column("about_id", Id, nullable=True),
        sa.Column("works", Json, nullable=False),
        sa.Column("theirs", sa.Boolean(), nullable=True),
        sa.Column("words", Json, nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("taken_back", sa.String(length=32), nullable=True),
        sa.Column("job_id", Id, nullable=True),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notice_user_id_user_account"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_notice_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_notice_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("team_id", "user_id", "key", name="uq_notice_key"),
    )
    op.create_index("ix_notice_person", "notice", ["team_id", "user_id", "until"])
    op.create_index("ix_notice_act", "notice", ["team_id", "key"])
    op.create_index("ix_notice_taken_back", "notice", ["team_id", "taken_back"])
    op.create_index("ix_notice_until", "notice", ["until"])


def downgrade():
    op.drop_table("notice")
