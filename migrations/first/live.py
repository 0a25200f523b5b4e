"""The first tables of `live`: where, when and who."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planner.base import models


def create():
    """In the order in which they point at each other."""
    op.create_table(
        "channel",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_channel_created_by_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_channel_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_channel_trash_id"), ["trash_id"], unique=False)
        batch_op.create_index(
            batch_op.f("uq_channel_account"),
            ["team_id", "platform", "account"],
            unique=True,
            sqlite_where=sa.text("trashed_at IS NULL"),
            postgresql_where=sa.text("trashed_at IS NULL"),
        )
    op.create_table(
        "studio",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_studio_created_by_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_studio_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio")),
    )
    with op.batch_alter_table("studio", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_trash_id"), ["trash_id"], unique=False)
        batch_op.create_index(
            batch_op.f("uq_studio_name"),
            ["team_id", "name"],
            unique=True,
            sqlite_where=sa.text("trashed_at IS NULL"),
            postgresql_where=sa.text("trashed_at IS NULL"),
        )
    op.create_table(
        "live_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("studio_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("planned_start", models.UtcDateTime(), nullable=False),
        sa.Column("planned_end", models.UtcDateTime(), nullable=False),
        sa.Column("real_start", models.UtcDateTime(), nullable=True),
        sa.Column("real_end", models.UtcDateTime(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("go_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("go_at", models.UtcDateTime(), nullable=True),
        sa.Column("go_note", sa.String(length=300), nullable=False),
        sa.Column(
            "missing",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column("no_compare", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", models.UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_live_session_channel_id_channel")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_live_session_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["go_by"], ["user_account.id"], name=op.f("fk_live_session_go_by_user_account")),
        sa.ForeignKeyConstraint(["studio_id"], ["studio.id"], name=op.f("fk_live_session_studio_id_studio")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_live_session_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_session")),
    )
    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.create_index("ix_live_session_channel", ["team_id", "channel_id", "planned_start"], unique=False)
        batch_op.create_index("ix_live_session_start", ["team_id", "planned_start"], unique=False)
        batch_op.create_index("ix_live_session_state", ["team_id", "state", "planned_start"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_session_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_live_session_trash_id"), ["trash_id"], unique=False)
    op.create_table(
        "airing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("real_start", models.UtcDateTime(), nullable=False),
        sa.Column("real_end", models.UtcDateTime(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("tapped_start", models.UtcDateTime(), nullable=True),
        sa.Column("tapped_end", models.UtcDateTime(), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_airing_channel_id_channel")),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_airing_created_by_user_account")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_airing_session_id_live_session")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_airing_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_airing")),
    )
    with op.batch_alter_table("airing", schema=None) as batch_op:
        batch_op.create_index("ix_airing_channel", ["team_id", "channel_id", "real_start"], unique=False)
        batch_op.create_index(batch_op.f("ix_airing_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_airing_team_id"), ["team_id"], unique=False)
    op.create_table(
        "lineup_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("link_no", sa.String(length=40), nullable=False),
        sa.Column("live_price", sa.BigInteger(), nullable=True),
        sa.Column("usual_price", sa.BigInteger(), nullable=True),
        sa.Column("stock", sa.BigInteger(), nullable=True),
        sa.Column("mechanism", sa.String(length=200), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_lineup_item_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_lineup_item_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_lineup_item_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineup_item")),
    )
    with op.batch_alter_table("lineup_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lineup_item_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lineup_item_team_id"), ["team_id"], unique=False)
    op.create_table(
        "log_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", models.UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("client_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_log_entry_created_by_user_account")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_log_entry_session_id_live_session")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_log_entry_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_log_entry_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entry")),
        sa.UniqueConstraint("team_id", "client_id", name=op.f("uq_log_entry_team_id_client_id")),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("ix_log_entry_session", ["session_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_entry_team_id"), ["team_id"], unique=False)
    op.create_table(
        "session_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag", sa.String(length=30), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_session_tag_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_tag_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_session_tag_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_tag")),
        sa.UniqueConstraint("session_id", "tag", name=op.f("uq_session_tag_session_id_tag")),
    )
    with op.batch_alter_table("session_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_tag_team_id"), ["team_id"], unique=False)
    op.create_table(
        "session_target",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("metric", sa.String(length=40), nullable=False),
        sa.Column("value", models.Exact(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_session_target_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_target_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_session_target_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_target")),
        sa.UniqueConstraint("session_id", "metric", name=op.f("uq_session_target_session_id_metric")),
    )
    with op.batch_alter_table("session_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_target_team_id"), ["team_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("start", models.UtcDateTime(), nullable=False),
        sa.Column("end", models.UtcDateTime(), nullable=False),
        sa.Column("override_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_shift_created_by_user_account")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_shift_position_id_position")),
        sa.ForeignKeyConstraint(["session_id"], ["live_session.id"], name=op.f("fk_shift_session_id_live_session")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_shift_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_shift_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index("ix_shift_person", ["team_id", "user_id", "start"], unique=False)
        batch_op.create_index(batch_op.f("ix_shift_session_id"), ["session_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_shift_team_id"), ["team_id"], unique=False)
    op.create_table(
        "log_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_log_note_created_by_user_account")),
        sa.ForeignKeyConstraint(["entry_id"], ["log_entry.id"], name=op.f("fk_log_note_entry_id_log_entry")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_log_note_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_note")),
    )
    with op.batch_alter_table("log_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_note_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_log_note_team_id"), ["team_id"], unique=False)


def drop():
    """The other way round."""
    with op.batch_alter_table("log_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_note_team_id"))
        batch_op.drop_index(batch_op.f("ix_log_note_entry_id"))

    op.drop_table("log_note")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_team_id"))
        batch_op.drop_index(batch_op.f("ix_shift_session_id"))
        batch_op.drop_index("ix_shift_person")

    op.drop_table("shift")
    with op.batch_alter_table("session_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_target_team_id"))

    op.drop_table("session_target")
    with op.batch_alter_table("session_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_tag_team_id"))

    op.drop_table("session_tag")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_entry_team_id"))
        batch_op.drop_index("ix_log_entry_session")

    op.drop_table("log_entry")
    with op.batch_alter_table("lineup_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lineup_item_team_id"))
        batch_op.drop_index(batch_op.f("ix_lineup_item_session_id"))

    op.drop_table("lineup_item")
    with op.batch_alter_table("airing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_airing_team_id"))
        batch_op.drop_index(batch_op.f("ix_airing_session_id"))
        batch_op.drop_index("ix_airing_channel")

    op.drop_table("airing")
    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_live_session_trash_id"))
        batch_op.drop_index(batch_op.f("ix_live_session_team_id"))
        batch_op.drop_index("ix_live_session_state")
        batch_op.drop_index("ix_live_session_start")
        batch_op.drop_index("ix_live_session_channel")

    op.drop_table("live_session")
    with op.batch_alter_table("studio", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("uq_studio_name"),
            sqlite_where=sa.text("trashed_at IS NULL"),
            postgresql_where=sa.text("trashed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_studio_trash_id"))
        batch_op.drop_index(batch_op.f("ix_studio_team_id"))

    op.drop_table("studio")
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("uq_channel_account"),
            sqlite_where=sa.text("trashed_at IS NULL"),
            postgresql_where=sa.text("trashed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_channel_trash_id"))
        batch_op.drop_index(batch_op.f("ix_channel_team_id"))

    op.drop_table("channel")
