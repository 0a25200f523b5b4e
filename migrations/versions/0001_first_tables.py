"""The first tables; `migrations/first` has them column by column."""

from alembic import op

from migrations.first import base, checklists, figures, live, outcomes, people, plan
from planner.base import models

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {
    'audit_entry': (['id', 'team_id', 'at', 'user_id', 'command', 'command_id', 'kind', 'object_id', 'act', 'version', 'changes', 'salt', 'digest'], ('changes', 'salt')),
    'audit_seal': (['id', 'team_id', 'number', 'entry_id', 'chain'], ()),
    'log_entry': (['id', 'team_id', 'session_id', 'kind', 'at', 'user_id', 'client_id', 'created_at', 'created_by'], ()),
    'log_note': (['id', 'team_id', 'entry_id', 'text', 'withdrawn', 'created_at', 'created_by'], ()),
    'news': (['id', 'team_id', 'xid', 'at', 'user_id', 'name', 'about_kind', 'about_id', 'facts', 'command_id'], ()),
    'sop_item': (['id', 'team_id', 'version_id', 'key', 'sort', 'stage', 'title', 'title_en', 'position_id', 'anchor', 'offset_minutes', 'blocks', 'proof', 'each_shift', 'identity', 'recheck', 'proposal_id', 'created_at', 'created_by'], ()),
    'tick': (['id', 'team_id', 'item_id', 'act', 'user_id', 'for_user_id', 'note', 'client_id', 'tapped_at', 'created_at', 'created_by'], ()),
}
COLUMNS = (people, base, figures, live, plan, checklists, outcomes)
"""A column's tables point at those of the columns before it."""


def upgrade():
    for column in COLUMNS:
        column.create()
    link = op.get_bind()
    for table, (columns, erasable) in APPEND_ONLY.items():
        for statement in models.append_only_sql(link.dialect.name, table, columns, erasable):
            link.exec_driver_sql(statement.replace("%", "%%"))


def downgrade():
    link = op.get_bind()
    if link.dialect.name == "postgresql":
        for table in APPEND_ONLY:
            link.exec_driver_sql(f"DROP FUNCTION IF EXISTS {table}_guard() CASCADE")
    for column in reversed(COLUMNS):
        column.drop()
