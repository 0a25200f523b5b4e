"""When a team works: the hours of its week, its holidays, and the days worked in spite of it."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import DAY, INT, check, col, index, owned, unique
from planner.base.models import Json

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    owned(
        "work_week",
        col("opens", INT),
        col("closes", INT),
        col("days_off", Json),
        unique("work_week", "team_id"),
        versioned=True,
    )
    owned(
        "work_days",
        col("first", DAY),
        col("last", DAY),
        col("works", sa.Boolean()),
        col("name", sa.String(40), server_default=""),
        check("work_days", "days", "first <= last"),
        versioned=True,
    )
    index("ix_work_days_last", "work_days", "team_id", "last")


def downgrade():
    op.drop_table("work_days")
    op.drop_table("work_week")
