"""Steps that come again: the rule, where it stands, and what the next copies take along."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "step_series",
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("rhythm", sa.String(length=40), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekdays", Json, nullable=False),
        sa.Column("month_day", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("stretch", sa.String(length=40), nullable=False),
        sa.Column("lead", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("appears_on", sa.Date(), nullable=True),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("left_out_last", sa.Date(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("latest_id", Id, nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("owner_id", Id, nullable=True),
        sa.Column("phase_id", Id, nullable=True),
        sa.Column("goal_id", Id, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("begins_before", sa.Integer(), nullable=True),
        sa.Column("tags", Json, nullable=False),
        sa.Column("lines", Json, nullable=False),
        sa.Column("estimate_minutes", sa.Integer(), nullable=True),
        sa.Column("helpers", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name="fk_step_series_team_id_team"),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name="fk_step_series_created_by_user_account"),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_step_series_owner_id_user_account"),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name="fk_step_series_phase_id_phase"),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name="fk_step_series_goal_id_goal"),
        sa.PrimaryKeyConstraint("id", name="pk_step_series"),
    )
    op.create_index("ix_step_series_appears", "step_series", ["team_id", "appears_on"])
    for name in ("latest_id", "owner_id", "phase_id", "goal_id"):
        op.create_index(f"ix_step_series_{name}", "step_series", [name])
    with op.batch_alter_table("step") as table:
        table.add_column(sa.Column("series_id", Id, nullable=True))
        table.add_column(sa.Column("occurs_on", sa.Date(), nullable=True))
        table.create_foreign_key("fk_step_series_id_step_series", "step_series", ["series_id"], ["id"])
    living = sa.text("trashed_at IS NULL")
    op.create_index(
        "uq_step_series_day", "step", ["series_id", "occurs_on"], unique=True, sqlite_where=living, postgresql_where=living
    )


def downgrade():
    op.drop_index("uq_step_series_day", "step")
    with op.batch_alter_table("step") as table:
        table.drop_constraint("fk_step_series_id_step_series", type_="foreignkey")
        table.drop_column("occurs_on")
        table.drop_column("series_id")
    op.drop_table("step_series")
