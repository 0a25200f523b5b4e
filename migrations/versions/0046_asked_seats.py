"""How many requests wait for somebody is counted on every page: by an index of who is asked, alone."""

from alembic import op

from migrations.tables import index

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade():
    names = ("user_id", "team_id", "request_id", "round")
    index("ix_approval_seat_asked", "approval_seat", *names, where="state = 'asked'")


def downgrade():
    op.drop_index("ix_approval_seat_asked", table_name="approval_seat")
