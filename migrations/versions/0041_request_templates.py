"""What a team asks for again and again: requests kept as templates."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import BIG, col, index, owned
from planner.base.models import Id, Json

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLE = "request_template"


def upgrade():
    owned(
        TABLE,
        col("name", sa.String(60)),
        col("kind", sa.String(40)),
        col("title", sa.String(120)),
        col("purpose", sa.Text(), server_default=""),
        col("category_id", Id, True, to="budget_category"),
        col("total", BIG, server_default="0"),
        col("payee", sa.String(120), server_default=""),
        col("pay_way", sa.String(40), True),
        col("invoice", sa.String(40), server_default="none"),
        col("metric", sa.String(40), server_default=""),
        col("effect", BIG, True),
        col("effect_note", sa.String(200), server_default=""),
        col("every", sa.String(40), True),
        col("lines", Json),
        col("terms", Json, True),
        versioned=True,
        trashable=True,
    )
    index("ix_request_template_category_id", TABLE, "category_id")
    index("uq_request_template_name", TABLE, "team_id", "name", unique=True, where="trashed_at IS NULL")


def downgrade():
    op.drop_table(TABLE)
