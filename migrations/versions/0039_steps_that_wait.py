"""A step may wait for a request: whether it does, and the words it was blocked with."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("resource_request") as table:
        table.add_column(sa.Column("gates", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("step_words", sa.String(160), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("resource_request") as table:
        table.drop_column("step_words")
        table.drop_column("gates")
