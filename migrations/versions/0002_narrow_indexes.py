"""Let every read find its rows by the narrowest index: none on the team alone, some where a team lists its own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "action", "action_check", "airing", "cause", "channel", "checklist", "checklist_item", "evidence",
    "figure_set", "figure_value", "finding", "goal", "import_file", "import_row", "job", "lineup_item",
    "live_session", "log_entry", "log_note", "membership", "period", "person_position", "phase", "position",
    "review", "session_tag", "session_target", "shift", "sop_item", "sop_proposal", "sop_template", "sop_version",
    "step", "stored_file", "studio", "target", "tick",
)
OPEN = sa.text("proposed is not null and verdict is null")
LISTS = (
    ("ix_period_start", "period", ["team_id", "start"]),
    ("ix_sop_template_team", "sop_template", ["team_id"]),
    ("ix_import_file_latest", "import_file", ["team_id", "id"]),
    ("ix_news_latest", "news", ["team_id", "id"]),
)


def upgrade():
    for table in TABLES:
        op.drop_index(f"ix_{table}_team_id", table)
    for name, table, columns in LISTS:
        op.create_index(name, table, columns)
    op.create_index("ix_action_check_to_sign", "action_check", ["team_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade():
    op.drop_index("ix_action_check_to_sign", "action_check")
    for name, table, _columns in LISTS:
        op.drop_index(name, table)
    for table in TABLES:
        op.create_index(f"ix_{table}_team_id", table, ["team_id"])
