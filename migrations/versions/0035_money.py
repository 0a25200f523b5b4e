"""Budgets with their ledger, requests for money, and how they are approved."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations.tables import AT, BIG, DAY, INT, check, col, drop, guard, index, owned, unique
from planner.base.models import Id, Json, UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CATEGORIES = ("equipment", "training", "software", "ads", "people", "guests", "samples", "other")
GUARDED = {"ledger_entry": ("note",), "request_act": ("note", "before")}
TABLES = (
    "approval_policy",
    "budget_category",
    "delegation",
    "budget",
    "budget_transfer",
    "resource_request",
    "approval_level",
    "ledger_entry",
    "request_act",
    "request_copy",
    "request_line",
    "request_quote",
    "approval_seat",
)
"""In the order in which they are made."""


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
    owned(
        "approval_policy",
        col("number", INT),
        col("rules", Json),
        col("note", sa.String(200)),
        unique("approval_policy", "team_id", "number"),
    )
    owned(
        "budget_category",
        col("key", sa.String(20), server_default=""),
        col("name", sa.String(40), server_default=""),
        col("sort", INT, server_default="0"),
        versioned=True, trashable=True,
    )
    index("uq_budget_category_name", "budget_category", "team_id", "key", "name", unique=True, where="trashed_at IS NULL")
    owned(
        "delegation",
        col("user_id", Id, to="user_account"),
        col("deputy_id", Id, to="user_account"),
        col("first", DAY),
        col("last", DAY),
        col("note", sa.String(200)),
        check("delegation", "two", "deputy_id <> user_id"),
        versioned=True, trashable=True,
    )
    index("ix_delegation_deputy", "delegation", "deputy_id", "last")
    index("ix_delegation_user", "delegation", "user_id", "last")
    owned(
        "budget",
        col("period_id", Id, to="period"),
        col("category_id", Id, to="budget_category"),
        col("allocated", BIG, server_default="0"),
        col("reserved", BIG, server_default="0"),
        col("committed", BIG, server_default="0"),
        col("spent", BIG, server_default="0"),
        col("frozen_at", AT, True),
        col("frozen_by", Id, True, to="user_account"),
        col("carried_into", Id, True, to="budget"),
        check("budget", "sums", "allocated >= 0 AND reserved >= 0 AND committed >= 0 AND spent >= 0"),
        check("budget", "available", "committed + spent <= allocated"),
        unique("budget", "period_id", "category_id"),
    )
    index("ix_budget_category_id", "budget", "category_id")
    owned(
        "budget_transfer",
        col("from_id", Id, to="budget"),
        col("to_id", Id, to="budget"),
        col("amount", BIG),
        col("reason", sa.String(200)),
        col("state", sa.String(40)),
        col("decided_by", Id, True, to="user_account"),
        col("decided_at", AT, True),
        col("answer", sa.String(200)),
        check("budget_transfer", "two", "decided_by IS NULL OR state = 'taken_back' OR decided_by <> created_by"),
        check("budget_transfer", "amount", "amount > 0"),
        versioned=True,
    )
    index("ix_budget_transfer_from_id", "budget_transfer", "from_id")
    index("ix_budget_transfer_state", "budget_transfer", "team_id", "state")
    index("ix_budget_transfer_to_id", "budget_transfer", "to_id")
    owned(
        "resource_request",
        col("number", INT),
        col("requester_id", Id, to="user_account"),
        col("kind", sa.String(40)),
        col("state", sa.String(40)),
        col("title", sa.String(120)),
        col("purpose", sa.Text(), server_default=""),
        col("category_id", Id, True, to="budget_category"),
        col("total", BIG),
        col("needed_by", DAY, True),
        col("goal_id", Id, True, to="goal"),
        col("session_id", Id, True, to="live_session"),
        col("step_id", Id, True, to="step"),
        col("payee", sa.String(120), server_default=""),
        col("payee_id", Id, True, to="user_account"),
        col("pay_way", sa.String(40), True),
        col("invoice", sa.String(40), server_default="none"),
        col("invoice_number", sa.String(40), server_default=""),
        col("tax", BIG, server_default="0"),
        col("metric", sa.String(40), server_default=""),
        col("effect", BIG, True),
        col("effect_note", sa.String(200), server_default=""),
        col("every", sa.String(40), True),
        col("renews_on", DAY, True),
        col("renewed_by", Id, True, to="resource_request"),
        col("spent_on", DAY, True),
        col("reason", sa.String(200), server_default=""),
        col("incident_id", Id, True, to="checklist"),
        col("round", INT, server_default="0"),
        col("seen", sa.String(64), server_default=""),
        col("budget_id", Id, True, to="budget"),
        col("policy_id", Id, True, to="approval_policy"),
        col("over_budget", sa.Boolean(), server_default=sa.false()),
        col("submitted_at", AT, True),
        col("waits_since", AT, True),
        col("decided_at", AT, True),
        unique("resource_request", "team_id", "number"),
        versioned=True, trashable=True,
    )
    index("ix_resource_request_budget_id", "resource_request", "budget_id")
    index("ix_resource_request_category_id", "resource_request", "category_id")
    index("ix_resource_request_goal", "resource_request", "goal_id", where="goal_id IS NOT NULL")
    index("ix_resource_request_renews", "resource_request", "team_id", "renews_on", where="renews_on IS NOT NULL")
    index("ix_resource_request_requester", "resource_request", "requester_id", "id")
    index("ix_resource_request_session", "resource_request", "session_id", where="session_id IS NOT NULL")
    index("ix_resource_request_state", "resource_request", "team_id", "state", "id")
    index("ix_resource_request_step", "resource_request", "step_id", where="step_id IS NOT NULL")
    index("uq_resource_request_invoice", "resource_request", "team_id", "invoice_number", unique=True, where="invoice_number <> '' AND trashed_at IS NULL")
    owned(
        "approval_level",
        col("request_id", Id, to="resource_request"),
        col("round", INT),
        col("place", INT),
        col("name", sa.String(40)),
        col("mode", sa.String(40)),
        col("needed", INT),
        col("rule", Json),
        col("state", sa.String(40)),
        col("covered_by", INT, True),
        col("active_at", AT, True),
        col("reminded_at", AT, True),
        col("escalated_at", AT, True),
        unique("approval_level", "request_id", "round", "place"),
    )
    owned(
        "ledger_entry",
        col("budget_id", Id, to="budget"),
        col("kind", sa.String(40)),
        col("allocated", BIG),
        col("reserved", BIG),
        col("committed", BIG),
        col("spent", BIG),
        col("key", sa.String(80)),
        col("note", sa.String(200), True),
        col("request_id", Id, True, to="resource_request"),
        col("session_id", Id, True, to="live_session"),
        col("transfer_id", Id, True, to="budget_transfer"),
        col("reverses_id", Id, True, to="ledger_entry"),
        unique("ledger_entry", "team_id", "key"),
    )
    index("ix_ledger_entry_budget", "ledger_entry", "budget_id", "id")
    index("ix_ledger_entry_request", "ledger_entry", "request_id", where="request_id IS NOT NULL")
    index("ix_ledger_entry_session", "ledger_entry", "session_id", where="session_id IS NOT NULL")
    index("uq_ledger_entry_reverses", "ledger_entry", "reverses_id", unique=True, where="reverses_id IS NOT NULL")
    owned(
        "request_act",
        col("request_id", Id, to="resource_request"),
        col("act", sa.String(40)),
        col("round", INT),
        col("level", sa.String(40)),
        col("for_user", Id, True, to="user_account"),
        col("to_user", Id, True, to="user_account"),
        col("amount", BIG),
        col("seen", sa.String(64)),
        col("note", sa.String(500), True),
        col("batch", sa.String(32)),
        col("before", Json, True),
    )
    index("ix_request_act_batch", "request_act", "team_id", "batch")
    index("ix_request_act_person", "request_act", "team_id", "created_by", "act", "id")
    index("ix_request_act_request", "request_act", "request_id", "id")
    owned(
        "request_copy",
        col("request_id", Id, to="resource_request"),
        col("user_id", Id, to="user_account"),
        unique("request_copy", "request_id", "user_id"),
    )
    index("ix_request_copy_user", "request_copy", "user_id")
    owned(
        "request_line",
        col("request_id", Id, to="resource_request"),
        col("sort", INT),
        col("item", sa.String(120)),
        col("quantity", BIG),
        col("unit_price", BIG),
        col("amount", BIG),
        col("supplier", sa.String(80), server_default=""),
        col("link", sa.String(500), server_default=""),
    )
    index("ix_request_line_request_id", "request_line", "request_id")
    owned(
        "request_quote",
        col("request_id", Id, to="resource_request"),
        col("sort", INT),
        col("supplier", sa.String(80)),
        col("amount", BIG),
        col("note", sa.String(200), server_default=""),
    )
    index("ix_request_quote_request_id", "request_quote", "request_id")
    owned(
        "approval_seat",
        col("level_id", Id, to="approval_level"),
        col("request_id", Id, to="resource_request"),
        col("round", INT),
        col("requester_id", Id, to="user_account"),
        col("user_id", Id, to="user_account"),
        col("state", sa.String(40)),
        col("origin", sa.String(40)),
        col("by_seat", Id, True, to="approval_seat"),
        col("asked_at", AT, True),
        col("acted_by", Id, True, to="user_account"),
        col("acted_at", AT, True),
        col("note", sa.String(500)),
        col("seen", sa.String(64), True),
        col("seen_version", INT, True),
        col("seen_amount", BIG, True),
        check("approval_seat", "own", "acted_by IS NULL OR acted_by <> requester_id OR state = 'not_needed'"),
        check("approval_seat", "signed", "state <> 'approved' OR (acted_by IS NOT NULL AND seen IS NOT NULL)"),
    )
    index("ix_approval_seat_level", "approval_seat", "level_id")
    index("ix_approval_seat_user", "approval_seat", "user_id", "state")
    index("uq_approval_seat_person", "approval_seat", "request_id", "round", "acted_by", unique=True, where="state = 'approved'")
    guard(GUARDED)
    fill()


def downgrade():
    drop(TABLES, GUARDED)
