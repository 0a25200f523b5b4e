"""Daily reports of people and of the team, and the hour at which they go out."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def owned(table):
    """What every table of a team has that people edit."""
    return [
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{table}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{table}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def upgrade():
    op.create_table(
        "daily_report",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("whose", sa.String(24), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("sent_by", Id, nullable=True),
        *owned("daily_report"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_daily_report_user_id_user_account"),
        sa.ForeignKeyConstraint(["sent_by"], ["user_account.id"], name="fk_daily_report_sent_by_user_account"),
        sa.UniqueConstraint("team_id", "day", "whose", name="uq_daily_report_team_id_day_whose"),
    )
    op.create_index("ix_daily_report_user_id", "daily_report", ["user_id"])
    op.create_table(
        "daily_rules",
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("send_at", sa.Integer(), nullable=False),
        *owned("daily_rules"),
        sa.UniqueConstraint("team_id", name="uq_daily_rules_team_id"),
    )


def downgrade():
    op.drop_table("daily_rules")
    op.drop_table("daily_report")
