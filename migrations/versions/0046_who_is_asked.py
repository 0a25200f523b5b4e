"""Who is asked, and what was told of one thing, are found by indexes of what is open alone."""

from alembic import op

from migrations.tables import index

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

OPEN = (
    ("ix_approval_seat_asked", "approval_seat", "state = 'asked'", "user_id", "team_id", "request_id", "round"),
    ("ix_notice_unread_about", "notice", "seen_at IS NULL AND taken_back IS NULL", "team_id", "about_kind", "about_id"),
)


def upgrade():
    for name, table, where, *names in OPEN:
        index(name, table, *names, where=where)


def downgrade():
    for name, table, *_rest in OPEN:
        op.drop_index(name, table_name=table)
