"""Let a verdict move to another show when its own is called off, and let a team say how it judges figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.base import models

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_SIGN = sa.text("proposed IS NOT NULL AND verdict IS NULL")
CHECK = sa.table("action_check", sa.column("proposed"), sa.column("adrift", sa.Boolean), sa.column("verdict"))
WAITS = (CHECK.c.proposed.is_not(None) | CHECK.c.adrift) & CHECK.c.verdict.is_(None)
LOST = sa.text(
    "UPDATE action_check SET adrift = :yes WHERE verdict IS NULL AND session_id IN "
    "(SELECT id FROM live_session WHERE state = 'cancelled' OR trashed_at IS NOT NULL)"
).bindparams(sa.bindparam("yes", True, sa.Boolean))


def upgrade():
    op.create_table(
        "figure_rules",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("team_id", KEY, nullable=False),
        sa.Column("tolerance", models.Exact(), nullable=False),
        sa.Column("interactions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_figure_rules_created_by_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_figure_rules_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_rules")),
        sa.UniqueConstraint("team_id", name=op.f("uq_figure_rules_team_id")),
    )
    op.add_column("action", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.drop_index("ix_action_check_to_sign", "action_check")
    op.add_column("action_check", sa.Column("adrift", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("action_check") as table:
        table.add_column(sa.Column("was_session_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_action_check_was_session_id_live_session"), "live_session", ["was_session_id"], ["id"]
        )
    op.create_index("ix_action_check_waits", "action_check", ["team_id"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.get_bind().execute(LOST)


def downgrade():
    op.drop_index("ix_action_check_waits", "action_check")
    with op.batch_alter_table("action_check") as table:
        table.drop_constraint(op.f("fk_action_check_was_session_id_live_session"), type_="foreignkey")
        table.drop_column("was_session_id")
    op.drop_column("action_check", "adrift")
    op.create_index("ix_action_check_to_sign", "action_check", ["team_id"], sqlite_where=TO_SIGN, postgresql_where=TO_SIGN)
    op.drop_column("action", "version")
    op.drop_table("figure_rules")
