"""Count sessions by state from an index alone, and find the shifts of many sessions by theirs."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_live_session_count", "live_session", ["team_id", "trashed_at", "state"])
    op.create_index("ix_shift_session", "shift", ["team_id", "session_id", "start"])
    op.drop_index("ix_shift_session_id", "shift")


def downgrade():
    op.create_index("ix_shift_session_id", "shift", ["session_id"])
    op.drop_index("ix_shift_session", "shift")
    op.drop_index("ix_live_session_count", "live_session")
