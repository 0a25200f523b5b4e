"""Days on which somebody can't be planned."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "away",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_away_user_id_user_account"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_away_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_away_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_away"),
    )
    op.create_index("ix_away_person", "away", ["team_id", "user_id", "last"])


def downgrade():
    op.drop_index("ix_away_person", table_name="away")
    op.drop_table("away")
