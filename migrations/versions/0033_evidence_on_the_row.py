"""Photos of items, sent once; items handed over by hand; emergencies that end, and what the log says of them."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("attachment") as batch:
        batch.add_column(sa.Column("client_id", sa.String(32), nullable=True))
        batch.create_unique_constraint("uq_attachment_team_id_client_id", ["team_id", "client_id"])
    with op.batch_alter_table("checklist_item") as batch:
        batch.add_column(sa.Column("photos_after", Id, server_default="0", nullable=False))
        batch.add_column(sa.Column("handed", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("checklist") as batch:
        batch.add_column(sa.Column("ended", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("entry_id", Id, nullable=True))


def downgrade():
    with op.batch_alter_table("checklist") as batch:
        batch.drop_column("entry_id")
        batch.drop_column("ended")
    with op.batch_alter_table("checklist_item") as batch:
        batch.drop_column("handed")
        batch.drop_column("photos_after")
    with op.batch_alter_table("attachment") as batch:
        batch.drop_constraint("uq_attachment_team_id_client_id", type_="unique")
        batch.drop_column("client_id")
