"""What a team turns on in its plan: estimates, helpers, limits of the board, criteria of phases."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, UtcDateTime

revision = "0025"
down_revision = "0024"
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


def upgrade():
    op.create_table(
        "plan_habits",
        sa.Column("estimates", sa.Boolean(), nullable=False),
        sa.Column("helpers", sa.Boolean(), nullable=False),
        sa.Column("criteria", sa.Boolean(), nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.Column("most_doing", sa.Integer(), nullable=False),
        sa.Column("most_blocked", sa.Integer(), nullable=False),
        sa.Column("most_each", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *owned("plan_habits"),
        sa.UniqueConstraint("team_id", name="uq_plan_habits_team_id"),
    )
    op.create_table(
        "step_helper",
        sa.Column("step_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        *owned("step_helper"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name="fk_step_helper_step_id_step"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_step_helper_user_id_user_account"),
        sa.UniqueConstraint("step_id", "user_id", name="uq_step_helper_step_id_user_id"),
    )
    op.create_index("ix_step_helper_user", "step_helper", ["team_id", "user_id"])
    op.create_table(
        "phase_criterion",
        sa.Column("phase_id", Id, nullable=False),
        sa.Column("gate", sa.String(24), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("signed_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *owned("phase_criterion"),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name="fk_phase_criterion_phase_id_phase"),
        sa.ForeignKeyConstraint(["signed_by"], ["user_account.id"], name="fk_phase_criterion_signed_by_user_account"),
    )
    op.create_index("ix_phase_criterion_phase_id", "phase_criterion", ["phase_id"])
    with op.batch_alter_table("step") as table:
        table.add_column(sa.Column("estimate_minutes", sa.Integer(), nullable=True))
        table.create_index("ix_step_done", ["team_id", "done_at"])


def downgrade():
    with op.batch_alter_table("step") as table:
        table.drop_index("ix_step_done")
        table.drop_column("estimate_minutes")
    op.drop_table("phase_criterion")
    op.drop_table("step_helper")
    op.drop_table("plan_habits")
