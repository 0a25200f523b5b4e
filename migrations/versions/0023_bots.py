"""Group bots: the bots of teams, how it goes with them, their messages, what they are to tell, what was taken back."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def owned(table):
    """What every table of a team has."""
    return [
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{table}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{table}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def of_a_bot(table):
    """What belongs to a bot."""
    return [
        sa.Column("bot_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=f"fk_{table}_bot_id_bot"),
        *owned(table),
    ]


def upgrade():
    op.create_table(
        "bot",
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("webhook", sa.String(500), nullable=False),
        sa.Column("signing", sa.String(200), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("keyword", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("summary_at", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(32), nullable=True),
        *owned("bot"),
    )
    alive = sa.text("trashed_at IS NULL")
    op.create_index(
        "uq_bot_place", "bot", ["team_id", "place"], unique=True, sqlite_where=alive, postgresql_where=alive
    )
    op.create_index("ix_bot_trash_id", "bot", ["trash_id"])
    op.create_table(
        "bot_state",
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("ok_at", UtcDateTime(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("fault", Json, nullable=True),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        *of_a_bot("bot_state"),
        sa.UniqueConstraint("bot_id", name="uq_bot_state_bot_id"),
    )
    op.create_table(
        "bot_push",
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("fault", Json, nullable=True),
        *of_a_bot("bot_push"),
    )
    op.create_index("ix_bot_push_place", "bot_push", ["place", "at"])
    op.create_index("ix_bot_push_bot", "bot_push", ["bot_id", "id"])
    op.create_table(
        "bot_line",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("about_id", Id, nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("command_id", sa.String(32), nullable=False),
        sa.Column("push_id", Id, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=False),
        *of_a_bot("bot_line"),
        sa.UniqueConstraint("bot_id", "key", name="uq_bot_line_bot_id_key"),
    )
    op.create_index("ix_bot_line_waiting", "bot_line", ["bot_id", "done_at"])
    op.create_index("ix_bot_line_command", "bot_line", ["team_id", "command_id"])
    op.create_index("ix_bot_line_at", "bot_line", ["at"])
    op.create_table(
        "bot_undone",
        sa.Column("command_id", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        *owned("bot_undone"),
        sa.UniqueConstraint("team_id", "command_id", "by", name="uq_bot_undone_team_id_command_id_by"),
    )
    op.create_index("ix_bot_undone_by", "bot_undone", ["team_id", "by"])
    op.create_index("ix_bot_undone_at", "bot_undone", ["created_at"])


def downgrade():
    for table in ("bot_undone", "bot_line", "bot_push", "bot_state", "bot"):
        op.drop_table(table)
