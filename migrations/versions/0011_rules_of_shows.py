"""What a team agreed on about its shows: how often figures are read, and from when on a plan warns."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "show_rules",
        sa.Column("reading_minutes", sa.Integer(), nullable=False),
        sa.Column("changeover_minutes", sa.Integer(), nullable=False),
        sa.Column("longest_hours", sa.Integer(), nullable=False),
        sa.Column("least_rest_hours", sa.Integer(), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_show_rules_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_show_rules_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_show_rules"),
        sa.UniqueConstraint("team_id", name="uq_show_rules_team_id"),
    )


def downgrade():
    op.drop_table("show_rules")
