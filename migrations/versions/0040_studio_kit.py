"""What stands in the studios of a team, and the requests it came with."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import BIG, DAY, check, col, index, owned
from planner.base.models import Id

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE = "studio_kit"


def upgrade():
    owned(
        TABLE,
        col("studio_id", Id, to="studio"),
        col("name", sa.String(120)),
        col("quantity", BIG),
        col("unit_price", BIG, True),
        col("acquired_on", DAY, True),
        col("serial", sa.String(60), server_default=""),
        col("state", sa.String(40), server_default="in_use"),
        col("gone_on", DAY, True),
        col("gone_reason", sa.String(200), server_default=""),
        col("request_id", Id, True, to="resource_request"),
        col("line_id", Id, True, to="request_line"),
        col("note", sa.String(500), server_default=""),
        check(TABLE, "quantity", "quantity > 0"),
        check(TABLE, "line", "(line_id IS NULL) = (request_id IS NULL)"),
        check(TABLE, "gone", "(state IN ('given', 'retired')) = (gone_on IS NOT NULL)"),
        versioned=True,
        trashable=True,
    )
    index("ix_studio_kit_studio", TABLE, "studio_id", "state")
    index("ix_studio_kit_request", TABLE, "request_id", where="request_id IS NOT NULL")
    index("uq_studio_kit_serial", TABLE, "team_id", "serial", unique=True, where="serial <> '' AND trashed_at IS NULL")


def downgrade():
    op.drop_table(TABLE)
