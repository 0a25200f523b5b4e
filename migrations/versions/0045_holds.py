"""A show may wait for what lies outside its checklist, such as money: kept on the show itself."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Json

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("live_session") as table:
        table.add_column(sa.Column("holds", Json, nullable=True))


def downgrade():
    with op.batch_alter_table("live_session") as table:
        table.drop_column("holds")
