"""An inbox for all that people are told, how each wants to be told, and when their last letter left."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNREAD = sa.text("seen_at IS NULL AND taken_back IS NULL")
BY_MAIL = sa.text("mail_at IS NOT NULL")


def upgrade():
    op.drop_index("ix_notice_person", "notice")
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("sort", sa.String(length=40), nullable=False, server_default="shift"))
        table.add_column(sa.Column("site", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("starts", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("mail_at", UtcDateTime(), nullable=True))
        table.alter_column("key", existing_type=sa.String(length=32), type_=sa.String(length=100), existing_nullable=False)
        table.drop_constraint("uq_notice_key", type_="unique")
        table.create_unique_constraint("uq_notice_key", ["team_id", "user_id", "key", "about_kind", "sort"])
    op.create_index("ix_notice_person", "notice", ["team_id", "user_id", "id"])
    op.create_index(
        "ix_notice_unread", "notice", ["team_id", "user_id", "until"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index("ix_notice_mail", "notice", ["mail_at"], sqlite_where=BY_MAIL, postgresql_where=BY_MAIL)
    op.create_table(
        "notice_habits",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("modes", Json, nullable=False),
        sa.Column("mentions_only", sa.Boolean(), nullable=False),
        sa.Column("daily_at", sa.Integer(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.Column("before_due", Json, nullable=False),
        sa.Column("before_shift", Json, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_notice_habits_user_id_user_account"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_notice_habits_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_notice_habits_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_habits"),
        sa.UniqueConstraint("team_id", "user_id", name="uq_notice_habits_team_id_user_id"),
    )
    op.create_table(
        "letter_turn",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_letter_turn_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_turn"),
        sa.UniqueConstraint("user_id", name="uq_letter_turn_user_id"),
    )


def downgrade():
    op.drop_table("letter_turn")
    op.drop_table("notice_habits")
    op.execute(sa.text("DELETE FROM notice WHERE sort <> 'shift' OR length(key) > 32"))
    for name in ("ix_notice_mail", "ix_notice_unread", "ix_notice_person"):
        op.drop_index(name, "notice")
    with op.batch_alter_table("notice") as table:
        table.drop_constraint("uq_notice_key", type_="unique")
        table.create_unique_constraint("uq_notice_key", ["team_id", "user_id", "key"])
        table.alter_column("key", existing_type=sa.String(length=100), type_=sa.String(length=32), existing_nullable=False)
        table.drop_column("mail_at")
        table.drop_column("starts")
        table.drop_column("site")
        table.drop_column("sort")
    op.create_index("ix_notice_person", "notice", ["team_id", "user_id", "until"])
