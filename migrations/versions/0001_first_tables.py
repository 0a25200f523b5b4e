"""The first tables."""

import sqlalchemy as sa
from alembic import op

from planner.base import models
from sqlalchemy.dialects import postgresql
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


def upgrade():
    op.create_table('failed_try',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('at', models.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_failed_try'))
    )
    with op.batch_alter_table('failed_try', schema=None) as batch_op:
        batch_op.create_index('ix_failed_try_key', ['key', 'at'], unique=False)

    op.create_table('locks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('taken', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_locks')),
    sa.UniqueConstraint('name', name=op.f('uq_locks_name'))
    )
    op.create_table('news_cursor',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('reader', sa.String(length=60), nullable=False),
    sa.Column('xid', sa.BigInteger(), nullable=False),
    sa.Column('last_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_news_cursor')),
    sa.UniqueConstraint('reader', name=op.f('uq_news_cursor_reader'))
    )
    op.create_table('once_key',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('at', models.UtcDateTime(), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_once_key')),
    sa.UniqueConstraint('user_id', 'key', name=op.f('uq_once_key_user_id_key'))
    )
    with op.batch_alter_table('once_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_once_key_at'), ['at'], unique=False)

    op.create_table('team',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('day_start', sa.Integer(), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('demo_day', sa.String(length=10), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team'))
    )
    op.create_table('user_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('login', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('mail', sa.String(length=200), nullable=True),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('language', sa.String(length=20), nullable=False),
    sa.Column('theme', sa.String(length=10), nullable=False),
    sa.Column('density', sa.String(length=10), nullable=False),
    sa.Column('is_admin', sa.Boolean(), nullable=False),
    sa.Column('disabled_at', models.UtcDateTime(), nullable=True),
    sa.Column('erased_at', models.UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('login', name=op.f('uq_user_account_login'))
    )
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', models.UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('command', sa.String(length=80), nullable=False),
    sa.Column('command_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('object_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('changes', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('salt', sa.String(length=32), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_audit_entry_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_audit_entry_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_command', ['command_id'], unique=False)
        batch_op.create_index('ix_audit_entry_object', ['team_id', 'kind', 'object_id'], unique=False)

    op.create_table('cause',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_cause_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_cause_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cause'))
    )
    with op.batch_alter_table('cause', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cause_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cause_trash_id'), ['trash_id'], unique=False)
        batch_op.create_index(batch_op.f('uq_cause_key'), ['team_id', 'key'], unique=True, sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))

    op.create_table('channel',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('platform', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('account', sa.String(length=60), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_channel_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_channel_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_channel'))
    )
    with op.batch_alter_table('channel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_channel_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_channel_trash_id'), ['trash_id'], unique=False)
        batch_op.create_index(batch_op.f('uq_channel_account'), ['team_id', 'platform', 'account'], unique=True, sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))

    op.create_table('device',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=False),
    sa.Column('made_at', models.UtcDateTime(), nullable=False),
    sa.Column('seen_at', models.UtcDateTime(), nullable=False),
    sa.Column('expires_at', models.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_device_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_device_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_device_token_hash'))
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index('ix_device_user', ['user_id'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=True),
    sa.Column('args', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('message', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('run_at', models.UtcDateTime(), nullable=False),
    sa.Column('leased_until', models.UtcDateTime(), nullable=True),
    sa.Column('lease', sa.String(length=32), nullable=True),
    sa.Column('finished_at', models.UtcDateTime(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_job_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_job_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('team_id', 'key', name=op.f('uq_job_team_id_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_due', ['state', 'run_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_team_id'), ['team_id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('left_at', models.UtcDateTime(), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_membership_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_membership_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('team_id', 'user_id', name=op.f('uq_membership_team_id_user_id'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_team_id'), ['team_id'], unique=False)
        batch_op.create_index('ix_membership_user', ['user_id'], unique=False)

    op.create_table('news',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('xid', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('at', models.UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('about_kind', sa.String(length=40), nullable=False),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('facts', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('command_id', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_news_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_news_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_news'))
    )
    with op.batch_alter_table('news', schema=None) as batch_op:
        batch_op.create_index('ix_news_about', ['team_id', 'about_kind', 'about_id'], unique=False)
        batch_op.create_index('ix_news_order', ['xid', 'id'], unique=False)

    op.create_table('one_time_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.String(length=20), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('made_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', models.UtcDateTime(), nullable=False),
    sa.Column('expires_at', models.UtcDateTime(), nullable=False),
    sa.Column('used_at', models.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['user_account.id'], name=op.f('fk_one_time_link_made_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_one_time_link_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_one_time_link_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_one_time_link_token_hash'))
    )
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_one_time_link_team_id'), ['team_id'], unique=False)

    op.create_table('period',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('end', sa.Date(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_period_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_period_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period'))
    )
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_period_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_period_trash_id'), ['trash_id'], unique=False)

    op.create_table('position',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_position_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_position_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_position'))
    )
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_position_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_position_trash_id'), ['trash_id'], unique=False)
        batch_op.create_index(batch_op.f('uq_position_key'), ['team_id', 'key'], unique=True, sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))

    op.create_table('sop_template',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('weight', sa.String(length=40), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_sop_template_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_sop_template_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_template'))
    )
    with op.batch_alter_table('sop_template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sop_template_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sop_template_trash_id'), ['trash_id'], unique=False)

    op.create_table('stored_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_stored_file_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_stored_file_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_file_team_id'), ['team_id'], unique=False)

    op.create_table('studio',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_studio_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_studio_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_studio'))
    )
    with op.batch_alter_table('studio', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_studio_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_studio_trash_id'), ['trash_id'], unique=False)
        batch_op.create_index(batch_op.f('uq_studio_name'), ['team_id', 'name'], unique=True, sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))

    op.create_table('audit_seal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('chain', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entry.id'], name=op.f('fk_audit_seal_entry_id_audit_entry')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_audit_seal_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_audit_seal_entry_id')),
    sa.UniqueConstraint('team_id', 'number', name=op.f('uq_audit_seal_team_id_number'))
    )
    op.create_table('goal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_goal_created_by_user_account')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_goal_owner_id_user_account')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_goal_period_id_period')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_goal_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_goal'))
    )
    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_goal_period_id'), ['period_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_goal_trash_id'), ['trash_id'], unique=False)

    op.create_table('import_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('taken_at', models.UtcDateTime(), nullable=False),
    sa.Column('header', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('unknown', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('stored_at', models.UtcDateTime(), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_import_file_created_by_user_account')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_import_file_file_id_stored_file')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_import_file_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_file'))
    )
    with op.batch_alter_table('import_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_file_digest'), ['digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_file_team_id'), ['team_id'], unique=False)

    op.create_table('live_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('theme', sa.String(length=80), nullable=False),
    sa.Column('weight', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('studio_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('planned_start', models.UtcDateTime(), nullable=False),
    sa.Column('planned_end', models.UtcDateTime(), nullable=False),
    sa.Column('real_start', models.UtcDateTime(), nullable=True),
    sa.Column('real_end', models.UtcDateTime(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('go_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('go_at', models.UtcDateTime(), nullable=True),
    sa.Column('go_note', sa.String(length=300), nullable=False),
    sa.Column('missing', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('no_compare', sa.Boolean(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_live_session_channel_id_channel')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_live_session_created_by_user_account')),
    sa.ForeignKeyConstraint(['go_by'], ['user_account.id'], name=op.f('fk_live_session_go_by_user_account')),
    sa.ForeignKeyConstraint(['studio_id'], ['studio.id'], name=op.f('fk_live_session_studio_id_studio')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_live_session_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_live_session'))
    )
    with op.batch_alter_table('live_session', schema=None) as batch_op:
        batch_op.create_index('ix_live_session_channel', ['team_id', 'channel_id', 'planned_start'], unique=False)
        batch_op.create_index('ix_live_session_start', ['team_id', 'planned_start'], unique=False)
        batch_op.create_index('ix_live_session_state', ['team_id', 'state', 'planned_start'], unique=False)
        batch_op.create_index(batch_op.f('ix_live_session_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_live_session_trash_id'), ['trash_id'], unique=False)

    op.create_table('person_position',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_person_position_created_by_user_account')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_person_position_position_id_position')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_person_position_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_person_position_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_position')),
    sa.UniqueConstraint('team_id', 'user_id', 'position_id', name=op.f('uq_person_position_team_id_user_id_position_id'))
    )
    with op.batch_alter_table('person_position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_position_team_id'), ['team_id'], unique=False)

    op.create_table('phase',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('end', sa.Date(), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_phase_created_by_user_account')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_phase_period_id_period')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_phase_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phase'))
    )
    with op.batch_alter_table('phase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phase_period_id'), ['period_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phase_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_phase_trash_id'), ['trash_id'], unique=False)

    op.create_table('sop_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_sop_version_created_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_sop_version_team_id_team')),
    sa.ForeignKeyConstraint(['template_id'], ['sop_template.id'], name=op.f('fk_sop_version_template_id_sop_template')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_version')),
    sa.UniqueConstraint('template_id', 'number', name=op.f('uq_sop_version_template_id_number'))
    )
    with op.batch_alter_table('sop_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sop_version_team_id'), ['team_id'], unique=False)

    op.create_table('airing',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('real_start', models.UtcDateTime(), nullable=False),
    sa.Column('real_end', models.UtcDateTime(), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('tapped_start', models.UtcDateTime(), nullable=True),
    sa.Column('tapped_end', models.UtcDateTime(), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['channel.id'], name=op.f('fk_airing_channel_id_channel')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_airing_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_airing_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_airing_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_airing'))
    )
    with op.batch_alter_table('airing', schema=None) as batch_op:
        batch_op.create_index('ix_airing_channel', ['team_id', 'channel_id', 'real_start'], unique=False)
        batch_op.create_index(batch_op.f('ix_airing_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_airing_team_id'), ['team_id'], unique=False)

    op.create_table('checklist',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_checklist_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_checklist_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_checklist_team_id_team')),
    sa.ForeignKeyConstraint(['version_id'], ['sop_version.id'], name=op.f('fk_checklist_version_id_sop_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist')),
    sa.UniqueConstraint('session_id', name=op.f('uq_checklist_session_id'))
    )
    with op.batch_alter_table('checklist', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_team_id'), ['team_id'], unique=False)

    op.create_table('lineup_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('link_no', sa.String(length=40), nullable=False),
    sa.Column('live_price', sa.BigInteger(), nullable=True),
    sa.Column('usual_price', sa.BigInteger(), nullable=True),
    sa.Column('stock', sa.BigInteger(), nullable=True),
    sa.Column('mechanism', sa.String(length=200), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_lineup_item_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_lineup_item_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_lineup_item_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lineup_item'))
    )
    with op.batch_alter_table('lineup_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lineup_item_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lineup_item_team_id'), ['team_id'], unique=False)

    op.create_table('log_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('at', models.UtcDateTime(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('client_id', sa.String(length=32), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_log_entry_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_log_entry_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_log_entry_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_log_entry_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_entry')),
    sa.UniqueConstraint('team_id', 'client_id', name=op.f('uq_log_entry_team_id_client_id'))
    )
    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.create_index('ix_log_entry_session', ['session_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_log_entry_team_id'), ['team_id'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('quick', sa.Boolean(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('closed_at', models.UtcDateTime(), nullable=True),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['closed_by'], ['user_account.id'], name=op.f('fk_review_closed_by_user_account')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_review_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_review_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_review_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('session_id', name=op.f('uq_review_session_id'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_team_id'), ['team_id'], unique=False)

    op.create_table('session_tag',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tag', sa.String(length=30), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_session_tag_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_session_tag_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_session_tag_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_tag')),
    sa.UniqueConstraint('session_id', 'tag', name=op.f('uq_session_tag_session_id_tag'))
    )
    with op.batch_alter_table('session_tag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_tag_team_id'), ['team_id'], unique=False)

    op.create_table('session_target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('metric', sa.String(length=40), nullable=False),
    sa.Column('value', models.Exact(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_session_target_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_session_target_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_session_target_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_target')),
    sa.UniqueConstraint('session_id', 'metric', name=op.f('uq_session_target_session_id_metric'))
    )
    with op.batch_alter_table('session_target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_target_team_id'), ['team_id'], unique=False)

    op.create_table('shift',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('start', models.UtcDateTime(), nullable=False),
    sa.Column('end', models.UtcDateTime(), nullable=False),
    sa.Column('override_reason', sa.String(length=200), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_shift_created_by_user_account')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_shift_position_id_position')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_shift_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_shift_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_shift_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift'))
    )
    with op.batch_alter_table('shift', schema=None) as batch_op:
        batch_op.create_index('ix_shift_person', ['team_id', 'user_id', 'start'], unique=False)
        batch_op.create_index(batch_op.f('ix_shift_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_shift_team_id'), ['team_id'], unique=False)

    op.create_table('sop_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('title_en', sa.String(length=160), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('anchor', sa.String(length=40), nullable=False),
    sa.Column('offset_minutes', sa.Integer(), nullable=False),
    sa.Column('blocks', sa.Boolean(), nullable=False),
    sa.Column('proof', sa.String(length=40), nullable=False),
    sa.Column('each_shift', sa.Boolean(), nullable=False),
    sa.Column('identity', sa.Boolean(), nullable=False),
    sa.Column('recheck', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=True),
    sa.Column('proposal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_sop_item_created_by_user_account')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_sop_item_position_id_position')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_sop_item_team_id_team')),
    sa.ForeignKeyConstraint(['version_id'], ['sop_version.id'], name=op.f('fk_sop_item_version_id_sop_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_item'))
    )
    with op.batch_alter_table('sop_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sop_item_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sop_item_version_id'), ['version_id'], unique=False)

    op.create_table('sop_proposal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=160), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('anchor', sa.String(length=40), nullable=False),
    sa.Column('offset_minutes', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('from_session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', models.UtcDateTime(), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_sop_proposal_created_by_user_account')),
    sa.ForeignKeyConstraint(['decided_by'], ['user_account.id'], name=op.f('fk_sop_proposal_decided_by_user_account')),
    sa.ForeignKeyConstraint(['from_session_id'], ['live_session.id'], name=op.f('fk_sop_proposal_from_session_id_live_session')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_sop_proposal_position_id_position')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_sop_proposal_team_id_team')),
    sa.ForeignKeyConstraint(['template_id'], ['sop_template.id'], name=op.f('fk_sop_proposal_template_id_sop_template')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sop_proposal'))
    )
    with op.batch_alter_table('sop_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sop_proposal_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sop_proposal_template_id'), ['template_id'], unique=False)

    op.create_table('step',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('phase_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('goal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('from_session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('done_at', models.UtcDateTime(), nullable=True),
    sa.Column('done_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('trashed_at', models.UtcDateTime(), nullable=True),
    sa.Column('trash_id', sa.String(length=32), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_step_created_by_user_account')),
    sa.ForeignKeyConstraint(['done_by'], ['user_account.id'], name=op.f('fk_step_done_by_user_account')),
    sa.ForeignKeyConstraint(['from_session_id'], ['live_session.id'], name=op.f('fk_step_from_session_id_live_session')),
    sa.ForeignKeyConstraint(['goal_id'], ['goal.id'], name=op.f('fk_step_goal_id_goal')),
    sa.ForeignKeyConstraint(['owner_id'], ['user_account.id'], name=op.f('fk_step_owner_id_user_account')),
    sa.ForeignKeyConstraint(['phase_id'], ['phase.id'], name=op.f('fk_step_phase_id_phase')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_step_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step'))
    )
    with op.batch_alter_table('step', schema=None) as batch_op:
        batch_op.create_index('ix_step_due', ['team_id', 'state', 'due'], unique=False)
        batch_op.create_index(batch_op.f('ix_step_goal_id'), ['goal_id'], unique=False)
        batch_op.create_index('ix_step_owner', ['team_id', 'owner_id', 'state', 'due'], unique=False)
        batch_op.create_index(batch_op.f('ix_step_phase_id'), ['phase_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_step_team_id'), ['team_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_step_trash_id'), ['trash_id'], unique=False)

    op.create_table('target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('goal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('metric', sa.String(length=40), nullable=False),
    sa.Column('baseline', models.Exact(), nullable=True),
    sa.Column('value', models.Exact(), nullable=False),
    sa.Column('way', sa.String(length=40), nullable=False),
    sa.Column('aggregation', sa.String(length=40), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_target_created_by_user_account')),
    sa.ForeignKeyConstraint(['goal_id'], ['goal.id'], name=op.f('fk_target_goal_id_goal')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_target_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_target_goal_id'), ['goal_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_target_team_id'), ['team_id'], unique=False)

    op.create_table('checklist_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('checklist_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sop_item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('title_en', sa.String(length=160), nullable=False),
    sa.Column('position_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('shift_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due', models.UtcDateTime(), nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('blocks', sa.Boolean(), nullable=False),
    sa.Column('proof', sa.String(length=40), nullable=False),
    sa.Column('identity', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('acted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('acted_for', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('acted_at', models.UtcDateTime(), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('halfway', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['acted_by'], ['user_account.id'], name=op.f('fk_checklist_item_acted_by_user_account')),
    sa.ForeignKeyConstraint(['acted_for'], ['user_account.id'], name=op.f('fk_checklist_item_acted_for_user_account')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_checklist_item_checklist_id_checklist')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_checklist_item_created_by_user_account')),
    sa.ForeignKeyConstraint(['halfway'], ['user_account.id'], name=op.f('fk_checklist_item_halfway_user_account')),
    sa.ForeignKeyConstraint(['position_id'], ['position.id'], name=op.f('fk_checklist_item_position_id_position')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_checklist_item_session_id_live_session')),
    sa.ForeignKeyConstraint(['sop_item_id'], ['sop_item.id'], name=op.f('fk_checklist_item_sop_item_id_sop_item')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_checklist_item_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_checklist_item_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_item'))
    )
    with op.batch_alter_table('checklist_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_item_checklist_id'), ['checklist_id'], unique=False)
        batch_op.create_index('ix_checklist_item_due', ['team_id', 'state', 'due'], unique=False)
        batch_op.create_index('ix_checklist_item_session', ['session_id', 'stage'], unique=False)
        batch_op.create_index(batch_op.f('ix_checklist_item_team_id'), ['team_id'], unique=False)

    op.create_table('evidence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('value', models.Exact(), nullable=True),
    sa.Column('numerator', models.Exact(), nullable=False),
    sa.Column('denominator', models.Exact(), nullable=False),
    sa.Column('basis', sa.String(length=120), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_evidence_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_evidence_session_id_live_session')),
    sa.ForeignKeyConstraint(['target_id'], ['target.id'], name=op.f('fk_evidence_target_id_target')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_evidence_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('target_id', 'session_id', name=op.f('uq_evidence_target_id_session_id'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_session_id'), ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_team_id'), ['team_id'], unique=False)

    op.create_table('finding',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('metric', sa.String(length=40), nullable=True),
    sa.Column('value', models.Exact(), nullable=True),
    sa.Column('target', models.Exact(), nullable=True),
    sa.Column('beyond', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('cause_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('guess', sa.Text(), nullable=False),
    sa.Column('decision', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cause_id'], ['cause.id'], name=op.f('fk_finding_cause_id_cause')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_finding_created_by_user_account')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_finding_review_id_review')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_finding_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding'))
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_finding_review_id'), ['review_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_finding_team_id'), ['team_id'], unique=False)

    op.create_table('import_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=60), nullable=False),
    sa.Column('start', models.UtcDateTime(), nullable=True),
    sa.Column('end', models.UtcDateTime(), nullable=True),
    sa.Column('figures', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('checks', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('extra', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('faults', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('airing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('minutes_off', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['airing_id'], ['airing.id'], name=op.f('fk_import_row_airing_id_airing')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_import_row_created_by_user_account')),
    sa.ForeignKeyConstraint(['import_id'], ['import_file.id'], name=op.f('fk_import_row_import_id_import_file')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_import_row_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_import_row_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row'))
    )
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.create_index('ix_import_row_file', ['import_id', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_row_team_id'), ['team_id'], unique=False)

    op.create_table('log_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_log_note_created_by_user_account')),
    sa.ForeignKeyConstraint(['entry_id'], ['log_entry.id'], name=op.f('fk_log_note_entry_id_log_entry')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_log_note_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_note'))
    )
    with op.batch_alter_table('log_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_note_entry_id'), ['entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_log_note_team_id'), ['team_id'], unique=False)

    op.create_table('action',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('metric', sa.String(length=40), nullable=False),
    sa.Column('value', models.Exact(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_action_created_by_user_account')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_action_finding_id_finding')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_action_session_id_live_session')),
    sa.ForeignKeyConstraint(['step_id'], ['step.id'], name=op.f('fk_action_step_id_step')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_action_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action'))
    )
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index('ix_action_session', ['team_id', 'session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_team_id'), ['team_id'], unique=False)

    op.create_table('figure_set',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('airing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('taken_at', models.UtcDateTime(), nullable=False),
    sa.Column('current', sa.Boolean(), nullable=False),
    sa.Column('import_row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['airing_id'], ['airing.id'], name=op.f('fk_figure_set_airing_id_airing')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_figure_set_created_by_user_account')),
    sa.ForeignKeyConstraint(['import_row_id'], ['import_row.id'], name=op.f('fk_figure_set_import_row_id_import_row')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_figure_set_session_id_live_session')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_figure_set_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_set'))
    )
    with op.batch_alter_table('figure_set', schema=None) as batch_op:
        batch_op.create_index('ix_figure_set_session', ['team_id', 'session_id', 'current'], unique=False)
        batch_op.create_index(batch_op.f('ix_figure_set_team_id'), ['team_id'], unique=False)

    op.create_table('tick',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('for_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('client_id', sa.String(length=32), nullable=False),
    sa.Column('tapped_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_tick_created_by_user_account')),
    sa.ForeignKeyConstraint(['for_user_id'], ['user_account.id'], name=op.f('fk_tick_for_user_id_user_account')),
    sa.ForeignKeyConstraint(['item_id'], ['checklist_item.id'], name=op.f('fk_tick_item_id_checklist_item')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_tick_team_id_team')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_tick_user_id_user_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tick')),
    sa.UniqueConstraint('team_id', 'client_id', name=op.f('uq_tick_team_id_client_id'))
    )
    with op.batch_alter_table('tick', schema=None) as batch_op:
        batch_op.create_index('ix_tick_item', ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tick_team_id'), ['team_id'], unique=False)

    op.create_table('action_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('value', models.Exact(), nullable=True),
    sa.Column('proposed', sa.String(length=40), nullable=True),
    sa.Column('basis', sa.String(length=200), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=True),
    sa.Column('signed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('signed_at', models.UtcDateTime(), nullable=True),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_check_action_id_action')),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_action_check_created_by_user_account')),
    sa.ForeignKeyConstraint(['session_id'], ['live_session.id'], name=op.f('fk_action_check_session_id_live_session')),
    sa.ForeignKeyConstraint(['signed_by'], ['user_account.id'], name=op.f('fk_action_check_signed_by_user_account')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_action_check_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_check')),
    sa.UniqueConstraint('action_id', 'session_id', name=op.f('uq_action_check_action_id_session_id'))
    )
    with op.batch_alter_table('action_check', schema=None) as batch_op:
        batch_op.create_index('ix_action_check_session', ['session_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_check_team_id'), ['team_id'], unique=False)

    op.create_table('figure_value',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('set_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('metric', sa.String(length=40), nullable=False),
    sa.Column('value', models.Exact(), nullable=False),
    sa.Column('created_at', models.UtcDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['user_account.id'], name=op.f('fk_figure_value_created_by_user_account')),
    sa.ForeignKeyConstraint(['set_id'], ['figure_set.id'], name=op.f('fk_figure_value_set_id_figure_set')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_figure_value_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_value')),
    sa.UniqueConstraint('set_id', 'metric', name=op.f('uq_figure_value_set_id_metric'))
    )
    with op.batch_alter_table('figure_value', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_figure_value_team_id'), ['team_id'], unique=False)

    link = op.get_bind()
    for table, (columns, erasable) in APPEND_ONLY.items():
        for statement in models.append_only_sql(link.dialect.name, table, columns, erasable):
            link.exec_driver_sql(statement.replace("%", "%%"))


def downgrade():
    link = op.get_bind()
    if link.dialect.name == "postgresql":
        for table in APPEND_ONLY:
            link.exec_driver_sql(f"DROP FUNCTION IF EXISTS {table}_guard() CASCADE")
    with op.batch_alter_table('figure_value', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_value_team_id'))

    op.drop_table('figure_value')
    with op.batch_alter_table('action_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_check_team_id'))
        batch_op.drop_index('ix_action_check_session')

    op.drop_table('action_check')
    with op.batch_alter_table('tick', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tick_team_id'))
        batch_op.drop_index('ix_tick_item')

    op.drop_table('tick')
    with op.batch_alter_table('figure_set', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_figure_set_team_id'))
        batch_op.drop_index('ix_figure_set_session')

    op.drop_table('figure_set')
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_team_id'))
        batch_op.drop_index('ix_action_session')
        batch_op.drop_index(batch_op.f('ix_action_finding_id'))

    op.drop_table('action')
    with op.batch_alter_table('log_note', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_note_team_id'))
        batch_op.drop_index(batch_op.f('ix_log_note_entry_id'))

    op.drop_table('log_note')
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_row_team_id'))
        batch_op.drop_index('ix_import_row_file')

    op.drop_table('import_row')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_finding_team_id'))
        batch_op.drop_index(batch_op.f('ix_finding_review_id'))

    op.drop_table('finding')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_team_id'))
        batch_op.drop_index(batch_op.f('ix_evidence_session_id'))

    op.drop_table('evidence')
    with op.batch_alter_table('checklist_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_checklist_item_team_id'))
        batch_op.drop_index('ix_checklist_item_session')
        batch_op.drop_index('ix_checklist_item_due')
        batch_op.drop_index(batch_op.f('ix_checklist_item_checklist_id'))

    op.drop_table('checklist_item')
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_target_team_id'))
        batch_op.drop_index(batch_op.f('ix_target_goal_id'))

    op.drop_table('target')
    with op.batch_alter_table('step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_step_trash_id'))
        batch_op.drop_index(batch_op.f('ix_step_team_id'))
        batch_op.drop_index(batch_op.f('ix_step_phase_id'))
        batch_op.drop_index('ix_step_owner')
        batch_op.drop_index(batch_op.f('ix_step_goal_id'))
        batch_op.drop_index('ix_step_due')

    op.drop_table('step')
    with op.batch_alter_table('sop_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sop_proposal_template_id'))
        batch_op.drop_index(batch_op.f('ix_sop_proposal_team_id'))

    op.drop_table('sop_proposal')
    with op.batch_alter_table('sop_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sop_item_version_id'))
        batch_op.drop_index(batch_op.f('ix_sop_item_team_id'))

    op.drop_table('sop_item')
    with op.batch_alter_table('shift', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_shift_team_id'))
        batch_op.drop_index(batch_op.f('ix_shift_session_id'))
        batch_op.drop_index('ix_shift_person')

    op.drop_table('shift')
    with op.batch_alter_table('session_target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_target_team_id'))

    op.drop_table('session_target')
    with op.batch_alter_table('session_tag', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_tag_team_id'))

    op.drop_table('session_tag')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_team_id'))

    op.drop_table('review')
    with op.batch_alter_table('log_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_entry_team_id'))
        batch_op.drop_index('ix_log_entry_session')

    op.drop_table('log_entry')
    with op.batch_alter_table('lineup_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lineup_item_team_id'))
        batch_op.drop_index(batch_op.f('ix_lineup_item_session_id'))

    op.drop_table('lineup_item')
    with op.batch_alter_table('checklist', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_checklist_team_id'))

    op.drop_table('checklist')
    with op.batch_alter_table('airing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_airing_team_id'))
        batch_op.drop_index(batch_op.f('ix_airing_session_id'))
        batch_op.drop_index('ix_airing_channel')

    op.drop_table('airing')
    with op.batch_alter_table('sop_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sop_version_team_id'))

    op.drop_table('sop_version')
    with op.batch_alter_table('phase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phase_trash_id'))
        batch_op.drop_index(batch_op.f('ix_phase_team_id'))
        batch_op.drop_index(batch_op.f('ix_phase_period_id'))

    op.drop_table('phase')
    with op.batch_alter_table('person_position', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_position_team_id'))

    op.drop_table('person_position')
    with op.batch_alter_table('live_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_live_session_trash_id'))
        batch_op.drop_index(batch_op.f('ix_live_session_team_id'))
        batch_op.drop_index('ix_live_session_state')
        batch_op.drop_index('ix_live_session_start')
        batch_op.drop_index('ix_live_session_channel')

    op.drop_table('live_session')
    with op.batch_alter_table('import_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_file_team_id'))
        batch_op.drop_index(batch_op.f('ix_import_file_digest'))

    op.drop_table('import_file')
    with op.batch_alter_table('goal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_goal_trash_id'))
        batch_op.drop_index(batch_op.f('ix_goal_team_id'))
        batch_op.drop_index(batch_op.f('ix_goal_period_id'))

    op.drop_table('goal')
    op.drop_table('audit_seal')
    with op.batch_alter_table('studio', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('uq_studio_name'), sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_studio_trash_id'))
        batch_op.drop_index(batch_op.f('ix_studio_team_id'))

    op.drop_table('studio')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_file_team_id'))
        batch_op.drop_index(batch_op.f('ix_stored_file_digest'))

    op.drop_table('stored_file')
    with op.batch_alter_table('sop_template', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sop_template_trash_id'))
        batch_op.drop_index(batch_op.f('ix_sop_template_team_id'))

    op.drop_table('sop_template')
    with op.batch_alter_table('position', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('uq_position_key'), sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_position_trash_id'))
        batch_op.drop_index(batch_op.f('ix_position_team_id'))

    op.drop_table('position')
    with op.batch_alter_table('period', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_period_trash_id'))
        batch_op.drop_index(batch_op.f('ix_period_team_id'))

    op.drop_table('period')
    with op.batch_alter_table('one_time_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_one_time_link_team_id'))

    op.drop_table('one_time_link')
    with op.batch_alter_table('news', schema=None) as batch_op:
        batch_op.drop_index('ix_news_order')
        batch_op.drop_index('ix_news_about')

    op.drop_table('news')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('ix_membership_user')
        batch_op.drop_index(batch_op.f('ix_membership_team_id'))

    op.drop_table('membership')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_team_id'))
        batch_op.drop_index('ix_job_due')

    op.drop_table('job')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_index('ix_device_user')

    op.drop_table('device')
    with op.batch_alter_table('channel', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('uq_channel_account'), sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_channel_trash_id'))
        batch_op.drop_index(batch_op.f('ix_channel_team_id'))

    op.drop_table('channel')
    with op.batch_alter_table('cause', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('uq_cause_key'), sqlite_where=sa.text('trashed_at IS NULL'), postgresql_where=sa.text('trashed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_cause_trash_id'))
        batch_op.drop_index(batch_op.f('ix_cause_team_id'))

    op.drop_table('cause')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_object')
        batch_op.drop_index('ix_audit_entry_command')

    op.drop_table('audit_entry')
    op.drop_table('user_account')
    op.drop_table('team')
    with op.batch_alter_table('once_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_once_key_at'))

    op.drop_table('once_key')
    op.drop_table('news_cursor')
    op.drop_table('locks')
    with op.batch_alter_table('failed_try', schema=None) as batch_op:
        batch_op.drop_index('ix_failed_try_key')

    op.drop_table('failed_try')
