"""Steps that are blocked, begin on a day, weigh more or less, hold lines to tick, carry tags, and wait for each other."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0020"
down_revision = "0019"
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
    with op.batch_alter_table("step") as table:
        table.add_column(sa.Column("start", sa.Date(), nullable=True))
        table.add_column(sa.Column("priority", sa.String(length=40), nullable=False, server_default="normal"))
        table.add_column(sa.Column("department", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("started_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("dropped_why", sa.String(length=160), nullable=False, server_default=""))
        table.add_column(sa.Column("hangs_on", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("hangs_session_id", Id, nullable=True))
        table.add_column(sa.Column("offset_days", sa.Integer(), nullable=False, server_default="0"))
        table.create_foreign_key(
            "fk_step_hangs_session_id_live_session", "live_session", ["hangs_session_id"], ["id"]
        )
        table.create_index("ix_step_hangs_session_id", ["hangs_session_id"])
    op.execute("UPDATE step SET state = 'blocked' WHERE waits_for <> '' AND state IN ('open', 'doing')")
    op.create_table(
        "step_line",
        sa.Column("step_id", Id, nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name="fk_step_line_step_id_step"),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name="fk_step_line_done_by_user_account"),
        *_owned("step_line"),
    )
    op.create_index("ix_step_line_step_id", "step_line", ["step_id"])
    op.create_table(
        "step_tag",
        sa.Column("step_id", Id, nullable=False),
        sa.Column("tag", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name="fk_step_tag_step_id_step"),
        sa.UniqueConstraint("step_id", "tag", name="uq_step_tag_step_id_tag"),
        *_owned("step_tag"),
    )
    op.create_index("ix_step_tag_tag", "step_tag", ["team_id", "tag"])
    op.create_table(
        "step_link",
        sa.Column("step_id", Id, nullable=False),
        sa.Column("on_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name="fk_step_link_step_id_step"),
        sa.ForeignKeyConstraint(["on_id"], ["step.id"], name="fk_step_link_on_id_step"),
        sa.UniqueConstraint("step_id", "on_id", name="uq_step_link_step_id_on_id"),
        *_owned("step_link"),
    )
    op.create_index("ix_step_link_on", "step_link", ["on_id"])


def downgrade():
    op.drop_table("step_link")
    op.drop_table("step_tag")
    op.drop_table("step_line")
    op.execute("UPDATE step SET state = 'doing' WHERE state = 'blocked'")
    with op.batch_alter_table("step") as table:
        table.drop_index("ix_step_hangs_session_id")
        table.drop_constraint("fk_step_hangs_session_id_live_session", type_="foreignkey")
        table.drop_column("offset_days")
        table.drop_column("hangs_session_id")
        table.drop_column("hangs_on")
        table.drop_column("dropped_why")
        table.drop_column("started_at")
        table.drop_column("department")
        table.drop_column("priority")
        table.drop_column("start")
