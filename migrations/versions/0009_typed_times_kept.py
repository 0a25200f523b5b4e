"""Keep the times people typed for a stream beside what a platform's file says, so that they can come back."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("airing", sa.Column("typed_start", UtcDateTime(), nullable=True))
    op.add_column("airing", sa.Column("typed_end", UtcDateTime(), nullable=True))


def downgrade():
    op.drop_column("airing", "typed_end")
    op.drop_column("airing", "typed_start")
