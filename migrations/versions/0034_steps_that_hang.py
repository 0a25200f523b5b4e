"""Few steps hang on a session: an index of those alone, which SQLite does not take for a poor one."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

HANGS = sa.text("hangs_session_id IS NOT NULL")


def upgrade():
    op.drop_index("ix_step_hangs_session_id", "step")
    op.create_index(
        "ix_step_hangs_session", "step", ["hangs_session_id"], sqlite_where=HANGS, postgresql_where=HANGS
    )


def downgrade():
    op.drop_index("ix_step_hangs_session", "step")
    op.create_index("ix_step_hangs_session_id", "step", ["hangs_session_id"])
