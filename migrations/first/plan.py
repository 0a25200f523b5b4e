"""The first tables of `plan`: goals, phases and steps."""

import sqlalchemy as sa
from alembic import op

from planner.base import models


def create():
    """In the order in which they point at each other."""
    op.create_table(
        "period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_period_created_by_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_period_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
    )
    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_period_trash_id"), ["trash_id"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_goal_created_by_user_account")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_goal_owner_id_user_account")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_goal_period_id_period")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_goal_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_goal_period_id"), ["period_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_goal_trash_id"), ["trash_id"], unique=False)
    op.create_table(
        "phase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_phase_created_by_user_account")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_phase_period_id_period")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_phase_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
    )
    with op.batch_alter_table("phase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phase_period_id"), ["period_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phase_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phase_trash_id"), ["trash_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("phase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("goal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("from_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done_at", models.UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_step_created_by_user_account")),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name=op.f("fk_step_done_by_user_account")),
        sa.ForeignKeyConstraint(
            ["from_session_id"], ["live_session.id"], name=op.f("fk_step_from_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_step_goal_id_goal")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_step_owner_id_user_account")),
        sa.ForeignKeyConstraint(["phase_id"], ["phase.id"], name=op.f("fk_step_phase_id_phase")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_step_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index("ix_step_due", ["team_id", "state", "due"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index("ix_step_owner", ["team_id", "owner_id", "state", "due"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_phase_id"), ["phase_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_trash_id"), ["trash_id"], unique=False)
    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("baseline", models.Exact(), nullable=True),
        sa.Column("value", models.Exact(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("aggregation", sa.String(length=40), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_target_created_by_user_account")),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_target_goal_id_goal")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_target_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_goal_id"), ["goal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_team_id"), ["team_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", models.Exact(), nullable=True),
        sa.Column("numerator", models.Exact(), nullable=False),
        sa.Column("denominator", models.Exact(), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_evidence_created_by_user_account")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_evidence_session_id_live_session")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_evidence_target_id_target")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_evidence_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("target_id", "session_id", name=op.f("uq_evidence_target_id_session_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_team_id"), ["team_id"], unique=False)


def drop():
    """The other way round."""
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_team_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_session_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_team_id"))
        batch_op.drop_index(batch_op.f("ix_target_goal_id"))

    op.drop_table("target")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_trash_id"))
        batch_op.drop_index(batch_op.f("ix_step_team_id"))
        batch_op.drop_index(batch_op.f("ix_step_phase_id"))
        batch_op.drop_index("ix_step_owner")
        batch_op.drop_index(batch_op.f("ix_step_goal_id"))
        batch_op.drop_index("ix_step_due")

    op.drop_table("step")
    with op.batch_alter_table("phase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phase_trash_id"))
        batch_op.drop_index(batch_op.f("ix_phase_team_id"))
        batch_op.drop_index(batch_op.f("ix_phase_period_id"))

    op.drop_table("phase")
    with op.batch_alter_table("goal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_goal_trash_id"))
        batch_op.drop_index(batch_op.f("ix_goal_team_id"))
        batch_op.drop_index(batch_op.f("ix_goal_period_id"))

    op.drop_table("goal")
    with op.batch_alter_table("period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_trash_id"))
        batch_op.drop_index(batch_op.f("ix_period_team_id"))

    op.drop_table("period")
