"""Whether an open page may sound when something of mine blocks a show; how group bots call people by name."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("notice_habits") as batch:
        batch.add_column(sa.Column("aloud", sa.Boolean(), server_default=sa.false(), nullable=False))
    table = "chat_name"
    op.create_table(
        table,
        sa.Column("user_id", Id, nullable=False),
        sa.Column("vendor", sa.String(40), nullable=False),
        sa.Column("handle", sa.String(64), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=f"fk_{table}_user_id_user_account"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=f"fk_{table}_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=f"fk_{table}_created_by_user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("team_id", "user_id", "vendor", name=f"uq_{table}_team_id_user_id_vendor"),
    )


def downgrade():
    op.drop_table("chat_name")
    with op.batch_alter_table("notice_habits") as batch:
        batch.drop_column("aloud")
