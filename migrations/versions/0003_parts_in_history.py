"""Let history name the whole that a changed part belongs to, and keep which sheet of a workbook was read."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import append_only_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ENTRY = (
    "id", "team_id", "at", "user_id", "command", "command_id", "kind", "object_id", "act", "version", "changes", "salt",
    "digest",
)  # fmt: skip
NEW = ("whole_kind", "whole_id")
ERASABLE = ("changes", "salt")
PARTS = (
    ("session_tag", "live_session", "session_id"),
    ("airing", "live_session", "session_id"),
    ("shift", "live_session", "session_id"),
    ("session_target", "live_session", "session_id"),
    ("lineup_item", "live_session", "session_id"),
    ("checklist", "live_session", "session_id"),
    ("figure_set", "live_session", "session_id"),
    ("review", "live_session", "session_id"),
    ("finding", "review", "review_id"),
    ("action", "finding", "finding_id"),
    ("target", "goal", "goal_id"),
    ("sop_version", "sop_template", "template_id"),
    ("sop_proposal", "sop_template", "template_id"),
    ("person_position", "user_account", "user_id"),
)


def guard(columns):
    """The trigger against changes looks at these columns."""
    link = op.get_bind()
    made = append_only_sql(link.dialect.name, "audit_entry", list(columns), ERASABLE)
    if link.dialect.name == "sqlite":
        link.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
    link.exec_driver_sql(made[0].replace("%", "%%"))


def upgrade():
    op.add_column("import_file", sa.Column("sheet", sa.String(100), nullable=False, server_default=""))
    op.add_column("audit_entry", sa.Column("whole_kind", sa.String(60), nullable=True))
    op.add_column("audit_entry", sa.Column("whole_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    link = op.get_bind()
    for part, whole, column in PARTS:
        kept = {
            "sqlite": f"COALESCE(json_extract(changes, '$.{column}[1]'), json_extract(changes, '$.{column}[0]'))",
            "postgresql": f"COALESCE(changes->'{column}'->>1, changes->'{column}'->>0)::bigint",
        }[link.dialect.name]
        stands = f"(SELECT {column} FROM {part} WHERE {part}.id = audit_entry.object_id)"
        link.exec_driver_sql(
            f"UPDATE audit_entry SET whole_kind = '{whole}', whole_id = COALESCE({stands}, {kept}) "
            f"WHERE kind = '{part}'"
        )
    guard((*ENTRY, *NEW))
    op.create_index("ix_audit_entry_whole", "audit_entry", ["team_id", "whole_kind", "whole_id"])


def downgrade():
    op.drop_index("ix_audit_entry_whole", "audit_entry")
    guard(ENTRY)
    op.drop_column("audit_entry", "whole_id")
    op.drop_column("audit_entry", "whole_kind")
    op.drop_column("import_file", "sheet")
