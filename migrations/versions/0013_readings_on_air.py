"""Figures read on air: rows that are never changed, the newest of each reading counts."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime, append_only_sql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FIGURES = ("online", "gmv", "orders", "viewers", "ad_spend")


def upgrade():
    op.create_table(
        "reading",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("root_id", Id, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=True) for name in FIGURES],
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name="fk_reading_session_id_live_session"),
        sa.ForeignKeyConstraint(["root_id"], ["reading.id"], name="fk_reading_root_id_reading"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_reading_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_reading_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.UniqueConstraint("team_id", "client_id", name="uq_reading_team_id_client_id"),
    )
    op.create_index("ix_reading_session", "reading", ["session_id", "at"])
    op.create_index("ix_reading_root_id", "reading", ["root_id"])
    link = op.get_bind()
    columns = ["session_id", "root_id", "at", *FIGURES, "withdrawn", "client_id", "id", "team_id", "created_at", "created_by"]
    for statement in append_only_sql(link.dialect.name, "reading", columns, ()):
        link.exec_driver_sql(statement.replace("%", "%%"))


def downgrade():
    op.drop_table("reading")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reading_guard()")
