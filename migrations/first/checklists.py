"""The first tables of `checklists`: standard procedures and lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.base import models


def create():
    """In the order in which they point at each other."""
    op.create_table(
        "sop_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_sop_template_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sop_template_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sop_template")),
    )
    with op.batch_alter_table("sop_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sop_template_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sop_template_trash_id"), ["trash_id"], unique=False)
    op.create_table(
        "sop_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_sop_version_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sop_version_team_id_team")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["sop_template.id"], name=op.f("fk_sop_version_template_id_sop_template")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sop_version")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_sop_version_template_id_number")),
    )
    with op.batch_alter_table("sop_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sop_version_team_id"), ["team_id"], unique=False)
    op.create_table(
        "checklist",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_checklist_created_by_user_account")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_checklist_session_id_live_session")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_checklist_team_id_team")),
        sa.ForeignKeyConstraint(["version_id"], ["sop_version.id"], name=op.f("fk_checklist_version_id_sop_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("session_id", name=op.f("uq_checklist_session_id")),
    )
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_team_id"), ["team_id"], unique=False)
    op.create_table(
        "sop_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("anchor", sa.String(length=40), nullable=False),
        sa.Column("offset_minutes", sa.Integer(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("each_shift", sa.Boolean(), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column(
            "recheck",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_sop_item_created_by_user_account")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_sop_item_position_id_position")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sop_item_team_id_team")),
        sa.ForeignKeyConstraint(["version_id"], ["sop_version.id"], name=op.f("fk_sop_item_version_id_sop_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sop_item")),
    )
    with op.batch_alter_table("sop_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sop_item_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sop_item_version_id"), ["version_id"], unique=False)
    op.create_table(
        "sop_proposal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("anchor", sa.String(length=40), nullable=False),
        sa.Column("offset_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("from_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", models.UtcDateTime(), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_sop_proposal_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_sop_proposal_decided_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["from_session_id"], ["live_session.id"], name=op.f("fk_sop_proposal_from_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_sop_proposal_position_id_position")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sop_proposal_team_id_team")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["sop_template.id"], name=op.f("fk_sop_proposal_template_id_sop_template")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sop_proposal")),
    )
    with op.batch_alter_table("sop_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sop_proposal_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sop_proposal_template_id"), ["template_id"], unique=False)
    op.create_table(
        "checklist_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checklist_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sop_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due", models.UtcDateTime(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("acted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acted_for", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acted_at", models.UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("halfway", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["acted_by"], ["user_account.id"], name=op.f("fk_checklist_item_acted_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["acted_for"], ["user_account.id"], name=op.f("fk_checklist_item_acted_for_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_item_checklist_id_checklist")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_checklist_item_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["halfway"], ["user_account.id"], name=op.f("fk_checklist_item_halfway_user_account")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_checklist_item_position_id_position")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_checklist_item_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["sop_item_id"], ["sop_item.id"], name=op.f("fk_checklist_item_sop_item_id_sop_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_checklist_item_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_checklist_item_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
    )
    with op.batch_alter_table("checklist_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_item_checklist_id"), ["checklist_id"], unique=False)
        batch_op.create_index("ix_checklist_item_due", ["team_id", "state", "due"], unique=False)
        batch_op.create_index("ix_checklist_item_session", ["session_id", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_checklist_item_team_id"), ["team_id"], unique=False)
    op.create_table(
        "tick",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("for_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("tapped_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_tick_created_by_user_account")),
        sa.ForeignKeyConstraint(["for_user_id"], ["user_account.id"], name=op.f("fk_tick_for_user_id_user_account")),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_item.id"], name=op.f("fk_tick_item_id_checklist_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_tick_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_tick_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tick")),
        sa.UniqueConstraint("team_id", "client_id", name=op.f("uq_tick_team_id_client_id")),
    )
    with op.batch_alter_table("tick", schema=None) as batch_op:
        batch_op.create_index("ix_tick_item", ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tick_team_id"), ["team_id"], unique=False)


def drop():
    """The other way round."""
    with op.batch_alter_table("tick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tick_team_id"))
        batch_op.drop_index("ix_tick_item")

    op.drop_table("tick")
    with op.batch_alter_table("checklist_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_item_team_id"))
        batch_op.drop_index("ix_checklist_item_session")
        batch_op.drop_index("ix_checklist_item_due")
        batch_op.drop_index(batch_op.f("ix_checklist_item_checklist_id"))

    op.drop_table("checklist_item")
    with op.batch_alter_table("sop_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sop_proposal_template_id"))
        batch_op.drop_index(batch_op.f("ix_sop_proposal_team_id"))

    op.drop_table("sop_proposal")
    with op.batch_alter_table("sop_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sop_item_version_id"))
        batch_op.drop_index(batch_op.f("ix_sop_item_team_id"))

    op.drop_table("sop_item")
    with op.batch_alter_table("checklist", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_team_id"))

    op.drop_table("checklist")
    with op.batch_alter_table("sop_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sop_version_team_id"))

    op.drop_table("sop_version")
    with op.batch_alter_table("sop_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sop_template_trash_id"))
        batch_op.drop_index(batch_op.f("ix_sop_template_team_id"))

    op.drop_table("sop_template")
