"""Long rosters that the worker plans, with what was sent and what came of it."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "roster_plan",
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sent", Json, nullable=False),
        sa.Column("faults", Json, nullable=False),
        sa.Column("made", Json, nullable=False),
        sa.Column("command_id", sa.String(length=32), nullable=True),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_roster_plan_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_roster_plan_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_plan"),
    )
    op.create_index("ix_roster_plan_made", "roster_plan", ["team_id", "created_at"])


def downgrade():
    op.drop_table("roster_plan")
