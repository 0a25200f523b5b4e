"""The first tables of `outcomes`: figures, reviews and actions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.base import models


def create():
    """In the order in which they point at each other."""
    op.create_table(
        "import_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("taken_at", models.UtcDateTime(), nullable=False),
        sa.Column(
            "header",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "unknown",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("stored_at", models.UtcDateTime(), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_import_file_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_import_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_import_file_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )
    with op.batch_alter_table("import_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_file_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_file_team_id"), ["team_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("quick", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("closed_at", models.UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["user_account.id"], name=op.f("fk_review_closed_by_user_account")),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_review_created_by_user_account")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_review_session_id_live_session")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_review_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("session_id", name=op.f("uq_review_session_id")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_team_id"), ["team_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=True),
        sa.Column("value", models.Exact(), nullable=True),
        sa.Column("target", models.Exact(), nullable=True),
        sa.Column("beyond", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("cause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("guess", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cause_id"], ["cause.id"], name=op.f("fk_finding_cause_id_cause")),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_finding_created_by_user_account")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_finding_review_id_review")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_finding_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_review_id"), ["review_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_finding_team_id"), ["team_id"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("start", models.UtcDateTime(), nullable=True),
        sa.Column("end", models.UtcDateTime(), nullable=True),
        sa.Column(
            "figures",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "checks",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "extra",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "faults",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("airing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("minutes_off", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["airing_id"], ["airing.id"], name=op.f("fk_import_row_airing_id_airing")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_import_row_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import_file.id"], name=op.f("fk_import_row_import_id_import_file")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_import_row_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_import_row_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_file", ["import_id", "number"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_row_team_id"), ["team_id"], unique=False)
    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("value", models.Exact(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_action_created_by_user_account")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_action_finding_id_finding")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_action_session_id_live_session")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_action_step_id_step")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_action_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_finding_id"), ["finding_id"], unique=False)
        batch_op.create_index("ix_action_session", ["team_id", "session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_team_id"), ["team_id"], unique=False)
    op.create_table(
        "figure_set",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("airing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("taken_at", models.UtcDateTime(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("import_row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["airing_id"], ["airing.id"], name=op.f("fk_figure_set_airing_id_airing")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_figure_set_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["import_row_id"], ["import_row.id"], name=op.f("fk_figure_set_import_row_id_import_row")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_figure_set_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_figure_set_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_set")),
    )
    with op.batch_alter_table("figure_set", schema=None) as batch_op:
        batch_op.create_index("ix_figure_set_session", ["team_id", "session_id", "current"], unique=False)
        batch_op.create_index(batch_op.f("ix_figure_set_team_id"), ["team_id"], unique=False)
    op.create_table(
        "action_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("action_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", models.Exact(), nullable=True),
        sa.Column("proposed", sa.String(length=40), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_at", models.UtcDateTime(), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_check_action_id_action")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_action_check_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_action_check_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["user_account.id"], name=op.f("fk_action_check_signed_by_user_account")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_action_check_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_check")),
        sa.UniqueConstraint("action_id", "session_id", name=op.f("uq_action_check_action_id_session_id")),
    )
    with op.batch_alter_table("action_check", schema=None) as batch_op:
        batch_op.create_index("ix_action_check_session", ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_check_team_id"), ["team_id"], unique=False)
    op.create_table(
        "figure_value",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("value", models.Exact(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_figure_value_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["set_id"], ["figure_set.id"], name=op.f("fk_figure_value_set_id_figure_set")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_figure_value_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_value")),
        sa.UniqueConstraint("set_id", "metric", name=op.f("uq_figure_value_set_id_metric")),
    )
    with op.batch_alter_table("figure_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_value_team_id"), ["team_id"], unique=False)


def drop():
    """The other way round."""
    with op.batch_alter_table("figure_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_value_team_id"))

    op.drop_table("figure_value")
    with op.batch_alter_table("action_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_check_team_id"))
        batch_op.drop_index("ix_action_check_session")

    op.drop_table("action_check")
    with op.batch_alter_table("figure_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_set_team_id"))
        batch_op.drop_index("ix_figure_set_session")

    op.drop_table("figure_set")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_team_id"))
        batch_op.drop_index("ix_action_session")
        batch_op.drop_index(batch_op.f("ix_action_finding_id"))

    op.drop_table("action")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_team_id"))
        batch_op.drop_index("ix_import_row_file")

    op.drop_table("import_row")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_team_id"))
        batch_op.drop_index(batch_op.f("ix_finding_review_id"))

    op.drop_table("finding")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_team_id"))

    op.drop_table("review")
    with op.batch_alter_table("import_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_file_team_id"))
        batch_op.drop_index(batch_op.f("ix_import_file_digest"))

    op.drop_table("import_file")
