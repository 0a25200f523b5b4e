"""Periods that are closed, goals with weights, relative targets, figures of the team's own, check-ins and links."""

import sqlalchemy as sa
from alembic import op

from planner.base.models import Exact, Id, UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NEW = ("goal_link", "target_closing", "own_value", "check_in", "carried")
YOUNGER = {"per_session": "per_day", "best_day": "best_session", "latest_day": "latest"}
"""Ways of counting that the version before does not know, and what is nearest to them."""


def make(table, *columns, keys, versioned=True, trashable=False, more=()):
    """A team's table with what all of them have; `keys` are its columns that name other tables."""
    last = [sa.Column("version", sa.Integer(), nullable=False)] if versioned else []
    if trashable:
        last += [sa.Column("trashed_at", UtcDateTime(), nullable=True), sa.Column("trash_id", sa.String(32))]
    all_keys = {"team_id": "team", **keys, "created_by": "user_account"}
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        *columns,
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        *last,
        *(sa.ForeignKeyConstraint([k], [f"{t}.id"], name=op.f(f"fk_{table}_{k}_{t}")) for k, t in all_keys.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *more,
    )
    if trashable:
        op.create_index(f"ix_{table}_trash_id", table, ["trash_id"])


def upgrade():
    with op.batch_alter_table("period") as table:
        table.add_column(sa.Column("state", sa.String(40), nullable=False, server_default="open"))
        table.add_column(sa.Column("closed_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("closed_by", Id, nullable=True))
        table.add_column(sa.Column("lessons", sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_period_closed_by_user_account"), "user_account", ["closed_by"], ["id"])
    with op.batch_alter_table("goal") as table:
        table.add_column(sa.Column("carried_from", Id, nullable=True))
        table.create_foreign_key(op.f("fk_goal_carried_from_goal"), "goal", ["carried_from"], ["id"])
    make(
        "own_metric",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(12), nullable=False, server_default=""),
        sa.Column("way", sa.String(40), nullable=False),
        keys={},
        trashable=True,
    )
    alive = sa.text("trashed_at IS NULL")
    op.create_index(
        "uq_own_metric_name", "own_metric", ["team_id", "name"], unique=True, sqlite_where=alive, postgresql_where=alive
    )
    with op.batch_alter_table("target") as table:
        table.add_column(sa.Column("own_id", Id, nullable=True))
        table.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("relative", Exact(), nullable=True))
        table.add_column(sa.Column("baseline_first", sa.Date(), nullable=True))
        table.add_column(sa.Column("baseline_last", sa.Date(), nullable=True))
        table.create_foreign_key(op.f("fk_target_own_id_own_metric"), "own_metric", ["own_id"], ["id"])
    op.create_index("ix_target_own_id", "target", ["own_id"])
    make(
        "carried",
        sa.Column("period_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("object_id", Id, nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("into_id", Id, nullable=True),
        sa.Column("made_id", Id, nullable=True),
        keys={"period_id": "period", "into_id": "period"},
        more=[sa.UniqueConstraint("period_id", "kind", "object_id", name=op.f("uq_carried_period_id_kind_object_id"))],
    )
    make(
        "check_in",
        sa.Column("goal_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("health", sa.String(40), nullable=True),
        sa.Column("computed", sa.String(40), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("seen_by", Id, nullable=True),
        keys={"goal_id": "goal", "seen_by": "user_account"},
    )
    op.create_index("ix_check_in_goal_id", "check_in", ["goal_id"])
    make(
        "own_value",
        sa.Column("goal_id", Id, nullable=False),
        sa.Column("check_in_id", Id, nullable=False),
        sa.Column("own_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", Exact(), nullable=False),
        keys={"goal_id": "goal", "check_in_id": "check_in", "own_id": "own_metric"},
        versioned=False,
    )
    op.create_index("ix_own_value_day", "own_value", ["own_id", "day"])
    op.create_index("ix_own_value_goal_id", "own_value", ["goal_id"])
    op.create_index("ix_own_value_check_in_id", "own_value", ["check_in_id"])
    make(
        "target_closing",
        sa.Column("goal_id", Id, nullable=False),
        sa.Column("target_id", Id, nullable=False),
        sa.Column("value", Exact(), nullable=True),
        sa.Column("health", sa.String(40), nullable=False),
        sa.Column("cause_id", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("improvement", sa.Text(), nullable=False),
        keys={"goal_id": "goal", "target_id": "target", "cause_id": "cause"},
        more=[sa.UniqueConstraint("target_id", name=op.f("uq_target_closing_target_id"))],
    )
    op.create_index("ix_target_closing_goal_id", "target_closing", ["goal_id"])
    make(
        "goal_link",
        sa.Column("goal_id", Id, nullable=False),
        sa.Column("phase_id", Id, nullable=True),
        sa.Column("session_id", Id, nullable=True),
        keys={"goal_id": "goal", "phase_id": "phase", "session_id": "live_session"},
        versioned=False,
        more=[
            sa.UniqueConstraint("goal_id", "phase_id", name=op.f("uq_goal_link_goal_id_phase_id")),
            sa.UniqueConstraint("goal_id", "session_id", name=op.f("uq_goal_link_goal_id_session_id")),
        ],
    )
    op.create_index("ix_goal_link_phase_id", "goal_link", ["phase_id"])
    op.create_index("ix_goal_link_session_id", "goal_link", ["session_id"])


def downgrade():
    for table in NEW:
        op.drop_table(table)
    target = sa.table("target", sa.column("aggregation"), sa.column("own_id"))
    op.execute(target.delete().where(target.c.own_id.is_not(None)))
    for now, before in YOUNGER.items():
        op.execute(target.update().where(target.c.aggregation == now).values(aggregation=before))
    op.drop_index("ix_target_own_id", "target")
    with op.batch_alter_table("target") as table:
        table.drop_constraint(op.f("fk_target_own_id_own_metric"), type_="foreignkey")
        for column in ("baseline_last", "baseline_first", "relative", "weight", "own_id"):
            table.drop_column(column)
    op.drop_table("own_metric")
    with op.batch_alter_table("goal") as table:
        table.drop_constraint(op.f("fk_goal_carried_from_goal"), type_="foreignkey")
        table.drop_column("carried_from")
    with op.batch_alter_table("period") as table:
        table.drop_constraint(op.f("fk_period_closed_by_user_account"), type_="foreignkey")
        for column in ("lessons", "closed_by", "closed_at", "state"):
            table.drop_column(column)
