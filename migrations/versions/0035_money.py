"""Budgets with their ledger, requests for money, and how they are approved."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from planner.base.models import Id, Json, UtcDateTime, append_only_sql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CATEGORIES = ("equipment", "training", "software", "ads", "people", "guests", "samples", "other")
GUARDED = {"ledger_entry": ("note",), "request_act": ("note", "before")}


def guard():
    """The triggers that keep the ledger and the trail from being rewritten."""
    link = op.get_bind()
    for table, erasable in GUARDED.items():
        columns = [column["name"] for column in sa.inspect(link).get_columns(table)]
        for statement in append_only_sql(link.dialect.name, table, columns, erasable):
            link.exec_driver_sql(statement.replace("%", "%%"))


def fill():
    """Teams that are there begin with the usual categories, too."""
    link = op.get_bind()
    team, now = sa.table("team", sa.column("id", Id)), datetime.now(UTC)
    category = sa.table(
        "budget_category", sa.column("team_id", Id), sa.column("key"), sa.column("sort"), sa.column("version"),
        sa.column("created_at", UtcDateTime()),
    )  # fmt: skip
    rows = [
        {"team_id": team_id, "key": key, "sort": sort, "version": 1, "created_at": now}
        for (team_id,) in link.execute(sa.select(team.c.id))
        for sort, key in enumerate(CATEGORIES, start=1)
    ]
    if rows:
        link.execute(sa.insert(category), rows)


def upgrade():
    op.create_table(
        "approval_policy",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_approval_policy_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_approval_policy_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_policy")),
        sa.UniqueConstraint("team_id", "number", name=op.f("uq_approval_policy_team_id_number")),
    )
    op.create_table(
        "budget_category",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("key", sa.String(length=20), server_default="", nullable=False),
        sa.Column("name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("sort", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_budget_category_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_budget_category_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_category")),
    )
    op.create_index(op.f("ix_budget_category_trash_id"), "budget_category", ["trash_id"], unique=False)
    op.create_index(
        op.f("uq_budget_category_name"),
        "budget_category",
        ["team_id", "key", "name"],
        unique=True,
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.create_table(
        "delegation",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("deputy_id", Id, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("deputy_id <> user_id", name=op.f("ck_delegation_two")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_delegation_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["user_account.id"], name=op.f("fk_delegation_deputy_id_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_delegation_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_delegation_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_deputy", "delegation", ["deputy_id", "last"], unique=False)
    op.create_index(op.f("ix_delegation_trash_id"), "delegation", ["trash_id"], unique=False)
    op.create_index("ix_delegation_user", "delegation", ["user_id", "last"], unique=False)
    op.create_table(
        "budget",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("period_id", Id, nullable=False),
        sa.Column("category_id", Id, nullable=False),
        sa.Column("allocated", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("committed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("spent", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=True),
        sa.Column("frozen_by", Id, nullable=True),
        sa.Column("carried_into", Id, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.CheckConstraint(
            "allocated >= 0 AND reserved >= 0 AND committed >= 0 AND spent >= 0", name=op.f("ck_budget_sums")
        ),
        sa.CheckConstraint("committed + spent <= allocated", name=op.f("ck_budget_available")),
        sa.ForeignKeyConstraint(["carried_into"], ["budget.id"], name=op.f("fk_budget_carried_into_budget")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["budget_category.id"], name=op.f("fk_budget_category_id_budget_category")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_budget_created_by_user_account")),
        sa.ForeignKeyConstraint(["frozen_by"], ["user_account.id"], name=op.f("fk_budget_frozen_by_user_account")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_budget_period_id_period")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_budget_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("period_id", "category_id", name=op.f("uq_budget_period_id_category_id")),
    )
    op.create_index(op.f("ix_budget_category_id"), "budget", ["category_id"], unique=False)
    op.create_table(
        "budget_transfer",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("from_id", Id, nullable=False),
        sa.Column("to_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR state = 'taken_back' OR decided_by <> created_by",
            name=op.f("ck_budget_transfer_two"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_transfer_amount")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_budget_transfer_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_budget_transfer_decided_by_user_account")
        ),
        sa.ForeignKeyConstraint(["from_id"], ["budget.id"], name=op.f("fk_budget_transfer_from_id_budget")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_budget_transfer_team_id_team")),
        sa.ForeignKeyConstraint(["to_id"], ["budget.id"], name=op.f("fk_budget_transfer_to_id_budget")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_transfer")),
    )
    op.create_index(op.f("ix_budget_transfer_from_id"), "budget_transfer", ["from_id"], unique=False)
    op.create_index("ix_budget_transfer_state", "budget_transfer", ["team_id", "state"], unique=False)
    op.create_index(op.f("ix_budget_transfer_to_id"), "budget_transfer", ["to_id"], unique=False)
    op.create_table(
        "resource_request",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("requester_id", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("category_id", Id, nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("goal_id", Id, nullable=True),
        sa.Column("session_id", Id, nullable=True),
        sa.Column("step_id", Id, nullable=True),
        sa.Column("payee", sa.String(length=120), server_default="", nullable=False),
        sa.Column("payee_id", Id, nullable=True),
        sa.Column("pay_way", sa.String(40), nullable=True),
        sa.Column("invoice", sa.String(40), server_default="none", nullable=False),
        sa.Column("invoice_number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("tax", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("metric", sa.String(length=40), server_default="", nullable=False),
        sa.Column("effect", sa.BigInteger(), nullable=True),
        sa.Column("effect_note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("every", sa.String(40), nullable=True),
        sa.Column("renews_on", sa.Date(), nullable=True),
        sa.Column("renewed_by", Id, nullable=True),
        sa.Column("spent_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("incident_id", Id, nullable=True),
        sa.Column("round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seen", sa.String(length=64), server_default="", nullable=False),
        sa.Column("budget_id", Id, nullable=True),
        sa.Column("policy_id", Id, nullable=True),
        sa.Column("over_budget", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("waits_since", UtcDateTime(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trashed_at", UtcDateTime(), nullable=True),
        sa.Column("trash_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_resource_request_budget_id_budget")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["budget_category.id"], name=op.f("fk_resource_request_category_id_budget_category")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_resource_request_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_resource_request_goal_id_goal")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["checklist.id"], name=op.f("fk_resource_request_incident_id_checklist")
        ),
        sa.ForeignKeyConstraint(
            ["payee_id"], ["user_account.id"], name=op.f("fk_resource_request_payee_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["approval_policy.id"], name=op.f("fk_resource_request_policy_id_approval_policy")
        ),
        sa.ForeignKeyConstraint(
            ["renewed_by"], ["resource_request.id"], name=op.f("fk_resource_request_renewed_by_resource_request")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["user_account.id"], name=op.f("fk_resource_request_requester_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_resource_request_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_resource_request_step_id_step")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_resource_request_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_request")),
        sa.UniqueConstraint("team_id", "number", name=op.f("uq_resource_request_team_id_number")),
    )
    op.create_index(op.f("ix_resource_request_budget_id"), "resource_request", ["budget_id"], unique=False)
    op.create_index(op.f("ix_resource_request_category_id"), "resource_request", ["category_id"], unique=False)
    op.create_index(
        op.f("ix_resource_request_goal"),
        "resource_request",
        ["goal_id"],
        unique=False,
        sqlite_where=sa.text("goal_id IS NOT NULL"),
        postgresql_where=sa.text("goal_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_resource_request_renews"),
        "resource_request",
        ["team_id", "renews_on"],
        unique=False,
        sqlite_where=sa.text("renews_on IS NOT NULL"),
        postgresql_where=sa.text("renews_on IS NOT NULL"),
    )
    op.create_index("ix_resource_request_requester", "resource_request", ["requester_id", "id"], unique=False)
    op.create_index(
        op.f("ix_resource_request_session"),
        "resource_request",
        ["session_id"],
        unique=False,
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index("ix_resource_request_state", "resource_request", ["team_id", "state", "id"], unique=False)
    op.create_index(
        op.f("ix_resource_request_step"),
        "resource_request",
        ["step_id"],
        unique=False,
        sqlite_where=sa.text("step_id IS NOT NULL"),
        postgresql_where=sa.text("step_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_resource_request_trash_id"), "resource_request", ["trash_id"], unique=False)
    op.create_index(
        op.f("uq_resource_request_invoice"),
        "resource_request",
        ["team_id", "invoice_number"],
        unique=True,
        sqlite_where=sa.text("invoice_number <> '' AND trashed_at IS NULL"),
        postgresql_where=sa.text("invoice_number <> '' AND trashed_at IS NULL"),
    )
    op.create_table(
        "approval_level",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("rule", Json, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("covered_by", sa.Integer(), nullable=True),
        sa.Column("active_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("escalated_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_approval_level_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_approval_level_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_approval_level_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_level")),
        sa.UniqueConstraint("request_id", "round", "place", name=op.f("uq_approval_level_request_id_round_place")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("budget_id", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("allocated", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("request_id", Id, nullable=True),
        sa.Column("session_id", Id, nullable=True),
        sa.Column("transfer_id", Id, nullable=True),
        sa.Column("reverses_id", Id, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(["budget_id"], ["budget.id"], name=op.f("fk_ledger_entry_budget_id_budget")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_ledger_entry_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_ledger_entry_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id_ledger_entry")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_ledger_entry_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ledger_entry_team_id_team")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["budget_transfer.id"], name=op.f("fk_ledger_entry_transfer_id_budget_transfer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_ledger_entry_team_id_key")),
    )
    op.create_index("ix_ledger_entry_budget", "ledger_entry", ["budget_id", "id"], unique=False)
    op.create_index(
        op.f("ix_ledger_entry_request"),
        "ledger_entry",
        ["request_id"],
        unique=False,
        sqlite_where=sa.text("request_id IS NOT NULL"),
        postgresql_where=sa.text("request_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_ledger_entry_session"),
        "ledger_entry",
        ["session_id"],
        unique=False,
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.create_index(
        op.f("uq_ledger_entry_reverses"),
        "ledger_entry",
        ["reverses_id"],
        unique=True,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "request_act",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("for_user", Id, nullable=True),
        sa.Column("to_user", Id, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("batch", sa.String(length=32), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_request_act_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["for_user"], ["user_account.id"], name=op.f("fk_request_act_for_user_user_account")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_request_act_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_request_act_team_id_team")),
        sa.ForeignKeyConstraint(["to_user"], ["user_account.id"], name=op.f("fk_request_act_to_user_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_act")),
    )
    op.create_index("ix_request_act_batch", "request_act", ["team_id", "batch"], unique=False)
    op.create_index("ix_request_act_person", "request_act", ["team_id", "created_by", "act", "id"], unique=False)
    op.create_index("ix_request_act_request", "request_act", ["request_id", "id"], unique=False)
    op.create_table(
        "request_copy",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_request_copy_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_request_copy_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_request_copy_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_request_copy_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_copy")),
        sa.UniqueConstraint("request_id", "user_id", name=op.f("uq_request_copy_request_id_user_id")),
    )
    op.create_index("ix_request_copy_user", "request_copy", ["user_id"], unique=False)
    op.create_table(
        "request_line",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=120), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("supplier", sa.String(length=80), server_default="", nullable=False),
        sa.Column("link", sa.String(length=500), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_request_line_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_request_line_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_request_line_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_line")),
    )
    op.create_index(op.f("ix_request_line_request_id"), "request_line", ["request_id"], unique=False)
    op.create_table(
        "request_quote",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_request_quote_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_request_quote_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_request_quote_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_quote")),
    )
    op.create_index(op.f("ix_request_quote_request_id"), "request_quote", ["request_id"], unique=False)
    op.create_table(
        "approval_seat",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("team_id", Id, nullable=False),
        sa.Column("level_id", Id, nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("requester_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("by_seat", Id, nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("acted_by", Id, nullable=True),
        sa.Column("acted_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=True),
        sa.Column("seen_version", sa.Integer(), nullable=True),
        sa.Column("seen_amount", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", Id, nullable=True),
        sa.CheckConstraint(
            "acted_by IS NULL OR acted_by <> requester_id OR state = 'not_needed'", name=op.f("ck_approval_seat_own")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR (acted_by IS NOT NULL AND seen IS NOT NULL)", name=op.f("ck_approval_seat_signed")
        ),
        sa.ForeignKeyConstraint(["acted_by"], ["user_account.id"], name=op.f("fk_approval_seat_acted_by_user_account")),
        sa.ForeignKeyConstraint(["by_seat"], ["approval_seat.id"], name=op.f("fk_approval_seat_by_seat_approval_seat")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_approval_seat_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["level_id"], ["approval_level.id"], name=op.f("fk_approval_seat_level_id_approval_level")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["resource_request.id"], name=op.f("fk_approval_seat_request_id_resource_request")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["user_account.id"], name=op.f("fk_approval_seat_requester_id_user_account")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_approval_seat_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_approval_seat_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_seat")),
    )
    op.create_index("ix_approval_seat_level", "approval_seat", ["level_id"], unique=False)
    op.create_index("ix_approval_seat_user", "approval_seat", ["user_id", "state"], unique=False)
    op.create_index(
        op.f("uq_approval_seat_person"),
        "approval_seat",
        ["request_id", "round", "acted_by"],
        unique=True,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    guard()
    fill()


def downgrade():
    link = op.get_bind()
    if link.dialect.name == "postgresql":
        for table in GUARDED:
            link.exec_driver_sql(f"DROP TRIGGER {table}_guard ON {table}")
            link.exec_driver_sql(f"DROP FUNCTION {table}_guard()")
    op.drop_index(
        op.f("uq_approval_seat_person"),
        table_name="approval_seat",
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.drop_index("ix_approval_seat_user", table_name="approval_seat")
    op.drop_index("ix_approval_seat_level", table_name="approval_seat")
    op.drop_table("approval_seat")
    op.drop_index(op.f("ix_request_quote_request_id"), table_name="request_quote")
    op.drop_table("request_quote")
    op.drop_index(op.f("ix_request_line_request_id"), table_name="request_line")
    op.drop_table("request_line")
    op.drop_index("ix_request_copy_user", table_name="request_copy")
    op.drop_table("request_copy")
    op.drop_index("ix_request_act_request", table_name="request_act")
    op.drop_index("ix_request_act_person", table_name="request_act")
    op.drop_index("ix_request_act_batch", table_name="request_act")
    op.drop_table("request_act")
    op.drop_index(
        op.f("uq_ledger_entry_reverses"),
        table_name="ledger_entry",
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_ledger_entry_session"),
        table_name="ledger_entry",
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_ledger_entry_request"),
        table_name="ledger_entry",
        sqlite_where=sa.text("request_id IS NOT NULL"),
        postgresql_where=sa.text("request_id IS NOT NULL"),
    )
    op.drop_index("ix_ledger_entry_budget", table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_table("approval_level")
    op.drop_index(
        op.f("uq_resource_request_invoice"),
        table_name="resource_request",
        sqlite_where=sa.text("invoice_number <> '' AND trashed_at IS NULL"),
        postgresql_where=sa.text("invoice_number <> '' AND trashed_at IS NULL"),
    )
    op.drop_index(op.f("ix_resource_request_trash_id"), table_name="resource_request")
    op.drop_index(
        op.f("ix_resource_request_step"),
        table_name="resource_request",
        sqlite_where=sa.text("step_id IS NOT NULL"),
        postgresql_where=sa.text("step_id IS NOT NULL"),
    )
    op.drop_index("ix_resource_request_state", table_name="resource_request")
    op.drop_index(
        op.f("ix_resource_request_session"),
        table_name="resource_request",
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    op.drop_index("ix_resource_request_requester", table_name="resource_request")
    op.drop_index(
        op.f("ix_resource_request_renews"),
        table_name="resource_request",
        sqlite_where=sa.text("renews_on IS NOT NULL"),
        postgresql_where=sa.text("renews_on IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_resource_request_goal"),
        table_name="resource_request",
        sqlite_where=sa.text("goal_id IS NOT NULL"),
        postgresql_where=sa.text("goal_id IS NOT NULL"),
    )
    op.drop_index(op.f("ix_resource_request_category_id"), table_name="resource_request")
    op.drop_index(op.f("ix_resource_request_budget_id"), table_name="resource_request")
    op.drop_table("resource_request")
    op.drop_index(op.f("ix_budget_transfer_to_id"), table_name="budget_transfer")
    op.drop_index("ix_budget_transfer_state", table_name="budget_transfer")
    op.drop_index(op.f("ix_budget_transfer_from_id"), table_name="budget_transfer")
    op.drop_table("budget_transfer")
    op.drop_index(op.f("ix_budget_category_id"), table_name="budget")
    op.drop_table("budget")
    op.drop_index("ix_delegation_user", table_name="delegation")
    op.drop_index(op.f("ix_delegation_trash_id"), table_name="delegation")
    op.drop_index("ix_delegation_deputy", table_name="delegation")
    op.drop_table("delegation")
    op.drop_index(
        op.f("uq_budget_category_name"),
        table_name="budget_category",
        sqlite_where=sa.text("trashed_at IS NULL"),
        postgresql_where=sa.text("trashed_at IS NULL"),
    )
    op.drop_index(op.f("ix_budget_category_trash_id"), table_name="budget_category")
    op.drop_table("budget_category")
    op.drop_table("approval_policy")
