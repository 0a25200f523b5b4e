"""Sessions that are planned together: series by weekdays, and rosters that were brought."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _owned(name):
    return [
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{name}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{name}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    ]


def upgrade():
    op.create_table(
        "series",
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("weekdays", Json, nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        *_owned("series"),
    )
    op.create_table(
        "series_part",
        sa.Column("series_id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_series_part_series_id_series"),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name="fk_series_part_session_id_live_session"),
        sa.UniqueConstraint("session_id", name="uq_series_part_session_id"),
        *_owned("series_part"),
    )
    op.create_index("ix_series_part_series_id", "series_part", ["series_id"])


def downgrade():
    op.drop_table("series_part")
    op.drop_table("series")
