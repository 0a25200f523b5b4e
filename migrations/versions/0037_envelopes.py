"""Envelopes: one approval for the ad spend of many sessions, every draw and what became of it, ad accounts' credit."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import AT, BIG, DAY, INT, check, col, drop, guard, index, owned, unique
from planner.base.models import Id, Json, UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

GUARDED = {"envelope_draw": ("note",), "draw_step": ("note",), "ad_credit": ("note",)}
TABLES = ("envelope", "envelope_sum", "envelope_draw", "draw_step", "ad_credit")
"""In the order in which they are made."""


def upgrade():
    owned(
        "envelope",
        col("request_id", Id, to="resource_request"),
        col("scope", sa.String(40)),
        col("first", DAY, True),
        col("last", DAY, True),
        col("channels", Json),
        col("sessions", Json),
        col("session_cap", BIG),
        col("drawing_users", Json),
        col("drawing_roles", Json),
        col("drawing_positions", Json),
        col("floor", BIG, True),
        col("seconds", INT),
        col("duty", Json),
        unique("envelope", "request_id"),
        check("envelope", "cap", "session_cap > 0"),
        check("envelope", "seconds", "seconds BETWEEN 60 AND 600"),
    )
    owned(
        "envelope_sum",
        col("envelope_id", Id, to="envelope"),
        col("session_id", Id, True, to="live_session"),
        col("cap", BIG),
        col("drawn", BIG, server_default="0"),
        col("waiting", BIG, server_default="0"),
        col("alone", BIG, server_default="0"),
        check("envelope_sum", "sums", "drawn >= 0 AND waiting >= 0 AND alone >= 0 AND alone <= cap"),
        check("envelope_sum", "whole", "session_id IS NOT NULL OR drawn + waiting <= cap"),
    )
    index("uq_envelope_sum_whole", "envelope_sum", "envelope_id", unique=True, where="session_id IS NULL")
    index(
        "uq_envelope_sum_session", "envelope_sum", "envelope_id", "session_id", unique=True,
        where="session_id IS NOT NULL",
    )
    owned(
        "envelope_draw",
        col("envelope_id", Id, to="envelope"),
        col("session_id", Id, to="live_session"),
        col("amount", BIG),
        col("reason", sa.String(40)),
        col("note", sa.String(200), True),
        col("reading_id", Id, True, to="reading"),
        col("read_at", AT, True),
        col("gmv", BIG, True),
        col("ad_spend", BIG, True),
        col("roi", BIG, True),
        col("why", Json),
        col("seconds", INT),
        col("duty", Json),
        check("envelope_draw", "amount", "amount > 0"),
    )
    index("ix_envelope_draw_session", "envelope_draw", "session_id", "id")
    index("ix_envelope_draw_envelope", "envelope_draw", "envelope_id", "id")
    owned(
        "draw_step",
        col("draw_id", Id, to="envelope_draw"),
        col("place", INT),
        col("act", sa.String(40)),
        col("drawer_id", Id, to="user_account"),
        col("to_user", Id, True, to="user_account"),
        col("note", sa.String(200), True),
        unique("draw_step", "draw_id", "place"),
        check("draw_step", "own", "act NOT IN ('approve', 'refuse') OR created_by <> drawer_id"),
    )
    index("uq_draw_step_end", "draw_step", "draw_id", unique=True, where="act <> 'ask'")
    index("ix_draw_step_person", "draw_step", "created_by", where="act <> 'ask'")
    owned(
        "ad_credit",
        col("channel_id", Id, to="channel"),
        col("kind", sa.String(40)),
        col("amount", BIG),
        col("day", DAY),
        col("session_id", Id, True, to="live_session"),
        col("note", sa.String(200), True),
        check("ad_credit", "amount", "amount <> 0"),
        check("ad_credit", "session", "kind <> 'gifted_spent' OR session_id IS NOT NULL"),
    )
    index("ix_ad_credit_channel", "ad_credit", "channel_id", "day")
    index("ix_ad_credit_session", "ad_credit", "session_id", where="session_id IS NOT NULL")
    guard(GUARDED)


def downgrade():
    drop(TABLES, GUARDED)
