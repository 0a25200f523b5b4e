"""Whether money was worth it, as people say afterwards."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TABLE = "request_verdict"


def refers(column, to):
    """What a column names."""
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{TABLE}_{column}_{to}"))


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("worth", sa.String(40), nullable=False),
        sa.Column("words", sa.String(500), server_default="", nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("sessions_before", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sessions_after", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        refers("team_id", "team"),
        refers("request_id", "resource_request"),
        refers("user_id", "user_account"),
        refers("created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("request_id", "user_id", name=op.f(f"uq_{TABLE}_request_id_user_id")),
    )
    op.create_index(op.f(f"ix_{TABLE}_user_id"), TABLE, ["user_id"])


def downgrade():
    op.drop_table(TABLE)
